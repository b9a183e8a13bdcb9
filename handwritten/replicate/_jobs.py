"""What predictions and trainings have in common: the members they tell, waiting for them, canceling them.

How often to look and when a job is over is decided in `_waiting`; which requests look and cancel, by the two kinds.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypeVar, cast

from . import _waiting
from ._blocking import run_blocking
from ._hearing import Heard, hear_the_end
from ._origins import Origin
from ._progress import Progress as _Progress
from ._progress import parse_progress
from ._references import check_segment
from ._views import View, known, mapping, text, timestamp
from .exceptions import ReplicateError, WaitTimeoutError

if TYPE_CHECKING:
    import builtins
    from collections.abc import Awaitable, Callable

    from ._attempts import Noun
    from ._raw_jobs import RawJob
    from ._wire import Endpoint, Wire
    from .client import Client

_CANCEL_SECONDS = 5.0
"""Seconds that canceling an abandoned job may take."""


class Endpoints(NamedTuple):
    """The generated endpoint modules of one kind of job."""

    get: Endpoint[..., Any]
    cancel: Endpoint[..., Any]


RawJobT = TypeVar("RawJobT", bound="RawJob")


class Job(View[RawJobT]):
    """One run of a model's code, as it was last seen."""

    __slots__ = ("_limit",)

    _key = ("id", "status")

    Progress = _Progress

    noun: ClassVar[Noun]
    """What it is called in messages."""

    endpoints: ClassVar[Endpoints]
    """What gets it and cancels it, by its id."""

    patience: ClassVar[float] = _waiting.DEFAULT_PATIENCE
    """Seconds `wait` waits where nobody sets a limit."""

    _limit: float

    @property
    def id(self) -> str:
        """The unique id."""
        return self._raw.id

    @property
    def model(self) -> str:
        """The model, as `owner/name`; empty on the few old ones that do not tell it."""
        return text(self._raw.model) or ""

    @property
    def version(self) -> str:
        """The id of the version that ran, or `hidden` for official models; it may differ from the one asked for."""
        return text(self._raw.version) or ""

    @property
    def status(self) -> str:
        """Where it stands; see the class for the values."""
        return self._raw.status

    @property
    def input(self) -> dict[str, Any] | None:
        """What went in, without the model's defaults. None or empty once the service has removed the data."""
        return mapping(known(self._raw.input_))

    @property
    def logs(self) -> str | None:
        """What the model's code has printed so far."""
        return text(self._raw.logs)

    @property
    def error(self) -> str | None:
        """What went wrong, in the model's or the service's words."""
        value = known(self._raw.error)
        return text(value) if value is None or isinstance(value, str) else str(value)

    @property
    def metrics(self) -> dict[str, Any] | None:
        """Measurements, set at the end: `predict_time` and `total_time` in seconds, counts of tokens and images."""
        return mapping(known(self._raw.metrics))

    @property
    def created_at(self) -> str | None:
        """When it was created, as RFC 3339 text; `raw.created_at` is a datetime."""
        return timestamp(self._raw.created_at)

    @property
    def started_at(self) -> str | None:
        """When the model's code started. It may lie a few milliseconds before `created_at`: two clocks."""
        return timestamp(self._raw.started_at)

    @property
    def completed_at(self) -> str | None:
        """When it ended and its output was stored."""
        return timestamp(self._raw.completed_at)

    @property
    def urls(self) -> dict[str, str] | None:
        """Its URLs: `get`, `cancel`, mostly `web` (its page), and for predictions mostly `stream` (its events)."""
        urls = known(self._raw.urls)
        if urls is None or not hasattr(urls, "to_dict"):
            return None
        return {name: url for name, url in urls.to_dict().items() if isinstance(url, str)}

    @property
    def data_removed(self) -> bool:
        """Whether the service has removed input, output and logs, an hour after the end."""
        return known(self._raw.data_removed) is True

    @property
    def source(self) -> str | None:
        """Where it was made: `api` or `web`."""
        return text(self._raw.source)

    @property
    def webhook(self) -> str | None:
        """The URL that is told about it."""
        return text(self._raw.webhook) or text(self._raw.webhook_completed)

    @property
    def webhook_events_filter(self) -> builtins.list[str] | None:
        """The events the webhook is told about."""
        value = known(self._raw.webhook_events_filter)
        if not isinstance(value, list):
            return None
        return [item for item in cast("builtins.list[object]", value) if isinstance(item, str)]

    @property
    def is_terminal(self) -> bool:
        """Whether it is over and will not change."""
        return _waiting.is_terminal(self)

    @property
    def progress(self) -> _Progress | None:
        """How far it is, read from the last progress bar in its logs; None where there is none."""
        return parse_progress(self.logs)

    def limit(self, deadline: float) -> None:
        """Set the moment, on the clock's monotonic time, after which `wait` gives up unless it is told otherwise."""
        self._limit = deadline

    @property
    def limited_to(self) -> float | None:
        """The moment that `limit` set, None where none was set."""
        limit: float | None = getattr(self, "_limit", None)
        return limit

    def deadline_for(self, timeout: float | None, now: float) -> float:
        """Return the moment a wait that begins now gives up: as told, otherwise at the limit or out of patience."""
        limit = self.limited_to
        return _waiting.deadline_of(timeout, now + self.patience if limit is None else limit, now)

    def __copy__(self) -> Self:
        return self._with_limit_of(super().__copy__())

    def __deepcopy__(self, memo: Any) -> Self:
        return self._with_limit_of(super().__deepcopy__(memo))

    def _with_limit_of(self, copied: Self) -> Self:
        if self.limited_to is not None:
            copied.limit(self.limited_to)
        return copied

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Cancel it if it is not over, so that nothing runs on unseen."""
        if not self.is_terminal:
            run_blocking(cancel_quietly(self.client.wire, self))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cancel it if it is not over, so that nothing runs on unseen."""
        if not self.is_terminal:
            await cancel_quietly(self.client.async_wire, self)


JobT = TypeVar("JobT", bound=Job[Any])


async def get_by_id(wire: Wire, client: Client, kind: type[JobT], job_id: str) -> JobT:
    """Return a job by its id."""
    return kind.of(await _ask(wire, client, kind, kind.endpoints.get, job_id), client)


async def cancel_by_id(wire: Wire, client: Client, kind: type[JobT], job_id: str) -> JobT:
    """Cancel a job by its id and return it."""
    return kind.of(await _ask(wire, client, kind, kind.endpoints.cancel, job_id), client)


async def look_at(wire: Wire, job: JobT) -> JobT:
    """Return a job as the service tells it now; the one given stays as it is."""
    return job.of(await _ask(wire, job.client, type(job), job.endpoints.get, job.id), job.client)


async def cancel(wire: Wire, job: JobT) -> JobT:
    """Cancel a job, bring it up to date and return it."""
    return job.update(await _ask(wire, job.client, type(job), job.endpoints.cancel, job.id))


async def _ask(wire: Wire, client: Client, kind: type[Job[Any]], endpoint: Endpoint[..., Any], job_id: str) -> Any:
    """Call an endpoint that takes a job's id; an error names the job, for it may be running and billed."""
    segment = check_segment(job_id, argument="id")
    try:
        raw = await wire.call(endpoint, segment, client=wire.api)
    except ReplicateError as error:
        _name(kind, job_id, error)
        raise
    if client.budget is not None:
        client.budget.note(raw)
    return raw


def _name(kind: type[Job[Any]], job_id: str, error: ReplicateError) -> None:
    """See that an error names the job, unless it names another one already."""
    member = f"{kind.noun}_id"
    setattr(error, member, getattr(error, member) or job_id)


async def cancel_quietly(wire: Wire, job: Job[Any]) -> str:
    """Cancel a job nobody waits for any more: once, within seconds, even while this task is being canceled.

    A failure is not raised, because whoever calls this is already dealing with something else; the service's own
    deadline ends the job then, where it has one.

    Returns:
        What became of it, for a message: that it was told to cancel, or how to do it where that failed.
    """
    told = f"it could not be canceled and may run on and be billed: cancel it with {job.noun}s.cancel({job.id!r})"

    async def end() -> None:
        nonlocal told
        bounded = wire.until(wire.clock.monotonic() + _CANCEL_SECONDS)
        with suppress(ReplicateError):
            await cancel(bounded, job)
            told = f"it was told to cancel, and its status is {job.status!r}; what ran so far is billed"

    await wire.shielded(end, seconds=_CANCEL_SECONDS)
    return told


async def wait_for(
    wire: Wire,
    job: JobT,
    timeout: float | None = None,  # noqa: ASYNC109 - one limit for both colours
    poll_interval: float | None = None,
) -> JobT:
    """Wait until a job is over, bring it up to date and return it.

    Raises:
        WaitTimeoutError: it was not over in time.
    """
    started = wire.clock.monotonic()
    deadline = job.deadline_for(timeout, started)
    bounded = wire.until(deadline + _waiting.LAST_LOOK)
    fixed = job.client.fixed_poll_interval if poll_interval is None else poll_interval
    interval = _waiting.check_interval(fixed)
    seen = await _waiting.wait_until_over(
        wire,
        job,
        lambda: look_at(bounded, job),
        deadline=deadline,
        poll_interval=interval,
        hear=None if interval is not None else _ear(wire, job, deadline),
    )
    job.update(seen.raw)
    if not job.is_terminal:
        raise not_over(job, deadline - started)
    return job


def _ear(wire: Wire, job: Job[Any], deadline: float) -> Callable[[], Awaitable[Heard]] | None:
    """Return what listens to a job's stream, None where there is none, or no way to it."""
    url = (job.urls or {}).get("stream")
    memory, host = job.client.memory, Origin.of_url(url or "").host
    if url is None or memory.is_unreachable(host, wire.clock.monotonic()):
        return None

    async def hear() -> Heard:
        heard = await hear_the_end(wire, url, deadline)
        if heard is Heard.UNREACHABLE:
            memory.note_unreachable(host, wire.clock.monotonic())
        return heard

    return hear


def not_over(job: Job[Any], seconds: float) -> WaitTimeoutError:
    """Return the error for a wait that ended before its job did."""
    noun = job.noun
    error = WaitTimeoutError(
        title=f"The {noun} was not over after {round(seconds, 2):g} s",
        detail=(
            f"its status is {job.status!r}, it goes on running and may be billed; "
            f"go on with {noun}s.get({job.id!r}).wait(), or end it with .cancel()"
        ),
    )
    _name(type(job), job.id, error)
    setattr(error, noun, job)
    return error
