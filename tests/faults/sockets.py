"""Loopback servers over real sockets that record each request and end connections as rudely as told; no API here."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

_LONGEST_HEAD = 1024 * 1024
_BODY_KEPT = 1024 * 1024


class HungUpError(Exception):
    """The client is gone, or the server has ended the connection."""


@dataclass
class Request:
    """One request as it came in."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    head: bytes = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    """The first megabyte of the body."""
    size: int = 0
    """Bytes of the body that were read."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def line(self) -> str:
        """The method and the path without its query."""
        return f"{self.method} {self.path}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One accepted connection, on the server's event loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.ended = False

    async def read_head(self) -> Request | None:
        """Return the next request without its body, None when the client has hung up."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines if line)
        return Request(method, target, {name.lower(): value.strip() for name, _, value in pairs}, head)

    async def read_body(self, request: Request, at_most: float = float("inf")) -> None:
        """Read the body of a request, or the start of it."""
        if request.headers.get("transfer-encoding") == "chunked":
            while request.size < at_most and (size := int(await self._reader.readuntil(b"\r\n"), 16)):
                self._keep(request, await self._reader.readexactly(size))
                await self._reader.readexactly(2)
            return
        left = min(int(request.headers.get("content-length", "0")), at_most)
        while left > 0:
            chunk = await self._reader.read(int(min(left, 256 * 1024)))
            if not chunk:
                raise HungUpError
            left -= len(chunk)
            self._keep(request, chunk)

    def _keep(self, request: Request, chunk: bytes) -> None:
        request.size += len(chunk)
        if len(request.body) < _BODY_KEPT:
            request.body += chunk[: _BODY_KEPT - len(request.body)]

    async def send(self, *parts: bytes) -> None:
        """Send bytes, and wait until the system has most of them."""
        if self.ended or self._writer.is_closing():
            raise HungUpError
        for part in parts:
            self._writer.write(part)
        await self._writer.drain()

    async def close(self) -> None:
        """End the connection in good order, once everything is sent."""
        self.ended = True
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.ended = True
        sock: socket.socket = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def half_close(self) -> None:
        """Send no more, but keep reading until the client hangs up."""
        self._writer.write_eof()
        await self.until_hung_up()

    async def until_hung_up(self) -> None:
        """Wait until the client is gone."""
        self.ended = True
        with suppress(OSError):
            while await self._reader.read(64 * 1024):
                pass
        self._writer.close()


Handler = Callable[[Request, Connection], Awaitable[None]]


class Listener:
    """One origin: it hands the head of each request to a handler, which reads the body and answers."""

    def __init__(self, network: Network, handler: Handler, host: str) -> None:
        self._network = network
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small parts leave at once
        self._socket.bind((host, 0))  # bound and not listening: the system refuses connections
        self._socket.setblocking(False)
        self.requests: list[Request] = []
        self.connections = 0
        name, port = self._socket.getsockname()
        self.url = f"http://{name}:{port}"

    @property
    def lines(self) -> list[str]:
        return [request.line for request in self.requests]

    def open(self) -> Listener:
        """Start taking connections."""
        self._network.call(self._open())
        return self

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=_LONGEST_HEAD, backlog=512)

    async def close(self) -> None:
        """Drop all connections and take no more."""
        if self._server is not None:
            self._network.loop.remove_reader(self._socket)
            for _ in range(3):  # what has just been taken becomes a connection: asyncio would drop it with a warning
                await asyncio.sleep(0)
            self._server.close()
        self._socket.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.connections += 1
        connection = Connection(reader, writer)
        try:
            while not connection.ended and (request := await connection.read_head()) is not None:
                self.requests.append(request)
                await self._handler(request, connection)
        except (HungUpError, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._connections.discard(task)


class Network:
    """An event loop in a thread of its own, on which all listeners of a test run."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="loopback servers", daemon=True)
        self._thread.start()
        self.listeners: list[Listener] = []

    def call(self, flow: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the servers' loop and return its result."""
        return asyncio.run_coroutine_threadsafe(flow, self.loop).result(10)

    def listener(self, handler: Handler, host: str = "127.0.0.1") -> Listener:
        """Return a new origin; until it is opened, connections to it are refused."""
        self.listeners.append(Listener(self, handler, host))
        return self.listeners[-1]

    def clear(self) -> None:
        """Close all listeners."""
        for listener in self.listeners:
            self.call(listener.close())
        self.listeners.clear()

    def stop(self) -> None:
        self.clear()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()
