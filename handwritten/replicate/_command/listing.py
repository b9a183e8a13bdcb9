"""Writing what the service told, as tables or as JSON: a list page by page, up to the rows asked for, or one thing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from .printing import complain, is_terminal, write_json, write_json_line, write_members, write_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..pagination import Page
    from .tables import Column

T = TypeVar("T")


def show_list(
    options: argparse.Namespace,
    things: Page[T],
    columns: Sequence[Column],
    row: Callable[[T], Sequence[object]],
) -> int:
    """Write the things of a page and of those after it, as many as the options ask for."""
    return show_things(options, _Taken(things, options.limit), columns, row)


def show_things(
    options: argparse.Namespace,
    things: Iterable[T],
    columns: Sequence[Column],
    row: Callable[[T], Sequence[object]],
) -> int:
    """Write things that have no further pages."""
    if options.json:
        for thing in things:
            write_json_line(_json(thing))
        return 0
    rows = [row(thing) for thing in things]
    if rows:
        write_table(columns, rows)
    elif is_terminal(sys.stdout):
        complain("there is none")
    if isinstance(things, _Taken) and things.more and is_terminal(sys.stdout):
        complain("there are more: --limit N, or --limit all")
    return 0


def show_one(options: argparse.Namespace, thing: T, members: Callable[[T], Iterable[tuple[str, object]]]) -> int:
    """Write what one thing tells."""
    if options.json:
        write_json(_json(thing))
    else:
        write_members(members(thing))
    return 0


def local_time(timestamp: str | None) -> str | None:
    """Return a time stamp of the service as a person here reads it, to the minute."""
    from .._timestamps import parse_timestamp

    try:
        return parse_timestamp(timestamp).astimezone().strftime("%Y-%m-%d %H:%M") if timestamp else None
    except (OSError, OverflowError, ValueError):  # no such time, or one that this machine cannot put into its zone
        return timestamp


class _Taken:
    """The first things of a list, asking for no page more than they need."""

    def __init__(self, first: Page[Any], limit: int | None) -> None:
        self._first = first
        self._limit = limit
        self.more = False
        """Whether there are more of them."""

    def __iter__(self) -> Iterator[Any]:
        left = self._limit
        page: Page[Any] | None = self._first
        while page is not None:
            results = page.results if left is None else page.results[:left]
            yield from results
            if left is not None:
                left -= len(results)
                self.more = left == 0 and (len(results) < len(page.results) or page.next is not None)
                if left == 0:
                    return
            page = page.next_page()


def _json(thing: Any) -> Any:
    return thing.dict() if hasattr(thing, "dict") else thing
