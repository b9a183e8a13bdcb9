"""A prediction or training while it is alive: what it makes, who waits for it, when it is stopped; never workers."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import math
import time
from typing import TYPE_CHECKING, Any

from replicate_local.records import Prediction, TerminalError, now

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LOGS = 2 * 1024 * 1024
"""Characters of logs that are kept of one prediction."""

MAX_OUTPUT = 64 * 1024 * 1024
"""Bytes of JSON that the output of one prediction may have."""

MAX_METRICS = 256 * 1024
"""Characters that the measurements of one prediction may have altogether."""

CHECKPOINT_INTERVAL = 0.5
"""Seconds between two writes of a growing prediction to the database, more if a write takes long."""

_CHECKPOINT_SHARE = 20
"""How many times longer than a write the time between two of them is."""

_TRUNCATED = "\n[the rest of the logs was dropped]\n"


class Run:
    """A prediction or training that has not ended yet, or just did."""

    def __init__(self, prediction: Prediction, save: Callable[[Prediction], None]) -> None:
        self.prediction = prediction
        self.stopped = asyncio.Event()
        self._save = save
        self._watchers: list[Callable[[], None]] = []
        self._changed = asyncio.Event()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._logs_are_full = False
        self._output_size = 0
        self._metrics_size = 0
        self._interval = CHECKPOINT_INTERVAL
        self._checkpoint: asyncio.TimerHandle | None = None

    # What happens to it

    def start(self) -> None:
        """Note that the model's code begins."""
        self.prediction.start(now())
        self._note(at_once=True)

    def end(self, status: str, error: str | None = None) -> None:
        """End it, unless it has ended; whatever still runs for it is told to stop."""
        if self.prediction.ended:
            return
        self._flush_logs()
        self.prediction.end(status, now(), error)
        self.stopped.set()
        self._note(at_once=True)

    def on_iterator(self) -> None:
        """Take the news that the output is a list that grows."""
        with contextlib.suppress(TerminalError):
            self.prediction.begin_iteration()

    def on_output(self, value: Any, size: int) -> None:
        """Take a piece of the output; too much of it ends the prediction."""
        self._output_size += size
        if self._output_size > MAX_OUTPUT:
            self.end("failed", f"The output is larger than {MAX_OUTPUT} bytes.")
            return
        with contextlib.suppress(TerminalError):
            self.prediction.add_output(value)
            self._note()

    def on_log(self, data: bytes) -> None:
        """Take what the model wrote to its terminal."""
        if not self._logs_are_full:
            self._add_logs(self._decoder.decode(data))

    def on_metric(self, name: str, value: Any, mode: str) -> None:
        """Take a measurement of the model's own; one that does not fit the earlier ones, or is too much, is dropped."""
        self._metrics_size += len(name) + len(repr(value))
        if self._metrics_size > MAX_METRICS:
            return
        with contextlib.suppress(TerminalError, TypeError, AttributeError):
            self.prediction.record_metric(name, value, mode)
            total = self.prediction.metrics.get(name)
            if isinstance(total, float) and not math.isfinite(total):  # a sum that grew beyond what JSON can express
                del self.prediction.metrics[name]

    # Who waits for it

    def watch(self, on_change: Callable[[], None]) -> None:
        """Call this at each change, while it is made; it must not wait."""
        self._watchers.append(on_change)

    async def progressed(self, ready: Callable[[], bool], limit: float) -> bool:
        """Wait until a change makes `ready` true; false if that took longer than `limit` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while not ready():
                    await self._changed.wait()
                return True
        return False

    async def ended(self, limit: float) -> bool:
        """Wait until it has ended; false if that took longer than `limit` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                return await self.stopped.wait()
        return self.prediction.ended

    def _add_logs(self, text: str) -> None:
        if not text or self._logs_are_full:
            return
        room = MAX_LOGS - len(self.prediction.logs)
        if len(text) > room:
            self._logs_are_full = True
            text = text[:room] + _TRUNCATED
        with contextlib.suppress(TerminalError):
            self.prediction.add_logs(text.replace("\0", "\ufffd"))
            self._note()

    def _flush_logs(self) -> None:
        self._add_logs(self._decoder.decode(b"", final=True))

    def _note(self, *, at_once: bool = False) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
        if at_once:
            self._write()
        elif self._checkpoint is None:
            self._checkpoint = asyncio.get_running_loop().call_later(self._interval, self._write)
        for on_change in self._watchers:
            on_change()

    def _write(self) -> None:
        if self._checkpoint is not None:
            self._checkpoint.cancel()
            self._checkpoint = None
        began = time.monotonic()
        self._save(self.prediction)
        self._interval = max(CHECKPOINT_INTERVAL, _CHECKPOINT_SHARE * (time.monotonic() - began))
