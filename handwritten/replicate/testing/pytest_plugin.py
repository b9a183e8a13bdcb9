"""The fixtures that pytest offers where this distribution is installed; nothing starts before a test asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from replicate.client import Client

    from ._engines import LocalEngine
    from ._fake import FakeReplicate


@pytest.fixture
def fake_replicate() -> Iterator[FakeReplicate]:
    """The Replicate API, played as the test scripts it; every client of the hosted service reaches it instead.

    `REPLICATE_BASE_URL` and `REPLICATE_API_TOKEN` are set too, for other processes.
    """
    from ._fake import FakeReplicate
    from ._redirecting import lead_clients_to, skip_pauses

    with FakeReplicate() as fake, lead_clients_to(fake.url, fake.token), skip_pauses(fake.time):
        yield fake


@pytest.fixture(scope="session")
def replicate_engine_options() -> dict[str, Any]:
    """What the engine is started with; override it in a `conftest.py`, such as with `{"aliases": {…}}`.

    The names are those of `replicate_local.launcher.start_engine`.
    """
    return {}


@pytest.fixture(scope="session")
def replicate_engine(replicate_engine_options: dict[str, Any]) -> Iterator[LocalEngine]:
    """The embedded engine, which runs real code behind the same API: one for all tests of this process.

    It needs the extra `replicate-openapi[local]`. What tests leave in it is theirs to clear, unless they take
    `replicate_client`.
    """
    from ._engines import LocalEngine

    engine = LocalEngine(replicate_engine_options)
    yield engine
    engine.stop()


@pytest.fixture
def replicate_client(replicate_engine: LocalEngine) -> Iterator[Client]:
    """A client of the embedded engine, which has forgotten what earlier tests made; other clients reach it too.

    What still runs at the end of the test is canceled.
    """
    from replicate.client import Client

    from ._redirecting import lead_clients_to

    with (
        lead_clients_to(replicate_engine.url, replicate_engine.token),
        Client(replicate_engine.token, base_url=replicate_engine.url) as client,
    ):
        yield client
    replicate_engine.put_back()
