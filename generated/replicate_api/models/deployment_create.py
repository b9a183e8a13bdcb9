from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DeploymentCreate")

_new = object.__new__

_MEMBERS = frozenset({"name", "model", "version", "hardware", "min_instances", "max_instances"})


@_attrs_define
class DeploymentCreate:
    """A new deployment."""

    name: str
    """ A name that the account does not use yet. """
    model: str
    """ `owner/name` of the model. """
    version: str
    """ The id of one of its versions, 64 hexadecimal digits. """
    hardware: str
    """ The SKU of the hardware to run on. """
    min_instances: int
    """ How many instances are always on, not more than `max_instances`. """
    max_instances: int
    """ How many instances there are at most. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        model = self.model

        version = self.version

        hardware = self.hardware

        min_instances = self.min_instances

        max_instances = self.max_instances

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "model": model,
                "version": version,
                "hardware": hardware,
                "min_instances": min_instances,
                "max_instances": max_instances,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"DeploymentCreate is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**src_dict}
        name = d["name"]
        model = d["model"]
        version = d["version"]
        hardware = d["hardware"]
        min_instances = d["min_instances"]
        max_instances = d["max_instances"]

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        deployment_create = (
            _new(cls)
            if cls is DeploymentCreate
            else cls(
                name=name,
                model=model,
                version=version,
                hardware=hardware,
                min_instances=min_instances,
                max_instances=max_instances,
            )
        )
        deployment_create.name = name
        deployment_create.model = model
        deployment_create.version = version
        deployment_create.hardware = hardware
        deployment_create.min_instances = min_instances
        deployment_create.max_instances = max_instances

        deployment_create.additional_properties = (
            {} if len(d) == 6 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return deployment_create

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
