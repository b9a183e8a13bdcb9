"""The server-sent events of a prediction: replayed from any place, then live until it ends; never other endpoints."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import StreamingResponse

from replicate_local.jsontypes import is_array

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from starlette.types import Receive, Scope, Send

    from replicate_local.records import Prediction
    from replicate_local.runs import Run

IDLE_LIMIT = 30.0
"""Seconds without traffic after which the service says good-bye."""

_PIECE = 32 * 1024
"""Bytes of events that are sent at once, if so many are there."""

_GREETING = b": hi\n\n"
_IDLE = b":408: 408 Request Timeout\n\n"


@dataclass(frozen=True)
class Event:
    """One event; its place in the stream is its number."""

    name: str
    data: str

    def encode(self, event_id: str) -> bytes:
        """Return the bytes on the wire; each line of the data gets a field of its own."""
        several = "\n" in self.data or "\r" in self.data  # much faster to find out than to split what is one long line
        lines = "".join(f"data: {line}\n" for line in (re.split("\r\n|\r|\n", self.data) if several else [self.data]))
        return f"event: {self.name}\nid: {event_id}\n{lines}\n".encode("utf-8", "replace")


def events(prediction: Prediction, begin: int, make_text: Callable[[Any], str]) -> Iterator[Event]:
    """Yield the events from number `begin` on, as far as the prediction has got.

    Each is made when it is asked for: a reader that does not read holds one of them in memory, not all.
    """
    number = begin
    while number < len(values := _elements(prediction)):
        yield Event("output", make_text(values[number]))
        number += 1
    yield from _ending(prediction)[max(0, begin - len(values)) :]


def count(prediction: Prediction) -> int:
    """Return how many events there are so far."""
    return len(_elements(prediction)) + len(_ending(prediction))


def _elements(prediction: Prediction) -> list[Any]:
    """Return the output as a sequence; one that does not grow is shown when it is final."""
    output: Any = prediction.output
    if output is None or not (prediction.iterates or prediction.ended):
        return []
    return output if is_array(output) else [output]


def _ending(prediction: Prediction) -> list[Event]:
    match prediction.status:
        case "starting" | "processing":
            return []
        case "succeeded":
            return [Event("done", "{}")]
        case "failed":
            detail = json.dumps({"detail": prediction.error or "The prediction failed."}, ensure_ascii=False)
            return [Event("error", detail), Event("done", '{"reason":"error"}')]
        case _:
            return [Event("done", '{"reason":"canceled"}')]


def text(value: Any) -> str:
    """Return an output as event data: text as it is, everything else as compact JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def resume_at(last_event_id: str | None, prediction: Prediction) -> int:
    """Return the number of the first event to send; ids of other streams mean the beginning."""
    match = re.fullmatch(rf"{_epoch(prediction)}:(\d{{1,12}})", last_event_id or "", re.ASCII)
    return int(match[1]) + 1 if match else 0


def _epoch(prediction: Prediction) -> int:
    """Ids begin with a Unix time; the same one for all events, so that they can be made again after a restart."""
    return int(prediction.created_at.timestamp())


async def stream(
    prediction: Prediction, run: Run | None, begin: int, make_text: Callable[[Any], str]
) -> AsyncIterator[bytes]:
    """Yield the stream: what is there from event number `begin` on, then what comes, until the end or idleness."""
    yield _GREETING
    if prediction.data_removed:
        yield _IDLE
        return
    number = begin
    while True:
        last_look = prediction.ended
        piece = bytearray()
        for event in events(prediction, number, make_text):
            piece += event.encode(f"{_epoch(prediction)}:{number}")
            number += 1
            if len(piece) >= _PIECE:
                yield bytes(piece)
                piece.clear()
                await asyncio.sleep(0)  # let others have their turn, and see whether the reader is still there
        if piece:
            yield bytes(piece)
        if last_look:
            return
        if run is None or not await run.progressed(partial(_has_more, prediction, number), IDLE_LIMIT):
            yield _IDLE
            return


def _has_more(prediction: Prediction, number: int) -> bool:
    return prediction.ended or count(prediction) > number


class EventStream(StreamingResponse):
    """A response that stops as soon as its client is gone, even when there is nothing to send."""

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Access-Control-Allow-Origin": "*"}
        super().__init__(content, media_type="text/event-stream", headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's signature
        gone = asyncio.ensure_future(_disconnected(receive))
        streaming = asyncio.ensure_future(self.stream_response(send))
        try:
            await asyncio.wait({gone, streaming}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            streaming.cancel()
            await asyncio.gather(gone, streaming, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
