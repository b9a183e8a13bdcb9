"""How many calls may be made, told and, where that was asked for, enforced; never which call is which operation's.

The numbers are the service's: 600 creates of predictions a minute, 60,000 reads of one, 3,000 of everything else.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from replicate_local.problems import throttled
from replicate_local.terms import CREATES

if TYPE_CHECKING:
    from collections.abc import Callable

_OTHERS = 3000
_READS = 60000
_CREATING = frozenset({"predictions.create", "models.predictions.create", "deployments.predictions.create"})
_SILENT = "files."
"""The operations on files count, but tell nothing."""


@dataclass
class _Bucket:
    """Calls that are left, at most `size`; all of them come back within `period` seconds, evenly."""

    size: int
    period: float
    left: float
    seen_at: float

    def refill(self, moment: float) -> None:
        """Take what came back since the last look."""
        self.left = min(float(self.size), self.left + (moment - self.seen_at) * self.size / self.period)
        self.seen_at = moment

    def seconds_until(self, calls: float) -> int:
        """Return the whole seconds until so many calls are left, 1 at least."""
        return max(1, math.ceil((calls - self.left) * self.period / self.size))


class RateLimits:
    """The counters of one engine; without a number of creates they never refuse a call."""

    def __init__(self, creates: int | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._enforced = creates is not None
        self._clock = clock
        # Clients slow down by what the headers say, which they need not where no call is refused.
        period = 60.0 if self._enforced else 1.0
        self._creates, self._reads, self._others = (
            _Bucket(size, period, size, clock()) for size in (creates or CREATES, _READS, _OTHERS)
        )

    def count(self, operation_id: str) -> dict[str, str]:
        """Count a call and return the headers of its answer.

        Raises:
            Problem: 429 if there are too many; a call that is refused does not count.
        """
        bucket = self._bucket(operation_id)
        bucket.refill(self._clock())
        if bucket.left < 1 and self._enforced:
            raise throttled(bucket.seconds_until(1), _headers(operation_id, bucket))
        bucket.left = max(0.0, bucket.left - 1)
        return _headers(operation_id, bucket)

    def _bucket(self, operation_id: str) -> _Bucket:
        if operation_id in _CREATING:
            return self._creates
        return self._reads if operation_id == "predictions.get" else self._others


def _headers(operation_id: str, bucket: _Bucket) -> dict[str, str]:
    if operation_id.startswith(_SILENT):
        return {}
    seconds = bucket.seconds_until(1)  # the service said 1 whenever a call was left
    return {"ratelimit-remaining": str(int(bucket.left)), "ratelimit-reset": str(seconds)}
