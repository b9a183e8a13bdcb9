"""The event stream of one prediction, from any place to its end; never any other answer."""

from __future__ import annotations

import asyncio
import json
import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._network import Connection
    from ._predictions import FakePrediction
    from ._time import SkippingTime

_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
    b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
)
_GREETING = b": hi\n\n"
_IDLE = b":408: 408 Request Timeout\n\n"
_IDLE_LIMIT = 30.0
"""Seconds without traffic after which the service ends a stream."""

_REAL_IDLE = 0.1
"""Real seconds of those: enough for a test to cancel what hangs, and no long wait for one that lets it time out."""

_TICK = 0.02
"""Real seconds between two looks at a prediction that somebody may cancel."""


async def send_stream(
    connection: Connection,
    prediction: FakePrediction,
    time: SkippingTime,
    last_event_id: str | None,
    *,
    cut_after: int | None = None,
) -> None:
    """Send the events after the one with that id as they come, and end the stream after the last.

    With `cut_after`, the connection is cut after so many events.
    """
    epoch = int(prediction.created_at.timestamp())
    match = re.fullmatch(rf"{epoch}:([0-9]{{1,9}})", last_event_id or "")
    number, sent = int(match[1]) + 1 if match else 0, 0
    await connection.send(_HEAD)
    await _send_chunk(connection, _GREETING)
    while sent != cut_after:
        is_over = prediction.is_over
        for event in _events(prediction)[number:]:
            if sent != cut_after:
                await _send_chunk(connection, _encoded(event, f"{epoch}:{number}"))
                number, sent = number + 1, sent + 1
        if sent != cut_after and (is_over or not await _passed(prediction, time)):
            break
    else:
        await connection.close()
        return
    await _send_chunk(connection, b"" if is_over else _IDLE)
    await connection.send(b"0\r\n\r\n")
    await connection.close()


async def pass_until(prediction: FakePrediction, time: SkippingTime, moment: float) -> None:
    """Let time pass until a moment, or until the prediction is over: at once, or in real time if that was asked for."""
    if not time.is_real:
        moment = min(moment, prediction.end())
        if math.isinf(moment):
            await asyncio.sleep(_REAL_IDLE)
        time.skip_to(moment)
        return
    while not prediction.is_over and time.now() < moment:  # noqa: ASYNC110 - it ends by time passing, too
        await asyncio.sleep(_TICK)


async def _passed(prediction: FakePrediction, time: SkippingTime) -> bool:
    """Let time pass until there is more to tell; False if nothing comes for so long that the stream ends."""
    idle = time.now() + _IDLE_LIMIT
    change = prediction.next_change()
    if time.is_real:
        await pass_until(prediction, time, min(change, idle))
        return prediction.is_over or change <= idle
    if not math.isinf(change):
        time.skip_to(change)
        await asyncio.sleep(0)
        return True
    for _ in range(round(_REAL_IDLE / _TICK)):
        await asyncio.sleep(_TICK)
        if prediction.is_over:
            return True
    time.skip_to(idle)
    return False


def _events(prediction: FakePrediction) -> list[tuple[str, str]]:
    """Return the events so far, each a name and its data."""
    outputs = [("output", piece) for piece in prediction.pieces()]
    match prediction.status:
        case "starting" | "processing":
            return outputs
        case "succeeded":
            return [*outputs, ("done", "{}")]
        case "failed":
            detail = json.dumps({"detail": prediction.error}, ensure_ascii=False)
            return [*outputs, ("error", detail), ("done", '{"reason":"error"}')]
        case _:
            return [*outputs, ("done", '{"reason":"canceled"}')]


def _encoded(event: tuple[str, str], event_id: str) -> bytes:
    name, data = event
    lines = "".join(f"data: {line}\n" for line in re.split("\r\n|\r|\n", data))
    return f"event: {name}\nid: {event_id}\n{lines}\n".encode()


async def _send_chunk(connection: Connection, content: bytes) -> None:
    if content:
        await connection.send(b"%x\r\n%s\r\n" % (len(content), content))
