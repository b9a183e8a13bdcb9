"""Turning JSON inputs into Python values for `predict`, and its results into JSON; never the pipe they travel on."""

from __future__ import annotations

import base64
import dataclasses
import enum
import io
import json
import os
import pathlib
import shutil
import stat
import tempfile
import typing
import urllib.parse
from typing import IO, Any

import cog

from replicate_local.jsontypes import is_array, is_object
from replicate_local.worker import schema
from replicate_local.worker.cog_package import REQUIRED

MAX_DOWNLOAD = 100 * 1024 * 1024
"""Bytes: the service's limit for a file."""

_CHUNK = 1 << 20


def arguments(predict: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments for `predict`: what was given, fetched and converted, and the defaults of the rest.

    Raises:
        ValueError: a file could not be fetched or read.
    """
    hints = typing.get_type_hints(predict)
    result: dict[str, Any] = {}
    for name, field in schema.fields(predict).items():
        if given.get(name) is not None:
            result[name] = _input(given[name], schema.without_none(hints.get(name, Any)))
        elif field.default is not REQUIRED:
            result[name] = field.default
        elif name in given or schema.is_optional(hints.get(name, Any)):
            result[name] = None
    return result


def _input(value: Any, hint: Any) -> Any:
    if typing.get_origin(hint) is list and is_array(value):
        (item_hint,) = typing.get_args(hint) or (Any,)
        return [_input(item, item_hint) for item in value]
    if hint is int and isinstance(value, float):
        return int(value)  # 19.0 is a valid integer in JSON Schema
    if hint is float and isinstance(value, int):
        return float(value)
    if isinstance(hint, type):
        return _class_input(value, hint)
    return value


def _class_input(value: Any, hint: type) -> Any:
    if issubclass(hint, pathlib.PurePath):
        return cog.Path(_fetch(value))
    if issubclass(hint, cog.File):
        return pathlib.Path(_fetch(value)).open("rb")
    if issubclass(hint, cog.Secret):
        return cog.Secret(value)
    return hint(value) if issubclass(hint, enum.Enum) else value


def _fetch(url: str) -> str:
    """Return the path of a private copy of the file, with its own name where it has one."""
    parts = urllib.parse.urlsplit(url)
    name = "" if parts.scheme == "data" else pathlib.PurePosixPath(urllib.parse.unquote(parts.path)).name
    path = pathlib.Path(tempfile.mkdtemp(prefix="input-"), name or f"input{_data_suffix(url)}")
    if parts.scheme == "file":  # only the engine writes these, for files it stores itself
        shutil.copyfile(urllib.parse.unquote(parts.path), path)
    elif parts.scheme == "data":
        path.write_bytes(_data(url))
    else:
        with path.open("wb") as target:
            _download(url, target)
    return str(path)


def _data(url: str) -> bytes:
    header, comma, payload = url.partition(",")
    if not comma:
        raise ValueError("a data: URI needs a comma between its media type and its data")
    raw = urllib.parse.unquote_to_bytes(payload)
    return base64.b64decode(raw, validate=False) if header.endswith(";base64") else raw


def _data_suffix(url: str) -> str:
    import mimetypes

    media_type = url[len("data:") :].partition(",")[0].partition(";")[0] if url.startswith("data:") else ""
    return mimetypes.guess_extension(media_type) or ""


def _download(url: str, target: IO[bytes]) -> None:
    import urllib.request

    request = urllib.request.Request(url, headers={"User-Agent": "replicate-local"})  # noqa: S310  http(s), checked by the engine
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310  same
            received = 0
            while chunk := response.read(_CHUNK):
                received += len(chunk)
                if received > MAX_DOWNLOAD:
                    raise ValueError(f"{url} is larger than {MAX_DOWNLOAD} bytes")
                target.write(chunk)
    except OSError as error:  # URLError and HTTPError are OSErrors
        raise ValueError(f"could not fetch {url}: {error}") from error


class Encoder:
    """Turns what `predict` gives back into JSON, storing files under one directory."""

    def __init__(self, outputs: str) -> None:
        self._outputs = pathlib.Path(outputs)

    def encode(self, value: Any) -> Any:  # noqa: PLR0911  one return per type reads best
        """Return plain JSON values; a file becomes `{"$file": "<token>/<name>"}`.

        Raises:
            TypeError: a value has no JSON form.
        """
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124  NaN differs from itself
                raise TypeError(f"the output contains {value}, which JSON cannot express")
            return value
        if isinstance(value, str):
            return value.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot travel
        if isinstance(value, pathlib.PurePath):
            return self._store(pathlib.Path(value))
        if is_object(value):
            return {self.encode(str(key)): self.encode(member) for key, member in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            members = typing.cast("list[Any]", value)
            return [self.encode(member) for member in members]
        return self._encode_object(value)

    def _encode_object(self, value: Any) -> Any:
        if isinstance(value, enum.Enum):
            return self.encode(value.value)
        if isinstance(value, cog.Secret):
            return str(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: self.encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
        for method in ("model_dump", "dict", "tolist", "isoformat"):  # models, arrays and dates of other libraries
            convert = getattr(value, method, None)
            if callable(convert):
                return self.encode(convert())
        name = getattr(value, "name", None)
        if hasattr(value, "read") and isinstance(name, str):
            return self._store(pathlib.Path(name))
        if isinstance(value, io.BytesIO):
            return self._store_bytes(value.getvalue())
        raise TypeError(f"the output contains {type(value).__name__}, which has no JSON form")

    def _store(self, path: pathlib.Path) -> dict[str, str]:
        """Copy now: the predictor may write the next output to the same path.

        A link is followed, as caches of weights are full of them; what is stored is a file in any case. A device or a
        pipe would never end.
        """
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError(f"the output {path} is not a file")
        target, reference = self._place(path.name or "output")
        shutil.copyfile(path, target)
        return reference

    def _store_bytes(self, content: bytes) -> dict[str, str]:
        target, reference = self._place("output")
        target.write_bytes(content)
        return reference

    def _place(self, name: str) -> tuple[pathlib.Path, dict[str, str]]:
        token = base64.b32encode(os.urandom(20)).decode("ascii").lower()
        target = self._outputs / token / name
        target.parent.mkdir(parents=True)
        return target, {"$file": f"{token}/{name}"}


def dumps(message: dict[str, Any]) -> bytes:
    """Return one line of JSON."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
