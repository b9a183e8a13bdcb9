"""Files of the scripted service: what its models put out, and uploads; how they are asked for is decided elsewhere."""

from __future__ import annotations

import json
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from ._replies import Reply

if TYPE_CHECKING:
    from ._scripts import OutputFile

_LIFETIME = timedelta(hours=24)
_RANGE = re.compile(r"bytes=([0-9]{1,15})-")


class Upload(NamedTuple):
    """An uploaded file."""

    id: str
    name: str
    content_type: str
    content: bytes
    metadata: dict[str, Any]
    created_at: datetime

    def json(self, api: str) -> dict[str, Any]:
        """Return it as the service tells it."""
        return {
            "id": self.id,
            "name": self.name,
            "content_type": self.content_type,
            "size": len(self.content),
            "etag": md5(self.content, usedforsecurity=False).hexdigest(),
            "checksums": {"sha256": sha256(self.content).hexdigest()},
            "metadata": self.metadata,
            "created_at": _stamp(self.created_at),
            "expires_at": _stamp(self.created_at + _LIFETIME),
            "urls": {"get": f"{api}/v1/files/{self.id}"},
        }


class Files:
    """All files of one scripted service, by path and by id."""

    def __init__(self) -> None:
        self.outputs: dict[str, OutputFile] = {}
        """What models put out, by its path on either host."""
        self.uploads: dict[str, Upload] = {}

    def add_output(self, file: OutputFile) -> str:
        """Keep a file that a model put out and return its path."""
        path = f"/output/{secrets.token_urlsafe(16)}/{quote(file.name)}"
        self.outputs[path] = file
        return path

    def add_upload(self, content_type: str, body: bytes) -> Upload | None:
        """Keep what a multipart body holds, None if there is no file in it."""
        parts = {part.field: part for part in _parts(content_type, body)}
        content = parts.get("content")
        if content is None:
            return None
        metadata = parts.get("metadata")
        upload = Upload(
            id=urlsafe_b64encode(secrets.token_bytes(36)).decode(),
            name=content.filename or "upload",
            content_type=parts["type"].content.decode() if "type" in parts else content.content_type,
            content=content.content,
            metadata=json.loads(metadata.content) if metadata is not None and metadata.content else {},
            created_at=datetime.now(UTC),
        )
        self.uploads[upload.id] = upload
        return upload

    def serve(self, path: str, wanted: str) -> Reply:
        """Return a file's bytes, from the place on that a `Range` header names."""
        file = self.outputs.get(path)
        if file is None:
            return Reply.problem(404, "The requested resource could not be found.")
        etag = f'"{md5(file.content, usedforsecurity=False).hexdigest()}"'
        headers = {"Content-Type": file.content_type, "ETag": etag, "Accept-Ranges": "bytes"}
        start = _RANGE.fullmatch(wanted)
        if start is None:
            return Reply(200, file.content, headers)
        first, size = int(start[1]), len(file.content)
        return Reply(206, file.content[first:], headers | {"Content-Range": f"bytes {first}-{size - 1}/{size}"})


class _Part(NamedTuple):
    field: str
    filename: str | None
    content_type: str
    content: bytes


def _parts(content_type: str, body: bytes) -> list[_Part]:
    """Return the parts of a multipart body."""
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary is None:
        return []
    found = list[_Part]()
    for piece in (b"\r\n" + body).split(f"\r\n--{boundary[1]}".encode())[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        told = head.decode("utf-8", "replace")
        field, filename = re.search(r'[; ]name="([^"]*)"', told), re.search(r'filename="([^"]*)"', told)
        kind = re.search(r"(?im)^content-type: *(\S+)", told)
        media_type = kind[1] if kind else "application/octet-stream"
        found.append(_Part(field[1] if field else "", filename[1] if filename else None, media_type, content))
    return found


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
