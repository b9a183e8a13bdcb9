from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SearchModelMetadata")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "generated_description": UNSET,
    "tags": UNSET,
    "score": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class SearchModelMetadata:
    """What the search engine knows about a model."""

    generated_description: None | str | Unset = UNSET
    """ A longer description, written by a machine. """
    tags: list[str] | None | Unset = UNSET
    """ Key words. """
    score: float | None | Unset = UNSET
    """ How well it fits; higher is better. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        generated_description = self.generated_description

        tags = self.tags

        score = self.score

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if generated_description is not UNSET:
            field_dict["generated_description"] = generated_description
        if tags is not UNSET:
            field_dict["tags"] = tags
        if score is not UNSET:
            field_dict["score"] = score

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"SearchModelMetadata is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        search_model_metadata = _new(cls) if cls is SearchModelMetadata else cls()
        search_model_metadata.generated_description = d["generated_description"]
        search_model_metadata.tags = d["tags"]
        search_model_metadata.score = d["score"]

        search_model_metadata.additional_properties = (
            {} if len(d) == 3 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return search_model_metadata

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
