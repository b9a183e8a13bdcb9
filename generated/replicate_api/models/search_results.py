from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..rows import read_rows, write_rows
from ..types import UNSET, Unset

T = TypeVar("T", bound="SearchResults")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "query": UNSET,
    "models": UNSET,
    "collections": UNSET,
    "pages": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class SearchResults:
    """What was found for a query."""

    query: None | str | Unset = UNSET
    """ The query that was evaluated. """
    models: list[SearchModel] | None | Unset = UNSET
    """ Models, best match first. """
    collections: list[SearchCollection] | None | Unset = UNSET
    """ Collections. """
    pages: list[SearchPage] | None | Unset = UNSET
    """ Pages of the documentation. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        query = self.query

        models: list[dict[str, Any]] | None | Unset
        if isinstance(self.models, Unset):
            models = UNSET
        elif isinstance(self.models, list):
            models = write_rows(self.models)

        else:
            models = self.models

        collections: list[dict[str, Any]] | None | Unset
        if isinstance(self.collections, Unset):
            collections = UNSET
        elif isinstance(self.collections, list):
            collections = write_rows(self.collections)

        else:
            collections = self.collections

        pages: list[dict[str, Any]] | None | Unset
        if isinstance(self.pages, Unset):
            pages = UNSET
        elif isinstance(self.pages, list):
            pages = write_rows(self.pages)

        else:
            pages = self.pages

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if query is not UNSET:
            field_dict["query"] = query
        if models is not UNSET:
            field_dict["models"] = models
        if collections is not UNSET:
            field_dict["collections"] = collections
        if pages is not UNSET:
            field_dict["pages"] = pages

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"SearchResults is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        models = d["models"]
        if isinstance(models, list):
            try:
                models = read_rows(models, SearchModel.from_dict)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        collections = d["collections"]
        if isinstance(collections, list):
            try:
                collections = read_rows(collections, SearchCollection.from_dict)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        pages = d["pages"]
        if isinstance(pages, list):
            try:
                pages = read_rows(pages, SearchPage.from_dict)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        search_results = _new(cls) if cls is SearchResults else cls()
        search_results.query = d["query"]
        search_results.models = models
        search_results.collections = collections
        search_results.pages = pages

        search_results.additional_properties = (
            {} if len(d) == 4 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return search_results

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


# Below the class, so that models can refer to each other and to themselves.
from ..models.search_collection import SearchCollection  # noqa: E402
from ..models.search_model import SearchModel  # noqa: E402
from ..models.search_page import SearchPage  # noqa: E402
