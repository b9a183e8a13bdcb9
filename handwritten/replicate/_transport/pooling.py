"""Transports that keep connections for the next request, in both colours; httpcore makes them and speaks HTTP.

They stand in for httpx's own where there is no proxy. The pool of httpcore looks at all its connections, sockets and
all, twice for each request: with a hundred at once that takes most of a call's time. This one looks at one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import httpcore
import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterable, Iterator

LONGEST_HEAD = "replicate.longest_head"
"""The extension of a request that says how many seconds the head of its answer may take; None for any time."""

ConnectionT = TypeVar("ConnectionT", bound=httpcore.HTTPConnection | httpcore.AsyncHTTPConnection)
_Origin = tuple[bytes, bytes, int | None]
"""Scheme, host and port of a URL."""


class _Idle(Generic[ConnectionT]):
    """The connections of one transport, and which of them are idle, by origin. Safe to use from many threads."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._most = limits.max_keepalive_connections
        self._expiry = limits.keepalive_expiry
        self._idle: dict[_Origin, deque[tuple[ConnectionT, float]]] = {}
        self._count = 0
        self._open: dict[ConnectionT, _Origin] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def take(self, origin: _Origin) -> ConnectionT | None:
        """Return the connection that was last used, None if none is idle. It may have ended meanwhile."""
        with self._lock:
            idle = self._idle.get(origin)
            if not idle:
                return None
            self._count -= 1
            return idle.pop()[0]

    def add(self, origin: _Origin, connection: ConnectionT) -> ConnectionT:
        """Note a new connection, which is in use.

        Raises:
            httpx.ConnectError: the transport has been closed meanwhile.
        """
        with self._lock:
            if self._is_closed:
                raise httpx.ConnectError("the client was closed")
            self._open[connection] = origin
        return connection

    def give_back(self, connection: ConnectionT) -> list[ConnectionT]:
        """Keep a connection that is no longer in use, if it can be used again; return those that are to be closed."""
        now = time.monotonic()
        with self._lock:
            if connection.is_idle() and not connection.is_closed() and connection in self._open:
                self._idle.setdefault(self._open[connection], deque()).append((connection, now))
                self._count += 1
                surplus: list[ConnectionT] = []
            else:
                surplus = [connection]
            for idle in self._idle.values():
                while idle and (self._is_too_many() or (self._expiry is not None and idle[0][1] + self._expiry < now)):
                    surplus.append(idle.popleft()[0])
                    self._count -= 1
            for ended in surplus:
                self._open.pop(ended, None)
        return surplus

    def _is_too_many(self) -> bool:
        return self._most is not None and self._count > self._most

    def forget(self, connection: ConnectionT) -> None:
        """Strike out a connection that has ended."""
        self._open.pop(connection, None)

    def clear(self) -> list[ConnectionT]:
        """Strike out all connections, and return them to be closed."""
        with self._lock:
            self._is_closed = True
            closing = list(self._open)
            self._open.clear()
            self._idle.clear()
            self._count = 0
        return closing


class _Reader(httpcore.NetworkStream):
    """A stream whose reads end at a moment: a head that comes in drops, or never, is not waited for for ever."""

    def __init__(self, stream: httpcore.NetworkStream, connection: _Connection) -> None:
        self._stream = stream
        self._connection = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        until = self._connection.until
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise httpcore.ReadTimeout("The answer came too slowly")
            timeout = left if timeout is None else min(timeout, left)
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Reader(self._stream.start_tls(ssl_context, server_hostname, timeout), self._connection)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Network(httpcore.SyncBackend):
    """The system's network, for one connection."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def connect_tcp(self, host: str, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        try:
            return _Reader(super().connect_tcp(host, *args, **kwargs), self._connection)
        except UnicodeError as error:  # no name of a host is written like that
            raise httpcore.ConnectError(str(error)) from error


class _Connection(httpcore.HTTPConnection):
    """A connection that is read until a moment."""

    def __init__(self, origin: httpcore.Origin, tls: ssl.SSLContext, expiry: float | None) -> None:
        super().__init__(origin, ssl_context=tls, keepalive_expiry=expiry, network_backend=_Network(self))
        self.until: float | None = None
        """The moment, on the machine's monotonic clock, by which the head of an answer must be there."""


class PooledTransport(httpx.BaseTransport):
    """Sends each request through an idle connection to its origin, or a new one."""

    def __init__(self, tls: ssl.SSLContext, limits: httpx.Limits) -> None:
        self._tls = tls
        self._expiry = limits.keepalive_expiry
        self._idle: _Idle[_Connection] = _Idle(limits)
        self._places = None if limits.max_connections is None else threading.Semaphore(limits.max_connections)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, the body unread."""
        sent = _as_httpcore(request)
        if self._places is not None and not self._places.acquire(timeout=_patience(request)):
            raise httpx.PoolTimeout(_NO_PLACE, request=request)
        connection = None
        try:
            with _reported(request):
                connection = self._connection(sent.url)
                seconds: float | None = request.extensions.get(LONGEST_HEAD)
                connection.until = None if seconds is None else time.monotonic() + seconds
                answer = connection.handle_request(sent)
                connection.until = None
        except BaseException:
            self.leave(connection)
            raise
        return _as_httpx(answer, _Body(self, connection, answer))

    def _connection(self, url: httpcore.URL) -> _Connection:
        origin = (url.scheme, url.host, url.port)
        while (connection := self._idle.take(origin)) is not None:
            if not connection.has_expired():
                return connection
            self._idle.forget(connection)
            connection.close()
        made = _Connection(url.origin, self._tls, self._expiry)
        return self._idle.add(origin, made)

    def leave(self, connection: _Connection | None) -> None:
        """Give a connection back, and its place."""
        if self._places is not None:
            self._places.release()
        for surplus in [] if connection is None else self._idle.give_back(connection):
            surplus.close()

    def close(self) -> None:
        """Close all connections."""
        for connection in self._idle.clear():
            connection.close()


class _Body(httpx.SyncByteStream):
    """The body of a response; closing it gives the connection back."""

    def __init__(
        self,
        transport: PooledTransport,
        connection: _Connection,
        answer: httpcore.Response,
    ) -> None:
        self._transport = transport
        self._connection: _Connection | None = connection
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _reported():
            yield from cast("Iterable[bytes]", self._answer.stream)

    def close(self) -> None:
        """Give the connection back; one whose body was not read to its end is closed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                self._answer.close()
            finally:
                self._transport.leave(connection)


class PooledAsyncTransport(httpx.AsyncBaseTransport):
    """`PooledTransport` for one event loop."""

    def __init__(self, tls: ssl.SSLContext, limits: httpx.Limits) -> None:
        import anyio

        self._tls = tls
        self._expiry = limits.keepalive_expiry
        self._idle: _Idle[httpcore.AsyncHTTPConnection] = _Idle(limits)
        self._places = None if limits.max_connections is None else anyio.Semaphore(limits.max_connections)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, the body unread."""
        sent = _as_httpcore(request)
        await self._find_place(request)
        connection = None
        try:
            with _reported(request):
                connection = await self._connection(sent.url)
                answer = await connection.handle_async_request(sent)
        except BaseException:
            await self.leave(connection)
            raise
        return _as_httpx(answer, _AsyncBody(self, connection, answer))

    async def _find_place(self, request: httpx.Request) -> None:
        import anyio

        if self._places is None:
            return
        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            try:
                with anyio.fail_after(_patience(request)):
                    await self._places.acquire()
            except TimeoutError as error:
                raise httpx.PoolTimeout(_NO_PLACE, request=request) from error

    async def _connection(self, url: httpcore.URL) -> httpcore.AsyncHTTPConnection:
        origin = (url.scheme, url.host, url.port)
        while (connection := self._idle.take(origin)) is not None:
            if not connection.has_expired():
                return connection
            self._idle.forget(connection)
            await connection.aclose()
        made = httpcore.AsyncHTTPConnection(url.origin, ssl_context=self._tls, keepalive_expiry=self._expiry)
        return self._idle.add(origin, made)

    async def leave(self, connection: httpcore.AsyncHTTPConnection | None) -> None:
        """Give a connection back, and its place."""
        if self._places is not None:
            self._places.release()
        if connection is not None and (closing := self._idle.give_back(connection)):
            await _close(closing)

    async def aclose(self) -> None:
        """Close all connections."""
        await _close(self._idle.clear())


class _AsyncBody(httpx.AsyncByteStream):
    """`_Body` for code that awaits."""

    def __init__(
        self,
        transport: PooledAsyncTransport,
        connection: httpcore.AsyncHTTPConnection,
        answer: httpcore.Response,
    ) -> None:
        self._transport = transport
        self._connection: httpcore.AsyncHTTPConnection | None = connection
        self._answer = answer
        self._chunks: AsyncGenerator[bytes, None] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._chunks = cast("AsyncGenerator[bytes, None]", aiter(cast("AsyncIterable[bytes]", self._answer.stream)))
        with _reported():
            async for chunk in self._chunks:
                yield chunk

    async def aclose(self) -> None:
        """Give the connection back; one whose body was not read to its end is closed."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await self._answer.aclose()
        finally:
            await self._end_chunks()
            await self._transport.leave(connection)

    async def _end_chunks(self) -> None:
        """End httpcore's generator while there is an event loop: collected as garbage later, it would miss one."""
        if self._chunks is not None:
            with suppress(RuntimeError):  # another task is inside it
                await self._chunks.aclose()


async def _close(connections: list[httpcore.AsyncHTTPConnection]) -> None:
    """Close connections side by side, because a loop that ends has no time; even while the calling task is canceled."""
    import anyio

    with anyio.CancelScope(shield=True):
        if len(connections) == 1:
            await connections[0].aclose()
            return
        async with anyio.create_task_group() as group:
            for connection in connections:
                group.start_soon(connection.aclose)


_NO_PLACE = "as many connections are in use as there may be"
_SCHEMES = frozenset({"http", "https"})
_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectionNotAvailable: httpx.ConnectError,  # the client was closed; nothing was sent
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}
"""What httpx calls the errors of httpcore."""


@contextmanager
def _reported(request: httpx.Request | None = None) -> Generator[None]:
    """Raise httpx's error for one of httpcore's."""
    try:
        yield
    except tuple(_ERRORS) as error:
        raise _ERRORS[type(error)](str(error), request=request) from error


def _as_httpcore(request: httpx.Request) -> httpcore.Request:
    """Return a request as httpcore takes it.

    Raises:
        httpx.UnsupportedProtocol: its URL is none of the web.
    """
    url = request.url
    if url.scheme not in _SCHEMES:
        problem = f"Request URL has an unsupported protocol '{url.scheme}://'."
        raise httpx.UnsupportedProtocol(problem, request=request)
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _as_httpx(answer: httpcore.Response, body: _Body | _AsyncBody) -> httpx.Response:
    extensions = cast("dict[str, Any]", answer.extensions)  # pyright: ignore[reportUnknownMemberType]
    return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=extensions)


def _patience(request: httpx.Request) -> float | None:
    """Return how many seconds a request may wait for a place."""
    seconds: float | None = request.extensions.get("timeout", {}).get("pool")
    return seconds
