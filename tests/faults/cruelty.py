"""The ways in which an answer can fail to arrive as it was meant; which answer it is, is decided elsewhere."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from .sockets import Connection

HTML = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"


@dataclass
class Reply:
    """An answer as the service means it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Reply:
        """Return an answer with JSON for a body."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})

    def head(self, **changed: Any) -> bytes:
        """Return the head; members of `changed` replace headers, None removes one."""
        headers: dict[str, Any] = {"Content-Length": len(self.body), **self.headers}
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


Transmit = Callable[[Connection, Reply], Awaitable[None]]
"""Sends an answer, or fails to."""


async def whole(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head(), reply.body)


async def dropped(connection: Connection, reply: Reply) -> None:
    await connection.close()


async def reset(connection: Connection, reply: Reply) -> None:
    await connection.reset()


async def half_closed(connection: Connection, reply: Reply) -> None:
    await connection.half_close()


async def cut_in_the_status_line(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head()[:9])
    await connection.close()


async def cut_in_the_head(connection: Connection, reply: Reply) -> None:
    head = reply.head()
    await connection.send(head[: len(head) // 2])
    await connection.close()


async def cut_after_the_head(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head())
    await connection.close()


async def cut_in_the_body(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head(), reply.body[: len(reply.body) // 2])
    await connection.close()


async def reset_in_the_body(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head(), reply.body[: len(reply.body) // 2])
    await connection.reset()


async def cut_in_a_chunk(connection: Connection, reply: Reply) -> None:
    head = reply.head(Content_Length=None, Transfer_Encoding="chunked")
    await connection.send(head, b"%x\r\n" % len(reply.body), reply.body[:-3])
    await connection.close()


async def stalled(connection: Connection, reply: Reply) -> None:
    await connection.until_hung_up()


async def stalled_in_the_head(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head()[:30])
    await connection.until_hung_up()


async def stalled_in_the_body(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head(), reply.body[: len(reply.body) // 2])
    await connection.until_hung_up()


async def too_short(connection: Connection, reply: Reply) -> None:
    """Announce more than what comes."""
    await connection.send(reply.head(Content_Length=len(reply.body) + 100), reply.body)
    await connection.close()


async def too_long(connection: Connection, reply: Reply) -> None:
    """Announce less than what comes, so that JSON is cut."""
    await connection.send(reply.head(Content_Length=len(reply.body) - 20), reply.body)


async def negative_length(connection: Connection, reply: Reply) -> None:
    await connection.send(reply.head(Content_Length=-5), reply.body)
    await connection.close()


async def cut_json(connection: Connection, reply: Reply) -> None:
    await whole(connection, Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers))


async def emptied(connection: Connection, reply: Reply) -> None:
    await whole(connection, Reply(reply.status, b"", reply.headers))


async def without_content(connection: Connection, reply: Reply) -> None:
    await connection.send(Reply(204).head(Content_Length=None))


async def garbage(connection: Connection, reply: Reply) -> None:
    await connection.send(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
    await connection.close()


async def gzipped(connection: Connection, reply: Reply) -> None:
    body = gzip.compress(reply.body)
    await connection.send(Reply(reply.status, body, {**reply.headers, "Content-Encoding": "gzip"}).head(), body)


async def badly_gzipped(connection: Connection, reply: Reply) -> None:
    body = gzip.compress(reply.body)[:-12] + b"nonsense!!!!"
    await connection.send(Reply(reply.status, body, {**reply.headers, "Content-Encoding": "gzip"}).head(), body)


async def trickled(connection: Connection, reply: Reply) -> None:
    """Send everything, in small parts that each arrive alone."""
    content = reply.head() + reply.body
    for start in range(0, len(content), 40):
        await connection.send(content[start : start + 40])
        await asyncio.sleep(0.002)


async def whole_then_closed(connection: Connection, reply: Reply) -> None:
    """Answer as if the connection stayed open, and close it."""
    await whole(connection, reply)
    await connection.close()


async def with_interim_answers(connection: Connection, reply: Reply) -> None:
    await connection.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 3)
    await whole(connection, reply)


def late(seconds: float) -> Transmit:
    """Send everything after so many real seconds."""

    async def transmit(connection: Connection, reply: Reply) -> None:
        await asyncio.sleep(seconds)
        await whole(connection, reply)

    return transmit


def held(until: asyncio.Event) -> Transmit:
    """Send everything once something has happened."""

    async def transmit(connection: Connection, reply: Reply) -> None:
        await until.wait()
        await whole(connection, reply)

    return transmit


def answered(status: int, body: Any = b"", **headers: str) -> Transmit:
    """Send another answer instead: bytes as they are, all else as JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    other = Reply(status, body, named) if isinstance(body, bytes) else Reply.of(body, status, **named)

    async def transmit(connection: Connection, reply: Reply) -> None:
        await whole(connection, other)

    return transmit


def page(status: int) -> Transmit:
    """Send a page of HTML, as a proxy in front of the service does."""
    return answered(status, HTML, Content_Type="text/html; charset=UTF-8")


def redirected(location: str, status: int = 307) -> Transmit:
    return answered(status, b"", Location=location)


LOST = {
    "dropped": dropped,
    "reset": reset,
    "half-closed": half_closed,
    "cut in the status line": cut_in_the_status_line,
    "cut in the head": cut_in_the_head,
    "cut after the head": cut_after_the_head,
    "cut in the body": cut_in_the_body,
    "reset in the body": reset_in_the_body,
    "cut in a chunk": cut_in_a_chunk,
    "content-length too large": too_short,
    "content-length too small": too_long,
    "content-length negative": negative_length,
    "cut JSON": cut_json,
    "an empty body": emptied,
    "204 without content": without_content,
    "no HTTP at all": garbage,
    "broken gzip": badly_gzipped,
    "an HTML page with 200": page(200),
    "408": answered(408),
    "500": answered(500, {"detail": "Internal error"}),
    "502 with HTML": page(502),
    "520 with HTML": page(520),
}
"""What leaves a client without the answer, whatever was done."""
