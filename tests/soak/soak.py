"""`make soak`: thousands of predictions with cancels, killed workers and streams; then figures, and an exit status.

    python tests/soak/soak.py [count [seed]]

At the end every prediction must be terminal, no process of the engine may be left, and the memory of the server must
not have grown since the first third of the work.
"""

# ruff: noqa: T201  it speaks to a person

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
from replicate_local.launcher import RunningEngine, start_engine

TERMINAL = {"succeeded", "failed", "canceled", "aborted"}
COUNT = 4000
PARALLEL = 16
MAX_GROWTH = 16 * 1024
"""KiB that the server may have grown since the first third of the work."""

_MARK = "REPLICATE_LOCAL_SOAK"
"""An environment variable that the engine's processes inherit, so that they are found wherever they hang."""


@dataclass
class Figures:
    """What came of it."""

    seed: int
    count: int = 0
    seconds: float = 0.0
    kills: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    unfinished: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    surprises: Counter[str] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)
    """KiB of the server: at its start, after a third of the work, at the end."""
    log: str = ""
    exit_status: int | None = None

    @property
    def problems(self) -> list[str]:
        """What should not be."""
        grown = self.memory[2] - self.memory[1]
        found = [f"prediction {name} has not ended" for name in self.unfinished]
        found += [f"left over: process {line}" for line in self.orphans]
        found += [f"{number} x {what}" for what, number in self.surprises.items()]
        found += [f"the server has grown by {grown} KiB since the first third"] if grown > MAX_GROWTH else []
        found += [f"the engine wrote: {self.log}"] if self.log else []
        return found + ([f"its exit status was {self.exit_status}"] if self.exit_status else [])


class Soak:
    """One engine, and many callers at a time."""

    def __init__(self, engine: RunningEngine, figures: Figures) -> None:
        self._engine = engine
        self._figures = figures
        self._random = random.Random(figures.seed)
        self._ids: list[str] = []
        self._client = httpx.AsyncClient(base_url=f"{engine.url}/v1/", timeout=60)

    async def run(self, count: int) -> None:
        """Make so many predictions, and wait for their ends."""
        figures = self._figures
        figures.memory.append(memory(self._engine.process.pid))
        began = time.monotonic()
        async with self._client:
            await self._make(count // 3)
            figures.memory.append(memory(self._engine.process.pid))
            await self._make(count - count // 3)
            await self._count()
            figures.seconds = time.monotonic() - began
            figures.memory.append(memory(self._engine.process.pid))

    async def _make(self, count: int) -> None:
        steps, weights = zip(*self._steps, strict=True)
        work = iter(self._random.choices(steps, weights, k=count))

        async def caller() -> None:
            for step in work:
                try:
                    await step(self)
                except (httpx.HTTPError, AssertionError, KeyError, IndexError) as error:
                    self._figures.surprises[f"{step.__name__}: {type(error).__name__} {error}".splitlines()[0]] += 1

        await asyncio.gather(*(caller() for _ in range(PARALLEL)))

    async def _create(self, model: str, given: dict, *, wait: bool = False) -> dict:
        response = await self._client.post(
            f"models/local/{model}/predictions", json={"input": given}, headers={"Prefer": "wait"} if wait else {}
        )
        response.raise_for_status()
        self._ids.append(response.json()["id"])
        return response.json()

    async def _cancel(self, prediction: dict) -> None:
        response = await self._client.post(f"predictions/{prediction['id']}/cancel")
        assert response.json()["status"] in TERMINAL, response.text

    async def _started(self, prediction: dict) -> None:
        for _ in range(500):
            if (await self._client.get(f"predictions/{prediction['id']}")).json()["status"] != "starting":
                return
            await asyncio.sleep(0.01)

    # What callers do

    async def wait(self) -> None:
        prediction = await self._create("echo", {"text": "soaked" * 20}, wait=True)
        assert prediction["status"] in TERMINAL | {"starting"}, prediction["status"]

    async def leave_alone(self) -> None:
        await self._create("echo", {"count": 3})

    async def fail(self) -> None:
        assert (await self._create("fail", {}, wait=True))["status"] == "failed"

    async def stream(self) -> None:
        prediction = await self._create("ngram", {"prompt": "the", "max_tokens": 30})
        async with self._client.stream("GET", prediction["urls"]["stream"]) as response:
            text = "".join([piece async for piece in response.aiter_text()])
        assert "event: done" in text, text[-100:]

    async def leave_stream(self) -> None:
        prediction = await self._create("ngram", {"prompt": "the", "max_tokens": 200, "delay": 0.01})
        async with self._client.stream("GET", prediction["urls"]["stream"]) as response:
            async for _ in response.aiter_text():
                break
        await self._cancel(prediction)

    async def cancel_at_once(self) -> None:
        await self._cancel(await self._create("sleeper", {"seconds": 60}))

    async def cancel_work(self) -> None:
        prediction = await self._create("sleeper", {"seconds": 60, "child": self._random.random() < 0.5})
        await self._started(prediction)
        await self._cancel(prediction)

    async def cancel_stubborn(self) -> None:
        prediction = await self._create("sleeper", {"seconds": 60, "stubborn": True})
        await self._started(prediction)
        await self._cancel(prediction)

    async def draw(self) -> None:
        prediction = await self._create("julia", {"prompt": "a", "width": 32, "height": 32}, wait=True)
        if prediction["status"] == "succeeded":
            assert (await self._client.get(prediction["output"][0])).content.startswith(b"\x89PNG")

    async def upload(self) -> None:
        file = (await self._client.post("files", files={"content": ("a.txt", b"one two three")})).json()
        prediction = await self._create("wordcount", {"text": file["urls"]["get"]}, wait=True)
        assert prediction["status"] in {"succeeded", "failed"}, prediction["status"]
        await self._client.delete(f"files/{file['id']}")

    async def kill(self) -> None:
        """Kill a process of the engine in the middle of whatever it does."""
        await self._create("echo", {})
        workers = [pid for pid, parent, _ in processes() if parent == self._engine.process.pid]
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._random.choice(workers), signal.SIGKILL)
                self._figures.kills += 1

    _steps = (
        *((wait, 36), (leave_alone, 10), (fail, 4), (stream, 14), (leave_stream, 8), (cancel_at_once, 8)),
        *((cancel_work, 8), (cancel_stubborn, 1), (draw, 4), (upload, 4), (kill, 3)),
    )

    # The end

    async def _count(self) -> None:
        """Wait for the ends of all predictions, for half a minute at most, and count how they ended."""
        figures = self._figures
        figures.count = len(self._ids)
        states: dict[str, str] = {}
        until = time.monotonic() + 30
        while time.monotonic() < until:
            states = {one["id"]: one["status"] async for one in self._all()}
            if all(states.get(name) in TERMINAL for name in self._ids):
                break
            await asyncio.sleep(0.2)
        figures.unfinished = [name for name in self._ids if states.get(name) not in TERMINAL]
        figures.statuses = Counter(states[name] for name in self._ids if name in states)

    async def _all(self):
        url: str | None = "predictions"
        while url is not None:
            page = (await self._client.get(url)).json()
            for prediction in page["results"]:
                yield prediction
            url = page["next"]


def processes() -> list[tuple[int, int, int]]:
    """Return process id, parent and KiB of memory of every process."""
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    return [(int(pid), int(parent), int(size)) for pid, parent, size in map(str.split, told.splitlines())]


def memory(pid: int) -> int:
    """Return the KiB of memory of a process."""
    return next(size for one, _, size in processes() if one == pid)


def marked(mark: str) -> list[str]:
    """Return the processes that have inherited a mark, as lines to show."""
    told = subprocess.run(["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    return [line.strip()[:100] for line in told.splitlines() if f"{_MARK}={mark}" in line]


def soak(count: int, seed: int) -> Figures:
    """Run it against an engine of its own."""
    figures = Figures(seed)
    mark = secrets.token_hex(8)
    os.environ[_MARK] = mark
    try:
        engine = start_engine()
    finally:
        del os.environ[_MARK]
    try:
        asyncio.run(Soak(engine, figures).run(count))
        figures.log = engine.log()
    finally:
        assert marked(mark), "the engine's own processes were not found"
        engine.stop()
    figures.exit_status = engine.process.returncode
    until = time.monotonic() + 20
    while (left := marked(mark)) and time.monotonic() < until:
        time.sleep(0.05)
    figures.orphans = left
    return figures


def main(arguments: list[str]) -> int:
    """Run it, print the figures, and return the exit status."""
    count, seed, *_ = [int(argument) for argument in arguments] + [COUNT, secrets.randbelow(10**6)][len(arguments) :]
    print(f"{count} predictions, {PARALLEL} callers at a time, seed {seed} …", flush=True)
    figures = soak(count, seed)
    start, third, end = (size / 1024 for size in figures.memory)
    print(f"{figures.count} predictions in {figures.seconds:.1f} s: {figures.count / figures.seconds:.0f} a second")
    print("ended: " + ", ".join(f"{number} {status}" for status, number in figures.statuses.most_common()))
    print(f"{figures.kills} workers killed, {len(figures.orphans)} processes left over")
    print(f"memory of the server: {start:.1f} MiB at its start, {third:.1f} after a third, {end:.1f} at the end")
    for problem in figures.problems[:20]:
        print(f"PROBLEM: {problem}")
    return 1 if figures.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
