"""Turns the bytes of an event stream into events, whatever the chunks; it opens, reads and re-connects nothing.

The format is that of the HTML standard's `text/event-stream`, with one addition: an event that has a name but no data
is delivered with empty data, because servers end a stream with a bare `event: done`.
"""

from __future__ import annotations

from typing import NamedTuple

from .exceptions import StreamError

_RETURN = 13
"""A carriage return; a number is found in bytes in a sixth of the time."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LARGEST_EVENT = 64 * 1024 * 1024
_LONGEST_RETRY = 9
"""Digits of the longest `retry:` taken seriously: more than eleven days."""

_START = "\n\nevent: output\nid: "
"""How nearly every event of a stream starts, after a blank line; what follows is an id and lines of data."""
_DATA = "\ndata: "


class RawEvent(NamedTuple):
    """One event as it was sent: nothing is decoded but the framing."""

    event: str
    """The name, `message` where the server gave none."""

    data: str
    """The lines of data, joined with line feeds."""

    id: str
    """The event's id, or that of the last event that had one; empty if there was none yet."""

    retry: int | None
    """The reconnection time this event carries, in milliseconds."""


class Outputs(NamedTuple):
    """Events that are all named `output`, have an id and lines of data, and nothing else, as nearly all do.

    Two lists cost half of what an object for each event does.
    """

    ids: list[str]
    data: list[str]

    def events(self) -> list[RawEvent]:
        """Return them one by one."""
        return [RawEvent("output", data, event_id, None) for event_id, data in zip(*self, strict=True)]


class EventParser:
    """Reads one event stream incrementally. It costs a quarter of a microsecond per short event where chunks hold many.

    A new connection needs a new parser: an event that one connection cut off is sent again by the next.
    """

    __slots__ = ("_after_return", "_buffer", "_head", "_largest_event", "last_comment", "last_event_id", "retry")

    def __init__(self, *, last_event_id: str = "", largest_event: int = _LARGEST_EVENT) -> None:
        self.last_event_id = last_event_id
        """The last id seen, to be sent as `Last-Event-ID` when connecting again."""
        self.retry: int | None = None
        """The last reconnection time the server asked for, in milliseconds."""
        self.last_comment = ""
        """The text of the last comment line. The service says there why it closes an idle stream."""
        self._largest_event = largest_event
        self._buffer = bytearray()
        self._after_return = False
        self._head: bytes | None = b""

    def feed(self, chunk: bytes) -> list[RawEvent]:
        """Return the events that this chunk completes.

        Raises:
            StreamError: one event is larger than `largest_event` bytes, 64 MiB unless told otherwise. The parser is
                of no further use then.
        """
        found = self.read(chunk)
        return found.events() if isinstance(found, Outputs) else found

    def read(self, chunk: bytes) -> Outputs | list[RawEvent]:
        """Return the events that this chunk completes, in two lists where all are outputs of the common form.

        Raises:
            StreamError: as `feed` does.
        """
        if self._head is not None:
            chunk = self._without_byte_order_mark(chunk)
        if self._after_return or _RETURN in chunk:
            chunk = self._with_line_feeds(chunk)
        buffer = self._buffer
        if not buffer:
            if chunk.endswith(b"\n\n"):
                return self._read_blocks(chunk)
            chunk = chunk.lstrip(b"\n")
        searched = max(len(buffer) - 1, 0)  # a blank line may straddle the border
        buffer += chunk
        end = buffer.rfind(b"\n\n", searched)
        if end < 0:
            self._check_size(len(buffer) - buffer.endswith(b"\n"))
            return []
        complete = buffer[:end]
        del buffer[: end + 2]
        found = self._read_blocks(complete)
        self._check_size(len(buffer) - buffer.endswith(b"\n"))
        return found

    def close(self) -> list[RawEvent]:
        """Tell the parser that the stream is over; an event without its closing blank line is discarded.

        Returns:
            Always nothing, as the standard demands. Comments at the very end still reach `last_comment`.
        """
        for line in self._buffer.decode("utf-8", "replace").split("\n"):
            if line.startswith(":"):
                self.last_comment = line[1:].removeprefix(" ")
        self._buffer.clear()
        return []

    def _without_byte_order_mark(self, chunk: bytes) -> bytes:
        """Return what follows the mark at the very start of the stream, nothing while it may still be incomplete."""
        head = (self._head or b"") + chunk
        if len(head) < len(_BYTE_ORDER_MARK) and _BYTE_ORDER_MARK.startswith(head):
            self._head = head
            return b""
        self._head = None
        return head.removeprefix(_BYTE_ORDER_MARK)

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        """Return the chunk with every line end as one line feed, also one whose halves are in two chunks."""
        if not chunk:
            return chunk
        if self._after_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_return = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _check_size(self, size: int) -> None:
        if size > self._largest_event:
            self._buffer.clear()
            raise StreamError(
                title="Event too large",
                detail=f"The stream sent an event of more than {self._largest_event} bytes; reading was stopped.",
            )

    def _read_blocks(self, blocks: bytes | bytearray) -> Outputs | list[RawEvent]:
        """Return the events of complete blocks, each closed by a blank line.

        Decoding many blocks at once gives the same as decoding each: a line feed ends any cut UTF-8 sequence.
        """
        if len(blocks) > self._largest_event:
            self._check_size(max(len(block.strip(b"\n")) for block in blocks.split(b"\n\n")))
        text = blocks.decode("utf-8", "replace").strip("\n")
        while "\n\n\n" in text:  # the service leaves two blank lines between events
            text = text.replace("\n\n\n", "\n\n")
        outputs = _read_outputs(text)
        if outputs is None:
            return [event for block in text.split("\n\n") if (event := self._read_block(block))]
        self.last_event_id = outputs.ids[-1]
        return outputs

    def _read_block(self, block: str) -> RawEvent | None:
        """Return the event that the lines of one block make, None if they make none."""
        name = ""
        data: list[str] = []
        retry = None
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                data.append(value)
            elif field == "event":
                name = value
            elif field == "id":
                if "\0" not in value:
                    self.last_event_id = value
            elif field == "retry":
                if value.isascii() and value.isdigit() and len(value) <= _LONGEST_RETRY:
                    self.retry = retry = int(value)
            elif line and not field:
                self.last_comment = value
        if not data and not name:
            return None
        return RawEvent(name or "message", "\n".join(data), self.last_event_id, retry)


def _read_outputs(text: str) -> Outputs | None:
    """Return the events of blocks if all have the common form: `event: output`, an id, lines of data, nothing else."""
    before, *pieces = f"\n\n{text}".split(_START)  # a block that starts otherwise stays in what is before it
    if before or "\0" in text:
        return None
    ids: list[str] = []
    texts: list[str] = []
    for piece in pieces:
        event_id, _, data = piece.partition(_DATA)
        if "\n" in event_id:
            return None
        if "\n" in data:
            if data.count("\n") != data.count(_DATA):
                return None
            data = data.replace(_DATA, "\n")
        ids.append(event_id)
        texts.append(data)
    return Outputs(ids, texts)
