"""The rows of the table: what is measured, how often, and the marks that this client is to reach. Nothing runs here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .answers import BLOCKS, EACH, EVENTS, PREDICTION, VERSION

ALL = ("floor", "v1", "beta", "ours")
MIB = 1024 * 1024


@dataclass(frozen=True)
class Limit:
    """A mark: a value, or so many times another client's figure."""

    factor: float
    of: str | None = None
    at_least: bool = False

    def holds(self, figures: dict[str, float]) -> bool | None:
        """Return whether this client's figure is within the mark; None where there is nothing to compare with."""
        ours = figures.get("ours")
        bound = self.factor if self.of is None else self.factor * figures[self.of] if self.of in figures else None
        if ours is None or bound is None:
            return None
        return ours >= bound if self.at_least else ours <= bound

    def text(self, scale: float, unit: str) -> str:
        """Return the mark as it is told in the table."""
        sign = "≥" if self.at_least else "≤"
        if self.of is None:
            return f"{sign} {self.factor * scale:g}{f' {unit}' if unit else ''}"
        name = {"v1": "1.0.7"}.get(self.of, self.of)
        return f"{sign} {name}" if self.factor == 1 else f"{sign} {self.factor:g} × {name}"


@dataclass(frozen=True)
class Figure:
    """One measured quantity of a row."""

    name: str
    """Its member in what a child prints; `cpu` and `seconds` are seconds, `peak` is bytes."""

    label: str
    unit: str
    scale: float
    """What the quantity is multiplied with for the table."""

    must: Limit | None = None
    aim: Limit | None = None
    middle: bool = False
    """Whether the figure is the median of the rounds. Otherwise it is the best one, because what disturbs only adds;
    of memory it is the largest."""


@dataclass(frozen=True)
class Row:
    """One kind of work."""

    key: str
    kind: str
    """A class of `child`, or what a new process does: `import` or `cold`."""

    figures: tuple[Figure, ...]
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    subjects: tuple[str, ...] = ALL
    rounds: int = 15
    quick: int = 5
    """The rounds of the quick mode."""

    at_once: bool = False
    """Whether the clients work at the same time: they only wait."""

    fresh: bool = False
    """Whether each round has a new process."""


def _cpu(label: str, unit: str, scale: float, must: Limit, aim: Limit) -> tuple[Figure, ...]:
    return (Figure("cpu", label, unit, scale, must, aim),)


def _waits(label: str, lag: tuple[Limit | None, Limit | None], requests: tuple[Limit | None, Limit | None]) -> Any:
    return (
        Figure("lag", f"{label}: lag after the end", "ms", 1e3, *lag, middle=True),
        Figure("requests", f"{label}: requests", "", 1, *requests, middle=True),
    )


_ONE_SECOND = [0.80, 0.87, 0.95, 1.02, 1.10, 1.17]
_TEN_SECONDS = [9.80, 9.87, 9.95, 10.02, 10.10, 10.17]
"""Lengths in seconds whose places between two polls of a fixed half second are spread evenly."""

_EACH = {"id": EACH, "events": EVENTS}
_BLOCKS = {"id": BLOCKS, "events": EVENTS}
_WITH_STREAM = ("floor", "v1", "ours")
_IN_MS = ("ms", 1e3)
_IN_US = ("µs", 1e6)

ROWS = (
    Row(
        "import",
        "import",
        _cpu("import, CPU over an empty interpreter", *_IN_MS, Limit(0.15, "v1"), Limit(0.05, "v1")),
        rounds=21,
        quick=9,
    ),
    Row(
        "cold",
        "cold",
        _cpu("cold process, import and first get, CPU", *_IN_MS, Limit(0.65, "v1"), Limit(1, "floor")),
        rounds=21,
        quick=9,
    ),
    Row(
        "get",
        "Calls",
        _cpu("predictions.get, CPU per call", *_IN_US, Limit(1.05, "floor"), Limit(0.75, "floor")),
        {"what": "get", "id": PREDICTION, "calls": 200},
    ),
    *(
        Row(
            f"async-{at_once}",
            "AsyncCalls",
            _cpu(f"the same, async, {at_once} at once", *_IN_US, Limit(1, "floor"), Limit(0.4, "floor")),
            {"id": PREDICTION, "calls": 500, "at_once": at_once},
            rounds=9,
            quick=3,
        )
        for at_once in (32, 100)
    ),
    Row(
        "page",
        "Calls",
        _cpu("a page of 100, CPU per call", *_IN_US, Limit(1.2, "floor"), Limit(0.8, "floor")),
        {"what": "page", "calls": 20},
    ),
    Row(
        "wait-1",
        "Waits",
        _waits("poll mode, job of 1 s", (Limit(0.3, "v1"), Limit(0.010)), (Limit(2, "v1"), Limit(4))),
        {"version": VERSION, "lengths": _ONE_SECOND, "stream": True},
        rounds=3,
        quick=2,
        at_once=True,
    ),
    Row(
        "wait-10",
        "Waits",
        _waits("poll mode, job of 10 s", (Limit(1, "v1"), Limit(0.010)), (Limit(1, "v1"), Limit(4))),
        {"version": VERSION, "lengths": _TEN_SECONDS, "stream": True},
        rounds=2,
        quick=1,
        at_once=True,
    ),
    Row(
        "wait-1-mute",
        "Waits",
        _waits("1 s, no stream to hear", (Limit(1, "v1"), None), (Limit(2, "v1"), None)),
        {"version": VERSION, "lengths": _ONE_SECOND, "stream": False},
        rounds=3,
        quick=2,
        at_once=True,
    ),
    Row(
        "wait-10-mute",
        "Waits",
        _waits("10 s, no stream to hear", (None, None), (Limit(2, "v1"), None)),
        {"version": VERSION, "lengths": _TEN_SECONDS, "stream": False},
        rounds=2,
        quick=1,
        at_once=True,
    ),
    Row(
        "runs",
        "Runs",
        (
            Figure("over", "200 runs of 6 s at once: over the longest", "s", 1, Limit(1.2), Limit(0.3), middle=True),
            Figure("failed", "the same: failed", "", 1, Limit(0), Limit(0), middle=True),
        ),
        {"count": 200, "seconds": 6},
        rounds=3,
        quick=1,
    ),
    Row(
        "events",
        "Events",
        _cpu("event stream, a chunk per event, CPU per event", *_IN_US, Limit(1.1, "floor"), Limit(0.5, "floor")),
        _EACH,
        subjects=_WITH_STREAM,
    ),
    Row(
        "blocks",
        "Events",
        _cpu("event stream, chunks of 64 KiB, CPU per event", *_IN_US, Limit(2, "floor"), Limit(1.2, "floor")),
        _BLOCKS,
        subjects=_WITH_STREAM,
    ),
    Row(
        "read",
        "Files",
        (Figure("peak", "read() of 256 MiB, peak memory over idle", "MiB", 1 / MIB, Limit(1.05 * 256 * MIB)),),
        {"what": "read", "size": 256 * MIB},
        rounds=3,
        quick=1,
        fresh=True,
    ),
    Row(
        "save",
        "Files",
        (
            Figure("peak", "save() of 256 MiB, peak memory over idle", "MiB", 1 / MIB, Limit(8 * MIB)),
            Figure("rate", "the same: rate (floor: iterate and write)", "MiB/s", 1, Limit(0.9, "floor", at_least=True)),
        ),
        {"what": "save", "size": 256 * MIB},
        subjects=("floor", "ours"),
        rounds=7,
        quick=5,
    ),
    Row(
        "upload",
        "Files",
        (Figure("peak", "upload of 64 MiB as input, peak memory", "MiB", 1 / MIB, Limit(2 * MIB)),),
        {"what": "upload", "size": 64 * MIB},
        rounds=3,
        quick=1,
        fresh=True,
    ),
)
