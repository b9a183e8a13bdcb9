"""How much of a limit is spent, and how much held back for what is under way. Knows no prices and sends nothing."""

from __future__ import annotations

import math
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._attempts import Noun

_PARTS = 10**12
"""Amounts are added up as whole numbers of so small a part, so that ten times 0.1 is 1."""


class Hold:
    """An amount that is held back for one prediction or training until its cost is known."""

    __slots__ = ("access", "amount", "job_id", "name", "noun")

    def __init__(self, name: str, noun: Noun, amount: int, access: object) -> None:
        self.name = name
        """The name that has its price."""
        self.noun: Noun = noun
        self.amount = amount
        self.job_id: str | None = None
        """Its id; None until it is created, and where the answer to that was lost or not waited for."""
        self.access = access
        """Whose it is: another account, or another service, does not know it."""


class Holds:
    """A limit, what was spent of it, and what is held back. Safe to use from many threads."""

    def __init__(self, limit: float, reserve: float, known: Mapping[str, float]) -> None:
        """Make one of which nothing is spent; `known` is what jobs cost of which that is sure beforehand, by name."""
        self._limit = _parts(limit)
        self._reserve = _parts(reserve)
        self._spent = 0
        self._held = 0
        self._dearest = {name: _parts(amount) for name, amount in known.items()}
        self._open: set[Hold] = set()
        self._by_job: dict[str, Hold] = {}
        self._unseen: OrderedDict[Hold, None] = OrderedDict()
        self._seen: OrderedDict[Hold, float] = OrderedDict()
        """When somebody last asked for a job, to learn its cost; the one that waits longest is the first."""
        self._lock = Lock()

    @property
    def limit(self) -> float:
        """What may be spent in all."""
        return self._limit / _PARTS

    @limit.setter
    def limit(self, limit: float) -> None:
        self._limit = _parts(limit)

    def amounts(self) -> tuple[float, float, int]:
        """Return what is spent, what is held back, and for how many jobs that is."""
        with self._lock:
            return self._spent / _PARTS, self._held / _PARTS, len(self._open)

    def expected(self, name: str) -> float:
        """Return what a job counts for while its cost is not known: the reserve, or what the dearest like it cost."""
        return self._amount(name) / _PARTS

    def allows(self, name: str) -> bool:
        """Return whether what is spent leaves enough for another job, once nothing is held back any more."""
        with self._lock:
            return self._spent + self._amount(name) <= self._limit

    def hold(self, name: str, noun: Noun, access: object) -> Hold | None:
        """Hold back what a job to come may cost; None if that is beyond the limit."""
        with self._lock:
            amount = self._amount(name)
            if self._spent + self._held + amount > self._limit:
                return None
            hold = Hold(name, noun, amount, access)
            self._open.add(hold)
            self._held += amount
            return hold

    def release(self, hold: Hold) -> None:
        """Hold back nothing for a job that was not created."""
        with self._lock:
            self._end(hold)

    def attach(self, hold: Hold, job_id: str) -> None:
        """Say which job an amount is held back for; one that two creates were answered with is held back for once."""
        with self._lock:
            if hold not in self._open or hold.job_id is not None:
                return
            if job_id in self._by_job:
                self._end(hold)
                return
            hold.job_id = job_id
            self._by_job[job_id] = hold
            self._unseen[hold] = None

    def of_job(self, job_id: str) -> Hold | None:
        """Return what is held back for a job."""
        return self._by_job.get(job_id)

    def spend(self, hold: Hold, cost: float | None) -> float | None:
        """Count what a job cost, once; None counts what was held back for it.

        Returns:
            What it counts for; None if it was counted before.
        """
        with self._lock:
            if not self._end(hold):
                return None
            amount = hold.amount if cost is None else round(cost * _PARTS)
            self._spent += amount
            self._dearest[hold.name] = max(amount, self._dearest.get(hold.name, 0))
            return amount / _PARTS

    def to_look_at(self, now: float, pause: float) -> Hold | None:
        """Return a job whose cost is not known, the one that waits longest; None if all were looked at of late.

        Whoever gets it looks at it; nobody else does for so many seconds.
        """
        with self._lock:
            hold = next(iter(self._unseen or self._seen), None)
            if hold is None or self._seen.get(hold, -math.inf) + pause > now:
                return None
            self._unseen.pop(hold, None)
            self._seen[hold] = now
            self._seen.move_to_end(hold)
            return hold

    def _amount(self, name: str) -> int:
        return max(self._reserve, self._dearest.get(name, 0))

    def _end(self, hold: Hold) -> bool:
        if hold not in self._open:
            return False
        self._open.remove(hold)
        self._unseen.pop(hold, None)
        self._seen.pop(hold, None)
        self._by_job.pop(hold.job_id or "", None)
        self._held -= hold.amount
        return True


def _parts(amount: float) -> int:
    return max(1, round(amount * _PARTS))
