"""The warm workers of one version: handed out first come, first served, replaced when they end; never what they run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

from replicate_local.workers.process import SetupError, WorkerProcess

if TYPE_CHECKING:
    from pathlib import Path

SETUP_LIMIT = 600.0
"""Seconds that a predictor may take to be loaded and set up."""

IDLE_LIMIT = 300.0
"""Seconds after which a worker without work is ended to give its memory back."""


class Pool:
    """Workers that run one predictor, at most `size` at a time."""

    def __init__(self, entry: str, directory: Path, *, size: int, weights: Path | None = None) -> None:
        self._entry = entry
        self._directory = directory
        self._weights = weights
        self._size = size
        self._idle: deque[tuple[WorkerProcess, asyncio.TimerHandle]] = deque()
        self._alive: set[WorkerProcess] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._waiting: deque[asyncio.Future[WorkerProcess]] = deque()

    async def acquire(self) -> WorkerProcess:
        """Return a worker that is set up, waiting until one is free.

        Raises:
            SetupError: the predictor could not be loaded or set up.
        """
        while self._idle:
            worker, timer = self._idle.pop()
            timer.cancel()
            if worker.reusable:
                return worker
            self._alive.discard(worker)
        turn: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._start_more()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.release(turn.result())
            raise

    def release(self, worker: WorkerProcess) -> None:
        """Take back a worker; one that cannot go on is ended and, if somebody waits, replaced."""
        if not worker.reusable:
            self._end(worker)
            self._start_more()
            return
        turn = self._next_turn()
        if turn is not None:
            turn.set_result(worker)
            return
        timer = asyncio.get_running_loop().call_later(IDLE_LIMIT, self._retire, worker)
        self._idle.append((worker, timer))

    async def close(self) -> None:
        """End all workers."""
        for task in self._starting:
            task.cancel()
        for _, timer in self._idle:
            timer.cancel()
        for worker in list(self._alive):
            self._end(worker)
        while turn := self._next_turn():
            turn.cancel()
        await asyncio.gather(*self._starting, *self._ending, return_exceptions=True)

    def _next_turn(self) -> asyncio.Future[WorkerProcess] | None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                return turn
        return None

    def _start_more(self) -> None:
        waiting = sum(not turn.done() for turn in self._waiting)
        while len(self._starting) < waiting and len(self._alive) + len(self._starting) < self._size:
            task = asyncio.get_running_loop().create_task(self._start())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start(self) -> None:
        worker = WorkerProcess()
        try:
            async with asyncio.timeout(SETUP_LIMIT):
                await worker.start(self._entry, self._directory, self._weights)
        except asyncio.CancelledError:
            await worker.kill()
            raise
        except (SetupError, OSError) as error:  # a time-out is an OSError
            await worker.kill()
            turn = self._next_turn()
            if turn is not None:
                turn.set_exception(error if isinstance(error, SetupError) else _setup_error(error))
            self._forget_start()
            self._start_more()
            return
        self._alive.add(worker)
        self._forget_start()
        self.release(worker)

    def _forget_start(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._starting.discard(task)

    def _retire(self, worker: WorkerProcess) -> None:
        with contextlib.suppress(StopIteration):
            entry = next(item for item in self._idle if item[0] is worker)
            self._idle.remove(entry)
            self._end(worker)

    def _end(self, worker: WorkerProcess) -> None:
        self._alive.discard(worker)
        task = asyncio.get_running_loop().create_task(worker.kill())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def _setup_error(error: OSError) -> SetupError:
    if isinstance(error, TimeoutError):
        return SetupError(f"it took longer than {SETUP_LIMIT:g} seconds", "")
    return SetupError(str(error), "")
