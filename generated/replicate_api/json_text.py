"""Reading JSON, with msgspec where that is installed and pays: it takes less than half the time. Never knows a model.

This module is copied into the generated package by `make generate`; edit it in handwritten/codegen/support.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_BEFORE_LOADING = 2 * 1024 * 1024
"""Bytes that are read without msgspec: loading it takes about 6 ms, which is what it saves on so many."""

_OLDEST = (0, 18, 6)
"""The oldest release of msgspec that is used, as the extra asks for it; old ones make floats of large integers."""


class JsonReader:
    """Reads JSON to what `json.loads` makes of it, whether msgspec is there or not.

    What msgspec refuses, the standard library decides on: texts that are wrong, and some that are not quite JSON, with
    `NaN`, half of a surrogate pair, numbers beyond every float, a byte order mark, or another encoding than UTF-8.
    """

    def __init__(self, before_loading: int = _BEFORE_LOADING) -> None:
        self._before_loading = before_loading
        self._read: Callable[[bytes], Any] | None = None

    def __call__(self, text: bytes) -> Any:
        """Return the value of a JSON text.

        Raises:
            ValueError: It is none.
            RecursionError: It is nested too deeply.
        """
        if self._read is None:
            if self._before_loading > 0:
                self._before_loading -= len(text)
                return json.loads(text)
            self._read = _fastest()
        return self._read(text)


def _fastest() -> Callable[[bytes], Any]:
    """Return what reads JSON from now on: `json.loads`, or msgspec where it is there and known."""
    try:
        from msgspec import DecodeError
        from msgspec import __version__ as release
        from msgspec.json import decode
    except ImportError:
        return json.loads

    def read(text: bytes) -> Any:
        try:
            return decode(text)
        except (DecodeError, ValueError, RecursionError):  # ValueError: text that is not UTF-8
            return json.loads(text)

    return read if _is_known(release) else json.loads


def _is_known(release: str) -> bool:
    """Return whether a release of msgspec is one of those that read all numbers as the standard library does."""
    parts = re.match(r"(\d+)\.(\d+)\.(\d+)", release)
    return parts is not None and tuple(map(int, parts.groups())) >= _OLDEST


read_json = JsonReader()
"""The reader of all endpoint functions."""
