"""The engine that a client starts by itself: what it is told, and what is said where it cannot start."""

from __future__ import annotations

import copy
import subprocess

import httpx
import pytest
import replicate
from replicate.exceptions import LocalEngineError, ReplicateException
from replicate_local import launcher
from wire_objects import ID, prediction


@pytest.fixture
def _no_engine(monkeypatch):
    monkeypatch.setattr(launcher, "_shared", None)


@pytest.mark.usefixtures("_no_engine")
def test_an_engine_that_is_not_installed_is_this_clients_error_with_the_mend(monkeypatch):
    monkeypatch.setattr(launcher, "_NEEDED", ("starlette", "no_such_package"))
    with pytest.raises(LocalEngineError, match=r"pip install 'replicate-openapi\[local\]'") as caught:
        replicate.Client(base_url="local").run("local/echo", {"text": "x"})
    assert isinstance(caught.value, ReplicateException)


@pytest.mark.usefixtures("_no_engine")
@pytest.mark.parametrize("error", [OSError("no processes left"), launcher.EngineStartError("It wrote nothing.")])
def test_an_engine_that_does_not_start_is_this_clients_error(monkeypatch, error):
    def fail(**_):
        raise error

    monkeypatch.setattr(launcher, "start_engine", fail)
    with pytest.raises(LocalEngineError, match=str(error)):
        replicate.Client(base_url="local").run("local/echo", {"text": "x"})


def test_the_engine_never_sees_the_token_of_the_account(monkeypatch):
    handed_on = {}

    class RefusedError(Exception):
        pass

    def popen(_, *, env, **__):
        handed_on.update(env)
        raise RefusedError

    monkeypatch.setenv("REPLICATE_API_TOKEN", "r8_of_the_account")
    monkeypatch.setenv("REPLICATE_LOCAL_TOKEN", "of_another_engine")
    monkeypatch.setenv("OTHER", "kept")
    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(RefusedError):
        launcher.start_engine()
    assert handed_on["OTHER"] == "kept"
    assert not {"REPLICATE_API_TOKEN", "REPLICATE_LOCAL_TOKEN"} & set(handed_on)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda prediction: prediction.copy()])
def test_a_copy_of_a_prediction_keeps_its_total_time(copied):
    prediction = replicate.prediction.Prediction(id="a", status="starting")
    prediction.limit(12.5)
    assert copied(prediction).limited_to == 12.5


@pytest.mark.parametrize(("given", "sent"), [(None, None), ("passed-in", "Bearer passed-in")])
def test_the_engine_of_a_client_gets_no_token_of_the_surroundings(colour, clock, monkeypatch, given, sent):
    seen = []

    def answered(request):
        seen.append(request.headers.get("authorization"))
        return httpx.Response(200, json=prediction())

    monkeypatch.setattr("replicate.client._local_engine", lambda: "http://127.0.0.1:1/v1")
    client = replicate.Client._with_clock(clock, given, base_url="local", transport=httpx.MockTransport(answered))
    colour(client.predictions.get, ID)
    assert seen == [sent]
