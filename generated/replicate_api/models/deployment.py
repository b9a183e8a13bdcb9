from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Deployment")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "current_release": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "owner", "name"})


@_attrs_define
class Deployment:
    """A version of a model on hardware of its own."""

    owner: str
    """ The user or organisation that owns it. """
    name: str
    """ Its name, unique for its owner. """
    current_release: DeploymentRelease | None | Unset = UNSET
    """ What it runs now, and on what. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        owner = self.owner

        name = self.name

        current_release: dict[str, Any] | None | Unset
        if isinstance(self.current_release, Unset):
            current_release = UNSET
        elif isinstance(self.current_release, DeploymentRelease):
            current_release = self.current_release.to_dict()
        else:
            current_release = self.current_release

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "owner": owner,
                "name": name,
            }
        )
        if current_release is not UNSET:
            field_dict["current_release"] = current_release

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Deployment is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        owner = d["owner"]
        name = d["name"]
        current_release = d["current_release"]
        if isinstance(current_release, dict):
            try:
                current_release = DeploymentRelease.from_dict(current_release)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        deployment = _new(cls) if cls is Deployment else cls(owner=owner, name=name)
        deployment.owner = owner
        deployment.name = name
        deployment.current_release = current_release

        deployment.additional_properties = (
            {} if len(d) == 3 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return deployment

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
from ..models.deployment_release import DeploymentRelease  # noqa: E402
