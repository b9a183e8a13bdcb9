from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.account_type import AccountType
from ..types import UNSET, Unset

T = TypeVar("T", bound="Account")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "type": UNSET,
    "name": UNSET,
    "github_url": UNSET,
    "avatar_url": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "username"})


@_attrs_define
class Account:
    """A user or an organisation."""

    username: str
    """ Its name in URLs, and the owner of its models. """
    type_: AccountType | str | Unset = UNSET
    """ What it is. """
    name: None | str | Unset = UNSET
    """ The name to show. """
    github_url: None | str | Unset = UNSET
    """ Its page on GitHub. """
    avatar_url: None | str | Unset = UNSET
    """ Its picture. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        username = self.username

        type_ = self.type_

        name = self.name

        github_url = self.github_url

        avatar_url = self.avatar_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "username": username,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_
        if name is not UNSET:
            field_dict["name"] = name
        if github_url is not UNSET:
            field_dict["github_url"] = github_url
        if avatar_url is not UNSET:
            field_dict["avatar_url"] = avatar_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Account is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        username = d["username"]

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        account = _new(cls) if cls is Account else cls(username=username)
        account.username = username
        account.type_ = d["type"]
        account.name = d["name"]
        account.github_url = d["github_url"]
        account.avatar_url = d["avatar_url"]

        account.additional_properties = (
            {} if len(d) == 5 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return account

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
