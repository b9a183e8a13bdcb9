"""What a search over everything found: models, collections and pages of the documentation; `client.search(…)`."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, TypeVar, cast

from replicate_api.api.search import search as search_endpoint
from replicate_api.models.search_collection import SearchCollection as RawSearchCollection
from replicate_api.models.search_model import SearchModel as RawSearchModel
from replicate_api.models.search_model_metadata import SearchModelMetadata as RawSearchModelMetadata
from replicate_api.models.search_page import SearchPage as RawSearchPage
from replicate_api.models.search_results import SearchResults as RawSearchResults
from replicate_api.types import UNSET

from ._quoted_values import quote_value
from ._views import View, known, text
from .exceptions import InvalidArgumentError
from .model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._wire import Wire
    from .client import Client

LARGEST_LIMIT = 50
"""The most models one search returns."""

ViewT = TypeVar("ViewT", bound=View[Any])


class SearchModelMetadata(View[RawSearchModelMetadata]):
    """What the search knows about a model it found."""

    __slots__ = ()

    _key = ()

    _fields = ("generated_description", "tags", "score")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawSearchModelMetadata:
        return RawSearchModelMetadata.from_dict(data)

    @property
    def generated_description(self) -> str | None:
        """A longer description, written by a machine."""
        return text(self._raw.generated_description)

    @property
    def tags(self) -> builtins.list[str]:
        """Key words."""
        return _texts(self._raw.tags)

    @property
    def score(self) -> float | None:
        """How well the model fits; higher is better."""
        value = known(self._raw.score)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


class SearchModel(View[RawSearchModel]):
    """A model that was found, and why."""

    __slots__ = ()

    _key = ()

    _fields = ("model", "metadata")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawSearchModel:
        return RawSearchModel.from_dict(data)

    @property
    def model(self) -> Model:
        """The model."""
        return Model.of(self._raw.model, self._bound_client)

    @property
    def metadata(self) -> SearchModelMetadata:
        """What the search knows about it."""
        raw = self._raw.metadata
        found = raw if isinstance(raw, RawSearchModelMetadata) else RawSearchModelMetadata()
        return SearchModelMetadata.of(found, self._bound_client)

    def __hash__(self) -> int:
        return hash((type(self), self.model))


class SearchCollection(View[RawSearchCollection]):
    """A collection that was found; `client.collections.get(found.slug)` has its models."""

    __slots__ = ()

    _key = ()

    _fields = ("name", "slug", "description", "models")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawSearchCollection:
        return RawSearchCollection.from_dict(data)

    @property
    def name(self) -> str:
        """Its name."""
        return text(self._raw.name) or ""

    @property
    def slug(self) -> str:
        """Its name in URLs."""
        return text(self._raw.slug) or ""

    @property
    def description(self) -> str | None:
        """What its models do."""
        return text(self._raw.description)

    @property
    def models(self) -> builtins.list[str]:
        """The names of its models."""
        return _texts(self._raw.models)


class SearchPage(View[RawSearchPage]):
    """A page of the documentation that was found."""

    __slots__ = ()

    _key = ()

    _fields = ("name", "href")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawSearchPage:
        return RawSearchPage.from_dict(data)

    @property
    def name(self) -> str:
        """Its title."""
        return text(self._raw.name) or ""

    @property
    def href(self) -> str:
        """Its path on the website."""
        return text(self._raw.href) or ""


class SearchResults(View[RawSearchResults]):
    """What was found for a query, best match first."""

    __slots__ = ()

    _key = ()

    _fields = ("query", "models", "collections", "pages")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawSearchResults:
        return RawSearchResults.from_dict(data)

    @property
    def query(self) -> str:
        """The query as the service understood it."""
        return text(self._raw.query) or ""

    @property
    def models(self) -> builtins.list[SearchModel]:
        """The models found."""
        return self._views(self._raw.models, SearchModel)

    @property
    def collections(self) -> builtins.list[SearchCollection]:
        """The collections found."""
        return self._views(self._raw.collections, SearchCollection)

    @property
    def pages(self) -> builtins.list[SearchPage]:
        """The pages of the documentation found."""
        return self._views(self._raw.pages, SearchPage)

    def _views(self, rows: object, kind: type[ViewT]) -> builtins.list[ViewT]:
        found = cast("builtins.list[object]", rows) if isinstance(rows, builtins.list) else []
        return [kind.of(row, self._bound_client) for row in found]


async def search(wire: Wire, client: Client, query: str, limit: int | None) -> SearchResults:
    """Search models, collections and pages of the documentation.

    Raises:
        InvalidArgumentError: the query is no text, or the limit is none of the service's. Nothing was sent.
    """
    if not isinstance(query, str) or not query.strip():
        raise InvalidArgumentError(f"query must be a text, not {quote_value(query)}", argument="query")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= LARGEST_LIMIT):
        raise InvalidArgumentError(
            f"limit must be a whole number from 1 to {LARGEST_LIMIT}, not {quote_value(limit)}", argument="limit"
        )
    raw = await wire.call(search_endpoint, client=wire.api, query=query, limit=UNSET if limit is None else limit)
    return SearchResults.of(raw, client)


def _texts(value: Any) -> builtins.list[str]:
    items = cast("builtins.list[object]", value) if isinstance(value, builtins.list) else []
    return [item for item in items if isinstance(item, str)]
