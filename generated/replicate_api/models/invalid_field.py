from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="InvalidField")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "type": UNSET,
    "field": UNSET,
    "description": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class InvalidField:
    """One rule that an input breaks."""

    type_: None | str | Unset = UNSET
    """ The rule, for example `required`, `enum` or `number_lte`. """
    field: None | str | Unset = UNSET
    """ Dotted path of the member; that of its parent when it is missing; empty for the body itself. """
    description: None | str | Unset = UNSET
    """ The rule in words. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        field = self.field

        description = self.description

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if field is not UNSET:
            field_dict["field"] = field
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"InvalidField is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        invalid_field = _new(cls) if cls is InvalidField else cls()
        invalid_field.type_ = d["type"]
        invalid_field.field = d["field"]
        invalid_field.description = d["description"]

        invalid_field.additional_properties = (
            {} if len(d) == 3 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return invalid_field

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
