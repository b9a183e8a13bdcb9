"""The engine as tests get it: one for all of them, with nothing in it of what earlier ones did."""

from __future__ import annotations

import time

import pytest
import replicate
from plain_http import HTTP


@pytest.fixture(scope="module")
def seen() -> list[str]:
    """What the tests of this module tell each other: the URL of the engine."""
    return []


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_finds_the_engine_as_it_was(replicate_client, replicate_engine, seen, number):
    seen.append(replicate_engine.url)
    assert len(set(seen)) == 1
    assert list(replicate_client.predictions.list()) == []
    assert list(replicate_client.deployments.list()) == []
    assert replicate_client.models.get("local/echo").run_count == 0
    assert replicate.run("local/echo", {"text": "hello"})["text"] == "hello"
    replicate_client.deployments.create(
        name="mine", model="local/echo", version=replicate_client.models.get("local/echo").latest_version.id,
        hardware="cpu", min_instances=0, max_instances=1,
    )  # fmt: skip


def test_what_still_runs_at_the_end_is_canceled(replicate_client, replicate_engine):
    sleeper = replicate_client.predictions.create("local/sleeper", {"seconds": 60})
    url = replicate_engine.url
    began = time.monotonic()
    replicate_engine.put_back()
    assert time.monotonic() - began < 20
    assert replicate_engine.url == url
    assert list(replicate_client.predictions.list()) == []
    assert sleeper.id


def test_an_engine_that_died_is_replaced(replicate_client, replicate_engine):
    replicate_engine._running.process.kill()
    replicate_engine._running.process.wait()
    replicate_engine.put_back()
    client = replicate.Client(replicate_engine.token, base_url=replicate_engine.url)
    assert client.run("local/echo", {"text": "again"})["text"] == "again"
    client.close()


def test_nobody_else_can_put_the_engine_back(replicate_client, replicate_engine):
    assert HTTP.post(f"{replicate_engine.url}/reset").status_code == 401
    assert HTTP.post(f"{replicate_engine.url}/reset", headers={"Reset-Key": "é".encode()}).status_code == 401


def test_an_engine_that_was_not_started_for_tests_cannot_be_put_back(engine_url):
    assert HTTP.post(f"{engine_url}/reset", headers={"Reset-Key": ""}).status_code == 404
