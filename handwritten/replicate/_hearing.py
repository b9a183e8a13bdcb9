"""Hearing from a prediction's event stream that it is over, so that a wait ends with the work and costs few requests.

The stream is only listened to; nothing of it is kept. Whoever waits looks at the prediction afterwards, whatever was
heard, because a stream can be cut, silenced by a proxy, or out of reach, and the prediction itself is what counts.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from ._retries import RetryPolicy
from ._server_sent_events import EventParser
from ._settings import Timeouts
from .exceptions import NetworkError, ReplicateError

if TYPE_CHECKING:
    from ._wire import Wire

HEADERS = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
LAST_EVENTS = frozenset({"done", "error"})

_TIMEOUTS = Timeouts(connect=3.0, read=20.0, write=10.0, pool=10.0)
"""Silence of 20 s is reason to look; the service itself ends a stream after 30 s without traffic."""

LONGEST_LISTENING = 30.0
"""Seconds after which it is time to look, however much a stream has to say: it may have missed the end, too."""

_MOST_BYTES = 8 * 1024 * 1024
"""Bytes listened to at most: files that come inside a stream are not worth hearing twice."""


class Heard(Enum):
    """What listening brought."""

    END = "end"
    """The stream said that the prediction is over."""

    QUIET = "quiet"
    """The stream works, and has not said so for a while."""

    DEAF = "deaf"
    """The stream is of no use here; poll instead."""

    UNREACHABLE = "unreachable"
    """The same, and other streams of this host would not be heard either: there is no way to it."""


def is_event_stream(content_type: str) -> bool:
    """Return whether a content type is that of an event stream, parameters aside."""
    return content_type.partition(";")[0].strip().lower() == "text/event-stream"


async def hear_the_end(wire: Wire, url: str, deadline: float) -> Heard:
    """Listen to a prediction's stream until it tells the end, falls silent, or the deadline passes."""
    options = replace(wire.api.call_options, timeouts=_TIMEOUTS, retries=RetryPolicy(max_retries=0))
    bounded = wire.with_options(options.until(deadline))
    end = min(deadline, wire.clock.monotonic() + LONGEST_LISTENING)
    heard = 0
    try:
        async with bounded.open(url, headers=HEADERS) as body:
            if not is_event_stream(body.headers.get("content-type", "")):
                return Heard.DEAF
            parser = EventParser()
            async with aclosing(body.chunks()) as chunks:
                async for chunk in chunks:
                    heard += len(chunk)
                    if any(event.event in LAST_EVENTS for event in parser.feed(chunk)):
                        return Heard.END
                    if heard > _MOST_BYTES:
                        return Heard.DEAF
                    if wire.clock.monotonic() >= end:
                        break
    except NetworkError as error:
        if error.sent is False and wire.clock.monotonic() < deadline:
            return Heard.UNREACHABLE
    except ReplicateError:
        pass  # whoever waits looks at the prediction now
    return Heard.QUIET if heard else Heard.DEAF
