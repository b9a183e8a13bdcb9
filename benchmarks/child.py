"""Does one kind of work with one client, as often as it is told on standard input, and prints what each time took.

It runs in the client's own environment, so it imports nothing but the standard library and the client's module.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1024 * 1024
_STAGGER = 0.02
"""Seconds between the starts of two waits, so that they are not in each other's way."""


class Work:
    """One kind of work, set up; `once` does it and returns what it took."""

    def __init__(self, client: Any, base: str, given: dict[str, Any]) -> None:
        self.module = client
        self.base = base
        self.given = given
        self.set_up()

    def set_up(self) -> None:
        """Open the client and do the work once, so that nothing is loaded or connected while it is measured."""
        self.client = self.module.open_client(self.base)

    def once(self) -> dict[str, float]:
        """Do the work and return its figures."""
        raise NotImplementedError

    def over(self, path: str) -> dict[str, Any]:
        """Ask the server what it knows, outside of all counts."""
        with urllib.request.urlopen(self.base + path) as answer:
            return json.loads(answer.read())


class Calls(Work):
    """Blocking calls one after another: processor time of one."""

    def set_up(self) -> None:
        """Call some times first."""
        super().set_up()
        for _ in range(5):
            self._call()

    def once(self) -> dict[str, float]:
        """Call so many times."""
        count: int = self.given["calls"]
        began = time.process_time()
        for _ in range(count):
            self._call()
        return {"cpu": (time.process_time() - began) / count}

    def _call(self) -> None:
        if self.given["what"] == "page":
            assert self.module.page(self.client) == 100
        else:
            assert self.module.get(self.client, self.given["id"]) == "succeeded"


class AsyncCalls(Work):
    """Calls of so many tasks at once, each one after another: processor time of one."""

    def set_up(self) -> None:
        """Keep one event loop and one client, and call some times first."""
        self.runner = asyncio.Runner()
        self.client = self.module.open_async_client(self.base)
        self.runner.run(self._calls(self.given["at_once"] * 2))

    async def _calls(self, count: int) -> None:
        left = iter(range(count))

        async def caller() -> None:
            for _ in left:
                assert await self.module.get_async(self.client, self.given["id"]) == "succeeded"

        await asyncio.gather(*(caller() for _ in range(self.given["at_once"])))

    def once(self) -> dict[str, float]:
        """Call so many times."""
        count: int = self.given["calls"]
        began = time.process_time()
        self.runner.run(self._calls(count))
        return {"cpu": (time.process_time() - began) / count}


class Events(Work):
    """Reading an event stream: processor time of one event."""

    def set_up(self) -> None:
        """Read the stream once first."""
        super().set_up()
        self.once()

    def once(self) -> dict[str, float]:
        """Read the whole stream."""
        began = time.process_time()
        count = self.module.events(self.client, self.given["id"])
        took = time.process_time() - began
        assert count == self.given["events"], count
        return {"cpu": took / count}


class Waits(Work):
    """Creating jobs and waiting for their ends: how late each end was noticed, and the requests it took."""

    def set_up(self) -> None:
        """Wait once first."""
        super().set_up()
        self._wait({"seconds": 0.1})

    def _wait(self, given: dict[str, Any]) -> tuple[float, float]:
        id_ = self.module.wait(self.client, self.given["version"], given)
        noticed = time.monotonic()
        job = self.over(f"/jobs/{id_}")
        return noticed - job["over"], job["requests"]

    def once(self) -> dict[str, float]:
        """Wait for all jobs at once, a thread for each, and return the means."""
        found: list[tuple[float, float]] = []

        def wait(seconds: float) -> None:
            found.append(self._wait({"seconds": seconds, "stream": self.given["stream"]}))

        threads = [threading.Thread(target=wait, args=(seconds,)) for seconds in self.given["lengths"]]
        for thread in threads:
            thread.start()
            time.sleep(_STAGGER)
        for thread in threads:
            thread.join()
        assert len(found) == len(threads)
        return {"lag": sum(lag for lag, _ in found) / len(found), "requests": sum(n for _, n in found) / len(found)}


class Runs(Work):
    """Many runs at once: the time over that of the longest job, and how many failed."""

    def set_up(self) -> None:
        """Open nothing: each time has a client of its own."""

    def once(self) -> dict[str, float]:
        """Run them all."""
        return asyncio.run(self._run())

    async def _run(self) -> dict[str, float]:
        client = self.module.open_wide_client(self.base)
        await self.module.run_async(client, {"seconds": 0})
        seconds = self.given["seconds"]
        began = time.monotonic()
        runs = [self.module.run_async(client, {"seconds": seconds}) for _ in range(self.given["count"])]
        results = await asyncio.gather(*runs, return_exceptions=True)
        failed = sum(isinstance(result, BaseException) for result in results)
        return {"over": time.monotonic() - began - seconds, "failed": failed}


class Files(Work):
    """Reading, saving or uploading one large file: peak memory over that before, and the time."""

    def set_up(self) -> None:
        """Do it once with a small file."""
        super().set_up()
        self.work: Callable[..., Any] = getattr(self.module, self.given["what"])
        self.directory = tempfile.TemporaryDirectory(dir=self.given["directory"])
        self._do(MIB)

    def _do(self, size: int) -> None:
        path = Path(self.directory.name) / "a.png"
        if self.given["what"] == "upload":
            with path.open("wb") as file:
                file.truncate(size)
            self.work(self.client, str(path))
        elif self.given["what"] == "save":
            assert self.work(self.client, f"{self.base}/files/{size}", str(path)) == size
        else:
            assert self.work(self.client, f"{self.base}/files/{size}") == size

    def once(self) -> dict[str, float]:
        """Do it with the large file."""
        before = start_of_peak()
        began = time.monotonic()
        self._do(self.given["size"])
        return {"seconds": time.monotonic() - began, "peak": peak() - before}


def _status(member: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(member):
            return int(line.split()[1]) * 1024
    raise LookupError(member)


def start_of_peak() -> float:
    """Return the memory in use now, in bytes, and let the peak start from there."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
        return _status("VmRSS")
    except OSError:  # another system than Linux: the peak of all that was so far
        return peak()


def peak() -> float:
    """Return the most memory that was in use, in bytes."""
    try:
        return _status("VmHWM")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


KINDS = {kind.__name__: kind for kind in (Calls, AsyncCalls, Events, Waits, Runs, Files)}


def main() -> None:
    """Work as told: client, kind and base URL on the command line, and what else the kind needs as JSON."""
    name, kind, base, given = sys.argv[1:]
    work = KINDS[kind](importlib.import_module(f"benchmarks.subjects.{name}"), base, json.loads(given))
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(work.once()), flush=True)


if __name__ == "__main__":
    main()
