from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_visibility import ModelVisibility, check_model_visibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelCreate")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "description": UNSET,
    "github_url": UNSET,
    "paper_url": UNSET,
    "license_url": UNSET,
    "cover_image_url": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "owner", "name", "visibility", "hardware"})


@_attrs_define
class ModelCreate:
    """A new model."""

    owner: str
    """ The account that the token belongs to. """
    name: str
    """ A name that the owner does not use yet. """
    visibility: ModelVisibility
    """ Who can see and run a model. """
    hardware: str
    """ The SKU of the hardware it runs on. """
    description: str | Unset = UNSET
    """ One sentence about it. """
    github_url: str | Unset = UNSET
    """ Its source code. """
    paper_url: str | Unset = UNSET
    """ The paper behind it. """
    license_url: str | Unset = UNSET
    """ Its licence. """
    cover_image_url: str | Unset = UNSET
    """ A picture that stands for it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        owner = self.owner

        name = self.name

        visibility: str = self.visibility

        hardware = self.hardware

        description = self.description

        github_url = self.github_url

        paper_url = self.paper_url

        license_url = self.license_url

        cover_image_url = self.cover_image_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "owner": owner,
                "name": name,
                "visibility": visibility,
                "hardware": hardware,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if github_url is not UNSET:
            field_dict["github_url"] = github_url
        if paper_url is not UNSET:
            field_dict["paper_url"] = paper_url
        if license_url is not UNSET:
            field_dict["license_url"] = license_url
        if cover_image_url is not UNSET:
            field_dict["cover_image_url"] = cover_image_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"ModelCreate is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        owner = d["owner"]
        name = d["name"]
        visibility = check_model_visibility(d["visibility"])
        hardware = d["hardware"]

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        model_create = (
            _new(cls) if cls is ModelCreate else cls(owner=owner, name=name, visibility=visibility, hardware=hardware)
        )
        model_create.owner = owner
        model_create.name = name
        model_create.visibility = visibility
        model_create.hardware = hardware
        model_create.description = d["description"]
        model_create.github_url = d["github_url"]
        model_create.paper_url = d["paper_url"]
        model_create.license_url = d["license_url"]
        model_create.cover_image_url = d["cover_image_url"]

        model_create.additional_properties = (
            {} if len(d) == 9 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return model_create

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
