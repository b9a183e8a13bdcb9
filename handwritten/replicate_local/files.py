"""Uploaded files: received to disk, described, found again, expired after a day; never the files that models made."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import re
import shutil
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from replicate_local.bodies import parse_json
from replicate_local.cursors import position
from replicate_local.problems import InvalidField, Problem, invalid_input, too_large
from replicate_local.records import StoredFile, milliseconds, now
from replicate_local.validation import json_type

if TYPE_CHECKING:
    from pathlib import Path

    from replicate_local.jsontypes import JsonObject
    from replicate_local.store import Store

MAX_SIZE = 100 * 1024 * 1024
"""Bytes of one file; the service's documents say both MB and MiB, and the larger one harms nobody."""

LIFETIME = dt.timedelta(hours=24)

_OVERHEAD = 1024 * 1024
"""Bytes that the other parts and the boundaries of an upload may take."""

_MAX_FIELD, _MAX_FIELDS = 256 * 1024, 100
"""Bytes of a part that is no file, and how many of those there may be: they are held in memory."""

_CHUNK = 1 << 20
_MAX_NAME = 255


@dataclass(frozen=True)
class Upload:
    """What a multipart body held."""

    content: UploadFile
    filename: str
    content_type: str
    metadata: JsonObject


class Uploads:
    """The directory of uploads and their descriptions."""

    def __init__(self, directory: Path, store: Store) -> None:
        self._directory = directory
        self._store = store
        directory.mkdir(parents=True, exist_ok=True)

    async def add(self, upload: Upload) -> StoredFile:
        """Keep an upload.

        Raises:
            Problem: 413 if it is too large.
        """
        file_id = base64.b64encode(str(uuid.uuid4()).encode("ascii")).decode("ascii")
        target = self._directory / file_id / _safe_name(upload.filename)
        size, md5, sha256 = await asyncio.to_thread(_copy, upload.content.file, target)
        if size > MAX_SIZE:
            shutil.rmtree(target.parent, ignore_errors=True)
            raise too_large(MAX_SIZE)
        created_at = milliseconds(now())
        file = StoredFile(
            id=file_id,
            name=upload.filename,
            content_type=upload.content_type,
            size=size,
            md5=md5,
            sha256=sha256,
            metadata=upload.metadata,
            created_at=created_at,
            expires_at=created_at + LIFETIME,
        )
        self._store.add_file(file)
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """Return the description of an upload that has not expired."""
        file = self._store.file(file_id)
        return file if file is not None and file.expires_at > now() else None

    def path(self, file_id: str) -> Path | None:
        """Return where the bytes of an upload lie."""
        file = self.get(file_id)
        return None if file is None else self._directory / file.id / _safe_name(file.name)

    def delete(self, file_id: str) -> None:
        """Delete an upload before it expires."""
        self._store.delete_file(file_id)
        shutil.rmtree(self._directory / file_id, ignore_errors=True)

    def purge(self) -> None:
        """Delete what has expired."""
        for file_id in self._store.forget_files_until(position(now())):
            shutil.rmtree(self._directory / file_id, ignore_errors=True)


@asynccontextmanager
async def receive(headers: Headers, stream: AsyncIterator[bytes]) -> AsyncGenerator[Upload]:
    """Read a multipart body; large files go to disk while they arrive.

    Raises:
        Problem: 400 if it is no multipart body, 413 if it is too large, 422 if a part is missing or wrong.
    """
    try:
        parser = MultiPartParser(
            headers, _bounded(stream), max_files=2, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD
        )
        form = await parser.parse()
    except MultiPartException as error:
        raise Problem(400, f"Malformed multipart body: {error.message}") from error
    except (KeyError, ValueError) as error:  # a missing boundary, or text that is not in the charset it names
        raise Problem(400, "Malformed multipart body") from error
    try:
        yield await _upload(form)
    finally:
        await form.close()


async def _bounded(stream: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Pass a body on up to the limit; a larger one is read on, within reason, so that its client sees the answer."""
    received = 0
    async for chunk in stream:
        received += len(chunk)
        if received <= MAX_SIZE + _OVERHEAD:
            yield chunk
        elif received > 4 * MAX_SIZE:
            break
    if received > MAX_SIZE + _OVERHEAD:
        raise too_large(MAX_SIZE)


async def _upload(form: FormData) -> Upload:
    content = form.get("content")
    if not isinstance(content, UploadFile):
        problem = InvalidField("required", "", "content is required")
        if content is not None:
            problem = InvalidField("invalid_type", "content", "Invalid type. Expected: file, given: string")
        raise invalid_input([problem])
    filename = _text(form, "filename") or content.filename or "upload"
    if len(filename.encode("utf-8", "replace")) > _MAX_NAME:
        raise invalid_input(
            [InvalidField("string_lte", "filename", f"String length must be less than or equal to {_MAX_NAME}")]
        )
    content_type = _text(form, "type") or content.content_type or "application/octet-stream"
    return Upload(content, filename, content_type, await _metadata(form))


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) else None


async def _metadata(form: FormData) -> JsonObject:
    """Return the metadata, which clients send as a text part, as a file part, or spread over bracketed fields."""
    value = form.get("metadata")
    spread = {
        key[len("metadata[") : -1]: item for key, item in form.multi_items() if re.fullmatch(r"metadata\[.+\]", key)
    }
    if value is None:
        return {key: item for key, item in spread.items() if isinstance(item, str)}
    raw = await value.read() if isinstance(value, UploadFile) else value
    try:
        parsed: object = parse_json(raw)
    except ValueError as error:
        raise invalid_input([InvalidField("format", "metadata", "Does not match format 'json'")]) from error
    if not isinstance(parsed, Mapping):
        sentence = f"Invalid type. Expected: object, given: {json_type(parsed)}"
        raise invalid_input([InvalidField("invalid_type", "metadata", sentence)])
    return cast("JsonObject", parsed)


def _copy(source: BinaryIO, target: Path) -> tuple[int, str, str]:
    target.parent.mkdir(parents=True)
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    source.seek(0)
    with target.open("wb") as copy:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            md5.update(chunk)
            sha256.update(chunk)
            copy.write(chunk)
    return size, md5.hexdigest(), sha256.hexdigest()


def _safe_name(name: str) -> str:
    """Return a file name that stays in its directory; the name a client gave is kept in the description."""
    name = re.sub(r"[^\w.\- ]", "_", name, flags=re.ASCII)[-100:]
    return name if name.strip(". ") else "upload"
