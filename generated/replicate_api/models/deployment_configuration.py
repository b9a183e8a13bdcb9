from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeploymentConfiguration")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "hardware": UNSET,
    "min_instances": UNSET,
    "max_instances": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class DeploymentConfiguration:
    """The hardware of a release and how much of it."""

    hardware: str | Unset = UNSET
    """ The SKU of the hardware. """
    min_instances: int | Unset = UNSET
    """ How many instances are always on. """
    max_instances: int | Unset = UNSET
    """ How many instances there are at most. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hardware = self.hardware

        min_instances = self.min_instances

        max_instances = self.max_instances

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
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
            raise TypeError(f"DeploymentConfiguration is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        deployment_configuration = _new(cls) if cls is DeploymentConfiguration else cls()
        deployment_configuration.hardware = d["hardware"]
        deployment_configuration.min_instances = d["min_instances"]
        deployment_configuration.max_instances = d["max_instances"]

        deployment_configuration.additional_properties = (
            {} if len(d) == 3 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return deployment_configuration

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
