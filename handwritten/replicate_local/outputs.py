"""Files that models made: where they lie, and the unguessable URLs they are served from; never uploads.

In stored predictions such a file is the object `{"$file": "<token>/<name>"}`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import mimetypes
import re
import shutil
import urllib.parse
from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse

from replicate_local.jsontypes import is_array, is_object
from replicate_local.problems import not_found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PREFIX = "/files/"
"""Where the URLs begin, outside of `/v1`: they need no token."""

_CACHE_SECONDS = 3600


class OutputFiles:
    """The directory of output files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._hashes: dict[Path, str] = {}

    def path(self, token: str, name: str) -> Path | None:
        """Return the file of a URL's two last segments, or None."""
        if not re.fullmatch(r"[a-z2-7]{32}", token) or "/" in name or name in {"", ".", ".."} or "\0" in name:
            return None
        path = self.directory / token / name
        with contextlib.suppress(OSError):  # a name that is too long for any file
            return path if path.is_file() else None
        return None

    def path_of_url(self, path: str) -> Path | None:
        """Return the file of a URL's path, or None if it is no output file of this engine."""
        token, _, name = urllib.parse.unquote(path).removeprefix(PREFIX).partition("/")
        return self.path(token, name) if path.startswith(PREFIX) else None

    async def serve(self, token: str, name: str) -> FileResponse:
        """Return the file with its type, length and hash; ranges are understood.

        Raises:
            Problem: 404 if there is no such file.
        """
        path = self.path(token, name)
        if path is None:
            raise not_found()
        headers = {
            "ETag": f'"{await self._md5(path)}"',
            "Cache-Control": f"public,max-age={_CACHE_SECONDS}",
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
        }
        return FileResponse(path, headers=headers, media_type=media_type(name))

    def delete(self, reference: str) -> None:
        """Delete the file of `<token>/<name>`; a part of an output that only looks like a file is left alone."""
        token, _, name = reference.partition("/")
        path = self.path(token, name)
        if path is not None:
            self._hashes.pop(path, None)
            shutil.rmtree(path.parent, ignore_errors=True)

    async def _md5(self, path: Path) -> str:
        if path not in self._hashes:
            self._hashes[path] = await asyncio.to_thread(_hash, path)
        return self._hashes[path]


def media_type(name: str) -> str:
    """Return the media type that a file name suggests."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def with_urls(output: Any, origin: str) -> Any:
    """Return an output with its files as URLs."""
    return replace_files(output, lambda reference: f"{origin}{PREFIX}{urllib.parse.quote(reference)}")


def references(output: Any) -> list[str]:
    """Return `<token>/<name>` of each file in an output."""
    found: list[str] = []

    def note(reference: str) -> str:
        found.append(reference)
        return reference

    replace_files(output, note)
    return found


def replace_files(output: Any, make: Callable[[str], str]) -> Any:
    """Return an output with each of its files replaced by what `make` says for `<token>/<name>`."""
    if is_array(output):
        return [replace_files(item, make) for item in output]
    if is_object(output):
        if output.keys() == {"$file"}:
            return make(str(output["$file"]))
        return {key: replace_files(member, make) for key, member in output.items()}
    return output
