"""Laying out rows in aligned columns of a given width; nothing is written here."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from .._quoted_values import show_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GAP = 2
_NARROWEST = 4
_LONGEST = 1000
"""Characters of a cell; more fit on no terminal."""


class Column(NamedTuple):
    """A column of a table."""

    title: str

    whole: bool = False
    """Whether its cells are never cut, because they are there to be copied."""


def lines(columns: Sequence[Column], rows: Iterable[Sequence[object]], width: int | None) -> Iterator[str]:
    """Yield the lines of a table, its titles first.

    Args:
        columns: the columns.
        rows: a value for each column; None is an empty cell.
        width: the columns of the terminal; what does not fit is cut. None cuts nothing.
    """
    cells = [[column.title for column in columns], *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(_width, cells_of_one)) for cells_of_one in zip(*cells, strict=True)]
    if width is not None:
        widths = _fitted(widths, columns, width)
    for row in cells:
        yield (" " * _GAP).join(map(_padded, row, widths)).rstrip()


def _fitted(widths: list[int], columns: Sequence[Column], width: int) -> list[int]:
    """Return widths that fit: the widest of those that may be cut gives way first."""
    widths = list(widths)
    excess = sum(widths) + _GAP * (len(widths) - 1) - width
    while excess > 0:
        widest = max((size for size, column in zip(widths, columns, strict=True) if not column.whole), default=0)
        if widest <= _NARROWEST:
            break
        place = next(n for n, column in enumerate(columns) if not column.whole and widths[n] == widest)
        widths[place] -= 1
        excess -= 1
    return widths


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return show_text(" ".join(text[: _LONGEST + 1].split()), longest=_LONGEST)


def _padded(text: str, width: int) -> str:
    if _width(text) > width:
        kept = text
        while kept and _width(kept) > width - 1:
            kept = kept[:-1]
        text = f"{kept}…"
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in {"F", "W"})
        for character in text
    )
