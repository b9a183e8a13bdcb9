"""One connection to one origin that speaks HTTP/1.1: requests one after another, for both colours."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import httpx

from .messages import LONGEST_HEAD, asks_for_the_end, body_of, declared_length, read_head, request_head

if TYPE_CHECKING:
    from .messages import Body, ResponseHead
    from .network import Network, Stream

LONGEST_HEAD_SECONDS = "replicate.longest_head"
"""The extension of a request that says how many seconds sending it and the head of its answer may take; None for
any time."""

_SMALL = 64 * 1024
"""Bytes of a body that is sent together with its head: one call of the system instead of two."""

_SWITCHING_PROTOCOLS = 101
_SLOW = "The answer came too slowly"
_SLOWLY_SENT = "The request goes out too slowly"
_END_OF_HEAD = b"\r\n\r\n"

Origin = tuple[bytes, bytes, int | None]
"""Scheme, host and port of a URL."""


class BodyChangedError(ValueError):
    """What a request's body is read from is not as long as it was when the request was made."""


class HttpConnection:
    """A connection, and the request that is under way on it."""

    def __init__(self, origin: Origin, stream: Stream, network: Network) -> None:
        self.origin = origin
        self.stream = stream
        self.idle_since = 0.0
        """The moment, on the machine's monotonic clock, at which it was last given back."""

        self._network = network
        self._body: Body | None = None
        self._is_sent = self._may_go_on = False
        self._seconds: float | None = None
        self._unread = b""
        """What was read beyond the part that was looked for."""

    @property
    def is_reusable(self) -> bool:
        """Whether all of the last request was sent, all of its response read, and another one may follow."""
        body = self._body
        return (
            body is not None
            and body.is_complete
            and body.is_exact
            and self._is_sent
            and self._may_go_on
            and not self._unread
        )

    async def send(self, request: httpx.Request) -> ResponseHead:
        """Send a request, and return the head of its response.

        Raises:
            httpx.TransportError: one of these failed.
            BodyChangedError: the body is not as long as it was; whatever its source raises is raised as it is, too.
        """
        timeouts: dict[str, Any] = request.extensions.get("timeout", {})
        self._body, self._is_sent, self._seconds = None, False, timeouts.get("read")
        seconds: float | None = request.extensions.get(LONGEST_HEAD_SECONDS)
        until = None if seconds is None else time.monotonic() + seconds
        try:
            await self._send(request, timeouts.get("write"), until)
            self._is_sent = True
        except httpx.WriteError:
            pass  # a server may refuse a body before all of it was sent; then it has answered
        head = await self._receive_head(until)
        self._body = body_of(request.method, head)
        self._may_go_on = head.keeps_the_connection and not asks_for_the_end(request.headers.raw)
        return head

    async def _send(self, request: httpx.Request, seconds: float | None, until: float | None) -> None:
        fields = request.headers.raw
        head = request_head(request.method, request.url.raw_path, fields)
        length = declared_length(fields)
        body = request.stream
        if length is not None and length <= _SMALL and isinstance(body, httpx.ByteStream):
            content = b"".join(body)
            if len(content) != length:
                raise httpx.LocalProtocolError(f"the headers promise {length} bytes, and the body has {len(content)}")
            await self.stream.write(head + content, seconds)
            return

        async def write(data: bytes) -> None:
            await self.stream.take_in()  # it may be an answer already: a refusal
            await self.stream.write(data, _shorter(seconds, until, httpx.WriteTimeout(_SLOWLY_SENT)))

        await write(head)
        left = length
        async with aclosing(self._network.chunks(body)) as chunks:
            async for chunk in chunks:
                if left is None:
                    await write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunk else b"")
                    continue
                left -= len(chunk)
                if left < 0:
                    raise BodyChangedError(f"it is longer than the {length} bytes it had")
                await write(chunk)
        if left is None:
            await write(b"0\r\n\r\n")
        elif left:
            raise BodyChangedError(f"it is {left} bytes shorter than the {length} it had")

    async def _receive_head(self, until: float | None) -> ResponseHead:
        """Return the head of the response, past interim ones."""
        while True:
            searched = 0
            while (end := self._unread.find(_END_OF_HEAD, max(0, searched - 3))) < 0:
                searched = len(self._unread)
                if searched > LONGEST_HEAD:
                    raise httpx.RemoteProtocolError("the head of the answer is too long")
                data = await self.stream.read(_shorter(self._seconds, until, httpx.ReadTimeout(_SLOW)))
                if not data:
                    raise httpx.RemoteProtocolError("the connection ended before an answer came")
                self._unread += data
            head = read_head(self._unread[: end + 4])
            self._unread = self._unread[end + 4 :]
            if not head.is_interim:
                return head
            if head.status == _SWITCHING_PROTOCOLS:
                raise httpx.RemoteProtocolError("the server changes to another protocol, unasked")

    async def read(self) -> bytes:
        """Return the next piece of the response's body, nothing at its end.

        Raises:
            httpx.TransportError: the connection failed, or the body is not as its head says.
        """
        body, until = self._body, None
        while body is not None and not body.is_complete:
            data, self._unread = self._unread, b""
            if not data:
                data = await self.stream.read(_shorter(self._seconds, until, httpx.ReadTimeout(_SLOW)))
                if not data:
                    body.end()
                    break
            piece = body.feed(data)
            if piece:
                return piece
            if until is None and self._seconds is not None:  # what only frames a body is as good as silence
                until = time.monotonic() + self._seconds
        return b""


def _shorter(seconds: float | None, until: float | None, error: httpx.TimeoutException) -> float | None:
    """Return how many seconds a step may take: so many, and none beyond a moment of the machine's monotonic clock.

    Raises:
        httpx.TimeoutException: the one given; the moment has passed.
    """
    if until is None:
        return seconds
    left = until - time.monotonic()
    if left <= 0:
        raise error
    return left if seconds is None else min(seconds, left)
