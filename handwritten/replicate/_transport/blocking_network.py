"""The network for code that blocks: the system's sockets, safe to close from another thread and after a fork."""

from __future__ import annotations

import math
import os
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx

from .network import OF_THE_SYSTEM, READ_AT_ONCE, Network, Places, Stream, failure_of, is_readable

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Sequence


_STEP = 1.0
"""Seconds of one call of the system. A signal that comes right before such a call, or to another thread, is noticed
when it returns, and on Windows Ctrl-C interrupts none: so it is noticed a second later at most."""


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
        except OF_THE_SYSTEM as cause:
            raise failure_of(cause, httpx.ConnectError, httpx.ConnectTimeout) from cause
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
        left = math.inf if seconds is None else seconds
        try:
            while (data := self._received(min(left, _STEP))) is None:
                left -= _STEP
                if left <= 0:
                    raise TimeoutError("the read operation timed out")
        except OF_THE_SYSTEM as cause:
            raise failure_of(cause, httpx.ReadError, httpx.ReadTimeout) from cause
        if not data and self._is_closed:  # by another thread: that is not the end of what the server had to say
            raise httpx.ReadError("the connection was closed while it was read")
        return data

    def _received(self, seconds: float) -> bytes | None:
        """Return what has come, None if nothing came in so many seconds."""
        self._set_timeout(seconds)
        try:
            return self._socket.recv(READ_AT_ONCE)
        except (TimeoutError, BlockingIOError):
            return None

    async def write(self, data: bytes, seconds: float | None) -> None:
        try:
            self._set_timeout(seconds)
            left = memoryview(data)
            while left:  # the time is that of one step, as long as there is progress
                left = left[self._socket.send(left) :]
        except OF_THE_SYSTEM as cause:
            raise failure_of(cause, httpx.WriteError, httpx.WriteTimeout) from cause

    async def take_in(self) -> None:
        pass  # the system keeps it, and can be asked for it after a failure

    def has_news(self) -> bool:
        return self._process != os.getpid() or is_readable(self._socket)

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
