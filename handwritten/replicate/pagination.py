"""Pages of a list, and walking from page to page; the requests behind a page are made by the resource it lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .exceptions import DecodeError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
    from typing import Self

__all__ = ["Page", "async_paginate", "paginate"]

T = TypeVar("T")

_MOST_EMPTY_PAGES = 100
"""Pages in a row without a thing on them, each with a link to a next one, before a walk through them is given up."""


class Page(Generic[T]):
    """One page of a list. It can be iterated, indexed and measured like its `results`.

    Those are the things on this page alone; `auto_paging_iter` goes on with the pages after it.
    """

    __slots__ = ("_async_fetch", "_fetch", "next", "previous", "results")

    def __init__(self, results: list[T], next: str | None = None, previous: str | None = None) -> None:  # noqa: A002 - the API's word
        self.results = results
        """The things on this page. It may be empty although there is a next page."""
        self.next = next
        """The cursor of the next page, for the `list` method this page came from; None on the last page."""
        self.previous = previous
        """The cursor of the page before; None on the first page."""
        self._fetch: Callable[[str], Page[T]] | None = None
        self._async_fetch: Callable[[str], Awaitable[Page[T]]] | None = None

    def bind(self, fetch: Callable[[str], Page[T]], async_fetch: Callable[[str], Awaitable[Page[T]]]) -> Self:
        """Say how the pages that this one links to are fetched, and return this page."""
        self._fetch, self._async_fetch = fetch, async_fetch
        return self

    def next_page(self) -> Page[T] | None:
        """Return the page after this one, by one request; None on the last page.

        Compare with None: an empty page is false, and may have a next one.

        Raises:
            UnsupportedError: this page came from no client, but out of a pickle for example.
        """
        if self.next is None:
            return None
        if self._fetch is None:
            raise _unbound()
        return self._fetch(self.next)

    async def async_next_page(self) -> Page[T] | None:
        """Return the page after this one as `next_page` does, awaiting the service's answer."""
        if self.next is None:
            return None
        if self._async_fetch is None:
            raise _unbound()
        return await self._async_fetch(self.next)

    def auto_paging_iter(self) -> Iterator[T]:
        """Yield the things on this page, and then those on all pages after it.

        Each further page is one request, made when its first thing is asked for. Lists are live: rows can shift while
        they are walked, so that one may come twice.

        Raises:
            DecodeError: the list has no end: the service sent a cursor a second time, or only empty pages.
        """
        page: Page[T] | None = self
        walk = _Walk()
        while page is not None:
            yield from page.results
            walk.check(page)
            page = page.next_page()

    async def async_auto_paging_iter(self) -> AsyncIterator[T]:
        """Yield the things on this page and on all pages after it, as `auto_paging_iter` does, for `async for`."""
        page: Page[T] | None = self
        walk = _Walk()
        while page is not None:
            for item in page.results:
                yield item
            walk.check(page)
            page = await page.async_next_page()

    def dict(self) -> dict[str, Any]:
        """Return the page as a JSON-ready dictionary, as the service sent it."""
        return {"previous": self.previous, "next": self.next, "results": [_jsonable(item) for item in self.results]}

    def json(self, **options: Any) -> str:
        """Return the page as JSON text; `options` are those of `json.dumps`."""
        return json.dumps(self.dict(), **options)

    def __iter__(self) -> Iterator[T]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, index: int) -> T:
        return self.results[index]

    def __repr__(self) -> str:
        return f"Page(results={self.results!r}, next={self.next!r}, previous={self.previous!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Page):
            return NotImplemented
        return (self.results, self.next, self.previous) == (other.results, other.next, other.previous)  # pyright: ignore[reportUnknownMemberType] - of any kind of thing

    def __hash__(self) -> int:
        return hash((self.next, self.previous, len(self.results)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Page, (self.results, self.next, self.previous)  # pyright: ignore[reportUnknownMemberType] - as above


def paginate(list_method: Callable[..., Page[T]]) -> Generator[Page[T], None, None]:
    """Yield every page that a `list` method returns, such as `client.predictions.list`.

    Each page is one request, made when it is asked for.

    Raises:
        DecodeError: the list has no end: the service sent a cursor a second time, or only empty pages.
    """
    page = list_method()
    walk = _Walk()
    yield page
    while page.next is not None:
        walk.check(page)
        page = list_method(page.next)
        yield page


async def async_paginate(list_method: Callable[..., Awaitable[Page[T]]]) -> AsyncGenerator[Page[T], None]:
    """Yield every page that an `async_list` method returns, for `async for`.

    Raises:
        DecodeError: the list has no end: the service sent a cursor a second time, or only empty pages.
    """
    page = await list_method()
    walk = _Walk()
    yield page
    while page.next is not None:
        walk.check(page)
        page = await list_method(page.next)
        yield page


class _Walk:
    """One walk from page to page, and whether it gets anywhere."""

    __slots__ = ("_empty", "_seen")

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._empty = 0

    def check(self, page: Page[Any]) -> None:
        """Check, before the page after this one is asked for, that the walk gets on.

        Raises:
            DecodeError: it goes in a circle, or has found nothing for too long.
        """
        if page.next is None:
            return
        if page.next in self._seen:
            raise DecodeError(title="The list has no end", detail="the service sent the same cursor twice")
        self._seen.add(page.next)
        self._empty = 0 if page.results else self._empty + 1
        if self._empty >= _MOST_EMPTY_PAGES:
            raise DecodeError(title="The list has no end", detail=f"{self._empty} pages in a row were empty")


def _unbound() -> UnsupportedError:
    return UnsupportedError(
        title="This page came from no client, so its next page cannot be fetched",
        detail="pass its `next` to the list method it came from",
    )


def _jsonable(item: Any) -> Any:
    return item.dict() if hasattr(item, "dict") else item


def link(value: Any) -> str | None:
    """Return the link to another page, None where there is none: absent, null, empty, or the word null."""
    return value if isinstance(value, str) and value not in {"", "null"} else None
