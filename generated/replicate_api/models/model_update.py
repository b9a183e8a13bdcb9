from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelUpdate")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "description": UNSET,
    "readme": UNSET,
    "github_url": UNSET,
    "paper_url": UNSET,
    "weights_url": UNSET,
    "license_url": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class ModelUpdate:
    """What to change; members that are left out stay as they are."""

    description: str | Unset = UNSET
    """ One sentence about it. """
    readme: str | Unset = UNSET
    """ A longer text in Markdown. """
    github_url: str | Unset = UNSET
    """ Its source code. """
    paper_url: str | Unset = UNSET
    """ The paper behind it. """
    weights_url: str | Unset = UNSET
    """ Its weights. """
    license_url: str | Unset = UNSET
    """ Its licence. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        description = self.description

        readme = self.readme

        github_url = self.github_url

        paper_url = self.paper_url

        weights_url = self.weights_url

        license_url = self.license_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if description is not UNSET:
            field_dict["description"] = description
        if readme is not UNSET:
            field_dict["readme"] = readme
        if github_url is not UNSET:
            field_dict["github_url"] = github_url
        if paper_url is not UNSET:
            field_dict["paper_url"] = paper_url
        if weights_url is not UNSET:
            field_dict["weights_url"] = weights_url
        if license_url is not UNSET:
            field_dict["license_url"] = license_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"ModelUpdate is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        model_update = _new(cls) if cls is ModelUpdate else cls()
        model_update.description = d["description"]
        model_update.readme = d["readme"]
        model_update.github_url = d["github_url"]
        model_update.paper_url = d["paper_url"]
        model_update.weights_url = d["weights_url"]
        model_update.license_url = d["license_url"]

        model_update.additional_properties = (
            {} if len(d) == 6 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return model_update

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
