"""Uploading, getting, listing, deleting and downloading files. What one file tells is in `file`."""

from __future__ import annotations

import json
import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast, overload
from urllib.parse import urlencode

from replicate_api.api.files import files_delete, files_get, files_list
from replicate_api.models.file_page import FilePage

from . import _downloads
from ._blocking import run_blocking
from ._listing import Cursor, RawPage, Rows, list_page
from ._quoted_values import quote_value
from ._references import check_segment
from ._uploads import check_size, describe_file, upload
from .exceptions import InvalidArgumentError
from .file import File
from .resource import Namespace

if TYPE_CHECKING:
    from replicate_api.models.file_resource import FileResource as RawFile
    from replicate_api.types import Unset

    from ._uploads import InputFile, OnProgress
    from ._wire import Wire
    from .pagination import Page

_LONGEST_NAME = 255
"""Bytes of UTF-8 that the name of a file may have."""

Source: TypeAlias = str | os.PathLike[str] | BinaryIO | bytes | bytearray | memoryview
"""What can be uploaded: a path, an open file, or bytes."""

_ROWS = Rows(FilePage.from_dict, File.of)


class Files(Namespace):
    """Uploading, getting, listing, deleting and downloading files."""

    def create(
        self,
        file: Source,
        *,
        filename: str | None = None,
        content_type: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        on_progress: OnProgress | None = None,
    ) -> File:
        """Upload a file and return what the service made of it. It is kept for 24 hours.

        The file is read from its start and streamed, so that memory stays small; in `async_create` it is read in a
        worker thread.

        Args:
            file: a path, an open file, or bytes; up to 100 MiB.
            filename: the name to keep; otherwise that of the path or of the open file.
            content_type: the media type to keep; otherwise what the name's suffix says.
            metadata: anything to keep with it that JSON can carry.
            on_progress: called with the bytes read so far and the bytes there are, each time 64 KiB are on their way;
                in `async_create` from the thread that reads. What it raises ends the upload. It begins anew where a
                refused upload is sent again.

        Raises:
            InvalidArgumentError: the file cannot be read, or another argument cannot be sent. Nothing was sent.
            ReplicateError: the service refused it, or could not be reached.
        """
        return run_blocking(self._create(self._client.wire, file, filename, content_type, metadata, on_progress))

    async def async_create(
        self,
        file: Source,
        *,
        filename: str | None = None,
        content_type: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        on_progress: OnProgress | None = None,
    ) -> File:
        """Upload a file as `create` does, awaiting the service's answer."""
        return await self._create(self._client.async_wire, file, filename, content_type, metadata, on_progress)

    def get(self, file_id: str | File) -> File:
        """Return an uploaded file by its id; `download` has its bytes.

        Raises:
            NotFoundError: there is none, it has expired, or it is another account's.
        """
        return run_blocking(self._get(self._client.wire, file_id))

    async def async_get(self, file_id: str | File) -> File:
        """Return an uploaded file by its id, awaiting the service's answer."""
        return await self._get(self._client.async_wire, file_id)

    def list(self, cursor: Cursor = ...) -> Page[File]:
        """Return a page of the account's files that have not expired, in no particular order.

        Iterating a page goes over that page, which 1.x took for all files; `auto_paging_iter` goes over all.

        Args:
            cursor: the `next` or `previous` of a page; the first page without it.
        """
        return run_blocking(self._list(self._client.wire, cursor))

    async def async_list(self, cursor: Cursor = ...) -> Page[File]:
        """Return a page of the account's files as `list` does, awaiting the service's answer."""
        return await self._list(self._client.async_wire, cursor)

    def delete(self, file_id: str | File) -> bool:
        """Delete a file and return True.

        Raises:
            NotFoundError: there is none, or it has expired.
        """
        return run_blocking(self._delete(self._client.wire, file_id))

    async def async_delete(self, file_id: str | File) -> bool:
        """Delete a file as `delete` does, awaiting the service's answer."""
        return await self._delete(self._client.async_wire, file_id)

    @overload
    def download(self, file_id: str | File, *, owner: str, expiry: int, signature: str) -> bytes: ...
    @overload
    def download(
        self, file_id: str | File, target: str | os.PathLike[str], *, owner: str, expiry: int, signature: str
    ) -> Path: ...
    def download(
        self,
        file_id: str | File,
        target: str | os.PathLike[str] | None = None,
        *,
        owner: str,
        expiry: int,
        signature: str,
    ) -> bytes | Path:
        """Download a file by a signed link, and return its bytes, or with a target the path it was saved to.

        Such links are made by the service for the models it runs; nobody else can sign one. The link is what gives
        access, so no token is needed. A download to a target keeps memory small and resumes a broken connection.

        Args:
            file_id: the file.
            target: a file, or a directory, as for `FileOutput.save`.
            owner: the user name of the account that uploaded it.
            expiry: when the link dies, in seconds since 1970.
            signature: the signature in base64, not percent-encoded.

        Raises:
            ReplicateError: the link is wrong or dead, or the file is gone.
            OSError: the target cannot be written.
        """
        url = _signed_link(file_id, owner, expiry, signature)
        return run_blocking(_download(self._client.wire, url, target))

    @overload
    async def async_download(self, file_id: str | File, *, owner: str, expiry: int, signature: str) -> bytes: ...
    @overload
    async def async_download(
        self, file_id: str | File, target: str | os.PathLike[str], *, owner: str, expiry: int, signature: str
    ) -> Path: ...
    async def async_download(
        self,
        file_id: str | File,
        target: str | os.PathLike[str] | None = None,
        *,
        owner: str,
        expiry: int,
        signature: str,
    ) -> bytes | Path:
        """Download a file by a signed link as `download` does, awaiting it; files are written in a worker thread."""
        url = _signed_link(file_id, owner, expiry, signature)
        return await _download(self._client.async_wire, url, target)

    async def _create(
        self,
        wire: Wire,
        file: Source,
        filename: str | None,
        content_type: str | None,
        metadata: Mapping[str, Any] | None,
        on_progress: OnProgress | None,
    ) -> File:
        described = _described(file, filename, content_type)
        kept = _checked_metadata(metadata)
        check_size(described)
        return File.of(await upload(wire, described, kept or None, on_progress), self._client)

    async def _get(self, wire: Wire, file_id: str | File) -> File:
        return File.of(await wire.call(files_get, _segment(file_id), client=wire.api), self._client)

    async def _list(self, wire: Wire, cursor: Cursor) -> Page[File]:
        async def ask(wire: Wire, place: str | Unset) -> RawPage[RawFile]:
            return await wire.call(files_list, client=wire.api, cursor=place)

        return await list_page(wire, self._client, cursor, _ROWS, ask)

    async def _delete(self, wire: Wire, file_id: str | File) -> bool:
        await wire.call(files_delete, _segment(file_id), client=wire.api)
        return True


def _segment(file_id: str | File) -> str:
    return check_segment(file_id.id if isinstance(file_id, File) else file_id, argument="file_id")


def _described(file: Any, filename: str | None, content_type: str | None) -> InputFile:
    """Return a file to upload with the name and media type it will have; those given win.

    Raises:
        InvalidArgumentError: that is no file, or its name or media type cannot be sent.
    """
    is_open = callable(getattr(file, "read", None)) and not isinstance(file, type)
    if not is_open and not isinstance(file, (str, os.PathLike, bytes, bytearray, memoryview)):
        raise InvalidArgumentError(
            f"file must be a path, an open file or bytes, not {quote_value(file)}", argument="file"
        )
    is_path = isinstance(file, os.PathLike)
    described = describe_file(Path(os.fsdecode(cast("os.PathLike[str]", file))) if is_path else file)
    if filename is not None:
        if not isinstance(filename, str) or not filename or not filename.isprintable():
            raise InvalidArgumentError(f"filename must be a name, not {quote_value(filename)}", argument="filename")
        guessed = mimetypes.guess_type(filename)[0] or described.media_type
        described = described._replace(name=filename, media_type=guessed)
    if len(described.name.encode()) > _LONGEST_NAME:
        raise InvalidArgumentError(f"filename is longer than {_LONGEST_NAME} bytes of UTF-8", argument="filename")
    if content_type is not None:
        if not isinstance(content_type, str) or not _is_media_type(content_type):
            raise InvalidArgumentError(
                f"content_type must be a media type such as 'image/png', not {quote_value(content_type)}",
                argument="content_type",
            )
        described = described._replace(media_type=content_type)
    return described


def _is_media_type(text: str) -> bool:
    return "/" in text and text.isascii() and text.isprintable()


def _checked_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise InvalidArgumentError(f"metadata must be a dictionary, not {type(metadata).__name__}", argument="metadata")
    try:
        return cast("dict[str, Any]", json.loads(json.dumps(dict(metadata), allow_nan=False)))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgumentError(f"metadata cannot be sent as JSON: {error}", argument="metadata") from error


def _signed_link(file_id: str | File, owner: str, expiry: int, signature: str) -> str:
    for name, value, kind in (("owner", owner, str), ("expiry", expiry, int), ("signature", signature, str)):
        if not isinstance(value, kind) or isinstance(value, bool) or value == "":
            raise InvalidArgumentError(f"{name} must be {_A[kind]}, not {quote_value(value)}", argument=name)
    try:
        query = urlencode({"owner": owner, "expiry": expiry, "signature": signature})
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"the link cannot be sent: {error}", argument="owner") from error
    return f"/files/{_segment(file_id)}/download?{query}"


_A = {str: "a text", int: "a whole number of seconds"}


async def _download(wire: Wire, url: str, target: str | os.PathLike[str] | None) -> bytes | Path:
    if target is None:
        return await _downloads.read(wire, url)
    return await _downloads.save(wire, url, target)
