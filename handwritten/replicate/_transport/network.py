"""Bytes over TCP and TLS, in both colours, with httpx's errors; nothing here knows HTTP.

A stream of the blocking colour answers each await at once, so that what is written over streams runs in both colours.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Sequence

    import anyio
    from anyio.abc import ByteStream

_READ_AT_ONCE = 64 * 1024
_WRITTEN_AT_ONCE = 1024 * 1024
"""Bytes."""

_OF_THE_SYSTEM = (OSError, ValueError)
"""What sockets and TLS raise: ValueError for a name no host can have, and on a socket that was closed meanwhile."""


class Stream(ABC):
    """A connection to a host."""

    __slots__ = ()

    @abstractmethod
    async def read(self, seconds: float | None) -> bytes:
        """Return what has come, at least a byte; nothing once the other side has ended.

        Raises:
            httpx.ReadTimeout: nothing came in so many seconds.
            httpx.ReadError: the connection failed.
        """

    @abstractmethod
    async def write(self, data: bytes, seconds: float | None) -> None:
        """Send bytes.

        Raises:
            httpx.WriteTimeout: they could not be sent in so many seconds.
            httpx.WriteError: the connection failed.
        """

    @abstractmethod
    def has_news(self) -> bool:
        """Return whether an idle connection has ended: something came unasked, or it is that of a parent process."""

    @abstractmethod
    async def close(self) -> None:
        """End the connection; whoever reads from it at that moment gets an error."""


class Places(ABC):
    """So many places, one for each request that is under way."""

    @abstractmethod
    async def take(self, seconds: float | None) -> bool:
        """Take a place; return whether there was one in so many seconds."""

    @abstractmethod
    def give_back(self) -> None:
        """Free a place."""


class Network(ABC):
    """The network in one colour."""

    @abstractmethod
    async def connect(self, host: str, port: int, tls: ssl.SSLContext | None, seconds: float | None) -> Stream:
        """Return a new connection, with TLS where a context is given for it.

        Raises:
            httpx.ConnectTimeout: it was not made in so many seconds.
            httpx.ConnectError: it could not be made.
        """

    @abstractmethod
    def places(self, count: int) -> Places:
        """Return so many places."""

    @abstractmethod
    def chunks(self, body: Any) -> AsyncGenerator[bytes, None]:
        """Yield the chunks of a request's body."""

    @abstractmethod
    async def close_all(self, streams: Sequence[Stream]) -> None:
        """End connections, even while the calling task is canceled."""


class BlockingNetwork(Network):
    """The system's sockets."""

    async def connect(self, host: str, port: int, tls: ssl.SSLContext | None, seconds: float | None) -> Stream:
        """Return a new connection."""
        try:
            connected = socket.create_connection((host, port), seconds)
            try:
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if tls is not None:
                    connected = tls.wrap_socket(connected, server_hostname=host)
            except BaseException:
                connected.close()
                raise
        except _OF_THE_SYSTEM as cause:
            raise _failure(cause, httpx.ConnectError, httpx.ConnectTimeout) from cause
        return _BlockingStream(connected)

    def places(self, count: int) -> Places:
        """Return so many places."""
        return _BlockingPlaces(count)

    async def chunks(self, body: Any) -> AsyncGenerator[bytes, None]:
        """Yield the chunks of a request's body."""
        for chunk in body:
            yield chunk

    async def close_all(self, streams: Sequence[Stream]) -> None:
        """End connections."""
        for stream in streams:
            await stream.close()


class _BlockingStream(Stream):
    __slots__ = ("_is_closed", "_process", "_seconds", "_socket")

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._seconds: float | None = -1
        self._process = os.getpid()
        self._is_closed = False

    def _set_timeout(self, seconds: float | None) -> None:
        if seconds != self._seconds:  # it is a call of the system
            self._socket.settimeout(seconds)
            self._seconds = seconds

    async def read(self, seconds: float | None) -> bytes:
        try:
            self._set_timeout(seconds)
            data = self._socket.recv(_READ_AT_ONCE)
        except _OF_THE_SYSTEM as cause:
            raise _failure(cause, httpx.ReadError, httpx.ReadTimeout) from cause
        if not data and self._is_closed:  # by another thread: that is not the end of what the server had to say
            raise httpx.ReadError("the connection was closed while it was read")
        return data

    async def write(self, data: bytes, seconds: float | None) -> None:
        try:
            self._set_timeout(seconds)
            left = memoryview(data)
            while left:  # the time is that of one step, as long as there is progress
                left = left[self._socket.send(left) :]
        except _OF_THE_SYSTEM as cause:
            raise _failure(cause, httpx.WriteError, httpx.WriteTimeout) from cause

    def has_news(self) -> bool:
        return self._process != os.getpid() or _is_readable(self._socket)

    async def close(self) -> None:
        self._is_closed = True
        if self._process == os.getpid():  # a parent process goes on with its connections after a fork
            with suppress(OSError):  # it has ended already
                # Wakes a thread that reads. The method of a TLS socket would let one that writes go on unencrypted.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        self._socket.close()


class _BlockingPlaces(Places):
    def __init__(self, count: int) -> None:
        self._places = threading.Semaphore(count)

    async def take(self, seconds: float | None) -> bool:
        return self._places.acquire(timeout=seconds)

    def give_back(self) -> None:
        self._places.release()


class AwaitingNetwork(Network):
    """The sockets of a running event loop, asyncio's or trio's."""

    async def connect(self, host: str, port: int, tls: ssl.SSLContext | None, seconds: float | None) -> Stream:
        """Return a new connection."""
        import anyio
        from anyio.streams.tls import TLSStream

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
        except (*_OF_THE_SYSTEM, anyio.BrokenResourceError, anyio.EndOfStream) as cause:
            raise _failure(cause, httpx.ConnectError, httpx.ConnectTimeout) from cause
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
        import anyio

        with anyio.CancelScope(shield=True):
            if len(streams) == 1:
                await streams[0].close()
                return
            async with anyio.create_task_group() as group:
                for stream in streams:
                    group.start_soon(stream.close)


class _AwaitingStream(Stream):
    __slots__ = ("_socket", "_stream", "_tls")

    def __init__(self, stream: ByteStream) -> None:
        from anyio.abc import SocketAttribute
        from anyio.streams.tls import TLSAttribute

        self._stream = stream
        self._socket = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - no database is asked
        self._tls = stream.extra(TLSAttribute.ssl_object, None)  # noqa: S610

    async def read(self, seconds: float | None) -> bytes:
        import anyio

        try:
            with anyio.fail_after(seconds):
                return await self._stream.receive(_READ_AT_ONCE)
        except anyio.EndOfStream:
            return b""
        except (*_OF_THE_SYSTEM, anyio.BrokenResourceError, anyio.ClosedResourceError) as cause:
            raise _failure(cause, httpx.ReadError, httpx.ReadTimeout) from cause

    async def write(self, data: bytes, seconds: float | None) -> None:
        import anyio

        try:
            for start in range(0, len(data), _WRITTEN_AT_ONCE):  # the time is that of one step
                with anyio.fail_after(seconds):
                    await self._stream.send(data[start : start + _WRITTEN_AT_ONCE])
        except (*_OF_THE_SYSTEM, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream) as cause:
            raise _failure(cause, httpx.WriteError, httpx.WriteTimeout) from cause

    def has_news(self) -> bool:
        return _is_readable(self._socket) or (self._tls is not None and _is_decryptable(self._tls))

    async def close(self) -> None:
        await self._stream.aclose()


class _AwaitingPlaces(Places):
    def __init__(self, count: int) -> None:
        import anyio

        self._places: anyio.Semaphore = anyio.Semaphore(count)

    async def take(self, seconds: float | None) -> bool:
        import anyio

        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(seconds) as scope:
                await self._places.acquire()
            return not scope.cancelled_caught
        return True

    def give_back(self) -> None:
        self._places.release()


def _is_readable(connected: socket.socket) -> bool:
    if connected.fileno() < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([connected], [], [], 0)[0])
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return bool(poll.poll(0))


def _is_decryptable(tls: ssl.SSLObject) -> bool:
    """Return whether something, the end included, came over TLS together with what was read last."""
    import ssl

    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        pass
    return True


def _failure(
    cause: Exception, error: type[httpx.NetworkError], timeout: type[httpx.TimeoutException]
) -> httpx.TransportError:
    """Return one of httpx's errors for what the system, TLS or the event loop raised."""
    kind = timeout if isinstance(cause, (TimeoutError, BlockingIOError)) else error
    # Why a connection failed anyio tells in the cause alone, a group where the host has several addresses.
    reasons = getattr(cause.__cause__, "exceptions", [cause.__cause__])
    told = [str(one) for one in (cause, reasons[0]) if one is not None]
    return kind(": ".join(filter(None, told)) or type(cause).__name__)
