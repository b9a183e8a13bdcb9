"""`replicate.stream` as a module, for programs that import from it; what it names lives in other modules."""

from __future__ import annotations

TYPE_CHECKING = False  # without `typing`, as in the package

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Any

    from ._event_source import EventSource
    from ._stream_events import ServerSentEvent
    from .client import Client

__all__ = ["EventSource", "ServerSentEvent", "async_stream", "stream"]


def stream(client: Client, ref: Any, input: Any = None, **options: Any) -> Iterator[ServerSentEvent]:  # noqa: A002 - the API's word
    """Run a model through a client and yield its events; see `Client.stream`."""
    return client.stream(ref, input, **options)


async def async_stream(
    client: Client,
    ref: Any,
    input: Any = None,  # noqa: A002 - the API's word
    **options: Any,
) -> AsyncIterator[ServerSentEvent]:
    """Run a model through a client and yield its events; see `Client.async_stream`."""
    return await client.async_stream(ref, input, **options)


def __getattr__(name: str) -> Any:
    if name == "ServerSentEvent":
        from ._stream_events import ServerSentEvent

        return ServerSentEvent
    if name == "EventSource":
        from ._event_source import EventSource

        return EventSource
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
