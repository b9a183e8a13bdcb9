"""Running predictions and trainings: from a record to a worker, with deadline, cancel and clean-up; never HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Any

from replicate_local.instances import Instances
from replicate_local.limits import Limits
from replicate_local.outputs import OutputFiles
from replicate_local.programs import Program, program
from replicate_local.records import Prediction, Version, now
from replicate_local.runs import Run
from replicate_local.trained import TrainedVersions, TrainingOutputError
from replicate_local.workers.jobs import Job, SetupError, WorkerDied
from replicate_local.workers.pool import Pool
from replicate_local.workers.process import INTERRUPT_GRACE, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from replicate_local.store import Store

INTERRUPTED = "The engine was stopped while this prediction was waiting or running; create it again."
"""The error of predictions that were alive when their engine ended."""

INTERRUPTED_TRAINING = INTERRUPTED.replace("prediction", "training")


class EngineClosedError(Exception):
    """The engine is stopping and takes no more work."""


class Runner:
    """All predictions and trainings that are alive, and the pools of workers they run on."""

    def __init__(
        self,
        store: Store,
        *,
        scratch: Path,
        outputs: Path,
        trained: TrainedVersions | None = None,
        workers_per_version: int | None = None,
        limits: Callable[[Version], Limits] = lambda _version: Limits(),
    ) -> None:
        self._store = store
        self._trained = trained or TrainedVersions(scratch.parent, OutputFiles(outputs))
        self._scratch = scratch
        self._outputs = outputs
        self._size = workers_per_version or min(4, max(2, os.cpu_count() or 1))
        self._limits = limits
        self._pools: dict[Program, Pool] = {}
        self._retired: list[Pool] = []
        self._runs: dict[str, Run] = {}
        self.instances = Instances(store.most_instances)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def run(self, prediction_id: str) -> Run | None:
        """Return a prediction that is alive."""
        return self._runs.get(prediction_id)

    def start(self, prediction: Prediction, version: Version, resolved_input: dict[str, Any]) -> Run:
        """Keep a new prediction and begin with it.

        Raises:
            EngineClosedError: the engine is stopping.
        """
        if self._closed:
            raise EngineClosedError
        self._store.add_prediction(prediction)
        run = Run(prediction, self._store.update_prediction)
        self._runs[prediction.id] = run
        self._in_background(self._live(run, version, resolved_input))
        return run

    def cancel_deployment(self, name: str) -> None:
        """End all predictions that were sent to a deployment."""
        for run in list(self._runs.values()):
            if run.prediction.deployment == name:
                run.end("canceled")

    def cancel(self, prediction_id: str) -> None:
        """End a prediction if it has not ended; its work is killed within `INTERRUPT_GRACE` seconds."""
        run = self._runs.get(prediction_id)
        if run is not None:
            run.end("canceled")

    def fail_interrupted(self) -> None:
        """Fail what was alive when the previous engine on this data ended."""
        for prediction in self._store.unfinished_predictions():
            prediction.end("failed", now(), _interrupted(prediction))
            self._store.update_prediction(prediction)

    async def close(self) -> None:
        """Fail what is alive, and end all workers."""
        self._closed = True
        for run in list(self._runs.values()):
            run.end("failed", _interrupted(run.prediction))
        await asyncio.gather(*(pool.close() for pool in [*self._pools.values(), *self._retired]))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _in_background(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _live(self, run: Run, version: Version, resolved_input: dict[str, Any]) -> None:
        """See one prediction to its end, whatever happens."""
        timer = self._deadline(run)
        try:
            async with self.instances.turn(run):
                await self._work(run, version, resolved_input)
        except Exception as error:
            run.end("failed", f"The engine failed: {error}")
            raise
        finally:
            if timer is not None:
                timer.cancel()
            self._runs.pop(run.prediction.id, None)

    def _deadline(self, run: Run) -> asyncio.TimerHandle | None:
        deadline = run.prediction.deadline
        if deadline is None:
            return None
        left = max(0.0, (deadline - now()).total_seconds())
        return asyncio.get_running_loop().call_later(left, _expire, run)

    async def _work(self, run: Run, version: Version, resolved_input: dict[str, Any]) -> None:
        # Read at once, not in a thread: who came first must get the first worker.
        if not self._is_intact(version):
            run.end("failed", f"The source of version {version.id} has changed or is gone; run the latest version.")
            return
        pool = self._pool(version, training=run.prediction.is_training)
        worker = await self._worker(run, pool)
        if worker is None:
            return
        scratch = self._scratch / run.prediction.id
        try:
            await asyncio.to_thread(scratch.mkdir, parents=True)
            if not run.prediction.ended:
                run.start()
                await self._predict(run, version, worker, Job(resolved_input, scratch, self._outputs))
        finally:
            if not self._closed:
                pool.release(worker)
            await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)

    async def _worker(self, run: Run, pool: Pool) -> WorkerProcess | None:
        """Wait for a worker; None if the prediction ended before there was one."""
        acquiring = asyncio.ensure_future(pool.acquire())
        stopped = asyncio.ensure_future(run.stopped.wait())
        try:
            await asyncio.wait({acquiring, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            if not acquiring.done() or run.prediction.ended:
                acquiring.cancel()
        try:
            worker = await acquiring
        except SetupError as error:
            run.on_log(error.logs.encode())
            run.end("failed", f"Model setup failed: {error}")
            return None
        except asyncio.CancelledError:
            if run.prediction.ended:
                return None
            raise
        return worker

    async def _predict(self, run: Run, version: Version, worker: WorkerProcess, job: Job) -> None:
        timer = self._time_limit(run, version)
        predicting = asyncio.ensure_future(worker.run(job, run))
        stopped = asyncio.ensure_future(run.stopped.wait())
        try:
            await asyncio.wait({predicting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not predicting.done():
                await _stop(worker, predicting)
            outcome = await predicting
            if run.prediction.is_training and outcome.status == "succeeded" and not run.prediction.ended:
                await self._add_version(run, version)
            run.end(
                "failed" if outcome.status == "canceled" else outcome.status, outcome.error or _unasked(outcome.status)
            )
        except WorkerDied as error:
            kind = "Training" if run.prediction.is_training else "Prediction"
            run.end("failed", f"{kind} failed: {error}")
        except TrainingOutputError as error:
            run.end("failed", str(error))
        finally:
            if timer is not None:
                timer.cancel()
            stopped.cancel()
            if not predicting.done():
                predicting.cancel()

    def _time_limit(self, run: Run, version: Version) -> asyncio.TimerHandle | None:
        """Let a prediction fail when its time is over; trainings take theirs."""
        limit = self._limits(version).time
        if limit is None or run.prediction.is_training:
            return None
        sentence = f"The prediction took longer than its time limit of {limit:g} seconds and was stopped."
        return asyncio.get_running_loop().call_later(limit, run.end, "failed", sentence)

    async def _add_version(self, run: Run, base: Version) -> None:
        """Make the version that a training is for, unless the training is canceled meanwhile."""
        version = await self._trained.make(run.prediction, base)
        if run.prediction.ended:
            await asyncio.to_thread(self._trained.delete, version.id)
            return
        self._store.add_version(version)
        weights: Any = run.prediction.output
        weights = weights.get("weights", weights)
        run.prediction.output = {"version": f"{version.model}:{version.id}", "weights": weights}

    def renew(self, version: Version) -> None:
        """Let predictions of a version of the user's own get new workers; those that run end undisturbed."""
        code = self._trained.kept(version)
        self._retired = [pool for pool in self._retired if not pool.is_empty]
        for key in [key for key in self._pools if key.conditions.code == code]:
            pool = self._pools.pop(key)
            pool.retire()
            self._retired.append(pool)

    def _pool(self, version: Version, *, training: bool) -> Pool:
        limits = self._limits(version)
        key = program(version, self._trained, limits, training=training)
        if key not in self._pools:
            self._pools[key] = Pool(
                key.entry,
                key.directory,
                size=limits.workers or self._size,
                conditions=key.conditions,
                setup_limit=limits.setup,
            )
        return self._pools[key]

    def _is_intact(self, version: Version) -> bool:
        """Whether the code that would run is the code the version was made of."""
        if version.own is not None:
            return self._trained.kept(version).is_dir()
        with contextlib.suppress(OSError):
            return hashlib.sha256(self._trained.source(version).read_bytes()).hexdigest() == version.source_hash
        return False


def _interrupted(run: Prediction) -> str:
    return INTERRUPTED_TRAINING if run.is_training else INTERRUPTED


async def _stop(worker: WorkerProcess, predicting: asyncio.Future[Any]) -> None:
    """Interrupt the work, and kill it if it does not stop in time."""
    worker.interrupt()
    await asyncio.wait({predicting}, timeout=INTERRUPT_GRACE)
    if not predicting.done() or not worker.reusable:
        await worker.kill()
    with contextlib.suppress(WorkerDied):
        await predicting


def _unasked(status: str) -> str | None:
    return "The model interrupted itself." if status == "canceled" else None


def _expire(run: Run) -> None:
    run.end("aborted" if run.prediction.status == "starting" else "canceled")
