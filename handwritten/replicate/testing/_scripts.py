"""What a test wants a model to do: its statuses, output, logs and end, as they are told; nothing here is running."""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeAlias, cast

ENDINGS: Final = ("succeeded", "failed", "canceled", "aborted")
_RUNNING: Final = ("starting", "processing")
_BRIEF = 0.1
"""Seconds that the start and the work of a prediction take where the script does not say."""

Output: TypeAlias = Any
"""JSON with files in it, or a function that makes it from the input of a prediction."""


@dataclass(frozen=True)
class OutputFile:
    """A file that a scripted model puts out: it arrives as a URL from which the content can be read.

    The URL has the API's origin, and leads on to the file host, which is another one and should never see the token.
    With `foreign`, it names that host at once. That is what to take for code that downloads with a library of its own.
    """

    content: bytes = field(repr=False)
    name: str = "out.png"
    media_type: str | None = None
    """By the ending of the name where it is not given."""

    foreign: bool = False

    @property
    def content_type(self) -> str:
        """The media type it is served with."""
        return self.media_type or mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Step(NamedTuple):
    """A time in which a prediction looks the same."""

    status: str
    starts: float
    """Seconds after the creation."""

    share: float
    """How much of the logs, and of an output in pieces, can be seen, from 0 to 1."""


class Course(NamedTuple):
    """What happens to a prediction from its creation on, if nobody interferes."""

    steps: list[Step]
    ends: float
    """Seconds after the creation, infinite for one that hangs."""

    ending: str
    output: Any
    logs: list[str]
    error: str | None
    metrics: Mapping[str, Any]
    has_files: bool

    def at(self, seconds: float) -> Step:
        """Return what can be seen so long after the creation."""
        if seconds >= self.ends:
            return Step(self.ending, self.ends, 1.0)
        return [step for step in self.steps if step.starts <= seconds or step is self.steps[0]][-1]

    def changes(self) -> list[float]:
        """Return the seconds after the creation at which something else can be seen."""
        return [*(step.starts for step in self.steps), self.ends]


@dataclass
class Script:
    """What the predictions of one model, version or deployment do."""

    reference: str
    output: Output = None
    logs: Sequence[str] = ()
    statuses: Sequence[str] = _RUNNING
    ending: str = "succeeded"
    error: str | None = None
    cold_boot: float = _BRIEF
    delay: float = _BRIEF
    metrics: Mapping[str, Any] = field(default_factory=dict[str, Any])
    official: bool = True
    openapi_schema: Mapping[str, Any] = field(default_factory=dict[str, Any])
    times: int | None = None
    """How many predictions it is for; None for all that come."""

    def __post_init__(self) -> None:
        wrong = [status for status in self.statuses if status not in _RUNNING]
        if wrong or list(self.statuses) != sorted(self.statuses, reverse=True) or not self.statuses:
            raise ValueError(f"statuses must be 'starting' and then 'processing', in this order, not {self.statuses!r}")
        if not callable(self.output):
            self.output = _collected(self.output)
        if self.ending not in ENDINGS:
            raise ValueError(f"status must be how it ends, one of {', '.join(ENDINGS)}, not {self.ending!r}")
        if self.ending == "aborted":  # which is what happens to those that never start
            self.statuses = [status for status in self.statuses if status == "starting"] or ["starting"]
        if self.error is not None and self.ending == "succeeded":
            self.ending = "failed"
        if self.ending == "failed" and self.error is None:
            self.error = "The model failed."

    @property
    def version(self) -> str:
        """The id of the version that runs: the one in the reference, otherwise one made from the model's name."""
        _, colon, version = self.reference.partition(":")
        if colon or "/" not in self.reference:
            return version or self.reference
        return sha256(self.reference.encode()).hexdigest()

    def course(self, given: Mapping[str, Any], serve: Callable[[OutputFile], str]) -> Course:
        """Return what happens to a prediction with this input, calling the function that makes its output.

        `serve` gives the URL of a file.

        An exception of that function is a failure of the model, as it is on the service.
        """
        ending, error, output = self.ending, self.error, self.output
        if callable(output):
            try:
                output = _collected(cast("Callable[[Mapping[str, Any]], Any]", output)(dict(given)))
            except Exception as failure:  # noqa: BLE001 - whatever the test's function raises
                ending, error, output = "failed", _told(failure), None
        steps, ends = self._steps()
        logs = [] if ending == "aborted" else [line if line.endswith("\n") else f"{line}\n" for line in self.logs]
        urls = list[str]()

        def place(file: OutputFile) -> str:
            urls.append(serve(file))
            return urls[-1]

        shown = None if ending == "aborted" else _with_urls(output, place)
        return Course(steps, ends, ending, shown, logs, error, self.metrics, has_files=bool(urls))

    def _steps(self) -> tuple[list[Step], float]:
        """Return the steps, which share the time of their status, and the time of the end."""
        steps, moment = list[Step](), 0.0
        for status, group in groupby(self.statuses):
            number = len(list(group))
            length = self.cold_boot if status == "starting" else self.delay
            for place in range(number):
                share = (place + 1) / (number + 1) if status == "processing" else 0.0
                steps.append(Step(status, moment + (length * place / number if place else 0.0), share))
            moment += length
        return steps, moment


class Scripts:
    """The scripts of a test, found by what a create asks for."""

    def __init__(self) -> None:
        self._scripts: list[Script] = []
        self._lock = threading.Lock()

    def add(self, script: Script) -> None:
        """Take a script, in the place of an earlier one for the same model that has no number of times."""
        if script.times is None:
            self._scripts = [old for old in self._scripts if old.reference != script.reference or old.times is not None]
        self._scripts.append(script)

    def find(self, *references: str) -> Script | None:
        """Return the next script for the first of these references that has one, `*` being one for all."""
        for reference in (*references, "*"):
            for script in self._scripts:
                if script.reference == reference and script.times != 0:
                    return script
        return None

    def claim(self, find: Callable[[], Script | None]) -> Script | None:
        """Return the script that a function finds, and use up one of its times."""
        with self._lock:
            script = find()
            if script is not None and script.times:
                script.times -= 1
            return script

    def models(self) -> list[Script]:
        """Return one script for each model."""
        found = {model_of(script.reference): script for script in self._scripts}
        return [script for model, script in found.items() if model is not None]

    def of_version(self, version: str) -> Script | None:
        """Return a script for a version's id, or for `owner/name:id`."""
        wanted = version.rpartition(":")[2]
        by_name = self.find(version) if "/" in version else None
        found = (script for script in self._scripts if script.times != 0 and script.version == wanted)
        return by_name or next(found, None) or self.find()

    def __str__(self) -> str:
        return ", ".join(sorted({script.reference for script in self._scripts})) or "none"


def model_of(reference: str) -> str | None:
    """Return the `owner/name` of a reference to a model or a version, None for others."""
    name = reference.partition(":")[0]
    return name if name.count("/") == 1 else None


def _told(failure: Exception) -> str:
    return str(failure) if str(failure) and not isinstance(failure, KeyError) else repr(failure)


def _collected(value: Any) -> Any:
    """Return an output with the pieces of an iterator in a list.

    Raises:
        TypeError: JSON cannot carry it.
    """
    found: Any = list(cast("Iterator[object]", value)) if isinstance(value, Iterator) else value
    try:
        json.dumps(_with_urls(found, str))
    except (TypeError, ValueError) as error:
        raise TypeError(f"an output must be JSON, with replicate.testing.OutputFile for files: {error}") from error
    return found


def _with_urls(value: Any, serve: Callable[[OutputFile], str]) -> Any:
    """Return an output with the URLs of its files in their places."""
    if isinstance(value, OutputFile):
        return serve(value)
    if isinstance(value, (list, tuple)):
        return [_with_urls(item, serve) for item in cast("Sequence[Any]", value)]
    if isinstance(value, Mapping):
        return {name: _with_urls(item, serve) for name, item in cast("Mapping[str, Any]", value).items()}
    return value
