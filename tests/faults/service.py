"""The service, played on a loopback socket with faults switched per test. How faults travel is in `cruelty`.

Predictions advance with each look at them, not with time, so that no test has to wait for one.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from .cruelty import Reply, Transmit, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clock import SkippingClock
    from .sockets import Connection, Handler, Listener, Network, Request

TOKEN = "r8_" + "5ecret" * 6
VERSION = "b2" * 32
MODEL = "acme/writer"
OUTPUT = ["Once", " upon", "\na time"]

Change: TypeAlias = "Callable[[dict[str, Any]], Any]"
"""Turns the JSON of an answer into another one."""


@dataclass
class Job:
    """One prediction on the service."""

    id: str
    sent: dict[str, Any]
    """The body of the create."""
    headers: dict[str, str]
    created: float
    model: str
    version: str
    stream: str | None
    looks: int
    """Looks until it is over."""
    ending: str = "succeeded"
    status: str = "starting"
    output: Any = None
    result: Any = field(default_factory=lambda: list(OUTPUT))
    logs: str = ""
    error: Any = None
    canceled: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Advance as a prediction does between two looks."""
        if self.status not in {"starting", "processing"}:
            return
        self.looks -= 1
        self.status = "processing"
        if self.looks <= 0:
            self.finish()

    def finish(self) -> None:
        self.status = self.ending
        if self.ending == "succeeded":
            self.output = self.result
        if self.ending == "failed":
            self.error = "the model gave up (E1001)"

    def cancel(self) -> None:
        if self.status in {"starting", "processing"}:
            self.status = "canceled"
        self.canceled.set()

    def json(self, api: str) -> dict[str, Any]:
        urls = {"get": f"{api}/v1/predictions/{self.id}", "cancel": f"{api}/v1/predictions/{self.id}/cancel"}
        if self.stream is not None:
            urls["stream"] = self.stream
        return {
            "id": self.id,
            "model": self.model,
            "version": self.version,
            "input": self.sent.get("input"),
            "webhook": self.sent.get("webhook"),
            "logs": self.logs,
            "output": self.output,
            "error": self.error,
            "status": self.status,
            "data_removed": False,
            "created_at": rfc3339(self.created),
            "urls": urls,
        }


@dataclass
class Fault:
    """What happens to the answers of requests whose method and path match."""

    line: re.Pattern[str]
    transmit: Transmit
    executes: bool
    """Whether the service does what was asked before it fails to say so."""
    times: int
    reads: float
    """Bytes of the request's body that are read before it happens."""


class Service:
    """The API on one origin, with as many foreign origins beside it as a test needs."""

    def __init__(self, network: Network, clock: SkippingClock) -> None:
        self._network = network
        self.clock = clock
        self.clock_ahead = 0.0
        """Seconds by which the service's clock is ahead of the client's."""
        self.tells_the_date = True
        self.api: Listener = network.listener(self._serve)
        self.foreign: list[Listener] = []
        self.jobs: dict[str, Job] = {}
        self.created = threading.Event()
        """Set when a prediction exists."""
        self.followed = threading.Event()
        """Set when somebody looks at a prediction, or opens its stream or a file."""
        self.uploads: list[int] = []
        """The sizes of the files that were stored."""
        self.looks = 2
        self.page_size = 100
        self.on_create: Callable[[Job], object] = lambda _: None
        self.is_official = True
        self.changes: dict[str, Change] = {}
        """By method and path pattern: what the JSON of the answers is turned into."""
        self.paths: dict[str, Handler] = {}
        """What answers requests for other paths, on every origin."""
        self._faults: list[Fault] = []

    @property
    def url(self) -> str:
        return self.api.url

    @property
    def job(self) -> Job:
        """The one prediction that exists."""
        assert len(self.jobs) == 1, f"{len(self.jobs)} predictions exist: {self.api.lines}"
        return next(iter(self.jobs.values()))

    def asked(self, line: str) -> list[Request]:
        """Return the requests to the API whose method and path match."""
        return [request for request in self.api.requests if re.fullmatch(line, request.line)]

    @property
    def creates(self) -> list[Request]:
        """The requests that ask for a prediction, as the network brought them."""
        return self.asked(r"POST /v1/(models/.*/|deployments/.*/)?predictions")

    def elsewhere(self, host: str = "127.0.0.2") -> Listener:
        """Return another origin, which serves `paths` and must never see the token."""
        self.foreign.append(self._network.listener(self._serve_paths, host).start())
        return self.foreign[-1]

    def fault(
        self,
        line: str,
        *transmits: Transmit,
        executes: bool = True,
        times: int = 1,
        reads: float = float("inf"),
    ) -> None:
        """Switch on faults, in order, for the next requests whose method and path match."""
        self._faults += [Fault(re.compile(line), transmit, executes, times, reads) for transmit in transmits]

    def check_the_token(self) -> None:
        """Check that the token reached no origin but the API's."""
        for listener in self.foreign:
            for request in listener.requests:
                told = request.head + request.body
                assert TOKEN.encode() not in told, f"the token went to {listener.url}: {request.line}"
                assert "authorization" not in request.headers, f"credentials went to {listener.url}: {request.line}"

    def _next_fault(self, request: Request) -> Fault | None:
        for fault in self._faults:
            if fault.times > 0 and fault.line.fullmatch(request.line):
                fault.times -= 1
                return fault
        return None

    async def _serve(self, request: Request, connection: Connection) -> None:
        fault = self._next_fault(request)
        if fault is not None:
            await connection.read_body(request, fault.reads)
        if request.method == "GET" and request.path != "/v1/predictions":
            self.followed.set()
        if request.path in self.paths and fault is None:
            await self.paths[request.path](request, connection)
            return
        if fault is None:
            await connection.read_body(request)
        reply = self._answer(request) if fault is None or fault.executes else Reply()
        if self.tells_the_date:
            reply.headers["Date"] = formatdate(self._now(), usegmt=True)
        await (whole if fault is None else fault.transmit)(connection, reply)

    async def _serve_paths(self, request: Request, connection: Connection) -> None:
        fault = self._next_fault(request)
        if fault is not None:
            await fault.transmit(connection, Reply())
        elif request.path in self.paths:
            await self.paths[request.path](request, connection)
        else:
            await whole(connection, Reply.of({"detail": "not found"}, 404))

    def _answer(self, request: Request) -> Reply:
        for pattern, handle in _ROUTES:
            if found := re.fullmatch(pattern, request.line):
                status, value = handle(self, request, *found.groups())
                for line, change in self.changes.items():
                    if re.fullmatch(line, request.line):
                        value = change(value)
                return Reply.of(value, status)
        return Reply.of({"detail": f"no such operation: {request.line}"}, 404)

    def _create(self, request: Request, model: str | None = None) -> tuple[int, Any]:
        if model is not None and not self.is_official:
            return 404, {"detail": "The requested resource could not be found."}
        job = self.add_job(json.loads(request.body), model, headers=request.headers)
        self.on_create(job)
        self.created.set()
        return 201, job.json(self.url)

    def add_job(
        self,
        sent: dict[str, Any],
        model: str | None = MODEL,
        *,
        age: float = 0.0,
        headers: dict[str, str] | None = None,
    ) -> Job:
        """Create a prediction, as if so many seconds ago."""
        job = Job(
            id=f"job{len(self.jobs) + 1:04}",
            sent=sent,
            headers=headers or {},
            created=self._now() - age,
            model=model or MODEL,
            version="hidden" if model else sent["version"],
            stream=None,
            looks=self.looks,
        )
        self.jobs[job.id] = job
        return job

    def _get(self, request: Request, job_id: str) -> tuple[int, Any]:
        if job_id not in self.jobs:
            return 404, {"detail": "The requested resource could not be found."}
        self.jobs[job_id].look()
        return 200, self.jobs[job_id].json(self.url)

    def _cancel(self, request: Request, job_id: str) -> tuple[int, Any]:
        self.jobs[job_id].cancel()
        return 200, self.jobs[job_id].json(self.url)

    def _list(self, request: Request) -> tuple[int, Any]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        after = datetime.fromisoformat(query["created_after"]).timestamp() if "created_after" in query else 0.0
        jobs = [job.json(self.url) for job in reversed(self.jobs.values()) if job.created >= after]
        start = int(query.get("cursor", "0"))
        end = start + self.page_size
        more = f"{self.url}/v1/predictions?cursor={end}" if end < len(jobs) else None
        return 200, {"previous": None, "next": more, "results": jobs[start:end]}

    def _model(self, request: Request, owner: str, name: str) -> tuple[int, Any]:
        version = {"id": VERSION, "created_at": rfc3339(0.0), "cog_version": "0.14.2", "openapi_schema": {}}
        return 200, {"url": "", "owner": owner, "name": name, "visibility": "public", "latest_version": version}

    def _upload(self, request: Request) -> tuple[int, Any]:
        self.uploads.append(len(request.body))
        name = f"file{len(self.uploads)}"
        return 201, {"id": name, "urls": {"get": f"{self.url}/v1/files/{name}"}, "created_at": rfc3339(self._now())}

    def _now(self) -> float:
        return self.clock.time() + self.clock_ahead


def rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat()


_ROUTES: tuple[tuple[str, Callable[..., tuple[int, Any]]], ...] = (
    (r"POST /v1/predictions", Service._create),
    (r"POST /v1/models/([^/]+/[^/]+)/predictions", Service._create),
    (r"GET /v1/predictions", Service._list),
    (r"GET /v1/predictions/([^/]+)", Service._get),
    (r"POST /v1/predictions/([^/]+)/cancel", Service._cancel),
    (r"GET /v1/models/([^/]+)/([^/]+)", Service._model),
    (r"POST /v1/files", Service._upload),
)
