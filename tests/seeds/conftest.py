"""An engine that serves local models under the names of hosted ones, and a way to run an example against it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import replicate
from replicate_local.launcher import RunningEngine, start_engine

EXAMPLES = Path(__file__).with_name("examples")
TOKEN = "r8_for_the_engine_of_the_examples"
ALIASES = {
    # One picture as one file
    "stability-ai/stable-diffusion-3": "local/identicon",
    "kvfrans/clipdraw:5797a99edc939ea0e9242d5e8c9cb3bc7d125b1eac21bda852e5cb79ede2cd9b": "local/identicon",
    "afiaka87/laionide-v4": "local/identicon",
    # A list of pictures
    "ai-forever/kandinsky-2.2": "local/julia",
    "stability-ai/stable-diffusion:db21e45d3f7023abc2a46ee38a23973f6dce16bb082a930b0c49861f96d1e5bf": "local/julia",
    "stability-ai/stable-diffusion:db21e45d73e9ab0a5b1a5c6a1b3f9a7f3b9a5e1a4a5a6a7a8a9a0a1a2a3a4a5a": "local/julia",
    # A picture in, a picture out
    "jingyunliang/swinir": "local/negative",
}


@pytest.fixture(scope="session")
def hosted() -> Iterator[RunningEngine]:
    """An engine in the place of the hosted service: it asks for a token and knows the models of the examples."""
    engine = start_engine(token=TOKEN, aliases=ALIASES)
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def client(hosted: RunningEngine) -> Iterator[replicate.Client]:
    """A client of that engine."""
    with replicate.Client(TOKEN, base_url=hosted.url) as client:
        yield client


@pytest.fixture
def run_example(hosted: RunningEngine, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that runs an example in `tmp_path` as a user would: with a token in the environment, and no change."""

    def run_example(name: str, **variables: str) -> subprocess.CompletedProcess[str]:
        surroundings = {"REPLICATE_API_TOKEN": TOKEN, "REPLICATE_BASE_URL": hosted.url, **variables}
        return subprocess.run(
            [sys.executable, "-W", "error", EXAMPLES / f"{name}.py"],
            cwd=tmp_path,
            env=os.environ | surroundings,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run_example
