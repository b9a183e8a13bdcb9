"""Fetching one file, whole or in pieces, from wherever an output URL points, and saving it. Knows no prediction.

The token goes along only where the URL has the API's own origin; redirects are followed without it.
"""

from __future__ import annotations

import io
import os
import re
import threading
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import unquote, urlsplit

from ._data_uris import DataURI, read_data_uri
from .exceptions import DecodeError, NetworkError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from ._transport.bodies import Body
    from ._wire import Wire

_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}  # lengths and ranges count the bytes of the file itself
_CHUNK = 64 * 1024
_WRITE_AT_ONCE = 1024 * 1024
_MOST_FAILURES = 5
"""Connections in a row that bring nothing before a download is given up."""

_PAUSE = 0.5
_PARTIAL_CONTENT = 206
_NOT_IN_A_NAME = r"[^\w.+=@ -]"
_LONGEST_NAME = 120
"""Bytes; file systems take 255."""


class Head:
    """What is known of a file once its first response came."""

    def __init__(self) -> None:
        self.headers: Mapping[str, str] = {}
        self.length: int | None = None
        self.validator: str | None = None

    def take(self, headers: Mapping[str, str]) -> None:
        """Read the headers of the first response."""
        self.headers = headers
        self.length = _length(headers)
        self.validator = _validator(headers)


async def iterate(wire: Wire, url: str, head: Head | None = None) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of a file as they arrive; a connection that breaks is taken up again where it broke.

    Raises:
        ReplicateError: the file cannot be had, it changed meanwhile, or the connection broke again and again.
    """
    if url.startswith("data:"):
        content = _inline(url).content
        for start in range(0, len(content), _CHUNK):
            yield content[start : start + _CHUNK]
        return
    head = Head() if head is None else head
    received, failures = 0, 0
    while True:
        before = received
        try:
            async with aclosing(_connection(wire, url, head, received)) as chunks:
                async for chunk in chunks:
                    received += len(chunk)
                    yield chunk
            _check_length(received, head.length)
            return
        except NetworkError:
            failures = 1 if received > before else failures + 1
            if failures > _MOST_FAILURES or (received and head.validator is None):
                raise
        await wire.sleep(_PAUSE * failures)


async def _connection(wire: Wire, url: str, head: Head, received: int) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of a file that one connection brings, from those received before on."""
    headers = dict(_HEADERS)
    if received:
        headers |= {"Range": f"bytes={received}-", "If-Range": head.validator or ""}
    async with wire.open(url, headers=headers) as body:
        if not received and body.status != _PARTIAL_CONTENT:
            head.take(body.headers)
        skipped = received - _start_of(body, head, received)
        async with aclosing(body.chunks()) as chunks:
            async for chunk in chunks:
                if skipped < len(chunk):
                    yield chunk[skipped:] if skipped else chunk
                skipped = max(0, skipped - len(chunk))


def _start_of(body: Body, head: Head, received: int) -> int:
    """Return the place in the file at which an answer starts: where it broke, or its start from a host without ranges.

    Raises:
        DecodeError: the answer is some other part, or the file has changed.
    """
    validator = _validator(body.headers)
    if body.status != _PARTIAL_CONTENT and (not received or validator == head.validator):
        return 0
    goes_on = body.headers.get("content-range", "").startswith(f"bytes {received}-")
    if received and goes_on and validator in {None, head.validator}:
        return received
    raise DecodeError(title="The file cannot be taken up again where it broke", status=body.status)


class FileInfo(NamedTuple):
    """What is known of a file without its bytes."""

    name: str
    """A safe file name, as `save` into a directory gives it."""

    media_type: str
    """Such as `image/png`; `application/octet-stream` where nobody says."""

    size: int | None
    """Bytes; None where the host does not say."""


async def info(wire: Wire, url: str) -> FileInfo:
    """Return a file's name, media type and size.

    The file is opened and let go without reading it: the hosts of output files need not answer to anything but GET.

    Raises:
        ReplicateError: the file cannot be had.
    """
    if url.startswith("data:"):
        inline = _inline(url)
        return FileInfo(_inline_name(inline.media_type), inline.media_type, len(inline.content))
    head = Head()
    async with wire.open(url, headers=_HEADERS) as body:
        head.take(body.headers)
        name = name_of(url, body.headers)
    stated = head.headers.get("content-type", "").partition(";")[0].strip().lower()
    return FileInfo(name, stated or guess_media_type(url), head.length)


def guess_media_type(url: str) -> str:
    """Return the media type that a URL speaks of by its ending, or by itself where it is a `data:` URI."""
    if url.startswith("data:"):
        return _inline(url).media_type
    return _guess_type(urlsplit(url).path)[0] or "application/octet-stream"


def _guess_type(path: str) -> tuple[str | None, str | None]:
    import mimetypes  # here and below, because it reads the system's own tables

    return mimetypes.guess_type(path)


def _guess_extension(media_type: str) -> str | None:
    import mimetypes

    return mimetypes.guess_extension(media_type)


def _inline_name(media_type: str) -> str:
    return f"output{_guess_extension(media_type) or ''}"


async def read(wire: Wire, url: str) -> bytes:
    """Return the bytes of a file; memory holds them once."""
    if url.startswith("data:"):
        return _inline(url).content
    buffer = io.BytesIO()
    async with aclosing(iterate(wire, url)) as chunks:
        async for chunk in chunks:
            buffer.write(chunk)
    return buffer.getvalue()  # shares the buffer's memory, no copy


async def save(wire: Wire, url: str, target: str | os.PathLike[str] | None) -> Path:
    """Save a file and return its path. The path holds the whole file or nothing new, at every moment.

    `target` is a file to write, or a directory (one that exists, or a text ending in a slash) in which the file gets
    the name of its URL; None is the current directory.

    Raises:
        ReplicateError: the file cannot be had.
        OSError: it cannot be written.
    """
    head = Head()
    async with aclosing(iterate(wire, url, head)) as chunks:
        first = await anext(chunks, b"")  # the name is known, and an error raised, before anything is written
        inline = url.startswith("data:")
        name = _inline_name(_inline(url).media_type) if inline else name_of(url, head.headers)
        partial = _Partial()
        try:
            await wire.off_loop(partial.open, target, name)
            pending = bytearray(first)
            async for chunk in chunks:
                pending += chunk
                if len(pending) >= _WRITE_AT_ONCE:
                    await wire.off_loop(partial.write, pending)
                    pending = bytearray()
            await wire.off_loop(partial.write, pending)
            return await wire.off_loop(partial.finish)
        except BaseException:
            partial.discard()
            raise


def name_of(url: str, headers: Mapping[str, str]) -> str:
    """Return a safe file name for a download: of its `Content-Disposition`, otherwise of its URL."""
    name = _stated_name(headers.get("content-disposition", "")) or unquote(urlsplit(url).path.rpartition("/")[2])
    name = re.sub(_NOT_IN_A_NAME, "_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    name = name.encode("utf-8", "replace")[-_LONGEST_NAME:].decode("utf-8", "ignore").lstrip(". ")
    if "." not in name:
        media_type = headers.get("content-type", "").partition(";")[0].strip()
        name = f"{name or 'output'}{_guess_extension(media_type) or ''}"
    return name


def _stated_name(disposition: str) -> str:
    """Return the file name of a `Content-Disposition`, empty where it has none. The form with a charset wins."""
    encoded = re.search(r"filename\*\s*=\s*(?:utf-8|iso-8859-1)'[^']*'([^;\s]+)", disposition, re.IGNORECASE)
    if encoded:
        return unquote(encoded[1], "latin-1" if encoded[0].lower().find("iso-") > 0 else "utf-8")
    plain = re.search(r'filename\s*=\s*"?([^";]+)"?', disposition)
    return plain[1] if plain else ""


class _Partial:
    """A file being written under a temporary name beside its target.

    A task that is canceled does not stop the thread that is at work for it, so each step excludes the others, and none
    begins once the file is discarded.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._name = ""
        self._target = Path()
        self._is_discarded = False

    def open(self, target: str | os.PathLike[str] | None, name: str) -> None:
        import tempfile

        with self._lock:
            if self._is_discarded:
                return
            self._target = _place(target, name)
            prefix = f".{self._target.name[:40]}."
            handle, self._name = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=self._target.parent)
            self._file = os.fdopen(handle, "wb")

    def write(self, chunk: bytes | bytearray) -> None:
        with self._lock:
            if self._file is not None and not self._is_discarded:
                self._file.write(chunk)

    def finish(self) -> Path:
        with self._lock:
            if self._file is None or self._is_discarded:
                return self._target
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            mask = os.umask(0)
            os.umask(mask)
            written = Path(self._name)
            written.chmod(0o666 & ~mask)
            return written.replace(self._target)

    def discard(self) -> None:
        with self._lock:
            self._is_discarded = True
            if self._file is not None:
                self._file.close()
                Path(self._name).unlink(missing_ok=True)


def _check_length(written: int, expected: int | None) -> None:
    if expected is not None and written != expected:
        raise NetworkError(title="The download ended early", detail=f"{written} of {expected} bytes arrived")


def _place(target: str | os.PathLike[str] | None, name: str) -> Path:
    """Return the path a download goes to, its directory made."""
    path = Path("." if target is None else target)
    if path.is_dir() or (isinstance(target, str) and target.endswith(("/", os.sep))):
        path /= name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _validator(headers: Mapping[str, str]) -> str | None:
    """Return what tells a file from another version of it; None where its bytes cannot be counted on to be the same."""
    if "content-encoding" in headers:
        return None
    etag = headers.get("etag", "")
    return etag if etag and not etag.startswith("W/") else headers.get("last-modified")


def _length(headers: Mapping[str, str]) -> int | None:
    if "content-encoding" in headers:
        return None
    text = headers.get("content-length", "")
    return int(text) if text.isdigit() else None


def _inline(url: str) -> DataURI:
    try:
        return read_data_uri(url)
    except ValueError as error:
        raise DecodeError(title="The output is no readable data URI", detail=str(error)) from error
