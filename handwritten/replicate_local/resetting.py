"""Putting an engine back to how it was, for tests that share one; there only where the starter of the engine asked.

What is put back is all that the database knows: predictions, models, deployments, uploads. Files on disk that nothing
leads to any more stay until the engine ends.
"""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING

from starlette.responses import Response

from replicate_local.problems import unauthenticated
from replicate_local.responses import json_response

if TYPE_CHECKING:
    from starlette.requests import Request

    from replicate_local.database import Copy
    from replicate_local.store import Store

KEY_VARIABLE = "REPLICATE_LOCAL_RESET_KEY"
"""The environment variable with the key that calls must carry."""

KEY_HEADER = "Reset-Key"
PATH = "/reset"


class Reset:
    """The handler of the calls. The first one keeps the state, each later one goes back to it."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        self._kept: Copy | None = None

    async def __call__(self, request: Request) -> Response:
        """Go back, unless something still runs: its ids are told with status 409, for the caller to cancel."""
        key = request.headers.get(KEY_HEADER, "")
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            raise unauthenticated(token_was_sent=bool(key))
        unfinished = self._store.unfinished_predictions()
        if unfinished:
            return json_response({"unfinished": [prediction.id for prediction in unfinished]}, status=409)
        if self._kept is None:
            self._kept = self._store.copy()
        else:
            self._store.go_back(self._kept)
        return Response(status_code=204)


def asked_for() -> str | None:
    """Return the key, where this process was started to be put back; predictors do not get to see it."""
    return os.environ.pop(KEY_VARIABLE, None) or None
