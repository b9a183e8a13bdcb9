"""Writing to standard output and standard error, safely: what others wrote never moves the cursor of a terminal."""

from __future__ import annotations

import json
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

from .._quoted_values import show_text
from . import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .tables import Column

# Characters that JSON may carry as they are, and that a terminal may obey or cannot print.
_ODD_IN_JSON = re.compile(r"[\x7f-\x9f\ud800-\udfff]")

_FILE_AS_TEXT = 200
"""Characters of a `data:` URI that a terminal is shown: the file itself is no use there."""


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a person reads a stream directly."""
    return stream is not None and stream.isatty()


def safe(text: str) -> str:
    """Return a text that somebody else wrote, its control characters but line feeds and tabs escaped."""
    return show_text(text, longest=len(text))


def write(text: str) -> None:
    """Write a piece of output: as it is, but to a terminal without anything that it would obey."""
    sys.stdout.write(safe(text) if is_terminal(sys.stdout) else text)


def write_line(text: str) -> None:
    """Write a line of output."""
    write(f"{text}\n")


def write_link(url: str) -> None:
    """Write the URL of a file; a `data:` URI, which is the file itself, is cut where a person reads."""
    if is_terminal(sys.stdout) and len(url) > _FILE_AS_TEXT and url.startswith("data:"):
        url = f"{url[:40]}… ({len(url)} characters; --save DIR keeps the file)"
    write_line(url)


def write_json(value: Any) -> None:
    """Write one JSON document."""
    _write_json(value, indent=2)


def write_json_line(value: Any) -> None:
    """Write one JSON document on one line."""
    _write_json(value, indent=None)


def as_json(value: Any, *, indent: int | None) -> str:
    """Return a value as JSON, without a character that a terminal would obey, or that the output has no bytes for."""
    says_all = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not says_all, indent=indent)
    return _ODD_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _write_json(value: Any, *, indent: int | None) -> None:
    sys.stdout.write(f"{as_json(value, indent=indent)}\n")
    sys.stdout.flush()


def write_table(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """Write rows in aligned columns, cut to the width of the terminal where a person reads."""
    width = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None
    for line in tables.lines(columns, rows, width):
        sys.stdout.write(f"{line}\n")


def write_members(members: Iterable[tuple[str, object]]) -> None:
    """Write what one thing tells, a line for each member that is there; longer texts stand below their name."""
    there = [(name, _text(value)) for name, value in members if value is not None and value != ""]
    width = max((len(name) for name, _ in there), default=0)
    for name, text in there:
        if "\n" in text:
            indented = "\n".join(f"  {line}" for line in safe(text).rstrip("\n").split("\n"))
            sys.stdout.write(f"{name}\n{indented}\n")
        else:
            sys.stdout.write(f"{name:{width}}  {safe(text)}\n")


def _text(value: object) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (dict, list)):
        return as_json(cast("Any", value), indent=2) if value else as_json(cast("Any", value), indent=None)
    return str(value)


def complain(text: str) -> None:
    """Write to standard error what a person should know; standard output is for what was asked for."""
    sys.stdout.flush()
    sys.stderr.write(f"replicate: {safe(text)}\n")
    sys.stderr.flush()
