"""Waiting for a prediction: how long, how often to look, and when it is over. How to look is told by the caller."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Protocol, TypeVar

from ._hearing import Heard
from ._quoted_values import quote_value
from .exceptions import (
    APIStatusError,
    DecodeError,
    InvalidArgumentError,
    NetworkError,
    RateLimitError,
    ReplicateError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ._wire import Wire

TERMINAL_STATUSES = frozenset({"succeeded", "failed", "canceled", "aborted", "successful"})
"""The statuses after which nothing changes. `successful` stands in some of the service's examples."""

DEFAULT_PATIENCE = 2 * 60 * 60.0
"""Seconds `wait` waits where the caller sets no limit. The service stops a prediction after 30 minutes of running;
the rest is room for queueing and cold starts, which it does not bound."""

LAST_LOOK = 1.0
"""Seconds a look may take that begins when the time is up, so that an end in the last interval is not missed."""

_YOUNG_INTERVALS = ((1.2, 0.34), (2.0, 0.42))
"""The pause, in seconds, while a wait is younger than so many seconds: half a second is much beside so short a job.

`python -m benchmarks.polling` compares this with other schedules.
"""

_SHORTEST_INTERVAL = 0.5
_SHARE_OF_AGE = 0.04
_LONGEST_INTERVAL = 5.0
_JITTER = 0.1

_SHORTEST_LISTENING = 0.25
"""Seconds; a stream that ended sooner is not heard again at once, for it may do the same each time."""


class Job(Protocol):
    """Something with a status that ends: a prediction or a training."""

    @property
    def id(self) -> str: ...

    @property
    def status(self) -> str: ...


JobT = TypeVar("JobT", bound=Job)


def is_terminal(job: Job) -> bool:
    """Return whether a status is final. A status nobody knows yet is not."""
    return job.status in TERMINAL_STATUSES


def interval(age: float, fixed: float | None = None) -> float:
    """Return the pause before the next look, in seconds, for a wait that is so old.

    A fixed interval stays fixed. Otherwise a wait looks three times in its first second, then twice a second, and once
    it is older than twelve seconds after each 25th of its age, five seconds at most: so the time lost after the end
    stays small beside the time waited, and a long job costs few requests. A tenth of jitter keeps many waits from
    marching in step.
    """
    if fixed is not None:
        return fixed
    grown = min(max(_SHORTEST_INTERVAL, age * _SHARE_OF_AGE), _LONGEST_INTERVAL)
    pause = next((young for until, young in _YOUNG_INTERVALS if age < until), grown)
    return pause * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreading load, not hiding anything


def deadline_of(timeout: float | None, limit: float | None, now: float) -> float:
    """Return the moment a wait gives up: after the time given, at the limit of the job, or after two hours."""
    seconds = check_seconds(timeout, "timeout")
    if seconds is not None:
        return now + seconds
    return now + DEFAULT_PATIENCE if limit is None else limit


async def wait_until_over(
    wire: Wire,
    job: JobT,
    look: Callable[[], Awaitable[JobT]],
    *,
    deadline: float,
    poll_interval: float | None,
    hear: Callable[[], Awaitable[Heard]] | None = None,
) -> JobT:
    """Look at a job until it is over or the deadline passes, and return it as last seen.

    Between two looks it listens to the job's stream, if there is one to hear, and pauses otherwise. A look that fails
    on the way, or because the service is in trouble, is not the end of the wait: the transport has tried it several
    times by then, and it is tried again until the deadline.
    """
    started, asked = wire.clock.monotonic(), 0.0
    while not is_terminal(job):
        now = wire.clock.monotonic()
        if now >= deadline:
            return job
        heard = Heard.DEAF if hear is None else await hear()
        if heard is not Heard.QUIET:
            hear = None  # of no further use: it told the end, which the next looks will confirm, or nothing at all
        now, listened = wire.clock.monotonic(), wire.clock.monotonic() - now
        if heard is Heard.END:
            started = now
        elif listened < _SHORTEST_LISTENING:
            await wire.sleep(max(0.0, min(max(interval(now - started, poll_interval), asked), deadline - now)))
        try:
            job, asked = most_advanced(job, await look()), 0.0
        except ReplicateError as error:
            if not may_pass(error):
                raise
            asked = error.retry_after or 0.0
    return job


def may_pass(error: ReplicateError) -> bool:
    """Return whether a look that failed may succeed later: the way, the service or something between is in trouble."""
    if isinstance(error, (NetworkError, ServerError, RateLimitError, DecodeError)):
        return True
    return isinstance(error, APIStatusError) and error.status == 408


SUCCESS = frozenset({"succeeded", "successful"})
"""The statuses of a prediction whose output can be used."""

_STAGES = {"starting": 0, "processing": 1}


def most_advanced(seen: JobT, new: JobT) -> JobT:
    """Return the later of two looks: two back ends answer, and one may still tell an older state."""
    if not is_terminal(new) and _STAGES.get(seen.status, 0) > _STAGES.get(new.status, 1):
        return seen
    return new


def check_interval(value: float | None) -> float | None:
    """Return the seconds between two looks, or None where they follow the age of the wait.

    Raises:
        InvalidArgumentError: it is no number of seconds.
    """
    return value if value == 0 and not isinstance(value, bool) else check_seconds(value, "poll_interval")


def check_seconds(value: float | None, argument: str) -> float | None:
    """Return a positive number of seconds, or None.

    Raises:
        InvalidArgumentError: it is not one.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise InvalidArgumentError(
            f"{argument} must be a positive number of seconds, not {quote_value(value)}", argument=argument
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf
