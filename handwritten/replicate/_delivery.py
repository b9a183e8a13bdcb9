"""Knows what has been delivered of one stream, so that a new connection repeats nothing; it reads nothing itself."""

from __future__ import annotations

from operator import ne

from ._server_sent_events import Outputs, RawEvent

_LONGEST_ASKED_PAUSE = 30.0
"""Seconds; a server that asks for more between two connections is not waited for that long."""


class Delivery:
    """What has been delivered of one stream, so that no event is delivered twice and none is lost.

    A connection that resumes a stream may repeat what earlier ones brought; it is known by its ids. Output without an
    id of its own cannot be told from a repetition, so a stream that has such output is not resumed.
    """

    __slots__ = ("_before", "_now", "_previous_id", "asked_pause", "last_id", "opened", "outputs", "resumable")

    def __init__(self) -> None:
        self.last_id = ""
        self.outputs = 0
        self.asked_pause = 0.0
        self.opened = False
        self.resumable = True
        self._before: set[str] = set()
        self._now: list[str] = []
        self._previous_id = ""

    def connect(self) -> None:
        """Begin a connection."""
        self._before.update(self._now)
        self._now.clear()
        self._previous_id = ""

    def is_new(self, event: RawEvent) -> bool:
        """Return whether an event has not been delivered yet, and remember it."""
        name, _, event_id, _ = event
        has_own_id = bool(event_id) and event_id != self._previous_id  # one without keeps that of the event before it
        if has_own_id:
            self.last_id = self._previous_id = event_id
            if event_id in self._before:
                return False
            self._now.append(event_id)
        if name == "output":
            self.outputs += 1
            if not has_own_id:
                self.resumable = False
        return True

    def news(self, found: Outputs | list[RawEvent]) -> Outputs | list[RawEvent]:
        """Return the events that have not been delivered yet, and remember them."""
        if not isinstance(found, Outputs):
            return [event for event in found if self.is_new(event)]
        if self._are_new(found.ids):
            return found
        return [event for event in found.events() if self.is_new(event)]

    def ask_pause(self, milliseconds: int) -> None:
        """Remember the pause before the next connection that the server asked for."""
        self.asked_pause = min(milliseconds / 1000, _LONGEST_ASKED_PAUSE)

    def _are_new(self, ids: list[str]) -> bool:
        """Return whether outputs have ids of their own and none has been delivered yet, and remember them if so."""
        if not all(ids) or not all(map(ne, ids, (self._previous_id, *ids))) or not self._before.isdisjoint(ids):
            return False
        self.last_id = self._previous_id = ids[-1]
        self._now += ids
        self.outputs += len(ids)
        return True
