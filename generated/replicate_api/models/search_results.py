from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..rows import read_rows, write_rows
from ..types import UNSET, Unset

T = TypeVar("T", bound="SearchResults")


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
        query: None | str | Unset
        if isinstance(self.query, Unset):
            query = UNSET
        else:
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
        if not isinstance(src_dict, (dict, Mapping)):
            raise TypeError(f"SearchResults is read from a JSON object, not from {type(src_dict).__name__}")
        d = dict(src_dict)
        query = d.pop("query", UNSET)

        def _parse_models(data: object) -> list[SearchModel] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                models_type_0 = read_rows(data, SearchModel.from_dict)

                return models_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SearchModel] | None | Unset, data)

        models = _parse_models(d.pop("models", UNSET))

        def _parse_collections(data: object) -> list[SearchCollection] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                collections_type_0 = read_rows(data, SearchCollection.from_dict)

                return collections_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SearchCollection] | None | Unset, data)

        collections = _parse_collections(d.pop("collections", UNSET))

        def _parse_pages(data: object) -> list[SearchPage] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                pages_type_0 = read_rows(data, SearchPage.from_dict)

                return pages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SearchPage] | None | Unset, data)

        pages = _parse_pages(d.pop("pages", UNSET))

        search_results = cls(
            query=query,
            models=models,
            collections=collections,
            pages=pages,
        )

        search_results.additional_properties = d
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
