"""A server that says exactly the bytes a test gives it, over real sockets, and can be cruel about it."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import ssl


@dataclass
class Request:
    """One request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


class Connection:
    """One accepted connection."""

    def __init__(self, server: RawServer, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self._incoming = sock.makefile("rb")

    def read(self) -> Request | None:
        """Return the next request on this connection, None when the client has hung up."""
        first = self._incoming.readline()
        if not first:
            return None
        method, target, _ = first.decode().split(" ", 2)
        headers: dict[str, str] = {}
        while line := self._incoming.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        request = Request(method, target, headers, self._body(headers))
        self.server.requests.append(request)
        return request

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return self._incoming.read(int(headers.get("content-length", "0")))
        body = b""
        while size := int(self._incoming.readline(), 16):
            body += self._incoming.read(size)
            self._incoming.readline()
        self._incoming.readline()
        return body

    def send(self, content: bytes) -> None:
        self.sock.sendall(content)

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def hung_up(self, *, within: float = 10.0) -> bool:
        """Wait for the client to close the connection, and return whether it did."""
        self.sock.settimeout(within)
        try:
            return self.sock.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def close(self) -> None:
        self._incoming.close()
        self.sock.close()


Handler = Callable[[Connection], Any]


class RawServer:
    """Handles its connections one after another or side by side, each in a thread, with the handlers in order.

    The last handler takes all further connections. With `tls`, a server's context, it speaks `https`.
    """

    def __init__(self, *handlers: Handler, tls: ssl.SSLContext | None = None) -> None:
        self.handlers = handlers
        self.tls = tls
        self.requests: list[Request] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []
        self._open: set[Connection] = set()

    def __enter__(self) -> Self:
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    @property
    def lines(self) -> list[str]:
        return [request.line for request in self.requests]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            handler = self.handlers[min(self.connections, len(self.handlers) - 1)]
            self.connections += 1
            thread = threading.Thread(target=self._handle, args=(handler, sock))
            self._threads.append(thread)
            thread.start()

    def _handle(self, handler: Handler, sock: socket.socket) -> None:
        if self.tls is not None:
            try:
                sock = self.tls.wrap_socket(sock, server_side=True)
            except OSError:  # the client did not like the certificate
                sock.close()
                return
        connection = Connection(self, sock)
        self._open.add(connection)
        try:
            handler(connection)
        except OSError:
            pass
        finally:
            self._open.discard(connection)
            connection.close()


@contextlib.contextmanager
def refusing() -> Iterator[str]:
    """Yield a URL at which connections are refused: its port is taken, so that nobody else can come to listen there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def head(status: int = 200, **headers: Any) -> bytes:
    """Return the head of a response; underscores in names stand for dashes."""
    lines = [f"HTTP/1.1 {status} Told", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def respond(status: int, body: Any = b"", *, headers: dict[str, str] | None = None) -> Handler:
    """Return a handler that answers every request of a connection alike: bytes as they are, all else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = head(status, **{"content-length": len(content), **(headers or {})}) + content

    def handle(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(response)

    return handle


def raw(content: bytes, *, then: str = "close") -> Handler:
    """Return a handler that answers one request with these bytes, then closes or resets the connection."""

    def handle(connection: Connection) -> None:
        connection.read()
        connection.send(content)
        if then == "reset":
            connection.reset()

    return handle
