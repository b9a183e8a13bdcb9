"""What one client remembers between calls: versions, ids, schemas, the webhook secret. Kept in memory only."""

from __future__ import annotations

import math
from typing import Any

from ._output_schemas import OutputSchema

_LATEST_KEPT = 60.0
"""Seconds for which the latest version of a model that is not official is remembered."""

_ABANDONED_KEPT = 300.0
"""Seconds for which a create that was abandoned may still be settled."""

_UNREACHABLE_KEPT = 300.0
"""Seconds for which a host of event streams that could not be reached is not tried again."""

_MOST_IDS = 10_000
_MOST_SCHEMAS = 200


class Memory:
    """The memory of one client. Safe to use from many threads: each step is one operation on a dictionary."""

    __slots__ = (
        "_abandoned",
        "_ids",
        "_in_flight",
        "_lost",
        "_schemas",
        "_unreachable",
        "_versions",
        "_webhook_secret",
    )

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], tuple[float, str]] = {}
        self._ids: dict[str, object] = {}
        self._in_flight: dict[int, Any] = {}
        self._lost: dict[int, Any] = {}
        self._abandoned: dict[int, tuple[float, Any]] = {}
        self._schemas: dict[str, OutputSchema | None] = {}
        self._unreachable: dict[str, float] = {}
        self._webhook_secret: tuple[str, float] | None = None

    def latest_version(self, owner: str, name: str, now: float) -> str | None:
        """Return the id of a model's latest version, if it was seen less than a minute ago."""
        seen = self._versions.get((owner, name))
        return seen[1] if seen is not None and now - seen[0] < _LATEST_KEPT else None

    def note_latest_version(self, owner: str, name: str, version: str, now: float) -> None:
        """Remember the id of a model's latest version."""
        self._versions[owner, name] = (now, version)

    def was_created(self, prediction_id: str) -> bool:
        """Return whether a prediction was created by an earlier call of this client."""
        return prediction_id in self._ids

    def note_created(self, prediction_id: str) -> bool:
        """Remember the id of a prediction that a call of this client created; the oldest of 10,000 are forgotten.

        Returns:
            Whether it was new. Of several calls that ask for one id at the same time, one gets True.
        """
        mark = object()
        is_new = self._ids.setdefault(prediction_id, mark) is mark
        while len(self._ids) > _MOST_IDS:
            self._ids.pop(next(iter(self._ids)), None)
        return is_new

    def begin(self, attempt: Any) -> None:
        """Remember a create that is being sent, so that nobody else's search takes its prediction."""
        self._in_flight[id(attempt)] = attempt

    def lose(self, attempt: Any) -> None:
        """Remember that the answer to a create will not come."""
        self._lost[id(attempt)] = attempt
        self._in_flight.pop(id(attempt), None)

    def end(self, attempt: Any) -> None:
        """Forget a create: its prediction is known, or its search has ended."""
        self._in_flight.pop(id(attempt), None)
        self._lost.pop(id(attempt), None)

    def in_flight(self) -> list[Any]:
        """Return the creates whose answer may still come."""
        return list(self._in_flight.values())

    def lost(self) -> list[Any]:
        """Return the creates whose answer was lost and whose prediction is being looked for."""
        return list(self._lost.values())

    def abandon(self, attempt: Any, now: float) -> None:
        """Remember a create that was interrupted and whose prediction could not be told from those of others."""
        self._abandoned[id(attempt)] = (now, attempt)

    def abandoned(self, now: float) -> list[tuple[float, Any]]:
        """Return the creates that were abandoned within the last minutes, and when; by this machine's clock."""
        return [(since, attempt) for since, attempt in self._abandoned.copy().values() if now - since < _ABANDONED_KEPT]

    def settle(self, attempt: Any) -> None:
        """Forget a create that was abandoned: its prediction has been found."""
        self._abandoned.pop(id(attempt), None)

    def note_schema(self, key: str, document: Any) -> None:
        """Remember what a version's document says of its output, under the version's id or the model's name."""
        self._schemas[key] = OutputSchema.of(document)
        while len(self._schemas) > _MOST_SCHEMAS:
            self._schemas.pop(next(iter(self._schemas)), None)

    def output_schema(self, version: str, model: str) -> OutputSchema | None:
        """Return the schema of a prediction's output, if its version has been seen; nothing is asked for it."""
        found = self._schemas.get(version)
        return self._schemas.get(model) if found is None and version in {"", "hidden"} else found

    def note_unreachable(self, host: str, now: float) -> None:
        """Remember that there is no way to a host of event streams, so that not each wait tries anew."""
        self._unreachable[host] = now

    def is_unreachable(self, host: str, now: float) -> bool:
        """Return whether a host of event streams could not be reached within the last minutes."""
        return now - self._unreachable.get(host, -math.inf) < _UNREACHABLE_KEPT

    def note_webhook_secret(self, key: str, now: float) -> None:
        """Remember the account's webhook secret, and when it was fetched."""
        self._webhook_secret = (key, now)

    def webhook_secret(self) -> tuple[str, float] | None:
        """Return the account's webhook secret and when it was fetched, if it was."""
        return self._webhook_secret
