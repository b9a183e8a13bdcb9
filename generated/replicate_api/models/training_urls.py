from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TrainingUrls")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "get": UNSET,
    "cancel": UNSET,
    "web": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class TrainingUrls:
    """Absolute URLs. Some answers name the path of a prediction with the same id here, which leads to the same run; build
    the path of a training from its id instead. There are no server-sent events.

    """

    get: str | Unset = UNSET
    """ The training itself. """
    cancel: str | Unset = UNSET
    """ Cancels it by POST. """
    web: None | str | Unset = UNSET
    """ Its page on the website. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        get = self.get

        cancel = self.cancel

        web = self.web

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if get is not UNSET:
            field_dict["get"] = get
        if cancel is not UNSET:
            field_dict["cancel"] = cancel
        if web is not UNSET:
            field_dict["web"] = web

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"TrainingUrls is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        training_urls = _new(cls) if cls is TrainingUrls else cls()
        training_urls.get = d["get"]
        training_urls.cancel = d["cancel"]
        training_urls.web = d["web"]

        training_urls.additional_properties = (
            {} if len(d) == 3 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return training_urls

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
