"""What the benchmarks' server answers: predictions, pages, jobs of a given length, event streams, files. No sockets.

A job is a prediction that is over so many seconds after it was created, as `input.seconds` says. It tells its moments
and the requests it took to the benchmarks, which look with requests that are not counted.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .messages import Answer, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

VERSION = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"
"""The version that all predictions ran."""

PREDICTION = "gm3qorzdhgbfurvjtvhg6dckhu"
"""A finished prediction."""

EACH, BLOCKS = "streamedeachrzdhgbfurvjtvh", "streamedblocksrzdhgbfurvjt"
"""Predictions whose streams have `EVENTS` events: one HTTP chunk per event, and chunks of 64 KiB."""

EVENTS = 20_000
_BLOCK = 64 * 1024
_PIECE = 256 * 1024


def prediction(base_url: str, id_: str, **members: Any) -> dict[str, Any]:
    """Return a finished prediction of the size that those of language models mostly have."""
    api = f"{base_url}/v1/predictions/{id_}"
    return {
        "id": id_,
        "model": "quay/harbour",
        "version": VERSION,
        "input": {"prompt": "A harbour in the morning, boats, fog, thin lines of light", "max_tokens": 128, "seed": 7},
        "logs": "Using seed: 7\n" + "".join(f"{n:3}%|{'#' * (n // 10):10}| {n}/100\n" for n in range(0, 101, 20)),
        "output": ["The ", "fog ", "lifts ", "and ", "the ", "boats ", "are ", "gone", "."],
        "data_removed": False,
        "error": None,
        "source": "api",
        "status": "succeeded",
        "created_at": "2026-01-02T03:04:05.678901Z",
        "started_at": "2026-01-02T03:04:05.712345Z",
        "completed_at": "2026-01-02T03:04:08.901234Z",
        "metrics": {"predict_time": 3.188889, "total_time": 3.222333, "input_token_count": 14},
        "urls": {
            "cancel": f"{api}/cancel",
            "get": api,
            "stream": f"{base_url}/streams/{id_}",
            "web": f"https://replicate.com/p/{id_}",
        },
    } | members


class Job:
    """A prediction that takes so many seconds."""

    def __init__(self, base_url: str, id_: str, given: dict[str, Any]) -> None:
        self.id = id_
        self.base_url = base_url
        self.seconds: float = given["seconds"]
        self.has_stream: bool = given.get("stream", True)
        self.started = time.monotonic()
        self.requests = 1

    @property
    def left(self) -> float:
        """Seconds until it is over."""
        return self.started + self.seconds - time.monotonic()

    def body(self) -> bytes:
        """Return it as it stands now."""
        over = self.left <= 0
        members: dict[str, Any] = {} if over else {"output": None, "completed_at": None, "metrics": None}
        members |= {"status": "succeeded" if over else "processing", "logs": ""}
        made = prediction(self.base_url, self.id, created_at=datetime.now(UTC).isoformat(), **members)
        if not self.has_stream:
            del made["urls"]["stream"]
        return json.dumps(made).encode()

    async def held(self, longest: float) -> bytes:
        """Return it when it is over, or after so many seconds."""
        await asyncio.sleep(min(longest, max(self.left, 0)))
        return self.body()

    async def events(self) -> AsyncIterator[bytes]:
        """Yield its event stream: one output, and the end when it is over."""
        yield _chunk(b"event: output\nid: 1:0\ndata: The\n\n")
        while self.left > 0:
            await asyncio.sleep(self.left)
        yield _chunk(b"event: done\nid: 2:0\ndata: {}\n\n") + b"0\r\n\r\n"


class Service:
    """The answers, and the jobs that were made."""

    base_url = ""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)
        self._ready: dict[str, Answer] = {}
        self.uploaded = 0
        self._piece = bytes(_PIECE)
        self._streams = {EACH: _stream(1), BLOCKS: _stream(_BLOCK)}

    def answer(self, request: Request) -> Answer | Awaitable[Answer]:
        """Return the answer to a request."""
        parts = request.path.strip("/").split("/")
        if request.method == "POST":
            return self._post(request, parts)
        found = self._ready.get(request.path)
        if found is not None:
            return found
        if parts[0] in {"jobs", "files"} or parts[-1] in self._jobs:
            return self._passing(parts[0], parts[-1])
        if parts[0] == "streams":
            return Answer(kind=b"text/event-stream", pieces=_pieces(self._streams[parts[-1]]))
        answer = self._ready[request.path] = Answer(json.dumps(self._fixed(parts)).encode())
        return answer

    def _passing(self, what: str, name: str) -> Answer:
        """Return what is made anew for each request: a file, a job, a job's stream, what the benchmarks ask of one."""
        if what == "files":
            return Answer(kind=b"image/png", pieces=self._file(int(name)), length=int(name))
        job = self._jobs[name]
        if what == "jobs":
            return Answer(json.dumps({"over": job.started + job.seconds, "requests": job.requests}).encode())
        job.requests += 1
        if what == "streams":
            return Answer(kind=b"text/event-stream", pieces=job.events())
        return Answer(job.body())

    def _fixed(self, parts: list[str]) -> dict[str, Any]:
        """Return what never changes: a prediction, or a page of a hundred."""
        if parts[-1] != "predictions":
            return prediction(self.base_url, parts[-1])
        rows = [prediction(self.base_url, f"{number:026}") for number in range(100)]
        return {"next": None, "previous": None, "results": rows}

    def _post(self, request: Request, parts: list[str]) -> Answer | Awaitable[Answer]:
        if parts[-1] == "files":
            self.uploaded += request.received
            url = f"{self.base_url}/v1/files/1"
            file = {"id": "1", "name": "a", "content_type": "image/png", "size": request.received, "etag": "1"}
            file |= {"checksums": {"sha256": "0" * 64}, "metadata": {}, "created_at": "2026-01-02T03:04:05Z"}
            file |= {"expires_at": "2026-01-03T03:04:05Z", "urls": {"get": url}}
            return Answer(json.dumps(file).encode(), status=201)
        given = {"seconds": 0} | json.loads(request.body)["input"]
        job = Job(self.base_url, f"{next(self._numbers):026}j", given)
        self._jobs[job.id] = job
        prefer = request.field(b"prefer")
        if not prefer.startswith(b"wait"):
            return Answer(job.body(), status=201)
        return self._held(job, float(prefer.partition(b"=")[2] or 60))

    async def _held(self, job: Job, longest: float) -> Answer:
        return Answer(await job.held(longest), status=201)

    async def _file(self, size: int) -> AsyncIterator[bytes]:
        while size > 0:
            yield self._piece if size >= _PIECE else self._piece[:size]
            size -= _PIECE


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def _stream(size: int) -> bytes:
    """Return the HTTP body of a stream whose chunks have at least so many bytes."""
    body, block = bytearray(), bytearray()
    for number in range(EVENTS - 1):
        block += b"event: output\nid: 1690212292:%d\ndata: word%d \n\n" % (number, number % 1000)
        if len(block) >= size:
            body += _chunk(bytes(block))
            block.clear()
    block += b"event: done\nid: 1690212293:0\ndata: {}\n\n"
    return bytes(body) + _chunk(bytes(block)) + b"0\r\n\r\n"


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]
