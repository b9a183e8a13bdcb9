"""What a predictor prints, and what is told about its exceptions: text, and traceback without the engine's frames."""

from __future__ import annotations

import contextlib
import io
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_MAX_TEXT = 20_000
_PLACE = str(Path(__file__).parent)


def text_of(error: BaseException) -> str:
    """Return the text of an exception, its type if it has none; long ones are cut."""
    try:
        text = str(error) or type(error).__name__
    except Exception:  # noqa: BLE001  its own code makes the text
        text = type(error).__name__
    if isinstance(error, ModuleNotFoundError):
        text += "; the engine installs nothing, it runs models in the environment it is installed in"
    text = text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
    return text.encode("utf-8", "replace").decode("utf-8")


def print_error(error: BaseException) -> None:
    """Write the traceback to the logs, from the predictor's own code on."""
    frames = error.__traceback__
    while frames is not None and _is_ours(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    with contextlib.suppress(Exception):  # its own code makes the text, and a predictor may have closed the stream
        traceback.print_exception(type(error), error, frames)


class WholeWrites(io.FileIO):
    """A file that takes all it is given: Python's own, without a buffer, drops the rest when a signal comes between."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write everything, and return how many bytes that were."""
        left = memoryview(data).cast("B")
        size = len(left)
        while left:
            left = left[super().write(left) or 0 :]
        return size


def print_whole() -> None:
    """Let what is printed appear at once, as Python's option `-u` does, and all of it."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        raw = WholeWrites(fd, "w", closefd=False)
        raw.name = f"<{name}>"
        setattr(sys, name, io.TextIOWrapper(raw, stream.encoding, stream.errors, newline="\n", write_through=True))


def flush() -> None:
    """Write out what the predictor has printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # a predictor may have closed or replaced it
            stream.flush()


def _is_ours(filename: str) -> bool:
    return filename.startswith((_PLACE, "<frozen"))
