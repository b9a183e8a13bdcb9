"""One typed sequence of events for a prediction's life, told by comparing what is seen with what was seen before.

The source does not matter: the answer to a create, one look after another, or the finished object at once give the
same events in the same order. Nothing is told twice and nothing is left out. No request is made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._progress import Progress
    from .prediction import Prediction

LONGEST_INTERVAL = 2.0
"""Seconds between two looks of somebody who watches; a wait that nobody watches may take longer."""


@dataclass(frozen=True, slots=True)
class PredictionEvent:
    """Something that happened to a prediction; `kind` says what, `prediction` is how it stands then."""

    kind: ClassVar[str] = ""

    prediction: Prediction


@dataclass(frozen=True, slots=True)
class StatusEvent(PredictionEvent):
    """The status changed, or was seen for the first time."""

    kind = "status"

    status: str


@dataclass(frozen=True, slots=True)
class LogEvent(PredictionEvent):
    """The model printed something: `text` is what is new, perhaps several lines, perhaps half of one."""

    kind = "log"

    text: str


@dataclass(frozen=True, slots=True)
class ProgressEvent(PredictionEvent):
    """The last progress bar in the logs moved."""

    kind = "progress"

    progress: Progress


@dataclass(frozen=True, slots=True)
class OutputEvent(PredictionEvent):
    """A piece of output: the next item of a list, or the whole of any other output. A file's URL can be read."""

    kind = "output"

    output: Any


@dataclass(frozen=True, slots=True)
class DoneEvent(PredictionEvent):
    """The prediction is over, well or not: look at `prediction.status`. It is the last event."""

    kind = "done"


class Watch:
    """What has been told of one prediction so far."""

    __slots__ = ("_logs", "_outputs", "_progress", "_status")

    def __init__(self) -> None:
        self._status: str | None = None
        self._logs = ""
        self._outputs = 0
        self._progress: Progress | None = None

    def news(self, prediction: Prediction) -> Iterator[PredictionEvent]:
        """Yield what is new in a prediction, as it stands now."""
        if prediction.status != self._status and not prediction.is_terminal:
            self._status = prediction.status
            yield StatusEvent(prediction, prediction.status)
        yield from self._new_logs(prediction)
        yield from self._new_outputs(prediction)
        if prediction.is_terminal:
            yield StatusEvent(prediction, prediction.status)
            yield DoneEvent(prediction)

    def _new_logs(self, prediction: Prediction) -> Iterator[PredictionEvent]:
        logs = prediction.logs or ""
        # One back end ends the logs with a line feed and the other does not: shorter is not new.
        if len(logs) > len(self._logs):
            kept = len(self._logs) if logs.startswith(self._logs) else 0
            self._logs, text = logs, logs[kept:]
            yield LogEvent(prediction, text)
        progress = prediction.progress
        if progress is not None and progress != self._progress:
            self._progress = progress
            yield ProgressEvent(prediction, progress)

    def _new_outputs(self, prediction: Prediction) -> Iterator[PredictionEvent]:
        output = prediction.output
        if isinstance(output, list):
            items = cast("list[object]", output)
            new = items[self._outputs :]
            self._outputs = max(self._outputs, len(items))
            for item in new:
                yield OutputEvent(prediction, item)
        elif output is not None and prediction.is_terminal:
            yield OutputEvent(prediction, output)
