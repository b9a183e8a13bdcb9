"""Fetching one page of a list: the first by its endpoint, any other by the cursor the service made. Walks no pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from replicate_api.types import UNSET, Unset

from ._blocking import run_blocking
from ._origins import Origin
from ._quoted_values import quote_value
from .exceptions import InvalidArgumentError
from .pagination import Page, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._wire import Wire
    from .client import Client

T = TypeVar("T")
RawT = TypeVar("RawT")
RawT_co = TypeVar("RawT_co", covariant=True)

Cursor = str | EllipsisType | None
"""What `list` methods take: a page's `next` or `previous`, or nothing for the first page. None is an error."""

_LONGEST_CURSOR = 8192
"""Characters. Those of the service have about a hundred; no server takes a request line as long as this."""


class RawPage(Protocol[RawT_co]):
    """A generated page model."""

    @property
    def results(self) -> Sequence[RawT_co]: ...
    @property
    def next_(self) -> Any: ...
    @property
    def previous(self) -> Any: ...


class Rows(NamedTuple, Generic[RawT, T]):
    """How the rows of a list are read: the JSON of a page as a generated model, and each row of it as a view."""

    decode: Callable[[Mapping[str, Any]], RawPage[RawT]]
    view: Callable[[RawT, Client], T]


Ask = Callable[["Wire", "str | Unset"], Awaitable[RawPage[RawT]]]
"""Calls a list's endpoint, over a wire, with a bare cursor or none."""


async def list_page(wire: Wire, client: Client, cursor: Cursor, rows: Rows[RawT, T], ask: Ask[RawT]) -> Page[T]:
    """Return the page of a list that a cursor leads to, bound to its client.

    Raises:
        ValueError: the cursor is None, as after the last page.
        InvalidArgumentError: it leads to another host than the API's.
        ReplicateError: the page cannot be had.
    """
    place = check_cursor(cursor, wire.api.base_url)
    if place is not None and "://" in place:
        raw = await fetch_page(wire, place, rows.decode)
    else:
        raw = await ask(wire, place or UNSET)
    page = Page([rows.view(item, client) for item in raw.results], link(raw.next_), link(raw.previous))
    return page.bind(
        lambda cursor: run_blocking(list_page(client.wire, client, cursor, rows, ask)),
        lambda cursor: list_page(client.async_wire, client, cursor, rows, ask),
    )


def check_cursor(cursor: Cursor, base_url: str) -> str | None:
    """Return a cursor as the absolute URL of its page, as a bare cursor value, or None for the first page.

    Raises:
        ValueError: it is None, as after the last page.
        InvalidArgumentError: it leads to another host than the API's, which must not see the token.
    """
    if cursor is None:
        raise InvalidArgumentError(
            "cursor is None: there is no page there; leave it out for the first page", argument="cursor"
        )
    if isinstance(cursor, EllipsisType):
        return None
    if not isinstance(cursor, str) or not 0 < len(cursor) <= _LONGEST_CURSOR or not _is_text(cursor):
        raise InvalidArgumentError("cursor must be a page's `next` or `previous`", argument="cursor")
    if "://" not in cursor:
        return cursor
    api = Origin.of_url(base_url)
    origin = Origin.of_url(cursor)
    if origin.scheme == "http" and (origin.host, origin.port) == (api.host, 80):  # one example of the service has it
        cursor = f"{api.scheme}{cursor[len('http') :]}"
        origin = Origin.of_url(cursor)
    if origin != api:
        raise InvalidArgumentError(
            f"cursor leads to {quote_value(origin.host)}, which is not the API's host; it is not followed",
            argument="cursor",
        )
    return cursor


def _is_text(cursor: str) -> bool:
    """Return whether a cursor can be sent at all: half of a surrogate pair cannot."""
    try:
        cursor.encode()
    except UnicodeEncodeError:
        return False
    return True


async def fetch_page(wire: Wire, url: str, decode: Callable[[Mapping[str, Any]], RawPage[T]]) -> RawPage[T]:
    """Return the page behind a link the service made."""
    return await wire.request("GET", url, decode)
