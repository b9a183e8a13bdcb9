"""Transports that keep connections for the next request, in both colours; what travels on one is `http_connection`'s.

They stand in for httpx's own where there is no proxy and nothing but HTTP/1.1 is asked for. httpx's pool looks at all
its connections, sockets and all, twice for each request: with a hundred at once that takes most of a call's time. This
one looks at one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import httpx

from .._blocking import run_blocking
from .blocking_network import BlockingNetwork
from .http_connection import HttpConnection

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from .http_connection import Origin
    from .messages import ResponseHead
    from .network import Network

_PORTS = {"http": 80, "https": 443}
_POSSIBLE_PORTS = range(1, 65536)


class _Kept:
    """The connections of one pool, and which of them are idle, by origin. Safe to use from many threads."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._most = limits.max_connections
        self._most_idle = limits.max_keepalive_connections
        self._expiry = limits.keepalive_expiry
        self._idle: dict[Origin, deque[HttpConnection]] = {}
        self._count = 0
        self._open: set[HttpConnection] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def take(self, origin: Origin) -> HttpConnection | None:
        """Return the connection that was last used, None if none is idle. It may have ended meanwhile."""
        with self._lock:
            idle = self._idle.get(origin)
            if not idle:
                return None
            self._count -= 1
            return idle.pop()

    def is_alive(self, connection: HttpConnection) -> bool:
        """Return whether an idle connection can be used: its time is not over, and the server has not ended it."""
        return not self._is_over(connection, time.monotonic()) and not connection.stream.has_news()

    def _is_over(self, connection: HttpConnection, now: float) -> bool:
        return self._expiry is not None and connection.idle_since + self._expiry <= now

    def make_room(self) -> list[HttpConnection]:
        """Return idle connections that are to be closed so that a new one may be made."""
        with self._lock:
            return self._strike_out_surplus(time.monotonic(), coming=1)

    def add(self, connection: HttpConnection) -> bool:
        """Note a new connection, which is in use; return whether it may be: the pool may have been closed meanwhile."""
        with self._lock:
            if not self._is_closed:
                self._open.add(connection)
            return not self._is_closed

    def give_back(self, connection: HttpConnection) -> list[HttpConnection]:
        """Keep a connection that is no longer in use, if it can be used again; return those that are to be closed."""
        now = time.monotonic()
        with self._lock:
            if connection.is_reusable and connection in self._open:
                connection.idle_since = now
                self._idle.setdefault(connection.origin, deque()).append(connection)
                self._count += 1
                return self._strike_out_surplus(now)
            self._open.discard(connection)
            return [connection, *self._strike_out_surplus(now)]

    def _strike_out_surplus(self, now: float, *, coming: int = 0) -> list[HttpConnection]:
        """Strike out idle connections that are too many, with those to come, or idle for too long; return them."""
        surplus: list[HttpConnection] = []
        for origin, idle in tuple(self._idle.items()):
            while idle and (self._are_too_many(coming) or self._is_over(idle[0], now)):
                surplus.append(idle.popleft())
                self._count -= 1
                self._open.discard(surplus[-1])
            if not idle:
                del self._idle[origin]
        return surplus

    def _are_too_many(self, coming: int) -> bool:
        return (self._most_idle is not None and self._count > self._most_idle) or (
            self._most is not None and len(self._open) + coming > self._most
        )

    def forget(self, connection: HttpConnection) -> None:
        """Strike out a connection that has ended."""
        with self._lock:
            self._open.discard(connection)

    def clear(self) -> list[HttpConnection]:
        """Strike out all connections, and return them to be closed."""
        with self._lock:
            self._is_closed = True
            closing = list(self._open)
            self._open.clear()
            self._idle.clear()
            self._count = 0
        return closing


class _Pool:
    """Sends each request through an idle connection to its origin, or a new one, in one colour."""

    def __init__(self, network: Network, tls: Callable[[], ssl.SSLContext], limits: httpx.Limits) -> None:
        self._network = network
        self._tls = tls
        self._kept = _Kept(limits)
        self._places = None if limits.max_connections is None else network.places(limits.max_connections)

    async def send(self, request: httpx.Request) -> tuple[HttpConnection, ResponseHead]:
        """Send a request; return the head of its response, and the connection to read the body from.

        Raises:
            httpx.TransportError: it could not be sent, or there was no answer to it.
        """
        connection = None
        try:
            await self._take_place(request)
            try:
                connection = await self._connection(request)
                return connection, await connection.send(request)
            except BaseException:
                await self.leave(connection)
                raise
        except httpx.RequestError as error:
            error.request = request
            raise

    async def _take_place(self, request: httpx.Request) -> None:
        if self._places is not None and not await self._places.take(_timeout(request, "pool")):
            raise httpx.PoolTimeout("as many connections are in use as there may be")

    async def _connection(self, request: httpx.Request) -> HttpConnection:
        url = request.url
        origin = (url.raw_scheme, url.raw_host, url.port)
        while (connection := self._kept.take(origin)) is not None:
            if self._kept.is_alive(connection):
                return connection
            self._kept.forget(connection)
            await self._close([connection])
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol(f"Request URL has an unsupported protocol '{url.scheme}://'.")
        port = _PORTS[url.scheme] if url.port is None else url.port
        if port not in _POSSIBLE_PORTS:
            raise httpx.UnsupportedProtocol("Request URL has a port that no host has.")
        await self._close(self._kept.make_room())
        tls = None
        if url.scheme == "https":
            tls = self._tls()
            tls.set_alpn_protocols(["http/1.1"])  # a context may come from a client that speaks HTTP/2 as well
        stream = await self._network.connect(url.raw_host.decode("ascii"), port, tls, _timeout(request, "connect"))
        made = HttpConnection(origin, stream, self._network)
        if not self._kept.add(made):
            await self._close([made])
            raise httpx.ConnectError("the client was closed")
        return made

    async def leave(self, connection: HttpConnection | None) -> None:
        """Give a connection back, and then its place: whoever waits for one finds the connection."""
        surplus = [] if connection is None else self._kept.give_back(connection)
        if self._places is not None:
            self._places.give_back()
        await self._close(surplus)

    async def close(self) -> None:
        """Close all connections."""
        await self._close(self._kept.clear())

    async def _close(self, connections: Sequence[HttpConnection]) -> None:
        if connections:
            await self._network.close_all([connection.stream for connection in connections])


class PooledTransport(httpx.BaseTransport):
    """A pool of connections for code that blocks. Safe to use from many threads."""

    def __init__(self, tls: Callable[[], ssl.SSLContext], limits: httpx.Limits) -> None:
        self._pool = _Pool(BlockingNetwork(), tls, limits)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, the body unread."""
        connection, head = run_blocking(self._pool.send(request))
        return _response(head, _Body(self._pool, connection))

    def close(self) -> None:
        """Close all connections."""
        run_blocking(self._pool.close())


class _Body(httpx.SyncByteStream):
    """The body of a response; closing it gives the connection back."""

    def __init__(self, pool: _Pool, connection: HttpConnection) -> None:
        self._pool = pool
        self._connection: HttpConnection | None = connection

    def __iter__(self) -> Iterator[bytes]:
        while self._connection is not None and (piece := run_blocking(self._connection.read())):
            yield piece

    def close(self) -> None:
        """Give the connection back; one whose body was not read to its end is closed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            run_blocking(self._pool.leave(connection))


class PooledAsyncTransport(httpx.AsyncBaseTransport):
    """A pool of connections for one event loop."""

    def __init__(self, tls: Callable[[], ssl.SSLContext], limits: httpx.Limits) -> None:
        from .awaiting_network import AwaitingNetwork

        self._pool = _Pool(AwaitingNetwork(), tls, limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, the body unread."""
        connection, head = await self._pool.send(request)
        return _response(head, _AsyncBody(self._pool, connection))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.close()


class _AsyncBody(httpx.AsyncByteStream):
    """`_Body` for code that awaits."""

    def __init__(self, pool: _Pool, connection: HttpConnection) -> None:
        self._pool = pool
        self._connection: HttpConnection | None = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._connection is not None and (piece := await self._connection.read()):
            yield piece

    async def aclose(self) -> None:
        """Give the connection back; one whose body was not read to its end is closed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._pool.leave(connection)


def _response(head: ResponseHead, body: _Body | _AsyncBody) -> httpx.Response:
    extensions: dict[str, Any] = {"http_version": head.version, "reason_phrase": head.reason}
    return httpx.Response(head.status, headers=head.fields, stream=body, extensions=extensions)


def _timeout(request: httpx.Request, phase: str) -> float | None:
    seconds: float | None = request.extensions.get("timeout", {}).get(phase)
    return seconds
