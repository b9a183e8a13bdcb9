"""Positions in lists: what a `cursor` in a page's link holds and how it is written; never the rows."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import urllib.parse
from dataclasses import dataclass

from replicate_local.problems import Problem


@dataclass(frozen=True)
class Cursor:
    """A place in a list sorted by a text and a row number, seen forwards or backwards."""

    position: str
    row: int
    backwards: bool = False

    def encode(self) -> str:
        """Return the text of the `cursor` parameter."""
        members = {"r": "1"} if self.backwards else {}
        query = urllib.parse.urlencode({**members, "o": str(self.row), "p": self.position})
        return base64.b64encode(query.encode("ascii")).decode("ascii")


def decode(text: str) -> Cursor:
    """Return the cursor that a text stands for.

    Raises:
        Problem: 404, as the service answers a cursor it did not make.
    """
    try:
        members = dict(
            urllib.parse.parse_qsl(base64.b64decode(text, validate=True).decode("ascii"), strict_parsing=True)
        )
        return Cursor(members["p"], _row(members["o"]), backwards=members.get("r") == "1")
    except (binascii.Error, ValueError, KeyError) as error:
        raise Problem(404, "Invalid cursor") from error


def _row(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # what fits into a row number
        raise ValueError(text)
    return int(text)


def position(moment: dt.datetime) -> str:
    """Return a moment as it is written in cursors and sorted by: fixed width, UTC."""
    return moment.astimezone(dt.UTC).isoformat(sep=" ", timespec="microseconds")
