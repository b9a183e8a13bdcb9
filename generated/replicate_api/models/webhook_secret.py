from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WebhookSecret")

_new = object.__new__

_MEMBERS = frozenset({"key"})


@_attrs_define
class WebhookSecret:
    """What webhooks are signed with."""

    key: str = _attrs_field(repr=False)
    """ `whsec_` and, in standard base64, the key of the signatures. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"WebhookSecret is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**src_dict}
        key = d["key"]

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        webhook_secret = _new(cls) if cls is WebhookSecret else cls(key=key)
        webhook_secret.key = key

        webhook_secret.additional_properties = (
            {} if len(d) == 1 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return webhook_secret

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
