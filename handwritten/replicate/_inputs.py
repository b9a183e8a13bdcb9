"""Turning a caller's input into JSON: files become URLs or `data:` URIs, everything else what JSON can carry.

The caller's own dictionary is never changed. Uploading is left to `_uploads`; no other request is made here.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from replicate_api.models.file_resource import FileResource
from replicate_api.models.file_urls import FileUrls

from ._data_uris import write_data_uri
from ._outputs import FileOutput
from ._settings import AUTOMATIC_STRATEGY, DATA_URI_STRATEGIES, check_strategy
from ._uploads import InputFile, check_size, describe_file, read_whole, size_of, upload
from .exceptions import DecodeError, InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._wire import Wire

_LONGEST_INTEGER = 4096
"""Bits; Python writes no integer of more than 4300 digits, and no service reads one."""

LARGEST_INLINE = 256 * 1000
"""Bytes of a file that are inlined by the automatic strategy: up to there the service recommends it."""


class _Slot:
    """A place in the encoded input that waits for the URL of its file."""

    __slots__ = ("file", "url")

    def __init__(self, file: InputFile) -> None:
        self.file = file
        self.url = ""


class _Encoding:
    """One input on its way to JSON."""

    __slots__ = ("_open", "slots")

    def __init__(self) -> None:
        self.slots: list[_Slot] = []
        self._open: set[int] = set()

    def slot(self, file: InputFile) -> _Slot:
        """Return the place of a file; one that stands in several places is sent once, and read by one upload."""
        found = next((slot for slot in self.slots if _is_same(slot.file.source, file.source)), None)
        if found is None:
            found = _Slot(file)
            self.slots.append(found)
        return found

    @contextmanager
    def inside(self, container: object, path: str) -> Generator[None]:
        """Note that a container is being encoded, and see that it does not contain itself."""
        if id(container) in self._open:
            raise _unsendable(path, container, "it contains itself")
        self._open.add(id(container))
        try:
            yield
        finally:
            self._open.discard(id(container))


async def encode_input(wire: Wire, value: Any, *, strategy: str | None = None) -> dict[str, Any]:
    """Return a prediction's input as JSON can carry it, its files uploaded or inlined.

    `strategy` is `upload` (the default), `data-uri`, or `auto`, which inlines files of up to 256 kB; the names `url`
    and `base64` of 1.x mean the first two.

    Raises:
        InvalidArgumentError: a value cannot be sent; the message names its place in the input. Nothing was sent.
        ReplicateError: an upload failed.
    """
    check_strategy(strategy)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidArgumentError(f"input must be a dictionary, not {type(value).__name__}", argument="input")
    encoding = _Encoding()
    try:
        encoded = _encode(value, "input", encoding)
    except RecursionError:
        raise InvalidArgumentError("input is nested too deeply", argument="input") from None
    if slots := encoding.slots:
        for slot in slots:
            check_size(slot.file)
        flows = [_inline(wire, slot) if _is_inlined(slot.file, strategy) else _upload(wire, slot) for slot in slots]
        await wire.gather(flows)
        encoded = _filled(encoded)
    return cast("dict[str, Any]", encoded)


def _is_inlined(file: InputFile, strategy: str | None) -> bool:
    if strategy == AUTOMATIC_STRATEGY:
        size = size_of(file)
        return size is not None and size <= LARGEST_INLINE
    return strategy in DATA_URI_STRATEGIES


def _encode(value: Any, path: str, encoding: _Encoding) -> Any:  # noqa: PLR0911 - one answer for each kind of value
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        raise _unsendable(path, value, "it has thousands of digits")
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return _text(value.value if isinstance(value, Enum) else value, path)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _unsendable(path, value, "JSON has no infinity and no NaN")
        return value
    if isinstance(value, FileOutput):
        return value.url
    if isinstance(value, (PurePath, bytes, bytearray, memoryview)) or callable(getattr(value, "read", None)):
        return encoding.slot(describe_file(value, path))
    if isinstance(value, Mapping):
        return _encode_mapping(cast("Mapping[object, object]", value), path, encoding)
    if isinstance(value, (list, tuple, deque, range, AbstractSet, ValuesView, Iterator)):
        items = cast("Iterable[object]", value)
        with encoding.inside(items, path):
            return [_encode(item, f"{path}[{place}]", encoding) for place, item in enumerate(items)]
    return _encode_object(value, path, encoding)


def _encode_mapping(value: Mapping[object, object], path: str, encoding: _Encoding) -> dict[str, Any]:
    members: dict[str, Any] = {}
    with encoding.inside(value, path):
        for name, item in value.items():
            if not isinstance(name, str):
                raise _unsendable(path, name, "the names of an object must be text")
            members[_text(name, path)] = _encode(item, f"{path}[{name!r}]", encoding)
    return members


def _text(value: str, path: str) -> str:
    """Return a text as a plain `str` that can be written as UTF-8."""
    plain = str.__str__(value)
    try:
        plain.encode()
    except UnicodeEncodeError as error:
        reason = "it has half of a surrogate pair, as file names that are no UTF-8 do"
        raise _unsendable(path, value, reason) from error
    return plain


def _encode_object(value: Any, path: str, encoding: _Encoding) -> Any:
    """Encode what is none of JSON's own kinds, by what it offers."""
    if isinstance(value, Enum):
        return _encode(value.value, path, encoding)
    if (url := _url_of(getattr(value, "raw", None))) is not None:  # of an uploaded file as an object
        return url
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if callable(getattr(value, "save", None)) and hasattr(value, "mode") and hasattr(value, "size"):
        return encoding.slot(_picture(value, path))
    for method in ("tolist", "model_dump", "to_dict", "dict"):  # numpy, pydantic, this client's own, 1.x objects
        convert = getattr(value, method, None)
        if callable(convert) and not isinstance(value, type):
            return _encode(convert(), path, encoding)
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        fields = {name: getattr(value, name) for name in value.__dataclass_fields__}
        return _encode_mapping(fields, path, encoding)
    raise _unsendable(path, value, "give text, numbers, lists, dictionaries, paths, bytes or open files")


def _picture(value: Any, path: str) -> InputFile:
    """Return a picture of the Pillow kind as a PNG file."""
    content = io.BytesIO()
    try:
        value.save(content, format="PNG")
    except (OSError, ValueError) as error:
        raise _unsendable(path, value, str(error)) from error
    return InputFile(content.getvalue(), "image.png", "image/png", path)


def _unsendable(path: str, value: object, reason: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"{path}: cannot send a value of type {type(value).__name__}; {reason}", argument=path)


def _filled(value: Any) -> Any:
    if isinstance(value, _Slot):
        return value.url
    if isinstance(value, list):
        return [_filled(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name: _filled(item) for name, item in cast("dict[str, Any]", value).items()}
    return value


async def _inline(wire: Wire, slot: _Slot) -> None:
    content = await wire.reading(read_whole, slot.file)
    slot.url = write_data_uri(content, slot.file.media_type)


async def _upload(wire: Wire, slot: _Slot) -> None:
    uploaded = await upload(wire, slot.file)
    url = _url_of(uploaded)
    if url is None:
        raise DecodeError(title="The uploaded file has no URL", detail=f"file {uploaded.id}")
    slot.url = url


def _url_of(uploaded: object) -> str | None:
    """Return the URL that stands for an uploaded file in an input, None for anything else."""
    urls = uploaded.urls if isinstance(uploaded, FileResource) else None
    url = urls.get if isinstance(urls, FileUrls) else None
    return url if isinstance(url, str) else None


def _is_same(source: Any, other: Any) -> bool:
    """Return whether two sources are one file."""
    return source is other or (isinstance(source, PurePath) and isinstance(other, PurePath) and source == other)
