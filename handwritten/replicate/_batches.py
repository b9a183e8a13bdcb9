"""Running one model on many inputs: so many predictions at once, each outcome as it comes, none left running unseen.

One flow creates the predictions and looks at each when its time has come, so it needs no threads and no event loop of
its own. What a look costs and how long a prediction may take is decided in `_waiting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from ._create_options import check_options
from ._creating import prepare
from ._jobs import cancel, cancel_quietly, look_at, not_over
from ._main_path import output_of
from ._predictions import check_budget, start
from ._quoted_values import quote_value
from ._references import Reference, parse_runnable
from ._retries import RetryPolicy
from ._waiting import LAST_LOOK, SUCCESS, interval, may_pass, most_advanced
from .exceptions import InvalidArgumentError, ReplicateError, ReplicateException, unsuccessful

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from ._references import Runnable, RunnableLike
    from ._wire import Wire
    from .client import Client
    from .prediction import Prediction

_MOST_AT_ONCE = 1000
_LONGEST_LOOK = 10.0
"""Seconds one look may take: the others wait for it."""

_CANCEL_SECONDS = 10.0
"""Seconds that canceling all that still runs may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of one input of a batch."""

    index: int
    """The place of the input among all, from 0."""
    input: Mapping[str, Any]
    """The input, as it was given."""
    prediction: Prediction | None
    """The prediction; None where none was created, or it is not known: `error` says which."""
    error: ReplicateException | None
    """What went wrong, None where nothing did."""
    _result: Any = None

    @property
    def output(self) -> Any:
        """What the model put out, as `run` returns it.

        Raises:
            ReplicateException: `error`, where there is one.
        """
        if self.error is not None:
            raise self.error
        return self._result


class _Running:
    """One prediction that is not over."""

    __slots__ = ("deadline", "due", "index", "input", "prediction", "started")

    def __init__(self, index: int, given: Mapping[str, Any], prediction: Prediction, now: float) -> None:
        self.index = index
        self.input = given
        self.prediction = prediction
        self.started = now
        self.due = now
        self.deadline = prediction.deadline_for(None, now)

    @property
    def next_look(self) -> float:
        """When it is to be looked at, on the clock's monotonic time."""
        return min(self.due, self.deadline)

    def outcome(self, error: ReplicateException | None, result: Any = None) -> Outcome:
        return Outcome(self.index, self.input, self.prediction, error, result)


def run_many(
    wire: Wire,
    client: Client,
    ref: RunnableLike,
    inputs: Iterable[Mapping[str, Any]],
    *,
    at_once: int,
    use_file_output: bool | None,
    options: Mapping[str, Any],
) -> AsyncGenerator[Outcome, None]:
    """Return the outcomes, each as it comes. Leaving early cancels what still runs; nothing more is created.

    Raises:
        InvalidArgumentError: the reference, the inputs or an option cannot be used. Nothing was sent.
    """
    if isinstance(at_once, bool) or not isinstance(at_once, int) or not 1 <= at_once <= _MOST_AT_ONCE:
        raise InvalidArgumentError(
            f"at_once must be a whole number from 1 to {_MOST_AT_ONCE}, not {quote_value(at_once)}", argument="at_once"
        )
    if isinstance(inputs, (Mapping, str, bytes)) or not isinstance(inputs, Iterable):
        raise InvalidArgumentError(
            "inputs must be a list of dictionaries, or another iterable of them, "
            f"not {quote_value(cast('object', inputs))}",
            argument="inputs",
        )
    reference = parse_runnable(ref)
    told = {**client.with_defaults(options), "wait": False}
    check_options(told, call="run_many")
    batch = _Batch(wire, client, reference, told, use_file_output=use_file_output)
    return _outcomes(wire, batch, enumerate(inputs), at_once)


async def _outcomes(
    wire: Wire, batch: _Batch, waiting: Iterator[tuple[int, Mapping[str, Any]]], at_once: int
) -> AsyncGenerator[Outcome, None]:
    running: list[_Running] = []
    try:
        while True:
            while len(running) < at_once and (item := next(waiting, None)) is not None:
                began = await batch.begin(*item)
                if isinstance(began, Outcome):
                    yield began
                else:
                    running.append(began)
            if not running:
                return
            due = await batch.until_due(running)
            for each, outcome in zip(due, await wire.gather([batch.look(each) for each in due]), strict=True):
                if outcome is not None:
                    running.remove(each)
                    yield outcome
    except BaseException:  # the loop was left, the program or the task interrupted, or an iterable of inputs failed
        await _cancel_all(wire, running)
        raise


class _Batch:
    """How each prediction of a batch is created, looked at, and told."""

    def __init__(
        self,
        wire: Wire,
        client: Client,
        reference: Runnable,
        options: Mapping[str, Any],
        *,
        use_file_output: bool | None,
    ) -> None:
        self._wire = wire
        options_of_looks = replace(wire.api.call_options, retries=RetryPolicy.of(0))
        self._looks = wire.with_options(options_of_looks)  # what fails is looked at again anyway, and others wait
        self._client = client
        self._reference = reference
        self._options = options
        self._use_file_output = use_file_output

    async def begin(self, index: int, given: Mapping[str, Any]) -> _Running | Outcome:
        """Create a prediction; what keeps it from being created is its outcome."""
        try:
            check_budget(self._client, self._reference)
            request = await prepare(self._wire, given, self._options, call="run_many")
            prediction = await start(self._wire, self._client, self._reference, request)
        except ReplicateException as error:
            return Outcome(index, given, None, error)
        each = _Running(index, given, prediction, self._wire.clock.monotonic())
        if prediction.is_terminal:
            return self._told(each)
        each.due += interval(0.0, self._client.fixed_poll_interval)
        return each

    async def until_due(self, running: list[_Running]) -> list[_Running]:
        """Let time pass until a look is due, and return the predictions that are to be looked at."""
        first = min(each.next_look for each in running)
        await self._wire.sleep(max(0.0, first - self._wire.clock.monotonic()))
        now = max(first, self._wire.clock.monotonic())
        return [each for each in running if each.next_look <= now]

    async def look(self, each: _Running) -> Outcome | None:
        """Look at a prediction once, for seconds at most, and return its outcome if it has one."""
        clock = self._wire.clock
        asked = 0.0
        try:
            bounded = self._looks.until(min(each.deadline + LAST_LOOK, clock.monotonic() + _LONGEST_LOOK))
            seen = most_advanced(each.prediction, await look_at(bounded, each.prediction))
            each.prediction.update(seen.raw)
        except ReplicateError as error:
            if not may_pass(error):
                return each.outcome(error)
            asked = error.retry_after or 0.0
        now = clock.monotonic()
        if each.prediction.is_terminal:
            return self._told(each)
        if now >= each.deadline:
            late = not_over(each.prediction, each.deadline - each.started)
            late.detail = await cancel_quietly(self._wire, each.prediction)
            return each.outcome(late)
        each.due = now + max(interval(now - each.started, self._client.fixed_poll_interval), asked)
        return None

    def _told(self, each: _Running) -> Outcome:
        prediction = each.prediction
        if prediction.status not in SUCCESS:
            return each.outcome(unsuccessful(prediction))
        of_version = isinstance(self._reference, Reference) and self._reference.version is not None
        result = output_of(prediction, self._client, use_file_output=self._use_file_output, of_version=of_version)
        return each.outcome(None, result)


async def _cancel_all(wire: Wire, running: list[_Running]) -> None:
    """Cancel all that runs, side by side where the colour allows it."""

    async def one(prediction: Prediction) -> None:
        try:
            await cancel(bounded, prediction)
        except ReplicateError:
            return  # whoever left is dealing with something else; the service's own deadline ends it

    async def end() -> None:
        alive = [each.prediction for each in running if not each.prediction.is_terminal]
        await wire.gather([one(prediction) for prediction in alive], at_once=16)

    bounded = wire.until(wire.clock.monotonic() + _CANCEL_SECONDS)
    if running:
        await wire.shielded(end, seconds=_CANCEL_SECONDS)
