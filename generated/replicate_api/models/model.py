from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_visibility import ModelVisibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="Model")

_new = object.__new__
_moment = datetime.datetime.fromisoformat

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "url": UNSET,
    "description": UNSET,
    "visibility": UNSET,
    "github_url": UNSET,
    "paper_url": UNSET,
    "license_url": UNSET,
    "weights_url": UNSET,
    "run_count": UNSET,
    "cover_image_url": UNSET,
    "default_example": UNSET,
    "latest_version": UNSET,
    "created_at": UNSET,
    "is_official": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "owner", "name"})


@_attrs_define
class Model:
    """A model and what it shows of itself."""

    owner: str
    """ The user or organisation that owns it. """
    name: str
    """ Its name, unique for its owner. """
    url: None | str | Unset = UNSET
    """ Its page on the website. """
    description: None | str | Unset = UNSET
    """ One sentence about it. """
    visibility: ModelVisibility | str | Unset = UNSET
    """ Who can see and run it. """
    github_url: None | str | Unset = UNSET
    """ Its source code. """
    paper_url: None | str | Unset = UNSET
    """ The paper behind it. """
    license_url: None | str | Unset = UNSET
    """ Its licence. """
    weights_url: None | str | Unset = UNSET
    """ Its weights. Usually missing. """
    run_count: int | Unset = UNSET
    """ How often it was run. """
    cover_image_url: None | str | Unset = UNSET
    """ A picture, video or sound that stands for it. """
    default_example: None | Prediction | Unset = UNSET
    """ A prediction that shows it. """
    latest_version: None | Unset | Version = UNSET
    """ Its newest version. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was created. Often missing. """
    is_official: bool | None | Unset = UNSET
    """ Whether it is always on and priced per output. Missing in older answers and in searches. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        owner = self.owner

        name = self.name

        url = self.url

        description = self.description

        visibility = self.visibility

        github_url = self.github_url

        paper_url = self.paper_url

        license_url = self.license_url

        weights_url = self.weights_url

        run_count = self.run_count

        cover_image_url = self.cover_image_url

        default_example: dict[str, Any] | None | Unset
        if isinstance(self.default_example, Unset):
            default_example = UNSET
        elif isinstance(self.default_example, Prediction):
            default_example = self.default_example.to_dict()
        else:
            default_example = self.default_example

        latest_version: dict[str, Any] | None | Unset
        if isinstance(self.latest_version, Unset):
            latest_version = UNSET
        elif isinstance(self.latest_version, Version):
            latest_version = self.latest_version.to_dict()
        else:
            latest_version = self.latest_version

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        is_official = self.is_official

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "owner": owner,
                "name": name,
            }
        )
        if url is not UNSET:
            field_dict["url"] = url
        if description is not UNSET:
            field_dict["description"] = description
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if github_url is not UNSET:
            field_dict["github_url"] = github_url
        if paper_url is not UNSET:
            field_dict["paper_url"] = paper_url
        if license_url is not UNSET:
            field_dict["license_url"] = license_url
        if weights_url is not UNSET:
            field_dict["weights_url"] = weights_url
        if run_count is not UNSET:
            field_dict["run_count"] = run_count
        if cover_image_url is not UNSET:
            field_dict["cover_image_url"] = cover_image_url
        if default_example is not UNSET:
            field_dict["default_example"] = default_example
        if latest_version is not UNSET:
            field_dict["latest_version"] = latest_version
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if is_official is not UNSET:
            field_dict["is_official"] = is_official

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Model is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        owner = d["owner"]
        name = d["name"]
        default_example = d["default_example"]
        if isinstance(default_example, dict):
            try:
                default_example = Prediction.from_dict(default_example)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        latest_version = d["latest_version"]
        if isinstance(latest_version, dict):
            try:
                latest_version = Version.from_dict(latest_version)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        created_at = d["created_at"]
        if isinstance(created_at, str):
            try:
                created_at = _moment(created_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        model = _new(cls) if cls is Model else cls(owner=owner, name=name)
        model.owner = owner
        model.name = name
        model.url = d["url"]
        model.description = d["description"]
        model.visibility = d["visibility"]
        model.github_url = d["github_url"]
        model.paper_url = d["paper_url"]
        model.license_url = d["license_url"]
        model.weights_url = d["weights_url"]
        model.run_count = d["run_count"]
        model.cover_image_url = d["cover_image_url"]
        model.default_example = default_example
        model.latest_version = latest_version
        model.created_at = created_at
        model.is_official = d["is_official"]

        model.additional_properties = (
            {} if len(d) == 15 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return model

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
from ..models.prediction import Prediction  # noqa: E402
from ..models.version import Version  # noqa: E402
