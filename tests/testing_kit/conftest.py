"""What the tests of the testing kit share: its fixtures, whatever is installed, and both colours."""

from __future__ import annotations

import os

import pytest
import replicate
from kit_colours import Awaiting, Blocking, Colour
from replicate.testing.pytest_plugin import (  # noqa: F401 - fixtures, here also where the entry point is not installed
    fake_replicate,
    replicate_client,
    replicate_engine,
    replicate_engine_options,
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own settings. It comes before the fixtures of the kit, as autouse fixtures do."""
    for name in list(os.environ):
        if name.startswith("REPLICATE_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(params=[Blocking, Awaiting], ids=["blocking", "awaiting"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """The way the client is used; a test that takes it runs once in each."""
    return request.param()


@pytest.fixture
def client() -> replicate.Client:
    """A client as an application makes it, which knows of no test."""
    return replicate.Client()
