"""Collections of models, which the service puts together."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, overload

from replicate_api.api.collections import collections_get, collections_list
from replicate_api.models.collection import Collection as RawCollection
from replicate_api.models.collection_page import CollectionPage

from ._blocking import run_blocking
from ._listing import Cursor, RawPage, Rows, list_page
from ._references import check_segment
from ._views import View, text
from .model import Model
from .resource import Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from replicate_api.types import Unset

    from ._wire import Wire
    from .pagination import Page

__all__ = ["Collection", "Collections"]


class Collection(View[RawCollection]):
    """Models that belong together. Iterating it, measuring it and indexing it go over its models, as in 1.x."""

    __slots__ = ("_models",)

    _key = ("slug",)

    _fields = ("slug", "name", "description", "full_description", "models")

    _models: tuple[RawCollection, builtins.list[Model] | None]

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawCollection:
        return RawCollection.from_dict(data)

    @property
    def slug(self) -> str:
        """Its name in URLs: lower case, with dashes."""
        return self._raw.slug

    @property
    def id(self) -> str:
        """The slug, by the name older programs use."""
        return self.slug

    @property
    def name(self) -> str:
        """Its name; empty if the service did not tell."""
        return text(self._raw.name) or ""

    @property
    def description(self) -> str | None:
        """What its models do, in one sentence."""
        return text(self._raw.description)

    @property
    def full_description(self) -> str | None:
        """A longer text, in Markdown."""
        return text(self._raw.full_description)

    @property
    def models(self) -> builtins.list[Model] | None:
        """Its models, all of them; None in a list of collections, which does not tell them: `collections.get(slug)`."""
        cached: tuple[RawCollection, builtins.list[Model] | None] | None = getattr(self, "_models", None)
        if cached is None or cached[0] is not self._raw:
            rows = self._raw.models
            models = [Model.of(row, self._bound_client) for row in rows] if isinstance(rows, builtins.list) else None
            cached = self._models = (self._raw, models)
        return cached[1]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.models or ())

    def __len__(self) -> int:
        return len(self.models or ())

    def __bool__(self) -> bool:
        return True

    @overload
    def __getitem__(self, index: int) -> Model: ...
    @overload
    def __getitem__(self, index: slice) -> builtins.list[Model]: ...
    def __getitem__(self, index: int | slice) -> Model | builtins.list[Model]:
        return (self.models or [])[index]

    def __hash__(self) -> int:
        return hash((type(self), self.slug))


_ROWS = Rows(CollectionPage.from_dict, Collection.of)


class Collections(Namespace):
    """Listing and getting collections of models."""

    def list(self, cursor: Cursor = ...) -> Page[Collection]:
        """Return a page of collections, without their models.

        Args:
            cursor: the `next` or `previous` of a page; the first page without it.
        """
        return run_blocking(self._list(self._client.wire, cursor))

    async def async_list(self, cursor: Cursor = ...) -> Page[Collection]:
        """Return a page of collections as `list` does, awaiting the service's answer."""
        return await self._list(self._client.async_wire, cursor)

    def get(self, slug: str | Collection) -> Collection:
        """Return a collection with all its models, which may be a megabyte of them.

        Raises:
            NotFoundError: there is no such collection.
        """
        return run_blocking(self._get(self._client.wire, slug))

    async def async_get(self, slug: str | Collection) -> Collection:
        """Return a collection with all its models, awaiting the service's answer."""
        return await self._get(self._client.async_wire, slug)

    async def _list(self, wire: Wire, cursor: Cursor) -> Page[Collection]:
        async def ask(wire: Wire, place: str | Unset) -> RawPage[RawCollection]:
            return await wire.call(collections_list, client=wire.api, cursor=place)

        return await list_page(wire, self._client, cursor, _ROWS, ask)

    async def _get(self, wire: Wire, slug: str | Collection) -> Collection:
        segment = check_segment(slug.slug if isinstance(slug, Collection) else slug, argument="slug")
        return Collection.of(await wire.call(collections_get, segment, client=wire.api), self._client)
