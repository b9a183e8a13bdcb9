"""The embedded engine for tests: one per test run, put back after each test; what runs in it is not decided here."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from replicate_local.launcher import RunningEngine

_PATIENCE = 10.0
"""Seconds for an answer, and for predictions that a test left running to end after they were canceled."""

_PAUSE = 0.02
"""Real seconds between two looks at whether they have: the engine is another process, whose time cannot be skipped."""


class LocalEngine:
    """An engine that is started when it is first used, and put back to how it started after each test.

    Attributes:
        token: what calls must carry.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.token = f"r8_{secrets.token_hex(18)}x"
        self._options = options
        self._key = secrets.token_hex(16)
        self._running: RunningEngine | None = None

    @property
    def url(self) -> str:
        """Where it listens, without `/v1`, for `REPLICATE_BASE_URL`."""
        return self._engine().url

    def log(self) -> str:
        """Return the end of what it wrote to standard error."""
        return self._engine().log()

    def put_back(self) -> None:
        """Cancel what runs and forget what the test made; an engine that does not manage to is replaced."""
        try:
            unfinished = self._reset()
            deadline = time.monotonic() + _PATIENCE
            while unfinished and time.monotonic() < deadline:
                for prediction_id in unfinished:
                    self._post(f"/v1/predictions/{prediction_id}/cancel", {"Authorization": f"Bearer {self.token}"})
                time.sleep(_PAUSE)
                unfinished = self._reset()
        except OSError:
            unfinished = ["what nobody can tell"]
        if unfinished:
            self.stop()

    def stop(self) -> None:
        """End it, if it runs. The next use starts it again."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    def _engine(self) -> RunningEngine:
        """Return the engine, started if it does not run; what a new one holds is what it is put back to."""
        if self._running is None or not self._running.alive:
            from replicate_local.launcher import start_engine

            self.stop()
            self._running = start_engine(token=self.token, reset_key=self._key, **self._options)
            self._reset()
        return self._running

    def _reset(self) -> list[str]:
        """Put the engine back, or return the ids of what still runs in it."""
        status, body = self._post("/reset", {"Reset-Key": self._key})
        if status == http.client.CONFLICT:
            unfinished: list[str] = json.loads(body)["unfinished"]
            return unfinished
        if status != http.client.NO_CONTENT:
            raise OSError(f"the local engine answered {status} where it was to be put back")
        return []

    def _post(self, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self._engine().url).netloc, timeout=_PATIENCE)
        try:
            connection.request("POST", path, headers={"Content-Length": "0", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()
