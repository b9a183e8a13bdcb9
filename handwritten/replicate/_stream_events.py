"""One event of a prediction's stream, as a program gets it; where events come from is in `_streaming`."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from ._outputs import FileOutput, is_file_url

if TYPE_CHECKING:
    from .client import Client


class EventType(StrEnum):
    """The events the service sends."""

    OUTPUT = "output"
    LOGS = "logs"
    ERROR = "error"
    DONE = "done"


AnyEventType: TypeAlias = EventType | str
"""One of the known events, or the name of one nobody knows yet."""

_TYPES: dict[str, EventType] = {kind.value: kind for kind in EventType}


class ServerSentEvent:
    """One event of a prediction's stream. `str(event)` is its text if it is output, otherwise empty."""

    __slots__ = ("_client", "data", "event", "id", "retry")

    EventType = EventType

    def __init__(
        self,
        event: AnyEventType = EventType.OUTPUT,
        data: str = "",
        id: str = "",  # noqa: A002 - the field's name in the protocol and in 1.x
        retry: int | None = None,
        *,
        client: Client | None = None,
    ) -> None:
        self.event: AnyEventType = _TYPES.get(event, event)
        """What it is: one of `EventType`, or the name of an event nobody knows yet. It equals its plain name."""
        self.data = data
        """Text: a piece of output, or the URL of a file; for `done` and `error` JSON."""
        self.id = id
        """The place in the stream, opaque."""
        self.retry = retry
        """The pause before connecting again that the server asked for, in milliseconds."""
        self._client = client

    @property
    def file(self) -> FileOutput | None:
        """The file, where the event is an output that is a URL; its `read()` and `save()` download it."""
        if self.event == "output" and self._client is not None and is_file_url(self.data, self._client.origin):
            return FileOutput(self.data, self._client)
        return None

    def dict(self) -> dict[str, Any]:
        """Return the event as a dictionary that JSON can carry."""
        return {"event": str(self.event), "data": self.data, "id": self.id, "retry": self.retry}

    def json(self, **options: Any) -> str:
        """Return the event as JSON text; `options` are those of `json.dumps`."""
        return json.dumps(self.dict(), **options)

    def __str__(self) -> str:
        return self.data if self.event == "output" else ""

    def __repr__(self) -> str:
        return f"ServerSentEvent(event={str(self.event)!r}, data={self.data!r}, id={self.id!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ServerSentEvent):
            return NotImplemented
        return (self.event, self.data, self.id, self.retry) == (other.event, other.data, other.id, other.retry)

    def __hash__(self) -> int:
        return hash((self.event, self.data, self.id))

    def __copy__(self) -> ServerSentEvent:
        return ServerSentEvent(self.event, self.data, self.id, self.retry, client=self._client)

    def __deepcopy__(self, memo: object) -> ServerSentEvent:
        return self.__copy__()

    def __reduce__(self) -> tuple[type[ServerSentEvent], tuple[str, str, str, int | None]]:
        return ServerSentEvent, (str(self.event), self.data, self.id, self.retry)
