"""What bytes travel through, over TCP and TLS, in either colour, with httpx's errors; nothing here knows HTTP.

A stream of the blocking colour answers each await at once, so that what is written over streams runs in both colours.
"""

from __future__ import annotations

import select
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import AsyncGenerator, Sequence

    import httpx


READ_AT_ONCE = 64 * 1024
"""Bytes."""

OF_THE_SYSTEM = (OSError, ValueError)
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
    async def take_in(self) -> None:
        """Keep what has come already, so that no failure to write can lose it."""

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


def is_readable(connected: socket.socket) -> bool:
    """Return whether there is something to read from a socket, its end included."""
    try:
        if not hasattr(select, "poll"):
            return bool(select.select([connected], [], [], 0)[0])
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return bool(poll.poll(0))
    except OF_THE_SYSTEM:  # it is closed, perhaps by another thread at this moment
        return True


def failure_of(
    cause: Exception, error: type[httpx.NetworkError], timeout: type[httpx.TimeoutException]
) -> httpx.TransportError:
    """Return one of httpx's errors for what the system, TLS or the event loop raised."""
    kind = timeout if isinstance(cause, (TimeoutError, BlockingIOError)) else error
    # Why a connection failed anyio tells in the cause alone, a group where the host has several addresses.
    reasons = getattr(cause.__cause__, "exceptions", [cause.__cause__])
    told = [str(one) for one in (cause, reasons[0]) if one is not None]
    return kind(": ".join(filter(None, told)) or type(cause).__name__)
