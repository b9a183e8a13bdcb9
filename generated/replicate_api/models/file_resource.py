from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FileResource")

_new = object.__new__
_moment = datetime.datetime.fromisoformat

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "name": UNSET,
    "content_type": UNSET,
    "size": UNSET,
    "etag": UNSET,
    "checksums": UNSET,
    "metadata": UNSET,
    "created_at": UNSET,
    "expires_at": UNSET,
    "urls": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "id"})


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

        name = self.name

        content_type = self.content_type

        size = self.size

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
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"FileResource is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        id = d["id"]
        created_at = d["created_at"]
        if isinstance(created_at, str):
            try:
                created_at = _moment(created_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        expires_at = d["expires_at"]
        if isinstance(expires_at, str):
            try:
                expires_at = _moment(expires_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        urls = d["urls"]
        if isinstance(urls, dict):
            try:
                urls = FileUrls.from_dict(urls)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        file_resource = _new(cls) if cls is FileResource else cls(id=id)
        file_resource.id = id
        file_resource.name = d["name"]
        file_resource.content_type = d["content_type"]
        file_resource.size = d["size"]
        file_resource.etag = d["etag"]
        file_resource.checksums = d["checksums"]
        file_resource.metadata = d["metadata"]
        file_resource.created_at = created_at
        file_resource.expires_at = expires_at
        file_resource.urls = urls

        file_resource.additional_properties = (
            {} if len(d) == 10 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
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
