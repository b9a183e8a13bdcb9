from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_visibility import ModelVisibility, check_model_visibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="Model")


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

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        visibility: str | Unset
        if isinstance(self.visibility, Unset):
            visibility = UNSET
        elif isinstance(self.visibility, str):
            visibility = self.visibility
        else:
            visibility = self.visibility

        github_url: None | str | Unset
        if isinstance(self.github_url, Unset):
            github_url = UNSET
        else:
            github_url = self.github_url

        paper_url: None | str | Unset
        if isinstance(self.paper_url, Unset):
            paper_url = UNSET
        else:
            paper_url = self.paper_url

        license_url: None | str | Unset
        if isinstance(self.license_url, Unset):
            license_url = UNSET
        else:
            license_url = self.license_url

        weights_url: None | str | Unset
        if isinstance(self.weights_url, Unset):
            weights_url = UNSET
        else:
            weights_url = self.weights_url

        run_count = self.run_count

        cover_image_url: None | str | Unset
        if isinstance(self.cover_image_url, Unset):
            cover_image_url = UNSET
        else:
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

        is_official: bool | None | Unset
        if isinstance(self.is_official, Unset):
            is_official = UNSET
        else:
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
        if not isinstance(src_dict, (dict, Mapping)):
            raise TypeError(f"Model is read from a JSON object, not from {type(src_dict).__name__}")
        d = dict(src_dict)
        owner = d.pop("owner")

        name = d.pop("name")

        url = d.pop("url", UNSET)

        description = d.pop("description", UNSET)

        def _parse_visibility(data: object) -> ModelVisibility | str | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                visibility_type_0 = check_model_visibility(data)

                return visibility_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelVisibility | str | Unset, data)

        visibility = _parse_visibility(d.pop("visibility", UNSET))

        github_url = d.pop("github_url", UNSET)

        paper_url = d.pop("paper_url", UNSET)

        license_url = d.pop("license_url", UNSET)

        weights_url = d.pop("weights_url", UNSET)

        run_count = d.pop("run_count", UNSET)

        cover_image_url = d.pop("cover_image_url", UNSET)

        def _parse_default_example(data: object) -> None | Prediction | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                default_example_type_0 = Prediction.from_dict(data)

                return default_example_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Prediction | Unset, data)

        default_example = _parse_default_example(d.pop("default_example", UNSET))

        def _parse_latest_version(data: object) -> None | Unset | Version:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                latest_version_type_0 = Version.from_dict(data)

                return latest_version_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | Version, data)

        latest_version = _parse_latest_version(d.pop("latest_version", UNSET))

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        is_official = d.pop("is_official", UNSET)

        model = cls(
            owner=owner,
            name=name,
            url=url,
            description=description,
            visibility=visibility,
            github_url=github_url,
            paper_url=paper_url,
            license_url=license_url,
            weights_url=weights_url,
            run_count=run_count,
            cover_image_url=cover_image_url,
            default_example=default_example,
            latest_version=latest_version,
            created_at=created_at,
            is_official=is_official,
        )

        model.additional_properties = d
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
