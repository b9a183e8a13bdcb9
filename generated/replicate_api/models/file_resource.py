from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FileResource")


@_attrs_define
class FileResource:
    """An uploaded file, without its bytes."""

    id: str
    """ Opaque, case-sensitive identifier. """
    name: None | str | Unset = UNSET
    """ The name it was uploaded with. """
    content_type: None | str | Unset = UNSET
    """ Its media type. """
    size: int | None | Unset = UNSET
    """ Its length in bytes. """
    etag: None | str | Unset = UNSET
    """ The MD5 of its bytes in hexadecimal digits. """
    checksums: Any | Unset = UNSET
    """ An object of checksums in hexadecimal digits, by algorithm; `sha256` is always there. """
    metadata: Any | Unset = UNSET
    """ The object that was sent with it; empty when none was. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was uploaded. """
    expires_at: datetime.datetime | None | Unset = UNSET
    """ When it will be deleted, 24 hours later. """
    urls: FileUrls | None | Unset = UNSET
    """ Where this file can be reached. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        content_type: None | str | Unset
        if isinstance(self.content_type, Unset):
            content_type = UNSET
        else:
            content_type = self.content_type

        size: int | None | Unset
        if isinstance(self.size, Unset):
            size = UNSET
        else:
            size = self.size

        etag: None | str | Unset
        if isinstance(self.etag, Unset):
            etag = UNSET
        else:
            etag = self.etag

        checksums = self.checksums

        metadata = self.metadata

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        urls: dict[str, Any] | None | Unset
        if isinstance(self.urls, Unset):
            urls = UNSET
        elif isinstance(self.urls, FileUrls):
            urls = self.urls.to_dict()
        else:
            urls = self.urls

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if content_type is not UNSET:
            field_dict["content_type"] = content_type
        if size is not UNSET:
            field_dict["size"] = size
        if etag is not UNSET:
            field_dict["etag"] = etag
        if checksums is not UNSET:
            field_dict["checksums"] = checksums
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if urls is not UNSET:
            field_dict["urls"] = urls

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if not isinstance(src_dict, (dict, Mapping)):
            raise TypeError(f"FileResource is read from a JSON object, not from {type(src_dict).__name__}")
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name", UNSET)

        content_type = d.pop("content_type", UNSET)

        size = d.pop("size", UNSET)

        etag = d.pop("etag", UNSET)

        checksums = d.pop("checksums", UNSET)

        metadata = d.pop("metadata", UNSET)

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

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_urls(data: object) -> FileUrls | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                urls_type_0 = FileUrls.from_dict(data)

                return urls_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FileUrls | None | Unset, data)

        urls = _parse_urls(d.pop("urls", UNSET))

        file_resource = cls(
            id=id,
            name=name,
            content_type=content_type,
            size=size,
            etag=etag,
            checksums=checksums,
            metadata=metadata,
            created_at=created_at,
            expires_at=expires_at,
            urls=urls,
        )

        file_resource.additional_properties = d
        return file_resource

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
from ..models.file_urls import FileUrls  # noqa: E402
