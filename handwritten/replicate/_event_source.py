"""Reading the events of a stream from a response that a program opened itself; opening streams is in `_streaming`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._server_sent_events import EventParser
from ._stream_events import ServerSentEvent
from .exceptions import StreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import httpx

    from .client import Client


class EventSource:
    """The events in the body of an `httpx.Response`, for `for` or `async for`; the last one is `done`.

    `Prediction.stream` opens the stream itself, and resumes it where the connection breaks.
    """

    def __init__(self, client: Client, response: httpx.Response, *, use_file_output: bool | None = None) -> None:
        """Read a response that is open and not read yet.

        Raises:
            StreamError: it is no event stream.
        """
        del use_file_output  # the text of an event is always text; `event.file` is its file
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "text/event-stream":
            raise StreamError(
                title="The response is not an event stream",
                status=response.status_code,
                detail=f"expected text/event-stream, got {media_type or 'no content type'}",
            )
        self._client = client
        self.response = response

    def __iter__(self) -> Iterator[ServerSentEvent]:
        """Yield the events.

        Raises:
            StreamError: the stream told of an error, or ended without its last event.
        """
        reading = _Reading(self._client)
        for chunk in self.response.iter_bytes():
            yield from reading.events(chunk)
            if reading.is_done:
                return
        raise _cut()

    async def __aiter__(self) -> AsyncIterator[ServerSentEvent]:
        """Yield the events, as iterating without `async` does."""
        reading = _Reading(self._client)
        async for chunk in self.response.aiter_bytes():
            for event in reading.events(chunk):
                yield event
            if reading.is_done:
                return
        raise _cut()


class _Reading:
    """How far one stream has been read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._parser = EventParser()
        self.is_done = False

    def events(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """Yield what a chunk brings, up to the last event of the stream."""
        for raw in self._parser.feed(chunk):
            if raw.event == "error":
                raise StreamError(title="The stream told of an error", detail=raw.data)
            self.is_done = raw.event == "done"
            yield ServerSentEvent(*raw, client=self._client)
            if self.is_done:
                return


def _cut() -> StreamError:
    return StreamError(title="The stream ended without its last event", detail="the prediction may still be running")
