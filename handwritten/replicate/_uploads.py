"""Sending one local file: what it is called, how large it is, reading it in pieces, and the files endpoint.

Where files stand in an input is known in `_inputs`; nothing is sent here but the file.
"""

from __future__ import annotations

import io
import mimetypes
import os
import stat
import tempfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeAlias, cast

from replicate_api.api.files import files_create
from replicate_api.models.file_metadata import FileMetadata
from replicate_api.models.file_upload import FileUpload
from replicate_api.types import File

from .exceptions import InvalidArgumentError, ReplicateError, ReplicateException

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from replicate_api.models.file_resource import FileResource

    from ._wire import Wire

OnProgress: TypeAlias = "Callable[[int, int], object]"
"""Called with the bytes read so far, and the bytes there are in all, while a file is sent."""

LARGEST_UPLOAD = 100 * 1024 * 1024
"""Bytes of a file the service takes; its documentation says 100 MB, its JavaScript client 100 MiB."""

_SPOOL_IN_MEMORY = 8 * 1024 * 1024


class InputFile(NamedTuple):
    """A file found in an input: where to read it, and what to call it."""

    source: Any
    """A path, bytes, or an open file."""

    name: str
    media_type: str
    path: str
    """Where in the input it stands, for messages: `input['image']`."""


def describe_file(source: Any, path: str = "file") -> InputFile:
    """Return a path, bytes or open file with the name and media type it is sent under."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return InputFile(bytes(cast("bytes", source)), "file", "application/octet-stream", path)
    stated: object = source if isinstance(source, (str, PurePath)) else getattr(source, "name", None)
    name = (PurePath(stated).name if isinstance(stated, (str, PurePath)) else "") or "file"
    name = name.encode("utf-8", "replace").decode()  # the name of a path need not be UTF-8, what is sent must
    return InputFile(source, name, mimetypes.guess_type(name)[0] or "application/octet-stream", path)


def size_of(file: InputFile) -> int | None:
    """Return the size of a file in bytes, None where it is not known before reading."""
    source = file.source
    if isinstance(source, bytes):
        return len(source)
    try:
        if isinstance(source, (str, PurePath)):
            return Path(source).stat().st_size
        return os.fstat(source.fileno()).st_size if _can_seek(source) else None
    except (OSError, AttributeError, ValueError):
        return len(source.getbuffer()) if isinstance(source, io.BytesIO) and not source.closed else None


def check_size(file: InputFile) -> None:
    """Check that a file is not larger than the service takes, where its size is known before reading.

    Raises:
        InvalidArgumentError: it is larger.
    """
    size = size_of(file)
    if size is not None and size > LARGEST_UPLOAD:
        raise InvalidArgumentError(
            f"{file.path}: the file has {size} bytes, and the service takes up to {LARGEST_UPLOAD}; "
            "put it on a web server and give its URL",
            argument=file.path,
        )


async def upload(
    wire: Wire, file: InputFile, metadata: Mapping[str, Any] | None = None, on_progress: OnProgress | None = None
) -> FileResource:
    """Upload a file and return what the service made of it; it is kept for 24 hours.

    Its name and media type go along with the part that holds its bytes, as all published clients send them.

    Raises:
        InvalidArgumentError: the file cannot be read. Nothing was sent.
        ReplicateError: the service refused it, or could not be reached; or the file changed while it was sent.
    """
    source = OpenedFile(file)
    watched: _Watched | None = None
    try:
        stream = await wire.reading(source.open)
        if on_progress is not None:
            stream = cast("BinaryIO", watched := _Watched(stream, on_progress))
        content = File(payload=stream, file_name=file.name, mime_type=file.media_type)
        body = FileUpload(content=content)
        if metadata is not None:
            body.metadata = FileMetadata.from_dict(metadata)
        return await wire.call(files_create, client=wire.api, body=body)
    except ReplicateException:
        raise
    except Exception as error:  # a caller's file may raise anything while it is read, and may change meanwhile
        if watched is not None and error is watched.failure:
            raise
        title = f"{file.path}: the file changed, or could not be read, while it was sent"
        raise ReplicateError(title=title, detail=f"{type(error).__name__}: {error}") from error
    finally:
        source.close()  # here: a task that is being canceled gets no other thread


class _Watched:
    """A file that tells how much of it has been read."""

    def __init__(self, stream: BinaryIO, on_progress: OnProgress) -> None:
        self._stream = stream
        self._on_progress = on_progress
        self._size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        self.failure: Exception | None = None
        """What the caller's own function raised."""

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        if chunk:
            try:
                self._on_progress(self._stream.tell(), self._size)
            except Exception as error:  # kept, to be told from a failure of the file, and passed on as it is
                self.failure = error
                raise
        return chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def read_whole(file: InputFile) -> bytes:
    """Return the bytes of a file.

    Raises:
        InvalidArgumentError: it cannot be read.
    """
    source = OpenedFile(file)
    try:
        return source.open().read()
    except ReplicateException:
        raise
    except Exception as error:  # a caller's file may raise anything while it is read
        message = f"{file.path}: it cannot be read: {type(error).__name__}: {error}"
        raise InvalidArgumentError(message, argument=file.path) from error
    finally:
        source.close()


class OpenedFile:
    """An input file opened for reading bytes from its start.

    What the caller opened stays open. A file in text mode gives the bytes it was read from; one that cannot seek, a
    pipe or a socket, is copied to a temporary file first, so that it can be sent a second time.
    """

    def __init__(self, file: InputFile) -> None:
        self._file = file
        self._own: BinaryIO | None = None
        self._is_closed = False

    def open(self) -> BinaryIO:
        """Open the file and return it.

        Raises:
            InvalidArgumentError: it cannot be read; the message names its place in the input.
        """
        try:
            return self._opened(self._file.source)
        except (OSError, ValueError, TypeError) as error:  # ValueError: it is closed; TypeError: it reads otherwise
            raise InvalidArgumentError(f"{self._file.path}: {error}", argument=self._file.path) from error
        finally:
            if self._is_closed:  # meanwhile: whoever waited for it has left
                self.close()

    def close(self) -> None:
        """Close what was opened here, also what is still being opened in another thread."""
        self._is_closed = True
        if self._own is not None:
            self._own.close()

    def _opened(self, source: Any) -> BinaryIO:
        if isinstance(source, (str, PurePath)):
            self._own = Path(source).open("rb")  # noqa: SIM115 - closed by `close`
            if _tells_its_size(self._own):
                return self._own
            with self._own as unsized:
                return self._copied(unsized)
        if isinstance(source, bytes):
            self._own = io.BytesIO(source)
            return self._own
        return self._from_start(source)

    def _from_start(self, source: Any) -> BinaryIO:
        source = getattr(source, "buffer", source) if isinstance(source, io.TextIOBase) else source
        if _can_seek(source):
            source.seek(0)
            if not isinstance(source, io.TextIOBase) and source.read(0) == b"" and _tells_its_size(source):
                return cast("BinaryIO", source)
        return self._copied(source)

    def _copied(self, source: Any) -> BinaryIO:
        self._own = cast("BinaryIO", tempfile.SpooledTemporaryFile(_SPOOL_IN_MEMORY))  # noqa: SIM115 - closed by `close`
        while chunk := source.read(64 * 1024):
            self._own.write(chunk.encode() if isinstance(chunk, str) else chunk)
            if self._own.tell() > LARGEST_UPLOAD:  # its size was not known before; it may have no end
                raise InvalidArgumentError(
                    f"{self._file.path}: it has more than {LARGEST_UPLOAD} bytes, the most the service takes; "
                    "put it on a web server and give its URL",
                    argument=self._file.path,
                )
        if chunk is None:
            raise ValueError("it does not block, and has nothing to read yet")
        self._own.seek(0)
        return self._own


def _tells_its_size(file: Any) -> bool:
    """Return whether a file has the size that the system tells: pipes, devices and what a kernel makes up have not."""
    try:
        status = os.fstat(file.fileno())
    except (AttributeError, OSError, ValueError, TypeError):  # it is none of the system's
        return True
    return stat.S_ISREG(status.st_mode) and status.st_size > 0


def _can_seek(source: Any) -> bool:
    seekable: Callable[[], bool] | None = getattr(source, "seekable", None)
    return callable(getattr(source, "seek", None)) and (seekable is None or seekable())
