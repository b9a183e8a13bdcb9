"""Reading the body of an error response, whatever it holds; no error classes live here and no I/O.

The service sends RFC 7807 problem documents with every member optional; a proxy in front of it sends HTML, plain text
or nothing. All of these are read, none makes the reader fail.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ._retries import delay_from_response

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_BODY_KEPT = 64 * 1024
_LONGEST_TEXT_SHOWN = 500


class Problem(NamedTuple):
    """What an error response says. `status` is that of HTTP, not the body's own member."""

    status: int
    type: str | None
    title: str | None
    detail: str | None
    instance: str | None
    invalid_fields: list[dict[str, Any]]
    retry_after: float | None
    headers: dict[str, str]
    body: str


def read_problem(status: int, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Problem:
    """Return what an error response says, keeping the text of a body that is not a problem document."""
    text = body[:LONGEST_BODY_KEPT].decode("utf-8", "replace")
    members = _members(body)
    detail = _as_text(members.get("detail")) if members else _plain_detail(body, text)
    if members and detail is None and not members.get("title"):
        detail = _shortened(text)
    return Problem(
        status=status,
        type=_as_text(members.get("type")),
        title=_as_text(members.get("title")) or (None if detail else _phrase(status)),
        detail=detail,
        instance=_as_text(members.get("instance")),
        invalid_fields=_invalid_fields(members.get("invalid_fields")),
        retry_after=delay_from_response(headers, body, now=_time() if now is None else now, status=status),
        headers={name.lower(): value for name, value in headers.items()},
        body=text,
    )


def _time() -> float:
    import time

    return time.time()


def _members(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _plain_detail(body: bytes, text: str) -> str | None:
    """Return the detail of a body that is no JSON object: a JSON string or list, HTML or plain text."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return _shortened(text)
    return _as_text(value) if value not in ({}, None) else None


def _shortened(text: str) -> str | None:
    stripped = " ".join(text.split())
    if len(stripped) > _LONGEST_TEXT_SHOWN:
        stripped = f"{stripped[:_LONGEST_TEXT_SHOWN]}…"
    return stripped or None


def _as_text(value: object) -> str | None:
    """Return text for a member that should be text but may be a list or an object on odd paths."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _invalid_fields(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    items = cast("list[object]", value)
    return [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown status"
