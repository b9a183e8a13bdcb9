"""An engine in the place of the hosted service, which knows the hosted models that the documents name."""

from collections.abc import Iterator

import pytest
from replicate_local.launcher import RunningEngine, start_engine

TOKEN = "r8_for_the_engine_of_the_documents"
ALIASES = {
    "black-forest-labs/flux-schnell": "local/julia",
    "meta/meta-llama-3-8b-instruct": "local/ngram",
}


@pytest.fixture(scope="session")
def hosted() -> Iterator[RunningEngine]:
    """That engine; it asks for a token."""
    engine = start_engine(token=TOKEN, aliases=ALIASES)
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def surroundings(hosted: RunningEngine) -> dict[str, str]:
    """The environment variables under which a program of the documents reaches that engine."""
    return {"REPLICATE_API_TOKEN": TOKEN, "REPLICATE_BASE_URL": hosted.url}
