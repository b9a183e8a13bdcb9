"""One prediction: what went in and came out, where it stands, and following it to its end.

What it shares with trainings is in `_jobs`; how waiting and streaming are done, in `_waiting` and `_streaming`;
creating, getting and listing predictions, in `_predictions`.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from replicate_api.api.predictions import predictions_cancel, predictions_get
from replicate_api.models.prediction import Prediction as RawPrediction

from . import _outputs, _waiting
from ._blocking import run_blocking
from ._jobs import Endpoints, Job, cancel, look_at, not_over, wait_for
from ._views import known, text, timestamp
from .exceptions import ReplicateError, unsuccessful

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping

    from ._stream_events import ServerSentEvent
    from ._watching import PredictionEvent
    from ._wire import Wire

__all__ = ["Prediction"]


class Prediction(Job[RawPrediction]):
    """One run of a model: what went in, what came out so far, and where it stands.

    An object made by `create`, `get` or `list` is a snapshot; `reload`, `wait` and `cancel` bring it up to date in
    place and return it. Statuses: `starting` and `processing`; at the end `succeeded`, `failed`, `canceled`, or
    `aborted` (its deadline passed before it started). A status nobody knows yet is shown as it was sent.
    """

    __slots__ = ("_output",)

    noun = "prediction"
    endpoints = Endpoints(predictions_get, predictions_cancel)

    _fields = (
        "id", "model", "version", "status", "input", "output", "logs", "error", "metrics", "created_at", "started_at",
        "completed_at", "urls", "data_removed", "deadline", "deployment", "source", "webhook", "webhook_events_filter",
    )  # fmt: skip

    _output: tuple[RawPrediction, Any]

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawPrediction:
        return RawPrediction.from_dict(data)

    @property
    def output(self) -> Any:
        """What came out so far: any JSON, None while there is nothing.

        A URL of a file is a `str` that can also be read: `prediction.output.read()`, `.save("picture.png")`. The
        service removes files an hour after the end.
        """
        cached: tuple[RawPrediction, Any] | None = getattr(self, "_output", None)
        if cached is None or cached[0] is not self._raw:
            client = self.client
            cached = (
                self._raw,
                _outputs.as_urls(
                    known(self._raw.output), client, client.memory.output_schema(self.version, self.model)
                ),
            )
            self._output = cached
        return cached[1]

    @property
    def deadline(self) -> str | None:
        """When the service ends it, where a deadline was set."""
        return timestamp(self._raw.deadline)

    @property
    def deployment(self) -> str | None:
        """The deployment that ran it."""
        return text(self._raw.deployment)

    def _repr_fields(self) -> tuple[str, ...]:
        return ("id", "model", "status", "error")

    def wait(self, *, timeout: float | None = None, poll_interval: float | None = None) -> Prediction:
        """Wait until the prediction is over, bring this object up to date and return it.

        A prediction that failed does not raise here: look at `status` and `error`.

        Args:
            timeout: seconds to wait at most; otherwise what is left of the time the prediction was created with, or
                two hours.
            poll_interval: seconds between two looks. Unless told otherwise the end is heard from the prediction's event
                stream; where there is none, the intervals grow with the age of the wait, up to five seconds.

        Raises:
            WaitTimeoutError: it was not over in time. It goes on running; wait again, or cancel it.
        """
        return run_blocking(wait_for(self.client.wire, self, timeout, poll_interval))

    async def async_wait(self, *, timeout: float | None = None, poll_interval: float | None = None) -> Prediction:  # noqa: ASYNC109 - the same option as `wait`
        """Await the end of the prediction, as `wait` waits for it."""
        return await wait_for(self.client.async_wire, self, timeout, poll_interval)

    def cancel(self) -> Prediction:
        """Cancel the prediction, bring this object up to date and return it.

        What ran so far is billed. A prediction that is already over stays as it is: look at `status`.
        """
        return run_blocking(cancel(self.client.wire, self))

    async def async_cancel(self) -> Prediction:
        """Cancel the prediction, awaiting the service's answer."""
        return await cancel(self.client.async_wire, self)

    def reload(self) -> Prediction:
        """Bring this object up to date and return it."""
        return run_blocking(self._reload(self.client.wire))

    async def async_reload(self) -> Prediction:
        """Bring this object up to date, awaiting the service's answer."""
        return await self._reload(self.client.async_wire)

    def stream(self, use_file_output: bool | None = None) -> Iterator[ServerSentEvent]:
        """Yield the prediction's events as they arrive; `str(event)` is a piece of output, empty for other events.

        The last event is `done`. A broken connection is resumed; nothing is delivered twice and nothing is left out.

        Args:
            use_file_output: accepted as in 1.x; the text of an event is always text, and `event.file` is its file.

        Raises:
            ReplicateError: the model does not support streaming.
            ModelError: the prediction failed or was canceled.
        """
        del use_file_output
        return self.client.wire.iterate_batches(events_of(self.client.wire, self))

    def async_stream(self, use_file_output: bool | None = None) -> AsyncIterator[ServerSentEvent]:
        """Yield the prediction's events as they arrive, for `async for`."""
        del use_file_output
        return self.client.async_wire.iterate_batches(events_of(self.client.async_wire, self))

    def output_iterator(self) -> Iterator[Any]:
        """Yield the items of the output as the model makes them, from the first on; a single output once it is there.

        Raises:
            ModelError: the prediction failed or was canceled.
        """
        return self.client.wire.iterate(self._items(self.client.wire))

    def async_output_iterator(self) -> AsyncIterator[Any]:
        """Yield the items of the output as the model makes them, for `async for`."""
        return self.client.async_wire.iterate(self._items(self.client.async_wire))

    def watch(self, *, timeout: float | None = None, poll_interval: float | None = None) -> Iterator[PredictionEvent]:
        """Yield what happens to the prediction until it is over: status, new logs, progress, pieces of output, done.

        This object is brought up to date on the way. A prediction that fails does not raise here: the last event
        says how it ended.

        Args:
            timeout: seconds to watch at most; otherwise as for `wait`.
            poll_interval: seconds between two looks; otherwise they grow with the age of the watch, up to two.

        Raises:
            WaitTimeoutError: it was not over in time. It goes on running.
        """
        return self.client.wire.iterate(watch(self.client.wire, self, timeout, poll_interval))

    def async_watch(
        self, *, timeout: float | None = None, poll_interval: float | None = None
    ) -> AsyncIterator[PredictionEvent]:
        """Yield what happens to the prediction until it is over, for `async for`."""
        return self.client.async_wire.iterate(watch(self.client.async_wire, self, timeout, poll_interval))

    async def _reload(self, wire: Wire) -> Prediction:
        return self.update((await look_at(wire, self)).raw)

    async def _items(self, wire: Wire) -> AsyncGenerator[Any, None]:
        from ._watching import OutputEvent

        async with aclosing(watch(wire, self)) as events:
            async for event in events:
                if isinstance(event, OutputEvent):
                    yield event.output
        if self.status not in _waiting.SUCCESS:
            raise unsuccessful(self)


def events_of(wire: Wire, prediction: Prediction) -> AsyncGenerator[Iterable[ServerSentEvent], None]:
    """Return the events of a prediction's stream, in batches, within the total time the prediction may take."""
    from ._streaming import follow  # here: most programs stream nothing, and it takes its time to load

    return follow(wire, prediction, lambda: look_at(wire, prediction), prediction.limited_to)


async def watch(
    wire: Wire,
    prediction: Prediction,
    timeout: float | None = None,  # noqa: ASYNC109 - one limit for both colours
    poll_interval: float | None = None,
) -> AsyncGenerator[PredictionEvent, None]:
    """Yield what happens to a prediction until it is over, bringing it up to date on the way.

    Raises:
        WaitTimeoutError: it was not over in time.
    """
    from ._watching import LONGEST_INTERVAL, Watch  # here: most programs watch nothing, and it takes its time to load

    seen = Watch()
    started = wire.clock.monotonic()
    deadline = prediction.deadline_for(timeout, started)
    bounded = wire.until(deadline + _waiting.LAST_LOOK)
    fixed = prediction.client.fixed_poll_interval if poll_interval is None else poll_interval
    _waiting.check_interval(fixed)
    asked = 0.0
    while True:
        for event in seen.news(prediction):
            yield event
        if prediction.is_terminal:
            return
        now = wire.clock.monotonic()
        if now >= deadline:
            raise not_over(prediction, deadline - started)
        pause = _waiting.interval(now - started, fixed)
        pause = max(pause if fixed is not None else min(pause, LONGEST_INTERVAL), asked)
        await wire.sleep(min(pause, deadline - now))
        try:
            prediction.update(_waiting.most_advanced(prediction, await look_at(bounded, prediction)).raw)
            asked = 0.0
        except ReplicateError as error:
            if not _waiting.may_pass(error):
                raise
            asked = error.retry_after or 0.0


def __getattr__(name: str) -> Any:
    if name == "Predictions":  # its home in 1.x
        from ._predictions import Predictions

        return Predictions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
