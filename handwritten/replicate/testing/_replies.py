"""Answers, and the ways in which one can fail to arrive as it was meant; which answer it is, is decided elsewhere."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, TypeAlias

from ._network import Connection


@dataclass
class Reply:
    """An answer as the service means it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        """Return an answer with a body: bytes and text as they are, all else as JSON."""
        if isinstance(value, bytes):
            return cls(status, value, {"Content-Type": "application/octet-stream", **(headers or {})})
        if isinstance(value, str):
            return cls(status, value.encode(), {"Content-Type": "text/plain; charset=utf-8", **(headers or {})})
        kind = "application/json" if status < 400 else "application/problem+json"
        return cls(status, json.dumps(value).encode(), {"Content-Type": kind, **(headers or {})})

    @classmethod
    def problem(cls, status: int, detail: str, **members: Any) -> Reply:
        """Return a refusal in the service's shape."""
        return cls.of({**members, "detail": detail, "status": status}, status)

    def head(self, **changed: object) -> bytes:
        """Return the head; `changed` replaces headers, `Content_Length=None` leaves one out.

        Each answer ends its connection, so that no test inherits one from another.
        """
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        headers: dict[str, object] = {
            "Date": formatdate(usegmt=True),
            "Content-Length": None if self.status == HTTPStatus.NO_CONTENT else len(self.body),
            "Connection": "close",
            **self.headers,
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        told = (f"{name}: {value}" for name, value in headers.items() if value is not None)
        return "\r\n".join([f"HTTP/1.1 {self.status} {phrase}", *told, "", ""]).encode("latin-1")


Transmit: TypeAlias = Callable[[Connection, Reply], Awaitable[None]]
"""Sends an answer, or fails to."""


async def whole(connection: Connection, reply: Reply) -> None:
    """Send an answer as it is meant."""
    await connection.send(reply.head(), reply.body)
    await connection.close()


async def dropped(connection: Connection, reply: Reply) -> None:  # noqa: ARG001 - one of several of this shape
    """Send nothing and end the connection."""
    await connection.close()


async def cut_in_the_body(connection: Connection, reply: Reply) -> None:
    """Send the head and half of the body."""
    await connection.send(reply.head(), reply.body[: len(reply.body) // 2])
    await connection.close()


async def malformed(connection: Connection, reply: Reply) -> None:
    """Send half of the body as if it were all of it, so that its JSON is cut."""
    await whole(connection, Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers))
