"""Time in a test: that of predictions stands still, and what would be waited for is skipped. Who waits is not known."""

from __future__ import annotations

import math
import threading
import time

_PAST = 1e-6
"""Seconds beyond a moment that was skipped to, so that rounding does not leave it ahead."""


class SkippingTime:
    """The time of predictions, which passes by skips alone, and that of clients, in which real time passes as well.

    So what a test sees does not depend on how fast the machine is. Skips lead to a moment, not over a span: of two that
    wait side by side for a minute, both have waited it after one skip. Safe to use from many threads.
    """

    def __init__(self) -> None:
        self.pauses: list[float] = []
        """The seconds of each pause that a client made, in order."""
        self._passed = 0.0
        self._skipped = 0.0
        self._started = time.monotonic()
        self._real_since: float | None = None
        self._lock = threading.Lock()

    @property
    def is_real(self) -> bool:
        """Whether nothing is skipped, so that everything takes its time. A test sets it before anything is created."""
        return self._real_since is not None

    @is_real.setter
    def is_real(self, value: bool) -> None:
        self._passed = self.now()
        self._real_since = time.monotonic() if value else None

    def now(self) -> float:
        """Return the seconds that have passed for predictions."""
        since = self._real_since
        return self._passed + (0.0 if since is None else time.monotonic() - since)

    def monotonic(self) -> float:
        """Return what the clock of a client says: real seconds, and those skipped."""
        return time.monotonic() + self._skipped

    def elapsed(self) -> float:
        """Return the seconds since the start, real ones and those skipped."""
        return self.monotonic() - self._started

    def skip_to(self, moment: float) -> None:
        """Let it be that moment now, if it lies ahead and ever comes."""
        with self._lock:
            gap = moment - self._passed
            if gap > 0 and not math.isinf(gap) and not self.is_real:
                self._passed = moment + _PAST
                self._skipped += gap + _PAST

    def pause(self, seconds: float) -> None:
        """Skip a pause that a client makes."""
        self.pauses.append(seconds)
        self.skip_to(self.now() + seconds)
