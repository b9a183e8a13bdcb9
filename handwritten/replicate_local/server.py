"""The HTTP server process around an engine: socket, readiness line, signals, graceful end; never the application."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn

from replicate_local.connections import Connection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from starlette.types import ASGIApp

_KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than clients keep theirs, so that they are the ones to close."""

_GRACE = 1
"""Seconds that open responses get at the end; streams have been ended before."""


class Server(uvicorn.Server):
    """A server that says when it is ready and ends its open streams before it waits for them."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        on_ready: Callable[[], None],
        before_shutdown: Callable[[], Awaitable[None]],
        exit_with_stdin: bool,
    ) -> None:
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http=Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
        super().__init__(config)
        self._on_ready = on_ready
        self._before_shutdown = before_shutdown
        self._exit_with_stdin = exit_with_stdin

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept calls, then say so."""
        await super().startup(sockets)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._leave)
        if self._exit_with_stdin:
            os.set_blocking(sys.stdin.fileno(), False)
            loop.add_reader(sys.stdin.fileno(), self._read_stdin)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is open, then the server."""
        await self._before_shutdown()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the event loop, so that a signal means a clean exit with status 0."""
        yield

    def _leave(self) -> None:
        self.should_exit = True

    def _read_stdin(self) -> None:
        with contextlib.suppress(BlockingIOError):
            if not os.read(sys.stdin.fileno(), 1024):
                asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
                self._leave()


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        OSError: the port is taken, or the host is no address of this machine.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    # The protocol must be named: asyncio turns off the delay of small packets (40 ms) only for sockets that say TCP.
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock


def base_url(host: str, sock: socket.socket) -> str:
    """Return the URL that clients on this machine use."""
    port: int = sock.getsockname()[1]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  it is compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104  same
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
