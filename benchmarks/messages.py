"""The requests and answers of the benchmarks' server, as bytes. What is answered stands in `answers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_REASONS = {200: b"OK", 201: b"Created"}


class Request:
    """One request, its body read; of a large body only the length is kept."""

    def __init__(self, head: bytes) -> None:
        line, _, fields = head.partition(b"\r\n")
        method, target, _ = line.decode().split(" ")
        self.method = method
        self.path = target.partition("?")[0]
        self.fields = fields.lower()
        self.length = int(self.field(b"content-length") or 0)
        self.body = b""
        self.received = 0

    def field(self, name: bytes) -> bytes:
        """Return a header's value, in lower case; empty where it was not sent."""
        _, found, rest = (b"\r\n" + self.fields).partition(b"\r\n" + name + b":")
        return rest.partition(b"\r\n")[0].strip() if found else b""


class Answer:
    """What is sent back: a body at once, or pieces of one of a known length, or pieces in HTTP chunks."""

    def __init__(
        self,
        body: bytes = b"",
        *,
        status: int = 200,
        kind: bytes = b"application/json",
        pieces: AsyncIterator[bytes] | None = None,
        length: int | None = None,
    ) -> None:
        self.pieces = pieces
        framing = b"Transfer-Encoding: chunked" if pieces is not None and length is None else b""
        framing = framing or b"Content-Length: %d" % (len(body) if length is None else length)
        head = b'HTTP/1.1 %d %s\r\nContent-Type: %s\r\nETag: "1"\r\n%s\r\n\r\n'
        self.start = head % (status, _REASONS[status], kind, framing) + body
