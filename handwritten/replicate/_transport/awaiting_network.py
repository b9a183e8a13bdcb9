"""The network for code that awaits: the sockets of a running event loop, asyncio's or trio's, through anyio.

It is loaded by the first async call: a program that blocks needs neither anyio nor asyncio.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anyio
import httpx
from anyio.abc import SocketAttribute
from anyio.streams.tls import TLSAttribute, TLSStream

from .network import OF_THE_SYSTEM, READ_AT_ONCE, Network, Places, Stream, failure_of, is_readable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from anyio.abc import ByteStream

_WRITTEN_AT_ONCE = 1024 * 1024
"""Bytes."""

_A_MOMENT = 0.05
"""Seconds to read what has come: over TLS it may be nothing but what the protocol says to itself."""

_BROKEN = (*OF_THE_SYSTEM, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)
"""What anyio raises when a connection fails."""


class AwaitingNetwork(Network):
    """The sockets of a running event loop, asyncio's or trio's."""

    async def connect(self, host: str, port: int, tls: ssl.SSLContext | None, seconds: float | None) -> Stream:
        """Return a new connection."""
        try:
            with anyio.fail_after(seconds):
                stream: ByteStream = await anyio.connect_tcp(host, port)
                if tls is not None:
                    try:
                        stream = await TLSStream.wrap(stream, hostname=host, ssl_context=tls, standard_compatible=False)
                    except BaseException:
                        with anyio.CancelScope(shield=True):
                            await stream.aclose()
                        raise
        except _BROKEN as cause:
            raise failure_of(cause, httpx.ConnectError, httpx.ConnectTimeout) from cause
        return _AwaitingStream(stream)

    def places(self, count: int) -> Places:
        """Return so many places."""
        return _AwaitingPlaces(count)

    async def chunks(self, body: Any) -> AsyncGenerator[bytes, None]:
        """Yield the chunks of a request's body."""
        chunks = aiter(body)
        try:
            async for chunk in chunks:
                yield chunk
        finally:
            if hasattr(chunks, "aclose"):  # a generator that is left to the garbage collector makes trio warn
                await chunks.aclose()

    async def close_all(self, streams: Sequence[Stream]) -> None:
        """End connections side by side, because a loop that ends has no time."""
        with anyio.CancelScope(shield=True):
            if len(streams) == 1:
                await streams[0].close()
                return
            async with anyio.create_task_group() as group:
                for stream in streams:
                    group.start_soon(stream.close)


class _AwaitingStream(Stream):
    __slots__ = ("_come", "_socket", "_stream", "_tls")

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._come = b""
        self._socket = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - anyio's `extra`, not Django's
        self._tls = stream.extra(TLSAttribute.ssl_object, None)  # noqa: S610 - as above

    async def read(self, seconds: float | None) -> bytes:
        if self._come:
            data, self._come = self._come, b""
            return data
        try:
            with anyio.fail_after(seconds):
                return await self._stream.receive(READ_AT_ONCE)
        except anyio.EndOfStream:
            return b""
        except _BROKEN as cause:
            raise failure_of(cause, httpx.ReadError, httpx.ReadTimeout) from cause

    async def write(self, data: bytes, seconds: float | None) -> None:
        try:
            for start in range(0, len(data), _WRITTEN_AT_ONCE):  # the time is that of one step
                with anyio.fail_after(seconds):
                    await self._stream.send(data[start : start + _WRITTEN_AT_ONCE])
        except _BROKEN as cause:
            raise failure_of(cause, httpx.WriteError, httpx.WriteTimeout) from cause

    async def take_in(self) -> None:
        # asyncio closes a connection that it cannot write to, and what came before on it is gone.
        if self._come or not is_readable(self._socket):
            return
        with suppress(*_BROKEN), anyio.move_on_after(_A_MOMENT):
            self._come = await self._stream.receive(READ_AT_ONCE)

    def has_news(self) -> bool:
        return bool(self._come) or is_readable(self._socket) or (self._tls is not None and _is_decryptable(self._tls))

    async def close(self) -> None:
        await self._stream.aclose()


class _AwaitingPlaces(Places):
    def __init__(self, count: int) -> None:
        self._places: anyio.Semaphore = anyio.Semaphore(count)

    async def take(self, seconds: float | None) -> bool:
        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(seconds) as scope:
                await self._places.acquire()
            return not scope.cancelled_caught
        return True

    def give_back(self) -> None:
        self._places.release()


def _is_decryptable(tls: ssl.SSLObject) -> bool:
    """Return whether something, the end included, came over TLS together with what was read last."""
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        pass
    return True
