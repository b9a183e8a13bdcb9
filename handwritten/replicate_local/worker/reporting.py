"""What is told about an exception of a predictor: its text, and its traceback without the engine's own frames."""

from __future__ import annotations

import contextlib
import sys
import traceback
from pathlib import Path

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


def flush() -> None:
    """Write out what the predictor has printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # a predictor may have closed or replaced it
            stream.flush()


def _is_ours(filename: str) -> bool:
    return filename.startswith((_PLACE, "<frozen"))
