"""One client's connection: closed when its client is too slow, and when there are too many; never what is asked on it.

The HTTP server below waits for ever for the rest of a request, and for ever until an answer is taken. On a machine of
one's own that is mostly harmless. But whoever can reach the engine, a page in a browser included, could keep it from
everybody else with a few hundred connections that do nothing.
"""

from __future__ import annotations

import json
import logging
import resource
import time
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from replicate_local.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    import asyncio

HEAD_LIMIT = 20.0
"""Seconds for the head of a request, from its first byte on; the first request's from the connection on."""

BODY_GRACE = 20.0
"""Seconds that a request's body may take in any case."""

BODY_RATE = 4096
"""Bytes a second that it must bring on average after that."""

STALL_LIMIT = 30.0
"""Seconds in which a client must take something of an answer that waits for it."""

MAX_CONNECTIONS = 512
"""Connections at a time; fewer where the system allows this process few open files."""

MAX_WAITING = 256 * 1024 * 1024
"""Bytes of answers that may wait for their clients, all together."""

_TICK = 0.5
"""Seconds between two looks at a connection."""

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.ERROR)
"""What a client does wrong is told to the client; whoever runs the engine need not read about it."""


class Connection(H11Protocol):
    """A connection that is looked at now and then."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.logger = _LOG
        self.idle_since = time.monotonic()
        self._received = False
        self._head_since: float | None = None
        self._body_bytes = 0
        self._body_seconds = 0.0
        self._waiting_bytes = 0
        self._stalled_since: float | None = None
        self._tick: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take up a connection; if there are too many, one on which nothing is under way has to go."""
        super().connection_made(transport)
        self._head_since = time.monotonic()
        self._tick = self.loop.call_later(_TICK, self._look)
        if len(self.connections) > most_connections():
            _make_room(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection."""
        if self._tick is not None:
            self._tick.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request."""
        if self._head_since is None and self.is_between_requests:
            self._head_since = time.monotonic()
        self._received = True
        self._body_bytes += len(data)
        super().data_received(data)
        if not self.is_between_requests:
            self._head_since = None

    def on_response_complete(self) -> None:
        """Go on to the next request of this connection, if it goes on."""
        self.idle_since = time.monotonic()
        self._body_bytes, self._body_seconds = 0, 0.0
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Note that the client takes less than it is sent; if all clients together do, one has to go."""
        self.flow.pause_writing()
        paused: list[Any] = list(self.connections)
        if sum(one.waiting for one in paused) > MAX_WAITING:
            max(paused, key=lambda one: (one.stalled_for // _TICK, one.waiting)).transport.abort()

    def resume_writing(self) -> None:
        """Note that the client has caught up."""
        self.flow.resume_writing()

    @property
    def is_between_requests(self) -> bool:
        """Whether no request is being received, worked on or answered, but for an unfinished head."""
        cycle: Any = self.cycle
        return self.conn.their_state is h11.IDLE and (cycle is None or cycle.response_complete)

    @property
    def waiting(self) -> int:
        """Bytes that wait for the client."""
        return self.transport.get_write_buffer_size()

    @property
    def stalled_for(self) -> float:
        """Seconds in which the client has taken nothing of what waits for it."""
        return 0.0 if self._stalled_since is None else time.monotonic() - self._stalled_since

    def _look(self) -> None:
        """Close the connection if its client is too slow, else look again."""
        self._note_stall()
        if self.stalled_for > STALL_LIMIT:
            self.transport.abort()
        elif self._head_is_late() and not self._received:
            self.transport.close()
        elif self._head_is_late() or self._body_is_slow():
            self._refuse(Problem(408, "The request did not arrive in time."))
        self._tick = self.loop.call_later(_TICK, self._look)

    def _note_stall(self) -> None:
        waiting = self.waiting
        if waiting == 0 or waiting != self._waiting_bytes:
            self._stalled_since = None
        elif self._stalled_since is None:
            self._stalled_since = time.monotonic()
        self._waiting_bytes = waiting

    def _head_is_late(self) -> bool:
        return self._head_since is not None and time.monotonic() - self._head_since > HEAD_LIMIT

    def _body_is_slow(self) -> bool:
        """Whether a body comes too slowly; time in which the engine itself does not read does not count."""
        if self.conn.their_state is not h11.SEND_BODY or self.flow.read_paused:
            return False
        self._body_seconds += _TICK
        return self._body_bytes < (self._body_seconds - BODY_GRACE) * BODY_RATE

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; whoever reads the body of a request that is broken off there is told so."""
        cycle: Any = self.cycle
        self._refuse(Problem(400, msg))
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def refuse_for_lack_of_room(self) -> None:
        """Close a connection that is one too many."""
        self._refuse(Problem(503, "There are too many connections; close some, or try again later."))

    def _refuse(self, problem: Problem) -> None:
        """Answer with a problem where no answer has begun, and close."""
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(_answer(problem))
        self.transport.close()


def most_connections() -> int:
    """Return how many connections there may be: a third of the files that this process may open, at most."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if files == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, max(8, files // 3))


def _make_room(newest: Connection) -> None:
    """Close the connection on which nothing happened for longest, or else the one that came last."""
    others: list[Any] = [one for one in newest.connections if one is not newest]
    idle = [one for one in others if one.is_between_requests and not one.transport.is_closing()]
    if idle:
        min(idle, key=lambda one: (one.cycle is not None, one.idle_since)).transport.abort()
    else:
        newest.refuse_for_lack_of_room()


def _answer(problem: Problem) -> bytes:
    body = json.dumps(problem.body(), separators=(",", ":")).encode()
    reason = {400: "Bad Request", 408: "Request Timeout", 503: "Service Unavailable"}[problem.status]
    head = [f"HTTP/1.1 {problem.status} {reason}", f"content-type: {MEDIA_TYPE}", f"content-length: {len(body)}"]
    return "\r\n".join([*head, "connection: close", "", ""]).encode() + body
