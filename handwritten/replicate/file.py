"""One uploaded file, without its bytes. Uploading, listing and downloading files is in `_files`.

Inputs need none of this: paths, open files and bytes in an input are uploaded on their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from replicate_api.models.file_resource import FileResource as RawFile
from replicate_api.models.file_urls import FileUrls

from ._views import View, known, mapping, number, text, timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["File"]

FileEncodingStrategy = Literal["upload", "data-uri", "auto", "url", "base64"]
"""How local files in an input are sent; the last two are the names of 1.x for the first two."""


class File(View[RawFile]):
    """An uploaded file, without its bytes. It can be given as an input as it is, until it expires."""

    __slots__ = ()

    _fields = (
        "id", "name", "content_type", "size", "etag", "checksums", "metadata", "created_at", "expires_at", "urls",
    )  # fmt: skip

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawFile:
        return RawFile.from_dict(data)

    @property
    def id(self) -> str:
        """Its unique id, in which upper and lower case differ."""
        return self._raw.id

    @property
    def name(self) -> str | None:
        """The name it was uploaded with, where the service tells it."""
        return text(self._raw.name)

    @property
    def content_type(self) -> str:
        """Its media type."""
        return text(self._raw.content_type) or "application/octet-stream"

    @property
    def size(self) -> int | None:
        """Its length in bytes."""
        return number(self._raw.size)

    @property
    def etag(self) -> str | None:
        """The MD5 of its bytes in hexadecimal digits, where the service tells it."""
        return text(self._raw.etag)

    @property
    def checksums(self) -> dict[str, str]:
        """Checksums of its bytes in hexadecimal digits, by algorithm: `sha256`, mostly `md5` too."""
        found = mapping(known(self._raw.checksums)) or {}
        return {name: value for name, value in found.items() if isinstance(value, str)}

    @property
    def metadata(self) -> dict[str, Any]:
        """What was to be kept with it."""
        return mapping(known(self._raw.metadata)) or {}

    @property
    def created_at(self) -> str | None:
        """When it was uploaded."""
        return timestamp(self._raw.created_at)

    @property
    def expires_at(self) -> str | None:
        """When the service deletes it: 24 hours after the upload."""
        return timestamp(self._raw.expires_at)

    @property
    def urls(self) -> dict[str, str]:
        """Its URLs; `get` is this description of it, and what stands for it in an input."""
        urls = self._raw.urls
        found = urls.to_dict() if isinstance(urls, FileUrls) else {}
        return {name: url for name, url in found.items() if isinstance(url, str)}

    def _repr_fields(self) -> tuple[str, ...]:
        return ("id", "name", "content_type", "size")


def __getattr__(name: str) -> Any:
    if name == "Files":  # its home in 1.x
        from ._files import Files

        return Files
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
