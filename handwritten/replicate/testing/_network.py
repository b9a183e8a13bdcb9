"""Loopback servers over real sockets, on an event loop in a thread of its own; what they answer is not known here."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

_LONGEST_HEAD = 1024 * 1024
_LARGEST_BODY = 256 * 1024 * 1024
_START_LIMIT = 10.0
_PART = 256 * 1024
_TO_ARRIVE = 0.005


class HungUpError(Exception):
    """The client is gone, or this side has ended the connection."""


@dataclass
class Incoming:
    """One request as it came in."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    head: bytes = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the question mark, encoded as it came."""
        return self.target.partition("?")[2]

    @property
    def line(self) -> str:
        """The method and the path."""
        return f"{self.method} {self.path}"


class Connection:
    """One accepted connection, on the servers' event loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.ended = False
        self.request: Incoming | None = None
        """The request that is being answered."""

    async def read_head(self) -> Incoming | None:
        """Return the next request without its body, None when the client has hung up."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, _, rest = first.partition(" ")
        pairs = (line.partition(":") for line in lines if line)
        return Incoming(method, rest.partition(" ")[0], {name.lower(): text.strip() for name, _, text in pairs}, head)

    async def read_body(self, request: Incoming, at_most: float = _LARGEST_BODY) -> None:
        """Read the body of a request, or its start: no more than about so many bytes."""
        body = bytearray()
        if request.headers.get("transfer-encoding") == "chunked":
            while len(body) < at_most:
                size = int(await self._reader.readuntil(b"\r\n"), 16)
                body += await self._reader.readexactly(size)
                await self._reader.readexactly(2)
                if size == 0:
                    break
        left = int(min(int(request.headers.get("content-length", "0")), at_most))
        while left > 0:
            part = await self._reader.read(min(left, _PART))
            if not part:
                raise HungUpError
            left -= len(part)
            body += part
        request.body = bytes(body)

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
        """End the connection with a TCP reset, once what was sent has had time to arrive."""
        await asyncio.sleep(_TO_ARRIVE)
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
        with suppress(OSError):
            while await self._reader.read(_PART):
                pass
        self.ended = True


Handler: TypeAlias = Callable[[Incoming, Connection], Awaitable[None]]
"""Reads the body of a request and answers it."""


class Listener:
    """One origin: a port of the loopback interface, whose requests a handler answers one after the other."""

    def __init__(self, handler: Handler, host: str = "127.0.0.1") -> None:
        self._handler = handler
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._socket = socket.socket()
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small parts leave at once
        self._socket.bind((host, 0))  # bound and not listening: until it is opened, connections are refused
        self._socket.setblocking(False)
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"

    async def open(self) -> None:
        """Start taking connections."""
        self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=_LONGEST_HEAD, backlog=512)

    async def close(self) -> None:
        """Drop all connections and take no more."""
        if self._server is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            for _ in range(3):  # what has just been taken becomes a connection: asyncio would drop it with a warning
                await asyncio.sleep(0)
            self._server.close()
        self._socket.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        connection = Connection(reader, writer)
        try:
            while not connection.ended and (request := await connection.read_head()) is not None:
                connection.request = request
                await self._handler(request, connection)
        except (HungUpError, OSError, ValueError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever hung up, or sent what is no HTTP, gets nothing more; cancellation comes from `close`
        finally:
            writer.close()


class Network:
    """The event loop on which listeners run, in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="replicate.testing", daemon=True)
        self._thread.start()
        self._listeners: list[Listener] = []

    def call(self, flow: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the servers' loop and return its result."""
        return asyncio.run_coroutine_threadsafe(flow, self.loop).result(_START_LIMIT)

    def listen(self, handler: Handler) -> Listener:
        """Return a new origin that takes connections."""
        listener = Listener(handler)
        self._listeners.append(listener)
        self.call(listener.open())
        return listener

    def stop(self) -> None:
        """Close all listeners and end the thread."""
        for listener in self._listeners:
            self.call(listener.close())
        self._listeners.clear()
        self.call(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(_START_LIMIT)
        self.loop.close()
