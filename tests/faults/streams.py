"""Event streams as the service sends them, cut, silenced, repeated and ended as a test tells; no other answers here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sockets import Connection, Request

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
UNTIL_CLOSED = HEAD + b"Connection: close\r\n\r\n"
DONE = b"event: done\nid: 9:9\ndata: {}\n\n"

Ending = Callable[["Connection"], Awaitable[None]]
"""How a connection goes on after its last byte of the stream."""


async def closed(connection: Connection) -> None:
    """The connection ends before the body does."""
    await connection.close()


async def reset(connection: Connection) -> None:
    await connection.reset()


async def completed(connection: Connection) -> None:
    """The body ends in good order, as if the stream were over."""
    await connection.send(b"0\r\n\r\n")


async def silent(connection: Connection) -> None:
    """Nothing more comes, and the connection stays open."""
    await connection.until_hung_up()


def event(name: str, data: str, event_id: str = "") -> bytes:
    """Return one event on the wire."""
    lines = [f"event: {name}", *([f"id: {event_id}"] if event_id else [])]
    return "\n".join([*lines, *(f"data: {line}" for line in data.split("\n")), "", ""]).encode()


def outputs(texts: Sequence[str], *, with_ids: bool = True) -> list[bytes]:
    """Return an output event for each text."""
    return [event("output", text, f"170000000{number}:0" if with_ids else "") for number, text in enumerate(texts)]


class EventStream:
    """A stream, for `Service.paths`.

    Each connection gets what is to come after its `Last-Event-ID`, up to its cut; the last connection gets all of it.
    """

    def __init__(
        self,
        blocks: Sequence[bytes],
        *,
        cuts: Sequence[int] = (),
        ending: Ending = closed,
        resumes: bool = True,
        opening: bytes = b": hi\n\n",
    ) -> None:
        self.blocks = list(blocks)
        self.cuts = list(cuts)
        self.ending = ending
        self.resumes = resumes
        self.opening = opening
        self.last_event_ids: list[str | None] = []
        """What each connection asked to resume from."""

    async def __call__(self, request: Request, connection: Connection) -> None:
        last_id = request.headers.get("last-event-id")
        self.last_event_ids.append(last_id)
        content = self.opening + b"".join(self._after(last_id if self.resumes else None))
        await connection.send(CHUNKED)
        cut = self.cuts.pop(0) if self.cuts else None
        await _send_chunk(connection, content[:cut])
        await (completed if cut is None else self.ending)(connection)

    def _after(self, last_id: str | None) -> list[bytes]:
        for place, block in enumerate(self.blocks):
            if last_id and f"\nid: {last_id}\n".encode() in block:
                return self.blocks[place + 1 :]
        return self.blocks


async def _send_chunk(connection: Connection, content: bytes) -> None:
    if content:
        await connection.send(b"%x\r\n%s\r\n" % (len(content), content))


def endless(*parts: bytes) -> Callable[[Request, Connection], Awaitable[None]]:
    """Return a stream that sends its parts again and again, one at a time, and never ends."""

    async def serve(_: Request, connection: Connection) -> None:
        await connection.send(CHUNKED)
        while True:
            for part in parts:
                await _send_chunk(connection, part)
                await asyncio.sleep(0)

    return serve
