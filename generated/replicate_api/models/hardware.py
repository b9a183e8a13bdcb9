from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Hardware")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "name": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "sku"})


@_attrs_define
class Hardware:
    """Something that models and deployments can run on."""

    sku: str
    """ What to call it in requests, for example `cpu` or `gpu-t4`. The list is open. """
    name: str | Unset = UNSET
    """ What to call it for people. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sku = self.sku

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sku": sku,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Hardware is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        sku = d["sku"]

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        hardware = _new(cls) if cls is Hardware else cls(sku=sku)
        hardware.sku = sku
        hardware.name = d["name"]

        hardware.additional_properties = (
            {} if len(d) == 2 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return hardware

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
