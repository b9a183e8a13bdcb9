"""Never paying twice: finding what a create made whose answer was lost, instead of creating it again.

The API has no idempotency key. A create that surely did not reach the service is sent again by the transport; one
that may have reached it is looked for in the list of predictions or of trainings, by what was asked to run, by its
input and by time. One match is taken for it and the call goes on as if nothing had happened; none, or several, is an
error that says so. So is a match that may belong to another create of this client that asks for the same and is still
under way.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ._attempts import Attempted
from ._blocking import run_blocking
from ._listing import fetch_page
from ._references import check_segment
from ._views import text
from .exceptions import (
    AmbiguousCreateError,
    APIStatusError,
    DecodeError,
    InvalidArgumentError,
    NetworkError,
    ReplicateError,
)
from .pagination import link

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ._attempts import Attempt, Noun
    from ._listing import RawPage
    from ._memory import Memory
    from ._wire import Endpoint, Wire
    from .client import Client

JobT = TypeVar("JobT", bound=Attempted)

_PAUSES = (0.0, 1.0, 2.0, 4.0)
"""Seconds before each look: what was just made may take a moment to show up in the list."""

_SKEW = 5.0
"""Seconds by which the service's clock, as its last answer told it, may be misjudged."""

_UNKNOWN_SKEW = 120.0
"""The same where it has not answered yet."""

_MOST_PAGES = 3

_ABANDON_SECONDS = 5.0
"""Seconds for finding and canceling what an interrupted create made."""


class _Place(NamedTuple):
    """Where things of one kind are listed, newest first, and canceled."""

    list_since: Callable[[Wire, datetime], Awaitable[RawPage[Attempted]]]
    decode: Callable[[Any], RawPage[Attempted]]
    cancel: Endpoint[..., Any]


def _place_of(noun: Noun) -> _Place:
    return _predictions() if noun == "prediction" else _trainings()


def _predictions() -> _Place:
    from replicate_api.api.predictions import predictions_cancel, predictions_list
    from replicate_api.models.prediction_page import PredictionPage

    async def since(wire: Wire, moment: datetime) -> RawPage[Attempted]:
        return await wire.call(predictions_list, client=wire.api, created_after=moment)

    return _Place(since, PredictionPage.from_dict, predictions_cancel)


def _trainings() -> _Place:
    from replicate_api.api.trainings import trainings_cancel, trainings_list
    from replicate_api.models.training_page import TrainingPage

    async def since(wire: Wire, _: datetime) -> RawPage[Attempted]:
        return await wire.call(trainings_list, client=wire.api)  # which has no filters

    return _Place(since, TrainingPage.from_dict, trainings_cancel)


def is_ambiguous(error: ReplicateError) -> bool:
    """Return whether a create may have been accepted although it failed: its answer was lost, late or unreadable."""
    if isinstance(error, NetworkError):
        return error.sent
    if isinstance(error, APIStatusError):
        return error.status == 408 or (error.status or 0) >= 500
    return isinstance(error, DecodeError)


async def create_once(wire: Wire, attempt: Attempt, send: Callable[[], Awaitable[JobT]], memory: Memory) -> JobT:
    """Send a create, and if its answer is lost, find what it made.

    Raises:
        AmbiguousCreateError: it may exist, and could not be told from what does.
        ReplicateError: it was surely not created.
    """
    memory.begin(attempt)
    try:
        job = await _send_or_find(wire, attempt, send, memory)
    except Exception:
        raise
    except BaseException as interruption:  # Ctrl-C or cancellation, before anybody knew the id
        memory.lose(attempt)
        taken: list[Attempted] = []
        await wire.shielded(partial(_abandon, wire, attempt, memory, interruption, taken), seconds=_ABANDON_SECONDS)
        if not taken:
            memory.abandon(attempt, wire.clock.time())
        for found in taken:  # as the errors of this client name theirs
            setattr(interruption, f"{attempt.noun}_id", found.id)
        raise
    finally:
        memory.end(attempt)
    with suppress(ReplicateError):
        await _settle(wire.until(wire.clock.monotonic() + _ABANDON_SECONDS), attempt, memory)
    return job


def make_recoverable(error: AmbiguousCreateError, client: Client, view: Callable[[Any, Client], Any]) -> None:
    """Let an error look again, through a client, for what a create made, and return it as a view."""

    async def look_again(wire: Wire) -> Any:
        if error.finder is None:
            raise error
        try:
            return view(await error.finder(wire, client.memory), client)
        except AmbiguousCreateError as newer:
            make_recoverable(newer, client, view)
            raise

    error.bind(lambda: run_blocking(look_again(client.wire)), lambda: look_again(client.async_wire))


async def _send_or_find(wire: Wire, attempt: Attempt, send: Callable[[], Awaitable[JobT]], memory: Memory) -> JobT:
    try:
        job = await send()
        if not _has_usable_id(job):
            raise DecodeError(title="The answer to a create has no usable id", detail=f"its id is {job.id!r:.100}")
    except ReplicateError as error:
        if not is_ambiguous(error):
            raise
        memory.lose(attempt)
        found: JobT = await recover(wire, attempt, memory, error)
        return found
    memory.note_created(job.id)
    return job


def _has_usable_id(job: Attempted) -> bool:
    try:
        check_segment(job.id, argument="id")
    except InvalidArgumentError:
        return False
    return True


async def _abandon(
    wire: Wire, attempt: Attempt, memory: Memory, interruption: BaseException, taken: list[Attempted]
) -> None:
    """Cancel what a create that was interrupted has made, if it is found at once.

    `taken` is where it is kept once it is found, for the case that this starts anew.
    """
    bounded = wire.until(wire.clock.monotonic() + _ABANDON_SECONDS)
    note = f"a {attempt.noun} may have been created; look for it with {attempt.noun}s.list()"
    with suppress(ReplicateError):
        for pause in _PAUSES[:2]:
            if pause and not taken:
                await bounded.sleep(pause)
            if not taken:
                taken += _take(attempt, await find(bounded, attempt, memory), memory, wire.clock.time())
        for job in taken:
            await bounded.call(_place_of(attempt.noun).cancel, job.id, client=bounded.api)
            note = f"{attempt.noun} {job.id} was told to cancel"
        await _settle(bounded, attempt, memory)
    interruption.add_note(note)


async def _settle(wire: Wire, attempt: Attempt, memory: Memory) -> None:
    """Cancel what like creates have made that were abandoned before, now that this one no longer stands in doubt."""
    for since, other in memory.abandoned(wire.clock.time()):
        if not other.asks_for_the_same(attempt):
            continue
        offset, skew = _server_clock(wire)
        until = datetime.fromtimestamp(since + offset, UTC) + timedelta(seconds=skew)
        found = [row for row in await find(wire, other, memory) if not _is_newer(row, until)]
        for job in _take(other, found, memory, wire.clock.time()):
            memory.settle(other)
            await wire.call(_place_of(other.noun).cancel, job.id, client=wire.api)


async def recover(wire: Wire, attempt: Attempt, memory: Memory, cause: ReplicateError) -> Any:
    """Return what a create made whose answer was lost.

    Raises:
        AmbiguousCreateError: there is nothing that fits, or nobody can say which of the things that do.
    """
    found: list[Attempted] = []
    trouble: ReplicateError | None = None
    for pause in _PAUSES:
        try:
            if pause:
                await wire.sleep(pause)
            found = await find(wire, attempt, memory)
        except ReplicateError as error:
            trouble = error
        taken = _take(attempt, found, memory, wire.clock.time())
        if taken:
            return taken[0]
    failure = _ambiguous(attempt, found, trouble, cause)
    failure.finder = lambda wire, memory: recover(wire, attempt, memory, cause)
    raise failure from cause


def _take(attempt: Attempt, found: list[Attempted], memory: Memory, now: float) -> list[Attempted]:
    """Return the one thing that a lost create made from those that fit, so that nobody else takes it; none in doubt.

    Creates that ask for the same are told apart by nothing. While one of them may still be answered, what was found
    may be its own. Of those that are lost each may take any, if there are no more things than creates.
    """
    if any(other.asks_for_the_same(attempt) for other in memory.in_flight() if other is not attempt):
        return []
    others = {id(other): other for other in (*memory.lost(), *(other for _, other in memory.abandoned(now)))}
    lost = 1 + sum(other.asks_for_the_same(attempt) for other in others.values() if other is not attempt)
    free = [row for row in reversed(found) if not memory.was_created(row.id)]
    if len(free) > lost:
        return []
    for row in free:
        if memory.note_created(row.id):
            return [row]
    return []


async def find(wire: Wire, attempt: Attempt, memory: Memory) -> list[Attempted]:
    """Return what is not yet known to this client, fits a create and is not older than it."""
    offset, skew = _server_clock(wire)
    since = datetime.fromtimestamp(attempt.sent_at + offset, UTC) - timedelta(seconds=skew)
    place = _place_of(attempt.noun)
    attempt = await _with_release(wire, attempt)
    page = await place.list_since(wire, since)
    found: dict[str, Attempted] = {}  # pages move while they are walked, and may show a row twice
    for _ in range(_MOST_PAGES):
        fitting = (row for row in page.results if _has_usable_id(row) and attempt.describes(row))
        found |= {row.id: row for row in fitting if not memory.was_created(row.id)}
        cursor = link(page.next_)
        if cursor is None or any(_is_older(row, since) for row in page.results):
            break
        page = await fetch_page(wire, cursor, place.decode)
    return [row for row in found.values() if not _is_older(row, since)]


def _server_clock(wire: Wire) -> tuple[float, float]:
    """Return by how many seconds the service's clock is ahead of this machine's, and how far off that may be."""
    offset = wire.api.connection.access.server_offset()
    return (0.0, _UNKNOWN_SKEW) if offset is None else (offset, _SKEW)


def _is_newer(row: Attempted, moment: datetime) -> bool:
    return isinstance(row.created_at, datetime) and row.created_at > moment


def _is_older(row: Attempted, moment: datetime) -> bool:
    return isinstance(row.created_at, datetime) and row.created_at < moment


async def _with_release(wire: Wire, attempt: Attempt) -> Attempt:
    """Return a create with the model and version of its deployment: not every prediction tells its deployment."""
    if attempt.deployment is None:
        return attempt
    from replicate_api.api.deployments import deployments_get
    from replicate_api.models.deployment_release import DeploymentRelease

    owner, _, name = attempt.deployment.partition("/")
    with suppress(ReplicateError):
        release = (await wire.call(deployments_get, owner, name, client=wire.api)).current_release
        if isinstance(release, DeploymentRelease):
            return attempt._replace(model=text(release.model), version=text(release.version))
    return attempt


def _ambiguous(
    attempt: Attempt, found: list[Attempted], trouble: ReplicateError | None, cause: ReplicateError
) -> AmbiguousCreateError:
    noun = attempt.noun
    moment = datetime.fromtimestamp(attempt.sent_at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    look = f"predictions.list(created_after={moment!r})" if noun == "prediction" else "trainings.list()"
    if found:
        ids = ", ".join(row.id for row in found)
        outcome = f"several {noun}s fit ({ids}), and one of them may be it; get the right one by its id"
    elif trouble is not None:
        outcome = "looking for it failed as well"
    else:
        outcome = f"no such {noun} has shown up so far"
    error = AmbiguousCreateError(
        title=f"The answer to a create was lost; the {noun} may exist and be billed",
        detail=(
            f"{outcome}. It was for {attempt.what}, sent at {moment}. Do not create it again before you looked: "
            f"{look}. What happened: {cause}"
        ),
        status=cause.status,
        headers=cause.headers,
        request=cause.request,
    )
    if len(found) == 1:
        setattr(error, f"{noun}_id", found[0].id)
    error.candidates = [row.id for row in found]
    error.created_after = moment
    error.input = dict(attempt.input)
    error.model, error.version, error.deployment = attempt.model, attempt.version, attempt.deployment
    return error
