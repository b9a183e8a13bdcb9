"""What the tests of the engine share: an HTTP client of the live engine, and workers for predictors of a test's own."""

import asyncio
import contextlib
import textwrap
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from engine_calls import Calls
from receivers import Receiver
from replicate_local.launcher import RunningEngine, start_engine


@pytest.fixture
def api(engine: RunningEngine) -> Iterator[Calls]:
    """Calls to the live engine; what it wrote meanwhile to standard error fails the test."""
    before = engine.log()
    with httpx.Client(base_url=f"{engine.url}/v1/", timeout=20) as client:
        yield Calls(client)
    assert engine.log() == before


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., tuple[RunningEngine, Calls]]]:
    """Starts engines on a data directory of the test, one after the other."""
    with contextlib.ExitStack() as ending:

        def start(directory: str = "data") -> tuple[RunningEngine, Calls]:
            engine = start_engine(data=str(tmp_path / directory))
            ending.callback(engine.stop)
            return engine, Calls(ending.enter_context(httpx.Client(base_url=f"{engine.url}/v1/", timeout=20)))

        yield start


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """What webhooks are sent to."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def predictor(tmp_path: Path) -> Callable[[str], str]:
    """Writes a predict.py and returns the name a worker knows it by."""

    def write(source: str, name: str = "predict") -> str:
        path = tmp_path / f"{name}.py"
        path.write_text(textwrap.dedent(source), "utf-8")
        return f"{path}:Predictor"

    return write


@pytest.fixture
def run_async() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine, with a time limit so that a lost message shows as a failure."""

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        async def limited() -> Any:
            async with asyncio.timeout(20):
                return await work

        return asyncio.run(limited())

    return run
