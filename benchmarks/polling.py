"""Compares schedules of polling over jobs of realistic lengths, without sleeping: `python -m benchmarks.polling`.

It tells how long after a job's end the next look is answered, and how many requests were sent, the create among them.
The client's schedule is taken from its own code; jobs that have an event stream need none of this, because their end is
heard. The seed is fixed, so two runs print the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import mean, quantiles
from typing import NamedTuple

from replicate._waiting import interval

_SEED = 20260102
_LOOK = 0.12
"""Seconds from the start of a look to its answer, that of a near data center."""

Schedule = Callable[[float], float]
"""The pause before the next look, by the age of the wait; all in seconds."""

Lengths = Callable[[random.Random], float]
"""Draws the length of a job, in seconds."""


def _growing(share: float, shortest: float, longest: float) -> Schedule:
    return lambda age: min(max(shortest, age * share), longest)


SCHEDULES: dict[str, Schedule] = {
    "the client's": interval,
    "fixed 0.5 s (1.0.7, beta)": lambda _: 0.5,
    "4 % of the age, 0.5 s to 5 s": _growing(0.04, 0.5, 5),
    "6 % of the age, 0.25 s to 5 s": _growing(0.06, 0.25, 5),
}


def _evenly(shortest: float, longest: float) -> Lengths:
    return lambda chance: chance.uniform(shortest, longest)


def _medium(chance: random.Random) -> float:
    """Pictures, and language models with long answers: mostly 5 to 30 s, with a long tail."""
    return min(max(5.0, chance.lognormvariate(2.4, 0.5)), 60.0)


def _long(chance: random.Random) -> float:
    """Films, and cold starts: one to twenty minutes."""
    return min(max(60.0, chance.lognormvariate(5.3, 0.7)), 1200.0)


def _mixture(chance: random.Random) -> float:
    """What an account runs: half small models that are warm, a third medium, the rest long."""
    kind = chance.choices((_evenly(0.5, 3), _medium, _long), weights=(50, 35, 15))[0]
    return kind(chance)


JOBS: dict[str, Lengths] = {
    "0.5 to 2 s": _evenly(0.5, 2),
    "2 to 8 s": _evenly(2, 8),
    "9 to 11 s": _evenly(9, 11),
    "5 to 60 s": _medium,
    "1 to 20 min": _long,
    "a mixture": _mixture,
}


class Line(NamedTuple):
    """How one schedule does with one kind of jobs; all but the last in seconds."""

    jobs: str
    schedule: str
    mean_length: float
    mean_lag: float
    worst_lag: float
    """What one job of twenty exceeds."""

    mean_requests: float


def simulate(jobs: int = 2000) -> list[Line]:
    """Return the figures of each schedule with each kind of jobs."""
    lines: list[Line] = []
    for kind, draw in JOBS.items():
        chance = random.Random(_SEED)
        lengths = [draw(chance) for _ in range(jobs)]
        for name, schedule in SCHEDULES.items():
            random.seed(_SEED)  # of the client's own jitter
            found = [_wait(length, schedule) for length in lengths]
            lags = [lag for lag, _ in found]
            worst = quantiles(lags, n=20)[-1]
            lines.append(Line(kind, name, mean(lengths), mean(lags), worst, mean(requests for _, requests in found)))
    return lines


def _wait(length: float, schedule: Schedule) -> tuple[float, int]:
    """Return how late the end of a job is known, and the requests it took."""
    now, requests = 0.0, 1
    while True:
        now += schedule(now)
        requests += 1
        over = now + _LOOK / 2 >= length  # the service answers half way
        now += _LOOK
        if over:
            return now - length, requests


def main() -> None:
    """Print a table for each kind of jobs."""
    shown = ""
    for line in simulate():
        if line.jobs != shown:
            shown = line.jobs
            print(f"\nJobs of {shown}, {line.mean_length:.1f} s on average")
            print(f"{'schedule':36}{'mean lag':>10}{'19 of 20 below':>16}{'requests':>10}")
        print(f"{line.schedule:36}{line.mean_lag:>8.2f} s{line.worst_lag:>14.2f} s{line.mean_requests:>10.1f}")


if __name__ == "__main__":
    main()
