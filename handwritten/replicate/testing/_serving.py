"""Answering each request: recorded, met by a fault or not, done, and told; what operations do is not decided here."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from ._network import HungUpError
from ._operations import find_operation, not_played
from ._records import CREATES
from ._replies import Reply, whole
from ._scripts import Step
from ._streams import pass_until, send_stream

if TYPE_CHECKING:
    from ._faults import Fault, Faults
    from ._network import Connection, Incoming
    from ._operations import Found
    from ._records import RecordedRequest, Records
    from ._state import State

_LONGEST_HOLD = 60.0
_WITHOUT_TOKEN = frozenset({"output", "stream"})


class Server:
    """The handlers of both origins: the API's, and the file host's."""

    def __init__(self, state: State, faults: Faults, records: Records) -> None:
        self._state = state
        self._faults = faults
        self._records = records

    async def api(self, request: Incoming, connection: Connection) -> None:
        """Answer a request to the API."""
        await connection.read_body(request)
        found = find_operation(request.line)
        name = None if found is None else found.name
        record = self._records.add(request, "api", name, self._state.time.elapsed())
        fault = self._faults.take(name, request.line)
        if fault is not None and not fault.accepted:
            await self._transmit(record, fault, Reply(), connection)
            return
        try:
            reply = await self._answer(request, found, record)
        except Exception as error:  # noqa: BLE001 - a request that nobody thought of must not end in silence
            reply = Reply.problem(500, f"This is fake_replicate, and it failed: {error!r}")
        record.accepted = reply.status < 400
        if name != "stream" or not record.accepted or (fault is not None and not fault.spares_answer):
            await self._transmit(record, fault, reply, connection)
            return
        record.status = reply.status
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        prediction = self._state.find(json.loads(reply.body)["id"])
        if prediction is not None:
            last = request.headers.get("last-event-id")
            events = None if fault is None else fault.events
            await send_stream(connection, prediction, self._state.time, last, cut_after=events)

    async def files(self, request: Incoming, connection: Connection) -> None:
        """Answer a request to the file host."""
        await connection.read_body(request)
        record = self._records.add(request, "files", "download", self._state.time.elapsed())
        fault = self._faults.take("download", request.line)
        reply = self._state.files.serve(request.path, request.headers.get("range", ""))
        await self._transmit(record, fault, reply, connection)

    async def _answer(self, request: Incoming, found: Found | None, record: RecordedRequest) -> Reply:
        """Do what a request asks for."""
        if found is None:
            return not_played(request.line)
        if not record.had_token and found.name not in _WITHOUT_TOKEN:
            return Reply.problem(401, "You did not pass an authentication token", title="Unauthenticated")
        if found.name in CREATES or found.name == "trainings.create":
            # in a thread, because the function that makes the output is the test's and may block
            reply = await asyncio.to_thread(found.answer, self._state, request, *found.parts)
            return await self._held(request, reply) if found.name in CREATES else reply
        if found.name in {"predictions.get", "trainings.get"} and (seen := self._state.find(*found.parts)):
            self._state.time.skip_to(seen.next_change())
        return found.answer(self._state, request, *found.parts)

    async def _held(self, request: Incoming, reply: Reply) -> Reply:
        """Return the answer to a create, held as long as the client prefers and the prediction is not over."""
        name, _, seconds = request.headers.get("prefer", "").partition("=")
        if name != "wait" or reply.status != 201:
            return reply
        hold = min(float(seconds), _LONGEST_HOLD) if seconds.isdigit() else _LONGEST_HOLD
        prediction = self._state.find(json.loads(reply.body)["id"])
        if prediction is None:
            return reply
        time = self._state.time
        await pass_until(prediction, time, time.now() + hold)
        unfinished = None if prediction.is_over else Step("starting", 0.0, 0.0)
        headers = {"Location": reply.headers["Location"], "Preference-Applied": request.headers["prefer"]}
        return Reply.of(prediction.json(unfinished), 201 if unfinished is None else 202, headers)

    async def _transmit(
        self, record: RecordedRequest, fault: Fault | None, reply: Reply, connection: Connection
    ) -> None:
        """Send an answer, or what a fault makes of it. What is recorded of it stands before the client can have it."""
        if fault is None:
            record.status = reply.status
            await whole(connection, reply)
            return
        reply = fault.reply or reply
        record.status = reply.status if fault.arrives else None
        await asyncio.sleep(fault.seconds)
        try:
            await fault.transmit(connection, reply)
        except (HungUpError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a function of the test raises fails the test, at its end
            self._records.failures.append(error)
            await connection.close()
