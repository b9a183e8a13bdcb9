"""HTTP/1.1 messages as bytes: the heads of requests and responses, and where a body ends (RFC 9112); no I/O.

What is read here is never looser than the common library h11 reads it, and in places stricter: line ends are CR LF, and
no header line is folded. Anything else is an error, after which its connection is used no more.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

import httpx

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LONGEST_HEAD = 100 * 1024
"""Bytes of the head of a response, the trailer of one, or an interim one; httpx has the same limit."""

_LONGEST_CHUNK_LINE = 4096
"""Bytes of the line before a chunk, whose only content of use is a number."""

_TOKEN = rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+"

_REQUEST_HEAD = re.compile(
    rb"%b [\x21-\x7e]+ HTTP/1\.1\r\n"
    rb"(?:%b: (?:[^\x00-\x20\x7f](?:[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x20\x7f])?)?\r\n)+\r\n" % (_TOKEN, _TOKEN)
)
_FIELDS = re.compile(rb"(?:%b:[^\x00\n\x0b\x0c\r]*\r\n)*" % _TOKEN)
_STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([1-9][0-9]{2})(?: ([^\x00\n\x0b\x0c\r]*))?\r\n")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;[^\x00\n\r]*)?[ \t]*\r\n")
_LENGTH = re.compile(rb"[0-9]{1,18}")

_LINE_END = b"\r\n"
_FRAMING = frozenset({b"connection", b"content-length", b"transfer-encoding"})
_INTERIM = range(100, 200)
_WITHOUT_BODY = frozenset({204, 304})


class ResponseHead(NamedTuple):
    """The head of a response."""

    version: bytes
    """`HTTP/1.1` or `HTTP/1.0`."""

    status: int
    reason: bytes
    fields: list[tuple[bytes, bytes]]
    """Names and values, as they came."""

    framing: dict[bytes, list[bytes]]
    """The members of the fields that say where the message ends and what follows, by name, all in small letters."""

    @property
    def is_interim(self) -> bool:
        """Whether it announces that a response is still to come."""
        return self.status in _INTERIM

    @property
    def keeps_the_connection(self) -> bool:
        """Whether another request may follow on the connection."""
        return self.version == b"HTTP/1.1" and b"close" not in self.framing.get(b"connection", ())


class Body(ABC):
    """Where a body is in the bytes that come after a head."""

    __slots__ = ("is_complete", "is_exact")

    is_complete: bool
    """Whether its end has come."""

    is_exact: bool
    """Whether nothing came after the end, and the end was not that of the connection."""

    @abstractmethod
    def feed(self, data: bytes) -> bytes:
        """Take in what was read, and return what of it is the body's; nothing where more is needed to tell.

        Raises:
            httpx.RemoteProtocolError: that is no such body.
        """

    @abstractmethod
    def end(self) -> None:
        """Take in that the connection has ended.

        Raises:
            httpx.RemoteProtocolError: the body was not complete.
        """


def request_head(method: str, target: bytes, fields: Collection[tuple[bytes, bytes]]) -> bytes:
    """Return the bytes of a request's head.

    Raises:
        httpx.LocalProtocolError: it would not be one request: a name or a value has characters it cannot have.
    """
    lines = [b"%b: %b\r\n" % field for field in fields]
    head = b"%b %b HTTP/1.1\r\n%b\r\n" % (method.encode("ascii", "replace"), target, b"".join(lines))
    if _REQUEST_HEAD.fullmatch(head) is None or head.count(b"\n") != len(fields) + 2:  # a line of its own is no value
        raise httpx.LocalProtocolError("the method, the URL or a header has characters that cannot be sent")
    return head


def declared_length(fields: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Return how many bytes a request's head promises for its body, None where the body is sent in chunks.

    Raises:
        httpx.LocalProtocolError: it promises both or something else.
    """
    length: int | None = 0
    told = 0
    for name, value in fields:
        lowered = name.lower()
        if lowered == b"content-length" and _LENGTH.fullmatch(value):
            length, told = int(value), told + 1
        elif lowered == b"transfer-encoding" and value.lower() == b"chunked":
            length, told = None, told + 1
        elif lowered in {b"content-length", b"transfer-encoding"}:
            told = 2
    if told > 1:
        raise httpx.LocalProtocolError("the headers do not tell one length for the body")
    return length


def asks_for_the_end(fields: Iterable[tuple[bytes, bytes]]) -> bool:
    """Return whether a request's head says that no other request follows on the connection."""
    return any(b"close" in value.lower() for name, value in fields if name.lower() == b"connection")


def read_head(data: bytes) -> ResponseHead:
    """Return the head of a response, which ends with an empty line.

    Raises:
        httpx.RemoteProtocolError: it is no such head.
    """
    line = _STATUS_LINE.match(data)
    fields = None if line is None else _FIELDS.fullmatch(data, line.end(), len(data) - 2)
    if line is None or fields is None:
        raise httpx.RemoteProtocolError(f"the answer starts with no head of HTTP/1.1: {data[:40]!r}")
    version, status, reason = line.groups()
    return ResponseHead(version, int(status), reason or b"", *_split(fields[0]))


def _split(block: bytes) -> tuple[list[tuple[bytes, bytes]], dict[bytes, list[bytes]]]:
    """Return the fields of a head, and the members of those among them that matter here."""
    fields: list[tuple[bytes, bytes]] = []
    framing: dict[bytes, list[bytes]] = {}
    for line in block.split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        value = value.strip(b" \t")
        fields.append((name, value))
        lowered = name.lower()
        if lowered in _FRAMING:
            framing.setdefault(lowered, []).extend(member.strip() for member in value.lower().split(b","))
    return fields, framing


def body_of(method: str, head: ResponseHead) -> Body:
    """Return how the body after a head is read.

    Raises:
        httpx.RemoteProtocolError: the head says it in a way nobody knows, or in two ways.
    """
    codings = head.framing.get(b"transfer-encoding", [])
    if codings and codings != [b"chunked"]:
        raise httpx.RemoteProtocolError("the answer has a transfer encoding other than chunked")
    lengths = set(head.framing.get(b"content-length", ()))
    if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        raise httpx.RemoteProtocolError("the answer has no number, or several, as the length of its body")
    if method == "HEAD" or head.status in _WITHOUT_BODY:
        return SizedBody(0)
    if codings:
        return ChunkedBody(is_exact=not lengths)  # a length beside it may be an attack: RFC 9112, section 6.3
    return SizedBody(int(lengths.pop())) if lengths else EndlessBody()


class SizedBody(Body):
    """A body of so many bytes."""

    __slots__ = ("_left", "_size")

    def __init__(self, size: int) -> None:
        self._size = self._left = size
        self.is_complete = size == 0
        self.is_exact = True

    def feed(self, data: bytes) -> bytes:
        """Return what of the data is the body's."""
        if len(data) > self._left:
            data, self.is_exact = data[: self._left], False
        self._left -= len(data)
        self.is_complete = self._left == 0
        return data

    def end(self) -> None:
        """Take in that the connection has ended."""
        self.is_exact = False
        if not self.is_complete:
            raise httpx.RemoteProtocolError(
                f"the connection ended after {self._size - self._left} of the body's {self._size} bytes"
            )


class EndlessBody(Body):
    """A body that ends with its connection."""

    __slots__ = ()

    def __init__(self) -> None:
        self.is_complete = self.is_exact = False

    def feed(self, data: bytes) -> bytes:
        """Return the data: all of it is the body's."""
        return data

    def end(self) -> None:
        """Take in that the connection has ended."""
        self.is_complete = True


class ChunkedBody(Body):
    """A body in chunks, each behind a line with its size."""

    __slots__ = ("_in_trailer", "_left", "_line_end", "_rest")

    def __init__(self, *, is_exact: bool = True) -> None:
        self._left = 0
        """Bytes that are missing of the chunk that has begun."""

        self._line_end = b""
        """What must come before the next line."""

        self._rest = b""
        """What was read and cannot be told yet: part of a line, or of a trailer."""

        self._in_trailer = False
        self.is_complete = False
        self.is_exact = is_exact

    def feed(self, data: bytes) -> bytes:
        """Return the content of all chunks in the data, and of the one that has only begun.

        Several chunks come back as one piece: with a chunk for each event of a stream, they are not worth a step each.
        """
        if self._rest:
            data, self._rest = self._rest + data, b""
        pieces: list[bytes] = []
        at = 0
        while at < len(data) and not self._in_trailer:
            if self._left or self._line_end:
                at = self._go_on(data, at, pieces)
                continue
            line = _CHUNK_LINE.match(data, at)
            if line is None:
                self._keep(data[at:])
                break
            at = line.end()
            size = int(line[1], 16)
            stop = at + size
            if size == 0:
                self._in_trailer = True
            elif data[stop : stop + 2] == _LINE_END:  # nearly always: the whole chunk is here
                pieces.append(data[at:stop])
                at = stop + 2
            else:
                self._left = size
        if self._in_trailer:
            self._read_trailer(data[at:])
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _go_on(self, data: bytes, at: int, pieces: list[bytes]) -> int:
        """Take what there is of a chunk that has begun, or of the line end behind it; return where that ends."""
        if self._left:
            piece = data[at : at + self._left]
            pieces.append(piece)
            self._left -= len(piece)
            self._line_end = b"" if self._left else _LINE_END
        else:
            piece = data[at : at + len(self._line_end)]
            if not self._line_end.startswith(piece):
                raise httpx.RemoteProtocolError("a chunk of the answer is longer than it says")
            self._line_end = self._line_end[len(piece) :]
        return at + len(piece)

    def _keep(self, rest: bytes) -> None:
        """Keep the beginning of a line until there is more of it."""
        if b"\n" in rest or len(rest) > _LONGEST_CHUNK_LINE:
            raise httpx.RemoteProtocolError(f"the answer has no size where a chunk begins: {rest[:20]!r}")
        self._rest = rest

    def _read_trailer(self, data: bytes) -> None:
        """Read fields after the last chunk, which say nothing here, up to the empty line."""
        stop = 0 if data.startswith(b"\r\n") else data.find(b"\r\n\r\n") + 2
        if stop == 1:
            if len(data) > LONGEST_HEAD:
                raise httpx.RemoteProtocolError("the answer has too many fields after its last chunk")
            self._rest = data
            return
        if _FIELDS.fullmatch(data, 0, stop) is None:
            raise httpx.RemoteProtocolError("the answer ends with no fields of HTTP/1.1")
        self.is_complete = True
        self.is_exact = self.is_exact and len(data) == stop + 2

    def end(self) -> None:
        """Take in that the connection has ended."""
        self.is_exact = False
        if not self.is_complete:
            raise httpx.RemoteProtocolError("the connection ended before the last chunk of the body")
