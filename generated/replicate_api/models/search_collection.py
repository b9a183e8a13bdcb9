from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SearchCollection")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "name": UNSET,
    "slug": UNSET,
    "description": UNSET,
    "models": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class SearchCollection:
    """A collection that was found."""

    name: None | str | Unset = UNSET
    """ Its name. """
    slug: None | str | Unset = UNSET
    """ Its name in URLs. """
    description: None | str | Unset = UNSET
    """ One sentence about it. """
    models: list[str] | None | Unset = UNSET
    """ The names of its models. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        slug = self.slug

        description = self.description

        models = self.models

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if slug is not UNSET:
            field_dict["slug"] = slug
        if description is not UNSET:
            field_dict["description"] = description
        if models is not UNSET:
            field_dict["models"] = models

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"SearchCollection is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        search_collection = _new(cls) if cls is SearchCollection else cls()
        search_collection.name = d["name"]
        search_collection.slug = d["slug"]
        search_collection.description = d["description"]
        search_collection.models = d["models"]

        search_collection.additional_properties = (
            {} if len(d) == 4 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return search_collection

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
