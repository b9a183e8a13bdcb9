"""What a worker may say: lines are read strictly, because predictors can write into the pipe; never their meaning."""

from __future__ import annotations

import json
import math
from typing import Any

from replicate_local.jsontypes import is_array, is_object

MAX_DEPTH = 100
"""How deeply an output may be nested: what is read later, for answers and streams, is read recursively."""

_MAX_ERROR = 100_000
_STATUSES = ("succeeded", "failed", "canceled")
_MODES = ("replace", "incr", "append")


def parse(line: bytes) -> dict[str, Any]:
    """Return a message, which has the members that its type needs.

    Raises:
        ValueError: this is no message, or holds what cannot be stored and sent again as JSON.
    """
    try:
        message: Any = json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not is_object(message) or not _is_complete(message):
        raise ValueError("no message")
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH:
        _check_depth(message)
    if b"\\ud" in line.lower():
        json.dumps(message, ensure_ascii=False).encode("utf-8")  # half a surrogate pair is a UnicodeEncodeError
    return message


def _is_complete(message: dict[str, Any]) -> bool:
    match message.get("type"):
        case "ready" | "iterator":
            return True
        case "setup_failed":
            return _is_text(message.get("error"))
        case "done":
            error = message.get("error")
            return message.get("status") in _STATUSES and (error is None or _is_text(error))
        case "output":
            return "value" in message
        case "metric":
            return isinstance(message.get("name"), str) and message.get("mode") in _MODES and "value" in message
        case _:
            return False


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_ERROR


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _check_depth(message: Any) -> None:
    level: list[Any] = [message]
    for _ in range(MAX_DEPTH):
        children: list[Any] = []
        for value in level:
            if is_array(value):
                children += value
            elif is_object(value):
                children += value.values()
        if not children:
            return
        level = children
    raise ValueError("nested too deeply")
