"""Following a prediction's event stream to its end: opening, resuming, and taking what is missing from the prediction.

A stream is done when its `done` event came. If the connection ends before that, it is opened again from the last
event; if the stream has nothing more to say, the prediction itself is asked, and what was not delivered yet is
delivered from its output. A stream never ends early without a word.

The way of an event: `_connection` reads a chunk, `EventParser` makes events of it, `Delivery` drops what was there
before, `_until_last` makes the objects, `follow` yields them as one batch, and `Wire.iterate_batches` gives them to the
loop one by one.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from ._delivery import Delivery
from ._hearing import HEADERS, LAST_EVENTS, is_event_stream
from ._outputs import plain
from ._server_sent_events import EventParser, Outputs, RawEvent
from ._stream_events import EventType, ServerSentEvent
from ._waiting import DEFAULT_PATIENCE, SUCCESS, may_pass, most_advanced, wait_until_over
from .exceptions import (
    NetworkError,
    ReplicateError,
    ServerError,
    StreamError,
    UnsupportedError,
    WaitTimeoutError,
    unsuccessful,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable

    from ._wire import Wire
    from .client import Client
    from .prediction import Prediction

_MOST_FAILURES = 5
"""Openings in a row that bring no event before the stream is given up for the prediction itself."""

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 5.0

LONGEST_LISTENING = 60.0
"""Seconds a connection may bring comments only. The service ends one after 30 s without traffic; one that goes on may
have missed the end."""

_PATIENCE_AFTER_THE_END = 10.0
"""Seconds for the prediction to become final after its stream said it ended badly."""


Look = Callable[[], Awaitable["Prediction"]]
"""Asks the service for the prediction as it is now."""


async def follow(
    wire: Wire, prediction: Prediction, look: Look, limit: float | None = None
) -> AsyncGenerator[Iterable[ServerSentEvent], None]:
    """Yield the events of a prediction's stream up to its end: the last is `done`, as in 1.x, or an error is raised.

    Events that arrived together are yielded together, because each step of a flow takes longer than all else that is
    done for an event. They count as delivered: all of them are to be taken before the flow goes on.

    `limit` is the moment, on the clock's monotonic time, by which it must have come.

    Raises:
        UnsupportedError: the prediction has no stream.
        ModelError: the prediction failed, was canceled or aborted.
        WaitTimeoutError: it was not over in time.
        ReplicateError: neither the stream nor the prediction can be reached.
    """
    url = _stream_url(prediction)
    client = prediction.client
    delivery = Delivery()
    seen, failures, pause = prediction, 0, _FIRST_PAUSE
    deadline = wire.clock.monotonic() + DEFAULT_PATIENCE if limit is None else limit
    while failures < _MOST_FAILURES and wire.clock.monotonic() < deadline:
        before, last = delivery.outputs, None
        delivery.connect()
        try:
            async with aclosing(_connection(wire.until(limit), url, delivery)) as news:
                async for found in news:
                    batch, last = _until_last(found, client)
                    yield batch
                    if last is not None:
                        break
        except (NetworkError, ServerError):
            failures += 1
        except ReplicateError:
            if not delivery.opened:
                raise
            break  # it was a stream before: what it still owes is taken from the prediction
        if last is not None:
            await _check_ending(wire, last, seen, look)
            yield (ServerSentEvent(*last, client=client),)
            return
        failures, pause = (0, _FIRST_PAUSE) if delivery.outputs > before else (failures, min(pause * 2, _LONGEST_PAUSE))
        seen = await _look_if_possible(look, seen)
        if seen.is_terminal or not delivery.resumable:
            break
        await wire.sleep(max(0.0, min(max(pause, delivery.asked_pause), deadline - wire.clock.monotonic())))
    seen = await wait_until_over(wire, seen, look, deadline=deadline, poll_interval=None)
    for event in _rest(seen, delivery):
        yield (event,)


async def _look_if_possible(look: Look, seen: Prediction) -> Prediction:
    """Return the prediction as it is now, or as it was where it cannot be had for the moment."""
    try:
        return most_advanced(seen, await look())
    except ReplicateError as error:
        if not may_pass(error):
            raise
        return seen


def _stream_url(prediction: Prediction) -> str:
    url = (prediction.urls or {}).get("stream")
    if not url:
        raise UnsupportedError(
            title="Model does not support streaming",
            detail="the prediction has no stream URL; use wait() and output instead",
            prediction_id=prediction.id,
        )
    return url


async def _connection(wire: Wire, url: str, delivery: Delivery) -> AsyncGenerator[Outputs | list[RawEvent], None]:
    """Yield the new events of one connection, those of a chunk together, until the server ends it."""
    headers = dict(HEADERS)
    if delivery.last_id:
        headers["Last-Event-ID"] = delivery.last_id
    async with wire.open(url, headers=headers) as body:
        media_type = body.headers.get("content-type", "")
        if not is_event_stream(media_type):
            raise StreamError(
                title="The stream URL did not answer with an event stream",
                status=body.status,
                detail=f"expected text/event-stream, got {media_type or 'no content type'}",
            )
        delivery.opened = True
        parser = EventParser()
        monotonic = wire.clock.monotonic
        heard = monotonic()
        limit = wire.api.call_options.deadline
        async with aclosing(body.chunks()) as chunks:
            async for chunk in chunks:
                news = delivery.news(parser.read(chunk))
                if parser.retry is not None:
                    delivery.ask_pause(parser.retry)
                if news:
                    yield news
                now = monotonic()
                if news:
                    heard = now
                if now - heard >= LONGEST_LISTENING or (limit is not None and now >= limit):
                    return


def _until_last(news: Outputs | list[RawEvent], client: Client) -> tuple[Iterable[ServerSentEvent], RawEvent | None]:
    """Return the events before the last one of the stream, and that one if it is there.

    Objects for outputs are made as the loop takes them, so that many at once take little memory.
    """
    if isinstance(news, Outputs):
        outputs = zip(*news, strict=True)
        return (ServerSentEvent(EventType.OUTPUT, data, event_id, client=client) for event_id, data in outputs), None
    before: list[ServerSentEvent] = []
    for event in news:
        if event.event in LAST_EVENTS:
            return before, event
        before.append(ServerSentEvent(*event, client=client))
    return before, None


async def _check_ending(wire: Wire, event: RawEvent, seen: Prediction, look: Look) -> None:
    """Return if a stream's last event tells of success; otherwise raise the prediction's error."""
    if event.event == "done" and not _member(event.data, "reason"):
        return
    deadline = wire.clock.monotonic() + _PATIENCE_AFTER_THE_END
    seen = await _look_if_possible(look, seen)
    prediction = await wait_until_over(wire, seen, look, deadline=deadline, poll_interval=None)
    if prediction.is_terminal and prediction.status not in SUCCESS:
        raise unsuccessful(prediction)
    detail = _member(event.data, "detail") or _member(event.data, "reason") or event.data
    raise StreamError(title="The stream ended with an error", detail=detail, prediction_id=prediction.id)


def _rest(prediction: Prediction, delivery: Delivery) -> Generator[ServerSentEvent, None, None]:
    """Yield what the stream did not deliver, from the prediction's output, and the `done` that it owed."""
    output = plain(prediction.output)
    pieces = cast("list[object]", output) if isinstance(output, list) else [] if output is None else [output]
    for piece in pieces[delivery.outputs :]:
        data = piece if isinstance(piece, str) else json.dumps(piece, ensure_ascii=False)
        yield ServerSentEvent(EventType.OUTPUT, data, client=prediction.client)
    if not prediction.is_terminal:
        error = WaitTimeoutError(title="The prediction was not over in time", prediction_id=prediction.id)
        error.prediction = prediction
        error.detail = f"its stream and the wait for the rest took too long; its status is {prediction.status!r}"
        raise error
    if prediction.status not in SUCCESS:
        raise unsuccessful(prediction)
    yield ServerSentEvent(EventType.DONE, "{}", client=prediction.client)


def _member(data: str, name: str) -> str:
    """Return a member of an event's JSON as text; the data of a last event may also be no JSON, or nothing."""
    try:
        value = json.loads(data)
    except ValueError:
        return ""
    found = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
    return "" if found is None else str(found)
