"""JSON and problem responses, with the rate-limit headers of the wire contract; never what is in them."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.responses import Response

from replicate_local.problems import MEDIA_TYPE, Problem

_LIMITS = {"predictions.create": 600, "models.predictions.create": 600, "deployments.predictions.create": 600}
_POLLING = {"predictions.get": 60000}
_DEFAULT_LIMIT = 3000
_WINDOW = 1
"""Seconds; the service always said 1."""


def json_response(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response."""
    return Response(_dump(content), status, media_type="application/json", headers=headers)


def problem_response(problem: Problem) -> Response:
    """Return the response that a problem stands for."""
    return Response(_dump(problem.body()), problem.status, media_type=MEDIA_TYPE, headers=problem.headers)


def _dump(content: Any) -> bytes:
    """Write UTF-8; half a surrogate pair, which JSON can carry and UTF-8 cannot, becomes a question mark."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


class RateLimits:
    """The counters behind `ratelimit-remaining`: they count as the service's do, and never refuse a call."""

    def __init__(self) -> None:
        self._windows: dict[int, tuple[int, int]] = {}

    def headers(self, operation_id: str) -> dict[str, str]:
        """Count a call and return its headers; the file operations have none."""
        if operation_id.startswith("files."):
            return {}
        limit = _LIMITS.get(operation_id) or _POLLING.get(operation_id) or _DEFAULT_LIMIT
        window = int(time.monotonic()) // _WINDOW
        began, used = self._windows.get(limit, (window, 0))
        used = used + 1 if began == window else 1
        self._windows[limit] = (window, used)
        return {"ratelimit-remaining": str(max(0, limit - used)), "ratelimit-reset": str(_WINDOW)}
