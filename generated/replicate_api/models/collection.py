from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..rows import read_rows, write_rows
from ..types import UNSET, Unset

T = TypeVar("T", bound="Collection")


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

        full_description: None | str | Unset
        if isinstance(self.full_description, Unset):
            full_description = UNSET
        else:
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
        if not isinstance(src_dict, (dict, Mapping)):
            raise TypeError(f"Collection is read from a JSON object, not from {type(src_dict).__name__}")
        d = dict(src_dict)
        slug = d.pop("slug")

        name = d.pop("name", UNSET)

        description = d.pop("description", UNSET)

        full_description = d.pop("full_description", UNSET)

        def _parse_models(data: object) -> list[Model] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                models_type_0 = read_rows(data, Model.from_dict)

                return models_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Model] | None | Unset, data)

        models = _parse_models(d.pop("models", UNSET))

        collection = cls(
            slug=slug,
            name=name,
            description=description,
            full_description=full_description,
            models=models,
        )

        collection.additional_properties = d
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
