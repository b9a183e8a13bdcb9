from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..rows import read_rows, write_rows
from ..types import UNSET, Unset

T = TypeVar("T", bound="Problem")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "title": UNSET,
    "detail": UNSET,
    "status": UNSET,
    "type": UNSET,
    "instance": UNSET,
    "invalid_fields": UNSET,
    "retry_after": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class Problem:
    """Why a call was refused (in the manner of RFC 9457). Any member can be missing."""

    title: None | str | Unset = UNSET
    """ The kind of problem. """
    detail: Any | Unset = UNSET
    """ What is wrong with this call. A text; on odd paths it can be a list or an object. """
    status: int | None | Unset = UNSET
    """ The HTTP status; trust the one of the response. """
    type_: None | str | Unset = UNSET
    """ URI of the kind of problem. """
    instance: None | str | Unset = UNSET
    """ URI of this occurrence. """
    invalid_fields: list[InvalidField] | None | Unset = UNSET
    """ What is wrong with an input, member by member. """
    retry_after: float | None | Unset = UNSET
    """ Seconds to wait when throttled. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        detail = self.detail

        status = self.status

        type_ = self.type_

        instance = self.instance

        invalid_fields: list[dict[str, Any]] | None | Unset
        if isinstance(self.invalid_fields, Unset):
            invalid_fields = UNSET
        elif isinstance(self.invalid_fields, list):
            invalid_fields = write_rows(self.invalid_fields)

        else:
            invalid_fields = self.invalid_fields

        retry_after = self.retry_after

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if title is not UNSET:
            field_dict["title"] = title
        if detail is not UNSET:
            field_dict["detail"] = detail
        if status is not UNSET:
            field_dict["status"] = status
        if type_ is not UNSET:
            field_dict["type"] = type_
        if instance is not UNSET:
            field_dict["instance"] = instance
        if invalid_fields is not UNSET:
            field_dict["invalid_fields"] = invalid_fields
        if retry_after is not UNSET:
            field_dict["retry_after"] = retry_after

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Problem is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        invalid_fields = d["invalid_fields"]
        if isinstance(invalid_fields, list):
            try:
                invalid_fields = read_rows(invalid_fields, InvalidField.from_dict)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        problem = _new(cls) if cls is Problem else cls()
        problem.title = d["title"]
        problem.detail = d["detail"]
        problem.status = d["status"]
        problem.type_ = d["type"]
        problem.instance = d["instance"]
        problem.invalid_fields = invalid_fields
        problem.retry_after = d["retry_after"]

        problem.additional_properties = (
            {} if len(d) == 7 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return problem

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
from ..models.invalid_field import InvalidField  # noqa: E402
