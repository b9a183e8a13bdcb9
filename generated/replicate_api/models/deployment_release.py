from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeploymentRelease")

_new = object.__new__
_moment = datetime.datetime.fromisoformat

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "number": UNSET,
    "model": UNSET,
    "version": UNSET,
    "created_at": UNSET,
    "created_by": UNSET,
    "configuration": UNSET,
}
_MEMBERS = frozenset(_ABSENT)


@_attrs_define
class DeploymentRelease:
    """One setting of a deployment. Every change makes a new one."""

    number: int | Unset = UNSET
    """ 1 for the first release, one more for each change. """
    model: str | Unset = UNSET
    """ `owner/name` of the model. """
    version: str | Unset = UNSET
    """ The version that runs. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was made. """
    created_by: Account | None | Unset = UNSET
    """ Who made it. """
    configuration: DeploymentConfiguration | None | Unset = UNSET
    """ What it runs on. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        model = self.model

        version = self.version

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        created_by: dict[str, Any] | None | Unset
        if isinstance(self.created_by, Unset):
            created_by = UNSET
        elif isinstance(self.created_by, Account):
            created_by = self.created_by.to_dict()
        else:
            created_by = self.created_by

        configuration: dict[str, Any] | None | Unset
        if isinstance(self.configuration, Unset):
            configuration = UNSET
        elif isinstance(self.configuration, DeploymentConfiguration):
            configuration = self.configuration.to_dict()
        else:
            configuration = self.configuration

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if number is not UNSET:
            field_dict["number"] = number
        if model is not UNSET:
            field_dict["model"] = model
        if version is not UNSET:
            field_dict["version"] = version
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if created_by is not UNSET:
            field_dict["created_by"] = created_by
        if configuration is not UNSET:
            field_dict["configuration"] = configuration

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"DeploymentRelease is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        created_at = d["created_at"]
        if isinstance(created_at, str):
            try:
                created_at = _moment(created_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        created_by = d["created_by"]
        if isinstance(created_by, dict):
            try:
                created_by = Account.from_dict(created_by)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        configuration = d["configuration"]
        if isinstance(configuration, dict):
            try:
                configuration = DeploymentConfiguration.from_dict(configuration)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        deployment_release = _new(cls) if cls is DeploymentRelease else cls()
        deployment_release.number = d["number"]
        deployment_release.model = d["model"]
        deployment_release.version = d["version"]
        deployment_release.created_at = created_at
        deployment_release.created_by = created_by
        deployment_release.configuration = configuration

        deployment_release.additional_properties = (
            {} if len(d) == 6 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return deployment_release

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
from ..models.account import Account  # noqa: E402
from ..models.deployment_configuration import DeploymentConfiguration  # noqa: E402
