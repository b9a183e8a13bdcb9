"""Time in a test: it runs with the machine's, and what would be waited for is skipped. Who waits is not known here."""

from __future__ import annotations

import math
import threading
import time

_PAST = 1e-6
"""Seconds beyond a moment that was skipped to, so that rounding does not leave it ahead."""


class SkippingTime:
    """Real time plus all that was skipped. Safe to use from many threads.

    Skips lead to a moment, not over a span: of two that wait side by side for a minute, both have waited it after one
    skip.
    """

    def __init__(self) -> None:
        self.is_real = False
        """Whether nothing is skipped, so that every wait takes its time."""
        self.pauses: list[float] = []
        """The seconds of each pause that a client made, in order."""
        self._skipped = 0.0
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        return time.monotonic() + self._skipped

    def elapsed(self) -> float:
        """Return the seconds since the start, those skipped included."""
        return self.monotonic() - self._started

    def skip_to(self, moment: float) -> None:
        """Let it be that moment now, if it lies ahead and ever comes."""
        with self._lock:
            gap = moment - self.monotonic()
            if gap > 0 and not math.isinf(gap) and not self.is_real:
                self._skipped += gap + _PAST

    def pause(self, seconds: float) -> None:
        """Skip a pause that a client makes."""
        self.pauses.append(seconds)
        self.skip_to(self.monotonic() + seconds)
