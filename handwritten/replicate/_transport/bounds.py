"""How much of an answer is read into memory, and for how long; downloads and event streams are not read that way.

A read time-out notices silence only. An answer that comes in drops, or never ends, is given up here.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import httpx

from ..exceptions import DecodeError
from .failures import describe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .._clock import Clock

LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes of an answer, decompressed. The largest there are hold a hundred predictions with inlined files."""

# Headers that describe the body as it was on the network, compressed.
_OF_THE_NETWORK = frozenset({"content-encoding", "content-length", "transfer-encoding"})

_READ_TIMEOUTS = 10
"""An answer may take so many times the time-out of one read, from its head to its end."""


def longest_head(request: httpx.Request, deadline: float | None, clock: Clock) -> float | None:
    """Return the seconds that the head of an answer may take once its request is under way, None for any time.

    A server can send interim answers, or a header byte by byte, for ever; no read of these takes long. How long a file
    takes to go up is not known.
    """
    read: float | None = request.extensions["timeout"]["read"]
    left = None if deadline is None else max(0.0, deadline - clock.monotonic())
    if read is None or not isinstance(request.stream, httpx.ByteStream):
        return left
    return _READ_TIMEOUTS * read if left is None else min(_READ_TIMEOUTS * read, left)


class Bounds:
    """How much of one answer is still read, and until when."""

    def __init__(self, request: httpx.Request, deadline: float | None, clock: Clock) -> None:
        self._request = request
        self._clock = clock
        self._left = LARGEST_ANSWER
        read: float | None = request.extensions["timeout"]["read"]
        ends = [deadline] if read is None else [deadline, clock.monotonic() + _READ_TIMEOUTS * read]
        self._end = min((end for end in ends if end is not None), default=None)

    def check(self, chunk: bytes) -> bytes:
        """Return a chunk that may be read.

        Raises:
            DecodeError: there is more than an answer can have.
            httpx.ReadTimeout: it came too late.
        """
        self._left -= len(chunk)
        if self._left < 0:
            raise DecodeError(
                title="The answer is too large",
                detail=f"it has more than {LARGEST_ANSWER} bytes; reading was stopped",
                request=describe(self._request),
            )
        if self._end is not None and self._clock.monotonic() >= self._end:
            raise httpx.ReadTimeout("The answer came too slowly", request=self._request)
        return chunk


class BoundedStream(httpx.SyncByteStream):
    """A body that ends with an error at its bounds."""

    def __init__(self, stream: httpx.SyncByteStream, bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            yield self._bounds.check(chunk)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()


class BoundedAsyncStream(httpx.AsyncByteStream):
    """`BoundedStream` for code that awaits."""

    def __init__(self, stream: httpx.AsyncByteStream, bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield self._bounds.check(chunk)

    async def aclose(self) -> None:
        """Close the stream below."""
        await self._stream.aclose()


def is_compressed(response: httpx.Response) -> bool:
    """Return whether the body is smaller on the network than it will be in memory."""
    return "content-encoding" in response.headers


def unpacked(response: httpx.Response, content: bytes) -> httpx.Response:
    """Return a response that was read chunk by chunk as one that holds its decompressed body."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name not in _OF_THE_NETWORK]
    whole = httpx.Response(
        response.status_code,
        headers=headers,
        content=content,
        request=response.request,
        extensions=response.extensions,
    )
    with suppress(RuntimeError):  # a transport that hands out bodies read already measures nothing
        whole.elapsed = response.elapsed
    return whole
