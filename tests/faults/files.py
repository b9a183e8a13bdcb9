"""Files as a storage host serves them: with ranges and validators, cut and changed as a test tells; nothing else."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .sockets import Connection, Request


class StoredFile:
    """A file, for `Service.paths`. Each connection is cut after the next number of bytes; the last gets all of it."""

    def __init__(
        self,
        content: bytes,
        *,
        cuts: Sequence[int] = (),
        ranges: bool = True,
        etag: str | None = "",
        last_modified: str | None = None,
        lengths: bool = True,
        media_type: str = "image/png",
        extra: str = "",
    ) -> None:
        self.content = content
        self.cuts = list(cuts)
        self.ranges = ranges
        self._etag = etag
        self.last_modified = last_modified
        self.lengths = lengths
        self.media_type = media_type
        self.extra = extra
        self.asked: list[str | None] = []
        """The range of each request."""
        self.changes_to: bytes | None = None
        """The content from the second connection on."""

    @property
    def etag(self) -> str | None:
        return f'"{md5(self.content, usedforsecurity=False).hexdigest()}"' if self._etag == "" else self._etag

    async def __call__(self, request: Request, connection: Connection) -> None:
        if self.asked and self.changes_to is not None:
            self.content = self.changes_to
        self.asked.append(request.headers.get("range"))
        start = self._start(request)
        part = self.content[start:]
        lines = ["HTTP/1.1 206 Partial Content" if start else "HTTP/1.1 200 OK", f"Content-Type: {self.media_type}"]
        if start:
            lines.append(f"Content-Range: bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        if self.etag is not None:
            lines.append(f"ETag: {self.etag}")
        if self.last_modified is not None:
            lines.append(f"Last-Modified: {self.last_modified}")
        lines.append(f"Content-Length: {len(part)}" if self.lengths else "Transfer-Encoding: chunked")
        if self.extra:
            lines.append(self.extra)
        await connection.send("\r\n".join([*lines, "", ""]).encode())
        cut = self.cuts.pop(0) if self.cuts else None
        sent = part[:cut]
        if sent:
            await connection.send(sent if self.lengths else b"%x\r\n%s\r\n" % (len(sent), sent))
        if cut is not None:
            await connection.close()
        elif not self.lengths:
            await connection.send(b"0\r\n\r\n")

    def _start(self, request: Request) -> int:
        """Return the first byte to send: that of the range, if it may still be served."""
        asked = request.headers.get("range", "")
        condition = request.headers.get("if-range")
        if not self.ranges or not asked or condition not in {None, self.etag, self.last_modified}:
            return 0
        return int(asked.removeprefix("bytes=").removesuffix("-"))
