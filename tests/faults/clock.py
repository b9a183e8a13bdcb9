"""A clock that runs with the machine's, except that sleeping takes no time: the clock jumps instead."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from replicate._clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable


class SkippingClock(Clock):
    """Real time plus every second that was slept away. Safe to use from many threads."""

    def __init__(self) -> None:
        self.sleeps: list[float] = []
        self.on_sleep: Callable[[float], object] = lambda _: None
        """Called with each pause, to let something happen meanwhile."""
        self._skipped = 0.0
        self._lock = threading.Lock()

    def skip(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            self._skipped += seconds

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def time(self) -> float:
        return time.time() + self._skipped

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, seconds
        self.sleeps.append(seconds)
        self.skip(seconds)
        self.on_sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)
