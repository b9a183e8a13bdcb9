"""Turns of predictions that are sent to deployments: no more of them run at a time than a release has instances."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from replicate_local.runs import Run


@dataclass
class _Queue:
    """The predictions of one deployment."""

    running: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque["asyncio.Future[None]"])


class Instances:
    """All deployments that predictions were sent to; `most` tells how many instances one may have, None for any."""

    def __init__(self, most: Callable[[str], int | None]) -> None:
        self._most = most
        self._queues: defaultdict[str, _Queue] = defaultdict(_Queue)

    @contextlib.asynccontextmanager
    async def turn(self, run: Run) -> AsyncGenerator[None]:
        """Wait until an instance is free, first come, first served; a prediction that is ended meanwhile goes on."""
        name = run.prediction.deployment
        if name is None:
            yield
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[name].waiting.append(mine)
        self.changed(name)
        stopped = asyncio.ensure_future(run.stopped.wait())
        try:
            either: set[asyncio.Future[Any]] = {mine, stopped}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            yield
        finally:
            stopped.cancel()
            self._leave(name, mine)

    def changed(self, name: str) -> None:
        """Let those run who may: somebody came or left, or there is a new release."""
        queue = self._queues[name]
        most = self._most(name)
        while queue.waiting and (most is None or queue.running < most):
            turn = queue.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                queue.running += 1

    def _leave(self, name: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues[name]
        if turn.done():
            queue.running -= 1
        else:
            turn.cancel()
        self.changed(name)
        if not queue.running and not queue.waiting:
            del self._queues[name]
