"""Faults that a test switches on, and which requests they meet; how an answer goes astray is in `_replies`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._operations import OPERATIONS
from ._records import CREATES
from ._replies import Reply, whole

if TYPE_CHECKING:
    from ._replies import Transmit

_LINE = re.compile(r"[A-Z*]+ /\S*")


@dataclass
class Fault:
    """What happens to the next requests that it meets."""

    transmit: Transmit = whole
    reply: Reply | None = None
    """What is sent instead of the service's answer."""

    arrives: bool = True
    """Whether the client gets an answer."""

    accepted: bool = False
    """Whether the service does what was asked, whatever becomes of the answer."""

    seconds: float = 0.0
    """Real seconds before the first byte."""

    events: int | None = None
    """Events after which a stream is cut."""

    times: int | None = 1
    line: re.Pattern[str] | None = None
    operations: frozenset[str] = frozenset()

    @property
    def spares_answer(self) -> bool:
        """Whether the answer is sent as it is meant."""
        return self.reply is None and self.transmit is whole

    def meets(self, operation: str | None, line: str) -> bool:
        """Return whether a request is meant."""
        return self.line.fullmatch(line) is not None if self.line is not None else operation in self.operations


class Faults:
    """The faults that are switched on; those of a kind of request come in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, on: str, fault: Fault) -> None:
        """Switch a fault on for the requests that `on` names.

        Raises:
            ValueError: it names none.
        """
        fault.line, fault.operations = _read(on)
        self._faults.append(fault)

    def take(self, operation: str | None, line: str) -> Fault | None:
        """Return the fault that meets a request, and use it up."""
        for fault in self._faults:
            if fault.times != 0 and fault.meets(operation, line):
                fault.times = fault.times and fault.times - 1
                return fault
        return None


def _read(on: str) -> tuple[re.Pattern[str] | None, frozenset[str]]:
    if _LINE.fullmatch(on):
        return re.compile(re.escape(on).replace(r"\*", ".*")), frozenset()
    if on == "create":
        return None, CREATES
    if on in OPERATIONS:
        return None, frozenset({on})
    names = ", ".join(sorted({"create", *OPERATIONS}))
    raise ValueError(f"{on!r} names no request; use a method and a path, such as 'GET /v1/predictions/*', or: {names}")
