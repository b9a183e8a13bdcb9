"""JSON and problem responses as bytes; never what is in them."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from replicate_local.problems import MEDIA_TYPE, Problem


def json_response(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response."""
    return Response(_dump(content), status, media_type="application/json", headers=headers)


def problem_response(problem: Problem) -> Response:
    """Return the response that a problem stands for."""
    return Response(_dump(problem.body()), problem.status, media_type=MEDIA_TYPE, headers=problem.headers)


def _dump(content: Any) -> bytes:
    """Write UTF-8; half a surrogate pair, which JSON can carry and UTF-8 cannot, becomes a question mark."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
