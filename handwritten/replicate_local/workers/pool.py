"""The warm workers of one version: handed out first come, first served, replaced when they end; never what they run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

from replicate_local.workers.jobs import Conditions, SetupError
from replicate_local.workers.process import WorkerProcess

if TYPE_CHECKING:
    from pathlib import Path

SETUP_LIMIT = 600.0
"""Seconds that a predictor may take to be loaded and set up, where it has no limit of its own."""

IDLE_LIMIT = 300.0
"""Seconds after which a worker without work is ended to give its memory back."""


class Pool:
    """Workers that run one predictor, at most `size` at a time."""

    def __init__(
        self,
        entry: str,
        directory: Path,
        *,
        size: int,
        conditions: Conditions | None = None,
        setup_limit: float | None = None,
    ) -> None:
        self._entry = entry
        self._directory = directory
        self._conditions = conditions
        self._size = size
        self._setup_limit = setup_limit
        self._retired = False
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
        if self._retired:
            self._end(worker)
            return
        timer = asyncio.get_running_loop().call_later(IDLE_LIMIT, self._retire, worker)
        self._idle.append((worker, timer))

    def retire(self) -> None:
        """Keep no idle workers any more: a newer version has come, and this one is seldom asked for."""
        self._retired = True
        while self._idle:
            worker, timer = self._idle.pop()
            timer.cancel()
            self._end(worker)

    @property
    def is_empty(self) -> bool:
        """Whether it has no workers and nobody waits for one."""
        return not (self._alive or self._starting or self._ending) and all(turn.done() for turn in self._waiting)

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
        limit = self._setup_limit or SETUP_LIMIT
        try:
            async with asyncio.timeout(limit):
                await worker.start(self._entry, self._directory, self._conditions)
        except asyncio.CancelledError:
            await worker.kill()
            raise
        except (SetupError, OSError) as error:  # a time-out is an OSError
            await worker.kill()
            self._forget_start()
            self._refuse(_setup_error(error, limit, worker.setup_logs))
            return
        self._alive.add(worker)
        self._forget_start()
        self.release(worker)

    def _refuse(self, error: SetupError) -> None:
        """Tell the next who waits or, where there is no other worker to hope for, all of them."""
        while turn := self._next_turn():
            turn.set_exception(error)
            if self._alive or self._starting:
                break
        self._start_more()

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


def _setup_error(error: SetupError | OSError, limit: float, logs: str) -> SetupError:
    if isinstance(error, SetupError):
        return error
    return SetupError(f"it took longer than {limit:g} seconds" if isinstance(error, TimeoutError) else str(error), logs)
