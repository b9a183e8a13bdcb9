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

    extra: str = ""
    """The extra that this client is installed with."""


def _cpu(label: str, unit: str, scale: float, must: Limit, aim: Limit) -> tuple[Figure, ...]:
    return (Figure("cpu", label, unit, scale, must, aim),)


def _process(kind: str, label: str, must: Limit, aim: Limit) -> Row:
    return Row(kind, kind, _cpu(label, "ms", 1e3, must, aim), rounds=21, quick=9)


def _waits(
    key: str,
    label: str,
    lengths: list[float],
    *,
    stream: bool,
    lag: tuple[Limit, Limit | None],
    requests: tuple[Limit, Limit | None],
) -> Row:
    """Return a row of waits; the marks are what must be reached, and what is aimed for.

    An end that is heard is heard the same each time; polling has jitter and needs more rounds.
    """
    figures = (
        Figure("lag", f"{label}: lag after the end", "ms", 1e3, *lag, middle=True),
        Figure("requests", f"{label}: requests", "", 1, *requests, middle=True),
    )
    given = {"version": VERSION, "lengths": lengths, "stream": stream}
    return Row(key, "Waits", figures, given, rounds=2 if stream else 4, quick=1 if stream else 2, at_once=True)


def _page(key: str, label: str, must: Limit, extra: str = "") -> Row:
    """Return a row of pages; its calls are so few that it needs many rounds to meet the machine at its best."""
    figures = _cpu(label, *_IN_US, must, Limit(0.8, "floor"))
    return Row(key, "Calls", figures, {"what": "page", "calls": 20}, rounds=40, quick=15, extra=extra)


def _events(key: str, label: str, id_: str, must: Limit, aim: Limit) -> Row:
    figures = _cpu(f"event stream, {label}, CPU per event", *_IN_US, must, aim)
    return Row(key, "Events", figures, {"id": id_, "events": EVENTS}, subjects=("floor", "v1", "ours"))


def _peak(what: str, label: str, size: int, most: float) -> Row:
    """Return a row of the memory that one large file takes, for which each round needs a new process."""
    figures = (Figure("peak", label, "MiB", 1 / MIB, Limit(most)),)
    return Row(what, "Files", figures, {"what": what, "size": size}, rounds=3, quick=1, fresh=True)


def _around(seconds: float) -> list[float]:
    """Return forty lengths that are spread evenly over half a second, one interval of the official clients.

    So their polling has no luck. This client's intervals have jitter, and fewer lengths would leave that to chance.
    """
    return [seconds - 0.25 + (number + 0.5) / 80 for number in range(40)]


_IN_US = ("µs", 1e6)

ROWS = (
    _process("import", "import, CPU over an empty interpreter", Limit(0.15, "v1"), Limit(0.05, "v1")),
    _process("cold", "cold process, import and first get, CPU", Limit(0.65, "v1"), Limit(1, "floor")),
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
    _page("page", "a page of 100, CPU per call", Limit(1.2, "floor")),
    _page("page-fast", "the same, with the extra `fast`", Limit(1, "floor"), extra="fast"),
    _waits(
        "wait-1",
        "poll mode, job of 1 s",
        _around(1),
        stream=True,
        lag=(Limit(0.3, "v1"), Limit(0.010)),
        requests=(Limit(2, "v1"), Limit(4)),
    ),
    _waits(
        "wait-10",
        "poll mode, job of 10 s",
        _around(10),
        stream=True,
        lag=(Limit(1, "v1"), Limit(0.010)),
        requests=(Limit(1, "v1"), Limit(4)),
    ),
    _waits(
        "wait-1-mute",
        "1 s, no stream to hear",
        _around(1),
        stream=False,
        lag=(Limit(1, "v1"), None),
        requests=(Limit(2, "v1"), None),
    ),
    _waits(
        "wait-10-mute",
        "10 s, no stream to hear",
        _around(10),
        stream=False,
        lag=(Limit(1.25, "v1"), None),  # the same but for jitter, by which the mean of so many waits varies by a tenth
        requests=(Limit(1.1, "v1"), None),
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
    _events("events", "a chunk per event", EACH, Limit(1.1, "floor"), Limit(0.5, "floor")),
    _events("blocks", "chunks of 64 KiB", BLOCKS, Limit(2, "floor"), Limit(1.2, "floor")),
    _peak("read", "read() of 256 MiB, peak memory over idle", 256 * MIB, 1.05 * 256 * MIB),
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
    _peak("upload", "upload of 64 MiB as input, peak memory", 64 * MIB, 2 * MIB),
)
