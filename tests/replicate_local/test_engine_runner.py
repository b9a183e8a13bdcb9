"""Predictions on their way from a record to a worker: what canceling, failing and overflowing does to the work."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from engine_calls import is_alive, wait_until
from replicate_local import runs
from replicate_local.records import Prediction, Version, new_id, new_stream_token, now
from replicate_local.runner import EngineClosedError, Runner
from replicate_local.runs import Run
from replicate_local.store import Store


class Bench:
    """A runner with one predictor."""

    def __init__(self, runner: Runner, store: Store, version: Version) -> None:
        self.runner = runner
        self.store = store
        self.version = version

    def start(self, given: dict[str, Any] | None = None, **members: Any) -> Run:
        token = new_stream_token(files=False)
        prediction = Prediction(new_id(), self.version.model, self.version.id, given or {}, now(), token, **members)
        return self.runner.start(prediction, self.version, given or {})

    async def run(self, given: dict[str, Any] | None = None) -> Prediction:
        run = self.start(given)
        assert await run.ended(20)
        return run.prediction

    async def cancel_when_it_logs(self, given: dict[str, Any]) -> Prediction:
        run = self.start(given)
        assert await run.progressed(lambda: "\n" in run.prediction.logs, 20)
        self.runner.cancel(run.prediction.id)
        return run.prediction


@pytest.fixture
def bench(tmp_path: Path, predictor, run_async):
    """Runs a coroutine function with a bench for a predictor."""

    @contextlib.asynccontextmanager
    async def opened(source: str, workers: int) -> AsyncIterator[Bench]:
        entry = predictor(source)
        digest = hashlib.sha256(source.encode()).hexdigest()
        schema = {"components": {"schemas": {"Input": {}, "Output": {}}}}
        version = Version(digest, "local/test", now(), "0", schema, entry, digest)
        store = Store(tmp_path / "db")
        scratch, outputs = tmp_path / "scratch", tmp_path / "outputs"
        runner = Runner(store, scratch=scratch, outputs=outputs, workers_per_version=workers)
        try:
            yield Bench(runner, store, version)
        finally:
            await runner.close()
            store.close()

    def run(source: str, work: Any, *, workers: int = 1) -> None:
        async def main() -> None:
            async with opened(source, workers) as bench:
                await work(bench)

        run_async(main())

    return run


BUSY = """
import os, signal, time
class Predictor:
    def predict(self, seconds: float = 0, stubborn: bool = False) -> int:
        if stubborn:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(os.getpid(), flush=True)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.01)
        return os.getpid()
"""


def test_a_canceled_model_that_listens_keeps_its_warm_worker(bench, monkeypatch):
    monkeypatch.setattr("replicate_local.runner.INTERRUPT_GRACE", 20)

    async def work(bench: Bench) -> None:
        canceled = await bench.cancel_when_it_logs({"seconds": 60})
        assert canceled.status == "canceled"
        assert (await bench.run()).output == int(canceled.logs)

    bench(BUSY, work)


def test_a_canceled_model_that_does_not_listen_is_killed_and_replaced(bench):
    async def work(bench: Bench) -> None:
        canceled = await bench.cancel_when_it_logs({"seconds": 60, "stubborn": True})
        again = await bench.run()
        assert again.output != int(canceled.logs)
        assert not is_alive(int(canceled.logs))
        assert canceled.status == "canceled"

    bench(BUSY, work)


def test_predictions_run_side_by_side_up_to_the_number_of_workers(bench):
    async def work(bench: Bench) -> None:
        running = [bench.start({"seconds": 60}) for _ in range(3)]
        for run in running[:2]:
            assert await run.progressed(lambda run=run: run.prediction.logs, 20)
        assert [run.prediction.status for run in running] == ["processing", "processing", "starting"]
        assert running[0].prediction.logs != running[1].prediction.logs

    bench(BUSY, work, workers=2)


def test_predictions_start_in_the_order_of_their_creation(bench):
    async def work(bench: Bench) -> None:
        waiting = [bench.start() for _ in range(8)]
        for run in waiting:
            assert await run.ended(20)
        starts = [run.prediction.started_at for run in waiting]
        assert starts == sorted(starts)

    bench(BUSY, work)


def test_a_deadline_in_the_past_aborts_before_the_start(bench):
    async def work(bench: Bench) -> None:
        run = bench.start({"seconds": 60}, deadline=now())
        assert await run.ended(20)
        assert (run.prediction.status, run.prediction.started_at) == ("aborted", None)

    bench(BUSY, work)


def test_a_failed_setup_fails_every_prediction_with_its_reason_and_logs(bench):
    async def work(bench: Bench) -> None:
        for prediction in await asyncio.gather(bench.run(), bench.run()):
            assert (prediction.status, prediction.started_at) == ("failed", None)
            assert prediction.error == "Model setup failed: no weights"
            assert prediction.logs.startswith("loading\n")
            assert prediction.metrics == {}

    source = "class Predictor:\n    def setup(self):\n        print('loading')\n        raise OSError('no weights')\n"
    bench(source + "    def predict(self): ...\n", work)


def test_a_prediction_can_be_canceled_while_its_model_is_set_up(bench, tmp_path):
    async def work(bench: Bench) -> None:
        run = bench.start()
        await asyncio.to_thread(wait_until, (tmp_path / "loading").exists, "it is not set up")
        bench.runner.cancel(run.prediction.id)
        (tmp_path / "go").touch()
        assert run.prediction.status == "canceled"
        assert run.prediction.started_at == run.prediction.completed_at
        assert (await bench.run()).output == 1

    source = f"import pathlib, time\nplace = pathlib.Path({str(tmp_path)!r})\nclass Predictor:\n"
    source += "    def setup(self):\n        (place / 'loading').touch()\n"
    source += "        while not (place / 'go').exists():\n            time.sleep(0.01)\n"
    bench(source + "    def predict(self):\n        return 1\n", work)


SPAMMING = """
import os
class Predictor:
    def predict(self, what: str = "") -> str:
        if what == "output":
            while True:
                yield "x" * 1000
        if what == "logs":
            for _ in range(1000):
                os.write(1, b"y" * 1000)
        if what == "cut":
            os.write(1, "€".encode()[:2])
        if what == "nul":
            os.write(1, b"a\\0b")
        yield "done"
"""


def test_output_without_end_fails_the_prediction_and_stops_the_model(bench, monkeypatch):
    monkeypatch.setattr(runs, "MAX_OUTPUT", 100_000)

    async def work(bench: Bench) -> None:
        prediction = await bench.run({"what": "output"})
        assert (prediction.status, prediction.error) == ("failed", "The output is larger than 100000 bytes.")
        assert len(prediction.output) < 101
        assert (await bench.run()).output == ["done"]

    bench(SPAMMING, work)


def test_logs_above_the_limit_are_dropped_and_that_is_said(bench, monkeypatch):
    monkeypatch.setattr(runs, "MAX_LOGS", 5000)

    async def work(bench: Bench) -> None:
        prediction = await bench.run({"what": "logs"})
        assert prediction.status == "succeeded"
        assert prediction.logs == "y" * 5000 + "\n[the rest of the logs was dropped]\n"

    bench(SPAMMING, work)


@pytest.mark.parametrize(("what", "logs"), [("cut", "\ufffd"), ("nul", "a\ufffdb")])
def test_logs_that_are_no_text_are_shown_as_replacement_characters(bench, what, logs):
    async def work(bench: Bench) -> None:
        assert (await bench.run({"what": what})).logs == logs

    bench(SPAMMING, work)


def test_a_growing_prediction_is_written_to_the_database_now_and_then(bench, monkeypatch):
    monkeypatch.setattr(runs, "CHECKPOINT_INTERVAL", 0.01)

    async def work(bench: Bench) -> None:
        run = bench.start({"seconds": 60})
        assert await run.progressed(lambda: run.prediction.logs, 20)
        while bench.store.prediction(run.prediction.id).logs != f"{run.prediction.logs.strip()}\n":  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        assert bench.store.prediction(run.prediction.id).status == "processing"

    bench(BUSY, work)


def test_a_closing_runner_fails_what_is_alive_and_takes_no_more(bench):
    async def work(bench: Bench) -> None:
        run = bench.start({"seconds": 60})
        assert await run.progressed(lambda: run.prediction.logs, 20)
        began = time.monotonic()
        await bench.runner.close()
        assert time.monotonic() - began < 15
        assert not is_alive(int(run.prediction.logs))
        assert bench.store.prediction(run.prediction.id).status == "failed"
        with pytest.raises(EngineClosedError):
            bench.start()

    bench(BUSY, work)


def test_a_metric_that_does_not_fit_the_earlier_ones_is_dropped(bench):
    async def work(bench: Bench) -> None:
        prediction = await bench.run()
        assert prediction.status == "succeeded"
        assert prediction.metrics["a"] == 1

    bench(
        "from cog import current_scope\nclass Predictor:\n    def predict(self):\n"
        "        current_scope().record_metric('a', 1)\n"
        "        current_scope().record_metric('a', 'x', mode='incr')\n"
        "        current_scope().record_metric('a', 1, mode='append')\n",
        work,
    )
