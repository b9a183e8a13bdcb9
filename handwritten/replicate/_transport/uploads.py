"""Request bodies that are read from files: whether they can be sent again, and reading them off the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable


class OffLoopStream(httpx.AsyncByteStream):
    """A body whose chunks are read in a worker thread, because reading a file would hold up the event loop."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        import anyio.to_thread

        chunks = iter(self.body)
        while (chunk := await anyio.to_thread.run_sync(next, chunks, None)) is not None:
            yield chunk


def off_loop(request: httpx.Request) -> None:
    """See that the body of a request, if it is read from files, is read off the event loop."""
    body: Any = request.stream
    if not isinstance(body, (httpx.ByteStream, OffLoopStream)) and hasattr(body, "__iter__"):
        request.stream = OffLoopStream(body)


def is_replayable(request: httpx.Request) -> bool:
    """Return whether a body can be sent a second time; one read from a pipe or a generator cannot."""
    body: Any = request.stream
    if isinstance(body, OffLoopStream):
        body = body.body
    if isinstance(body, httpx.ByteStream):
        return True
    fields: list[Any] | None = getattr(body, "fields", None)  # of a multipart body
    return fields is not None and all(_can_rewind(getattr(field, "file", b"")) for field in fields)


def _can_rewind(file: Any) -> bool:
    if isinstance(file, (bytes, str)):
        return True
    return hasattr(file, "seek") and bool(getattr(file, "seekable", lambda: True)())
