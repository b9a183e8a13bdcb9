"""What the tests of the client share: an empty environment, a clock, and the two colours."""

from __future__ import annotations

import pytest
from clocks import FakeClock
from colours import Colour
from wire_objects import TOKEN

_READ_BY_THE_CLIENT = (
    "REPLICATE_BASE_URL", "REPLICATE_POLL_INTERVAL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "http_proxy", "https_proxy", "all_proxy", "no_proxy",
)  # fmt: skip


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Nothing of this machine's own settings, but a token."""
    for name in _READ_BY_THE_CLIENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REPLICATE_API_TOKEN", TOKEN)
    return monkeypatch


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["blocking", "awaiting"])
def colour(request):
    """The way the client is used; a test that takes it runs once in each."""
    colour = Colour(request.param)
    yield colour
    colour.finish()


@pytest.fixture
def open_client(colour, clock):
    """A function that opens a client over a script, in the test's colour and on its clock."""

    def open_client(script, **settings):
        return colour.client(script, clock, **settings)

    return open_client


@pytest.fixture
def lowest_jitter(monkeypatch):
    """Random delays are the shortest they can be."""
    monkeypatch.setattr("random.uniform", lambda low, high: low)


@pytest.fixture
def highest_jitter(monkeypatch):
    """Random delays are the longest they can be."""
    monkeypatch.setattr("random.uniform", lambda low, high: high)
