from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..rows import read_rows, write_rows
from ..types import UNSET, Unset

T = TypeVar("T", bound="Collection")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "name": UNSET,
    "description": UNSET,
    "full_description": UNSET,
    "models": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "slug"})


@_attrs_define
class Collection:
    """Models that belong together."""

    slug: str
    """ Its name in URLs, in lower case with dashes. """
    name: str | Unset = UNSET
    """ Its name. """
    description: str | Unset = UNSET
    """ One sentence about it. """
    full_description: None | str | Unset = UNSET
    """ A longer text in Markdown. Often missing. """
    models: list[Model] | None | Unset = UNSET
    """ Its models, all of them. Missing in lists of collections. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        slug = self.slug

        name = self.name

        description = self.description

        full_description = self.full_description

        models: list[dict[str, Any]] | None | Unset
        if isinstance(self.models, Unset):
            models = UNSET
        elif isinstance(self.models, list):
            models = write_rows(self.models)

        else:
            models = self.models

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "slug": slug,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if full_description is not UNSET:
            field_dict["full_description"] = full_description
        if models is not UNSET:
            field_dict["models"] = models

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Collection is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        slug = d["slug"]
        models = d["models"]
        if isinstance(models, list):
            try:
                models = read_rows(models, Model.from_dict)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        collection = _new(cls) if cls is Collection else cls(slug=slug)
        collection.slug = slug
        collection.name = d["name"]
        collection.description = d["description"]
        collection.full_description = d["full_description"]
        collection.models = models

        collection.additional_properties = (
            {} if len(d) == 5 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return collection

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
from ..models.model import Model  # noqa: E402
