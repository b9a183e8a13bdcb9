"""A clock that tests move: sleeping takes no time, and every pause is written down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from replicate._clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_740_830_400.0
"""2025-03-01T12:00:00Z, when every test begins."""


class FakeClock(Clock):
    """Time that passes only by sleeping, or by `advance`."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.sleeps: list[float] = []
        self.on_sleep: Callable[[float], object] = lambda _: None

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed

    def time(self) -> float:
        return START + self.elapsed

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, seconds
        self.sleeps.append(seconds)
        self.elapsed += seconds
        self.on_sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)
