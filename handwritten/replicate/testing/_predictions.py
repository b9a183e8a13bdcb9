"""One prediction of the scripted service, as it stands at a moment; how requests reach it is decided elsewhere."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from ._scripts import ENDINGS, Course, Script, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._time import SkippingTime

Noun = Literal["prediction", "training"]


class Asked(NamedTuple):
    """What a create asked for."""

    id: str
    noun: Noun
    model: str
    version: str
    deployment: str | None
    body: Mapping[str, Any]
    lasts: float
    """Seconds after which the service ends it, infinite without `Cancel-After`."""


class FakePrediction:
    """A prediction, or a training, that the scripted service was asked for. What it tells is so at the moment."""

    def __init__(self, asked: Asked, script: Script, course: Course, time: SkippingTime, api: str) -> None:
        self.id = asked.id
        self.model = asked.model
        self.version = asked.version
        self.deployment = asked.deployment
        """`owner/name` of the deployment it was created on."""
        self.input: dict[str, Any] = dict(asked.body.get("input") or {})
        self.webhook: str | None = asked.body.get("webhook")
        self.noun: Noun = asked.noun
        self.created_at = datetime.now(UTC)
        self.script = script
        self.course = course
        self._asked = asked
        self._time = time
        self._api = api
        self._began = time.now()
        self._canceled = math.inf

    @property
    def status(self) -> str:
        """Its status now: `starting`, `processing`, or how it ended."""
        return self._seen().status

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.status in ENDINGS

    @property
    def output(self) -> Any:
        """The output as far as it can be seen now, files as URLs."""
        return self._output(self._seen())

    @property
    def logs(self) -> str:
        """The logs so far."""
        return self._logs(self._seen())

    @property
    def error(self) -> str | None:
        """What the model failed with."""
        return self.course.error if self.status == "failed" else None

    @property
    def is_stuck(self) -> bool:
        """Whether nothing more will happen unless somebody cancels it."""
        return not self.is_over and math.isinf(self.next_change())

    def cancel(self) -> None:
        """End it, if it is not over."""
        if not self.is_over:
            self._canceled = self._age()

    def finish(self) -> None:
        """Let time pass until it is over; one that hangs stays as it is."""
        self._time.skip_to(self._began + min(self.course.ends, self._stop()))

    def next_change(self) -> float:
        """Return the moment at which something else will be seen, infinite if that never comes."""
        age = self._age()
        changes = (*self.course.changes(), self._stop())
        return self._began + min((change for change in changes if change > age), default=math.inf)

    def end(self) -> float:
        """Return the moment at which it is over, infinite if that never comes."""
        return self._began + min(self.course.ends, self._stop())

    def pieces(self) -> list[str]:
        """Return the output as the pieces that a stream brings, as far as they are there."""
        output = self.output
        found = cast("list[object]", output) if isinstance(output, list) else [] if output is None else [output]
        return [piece if isinstance(piece, str) else _compact(piece) for piece in found]

    def json(self, step: Step | None = None) -> dict[str, Any]:
        """Return it as the service tells it, now or in another step; what is not set is left out."""
        seen = step or self._seen()
        age = {"started_at": self._started(seen), "completed_at": seen.starts if seen.status in ENDINGS else None}
        members: dict[str, Any] = {
            "id": self.id,
            "model": self.model,
            "version": self.version,
            "input": self.input,
            "logs": self._logs(seen),
            "output": self._output(seen),
            "data_removed": False,
            "error": self.course.error if seen.status == "failed" else None,
            "status": seen.status,
            "created_at": self._stamp(0.0),
            **{name: self._stamp(seconds) for name, seconds in age.items() if seconds is not None},
        }
        if seen.status in ENDINGS:
            members["metrics"] = self._metrics(seen)
        if not math.isinf(self._asked.lasts):
            members["deadline"] = self._stamp(self._asked.lasts)
        if self.deployment is not None:
            members["deployment"] = self.deployment
        for name in ("webhook", "webhook_events_filter", "stream"):
            if self._asked.body.get(name) is not None:
                members[name] = self._asked.body[name]
        return members | {"urls": self._urls()}

    def _urls(self) -> dict[str, str]:
        own = f"{self._api}/v1/{self.noun}s/{self.id}"
        urls = {"cancel": f"{own}/cancel", "get": own, "web": f"{self._api}/p/{self.id}"}
        if self.noun == "prediction":
            urls["stream"] = f"{self._api}/v1/{'files/strm-' if self.course.has_files else 'streams/'}{self.id}"
        return urls

    def _seen(self) -> Step:
        """Return what can be seen now: a step of the script, or its end, or that somebody ended it before."""
        age, stop = self._age(), self._stop()
        if stop > min(age, self.course.ends) or stop == self.course.ends:
            return self.course.at(age)
        running = self.course.at(stop)
        aborted = running.status == "starting" and self._asked.lasts < self._canceled
        return Step("aborted" if aborted else "canceled", stop, running.share)

    def _started(self, seen: Step) -> float | None:
        """Return the seconds after the creation at which the work began, None where it has not."""
        began = next((step.starts for step in self.course.steps if step.status == "processing"), None)
        if seen.status in {"starting", "aborted"} or (seen.status == "failed" and began is None):
            return None
        return seen.starts if began is None else min(began, seen.starts)

    def _metrics(self, seen: Step) -> dict[str, Any]:
        started = self._started(seen)
        spent = {} if started is None else {"predict_time": round(seen.starts - started, 6)}
        return {**spent, "total_time": round(seen.starts, 6), **(self.course.metrics if seen.share == 1 else {})}

    def _output(self, seen: Step) -> Any:
        output = self.course.output
        if isinstance(output, list):
            pieces = cast("list[object]", output)
            shown = pieces[: int(len(pieces) * seen.share)]
            return shown if shown or seen.status == "succeeded" else None
        return output if seen.share == 1 else None

    def _logs(self, seen: Step) -> str:
        return "".join(self.course.logs[: int(len(self.course.logs) * seen.share)])

    def _age(self) -> float:
        return self._time.now() - self._began

    def _stop(self) -> float:
        return min(self._canceled, self._asked.lasts)

    def _stamp(self, seconds: float) -> str:
        moment = datetime.fromtimestamp(self.created_at.timestamp() + seconds, UTC)
        return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def __repr__(self) -> str:
        return f"<{self.noun} {self.id} of {self.deployment or self.model}: {self.status}>"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
