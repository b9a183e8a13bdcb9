from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeploymentUpdate")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "version": UNSET,
    "hardware": UNSET,
    "min_instances": UNSET,
    "max_instances": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class DeploymentUpdate:
    """What to change; members that are left out stay as they are."""

    version: str | Unset = UNSET
    """ The id of a version of the same model, 64 hexadecimal digits. """
    hardware: str | Unset = UNSET
    """ The SKU of the hardware to run on. """
    min_instances: int | Unset = UNSET
    """ How many instances are always on, not more than `max_instances`. """
    max_instances: int | Unset = UNSET
    """ How many instances there are at most. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        hardware = self.hardware

        min_instances = self.min_instances

        max_instances = self.max_instances

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if version is not UNSET:
            field_dict["version"] = version
        if hardware is not UNSET:
            field_dict["hardware"] = hardware
        if min_instances is not UNSET:
            field_dict["min_instances"] = min_instances
        if max_instances is not UNSET:
            field_dict["max_instances"] = max_instances

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"DeploymentUpdate is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        deployment_update = _new(cls) if cls is DeploymentUpdate else cls()
        deployment_update.version = d["version"]
        deployment_update.hardware = d["hardware"]
        deployment_update.min_instances = d["min_instances"]
        deployment_update.max_instances = d["max_instances"]

        deployment_update.additional_properties = (
            {} if len(d) == 4 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return deployment_update

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
