from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Version")

_new = object.__new__
_moment = datetime.datetime.fromisoformat

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "created_at": UNSET,
    "cog_version": UNSET,
    "openapi_schema": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "id"})


@_attrs_define
class Version:
    """One build of a model."""

    id: str
    """ 64 hexadecimal digits. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was built. """
    cog_version: None | str | Unset = UNSET
    """ The version of the packaging tool; not always a semantic version. """
    openapi_schema: Any | Unset = UNSET
    """ An OpenAPI document as an object, or null; `components.schemas.Input` and `Output` describe what goes in and
    comes out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        cog_version = self.cog_version

        openapi_schema = self.openapi_schema

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if cog_version is not UNSET:
            field_dict["cog_version"] = cog_version
        if openapi_schema is not UNSET:
            field_dict["openapi_schema"] = openapi_schema

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Version is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        id = d["id"]
        created_at = d["created_at"]
        if isinstance(created_at, str):
            try:
                created_at = _moment(created_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        version = _new(cls) if cls is Version else cls(id=id)
        version.id = id
        version.created_at = created_at
        version.cog_version = d["cog_version"]
        version.openapi_schema = d["openapi_schema"]

        version.additional_properties = (
            {} if len(d) == 4 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return version

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
