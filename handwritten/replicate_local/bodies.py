"""Reading request bodies as the contract declares them: media type, size, JSON, schema; never what they mean."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from replicate_local.jsontypes import is_array, is_object
from replicate_local.problems import Problem, invalid_input, too_large

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from replicate_local.contract import Operation

MAX_SIZE = 64 * 1024 * 1024
"""Bytes of a JSON or text body; inputs can hold files as data URIs."""


MAX_DEPTH = 100
"""Levels of lists and objects in each other."""

MAX_UNFINISHED = 8 * MAX_SIZE
"""Bytes of all bodies that are being received at a time."""


async def read_body(request: Request, operation: Operation) -> Any:
    """Return the body of a call, None where the operation has none or reads it itself.

    Raises:
        Problem: 400 for malformed JSON, 413 for a body that is too large, 415 for another media type, 422 for a body
            that breaks rules of the contract.
    """
    if operation.body is None or "multipart/form-data" in operation.body_types:
        return None
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if "text/plain" in operation.body_types:
        # Some clients label the text of a search as JSON.
        _expect(media_type, "text/plain", "application/json")
        return (await _read(request)).decode("utf-8", "replace")
    _expect(media_type, *operation.body_types)
    value = _parse(await _read(request))
    problems = operation.body.problems(value)
    if problems:
        raise invalid_input(problems)
    return value


def _expect(media_type: str, *wanted: str) -> None:
    """Insist on the media type: without that, any web page could make a browser start predictions here."""
    if media_type not in wanted:
        raise Problem(415, f'Unsupported media type "{media_type}" in request; send {wanted[0]}.')


class _Unfinished:
    """Bytes of all bodies that are being received at the moment, over all connections."""

    size = 0


async def _read(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            _Unfinished.size += len(chunk)
            if len(body) > MAX_SIZE:
                raise too_large(MAX_SIZE)
            if _Unfinished.size > MAX_UNFINISHED:
                raise Problem(503, "The engine receives too much at a time; try again later.")
    finally:
        _Unfinished.size -= len(body)
    return bytes(body)


def _parse(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError as error:
        raise Problem(400, f"JSON parse error: the request body is not valid JSON{_reason(error)}.") from error


class DeepError(ValueError):
    """JSON is nested too deeply."""


def parse_json(text: str | bytes) -> Any:
    """Return what JSON says, in numbers and depths that everything behind this can deal with.

    Raises:
        ValueError: it is no JSON, has numbers beyond those of JSON's readers, or is nested too deeply.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError as error:
        raise DeepError from error
    if _is_deeper(value, MAX_DEPTH):
        raise DeepError
    return value


def _reason(error: ValueError) -> str:
    return f", or is nested more than {MAX_DEPTH} levels deep" if isinstance(error, DeepError) else ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large a number")
    return value


def _is_deeper(value: Any, limit: int) -> bool:
    level: list[Any] = [value]
    for _ in range(limit + 1):
        level = [member for item in level for member in _members(item)]
        if not level:
            return False
    return True


def _members(value: Any) -> Iterable[Any]:
    if is_array(value):
        return value
    return value.values() if is_object(value) else ()
