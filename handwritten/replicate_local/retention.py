"""Removing the data of predictions some time after their end, as the service does; never the predictions themselves."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from typing import TYPE_CHECKING

from replicate_local.outputs import references
from replicate_local.records import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from replicate_local.outputs import OutputFiles
    from replicate_local.records import Prediction
    from replicate_local.store import Store

_INTERVALS = (0.1, 30.0)
"""Seconds between two looks: a twentieth of the time for which data is kept, but within these."""

_BATCH = 200

_LOG = logging.getLogger(__name__)


class Retention:
    """The data of predictions that have ended: what is older than its time is removed."""

    def __init__(
        self,
        store: Store,
        outputs: OutputFiles,
        kept: float | None,
        *,
        clock: Callable[[], dt.datetime] = now,
    ) -> None:
        self._store = store
        self._outputs = outputs
        self._kept = kept
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to remove data, now and then; does nothing where data is kept for good."""
        if self._kept is not None:
            self._task = asyncio.get_running_loop().create_task(self._go_on(self._kept))

    async def stop(self) -> None:
        """Remove no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def remove(self) -> int:
        """Remove what is due; return how many predictions that were."""
        if self._kept is None:
            return 0
        until = self._clock() - dt.timedelta(seconds=self._kept)
        count = 0
        while due := self._store.predictions_with_data_since(until, _BATCH):
            for prediction in due:
                await self._remove(prediction)
            count += len(due)
        return count

    async def _remove(self, prediction: Prediction) -> None:
        """Remove the files last: what cannot be read any more is not shown any more either."""
        files = references(prediction.output)
        prediction.remove_data()
        self._store.update_prediction(prediction)
        for reference in files:
            await asyncio.to_thread(self._outputs.delete, reference)
        await asyncio.sleep(0)

    async def _go_on(self, kept: float) -> None:
        shortest, longest = _INTERVALS
        while True:
            try:
                await self.remove()
            except Exception:  # noqa: BLE001  it is logged, and the next look may fare better
                _LOG.exception("Old data could not be removed; it will be tried again.")
            await asyncio.sleep(min(longest, max(shortest, kept / 20)))
