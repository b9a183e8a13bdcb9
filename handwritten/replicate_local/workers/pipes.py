"""Pipes read on the event loop: whole lines for messages, raw pieces for logs; never what they mean."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LINE = 64 * 1024 * 1024
"""Bytes: what one message may hold, so that a hostile predictor cannot fill the engine's memory."""

_PIECE = 1 << 18


class PipeReader:
    """Hands the pieces that arrive at a file descriptor to a callback, until the other end closes.

    Attributes:
        on_end: what to call when the other end has closed.
    """

    def __init__(self, fd: int, on_data: Callable[[bytes], None]) -> None:
        os.set_blocking(fd, False)
        self._fd: int | None = fd
        self._on_data = on_data
        self.on_end: Callable[[], None] | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(fd, self._read)

    def drain(self, limit: int = 4 * _PIECE) -> None:
        """Take what has already been written, at most about `limit` bytes, without waiting for more."""
        taken = 0
        while self._fd is not None and taken < limit:
            size = self._read()
            if not size:
                return
            taken += size

    def close(self) -> None:
        """Stop reading; can be called twice."""
        if self._fd is not None:
            self._loop.remove_reader(self._fd)
            os.close(self._fd)
            self._fd = None

    def _read(self) -> int:
        if self._fd is None:
            return 0
        try:
            data = os.read(self._fd, _PIECE)
        except BlockingIOError:
            return 0
        except OSError:
            data = b""
        if not data:
            self.close()
            if self.on_end is not None:
                self.on_end()
            return 0
        self._on_data(data)
        return len(data)


class LineSplitter:
    """Collects pieces into lines; a line above the limit is reported once as None and ends the reading."""

    def __init__(self, on_line: Callable[[bytes | None], None], limit: int = MAX_LINE) -> None:
        self._on_line = on_line
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self._broken = False

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        *ends, rest = data.split(b"\n")
        for end in ends:
            if self._broken:
                return
            self._on_line(b"".join([*self._pieces, end]))
            self._pieces, self._size = [], 0
        self._pieces.append(rest)
        self._size += len(rest)
        if self._size > self._limit and not self._broken:
            self._broken, self._pieces = True, []
            self._on_line(None)
