"""Reading request bodies as the contract declares them: media type, size, JSON, schema; never what they mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from replicate_local.problems import Problem, invalid_input, too_large

if TYPE_CHECKING:
    from starlette.requests import Request

    from replicate_local.contract import Operation

MAX_SIZE = 64 * 1024 * 1024
"""Bytes of a JSON or text body; inputs can hold files as data URIs."""


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


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_SIZE:
            raise too_large(MAX_SIZE)
    return bytes(body)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "JSON parse error: the request body is not valid JSON.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
