"""What scripted predictions do, seen by clients of this library."""

from __future__ import annotations

import json
import math
import time
import urllib.request

import pytest
import replicate
from replicate.testing import OutputFile

MODEL = "acme/writer"


def test_a_scripted_output_comes_back(colour, client, fake_replicate):
    fake_replicate.script(MODEL, {"text": "hello", "tokens": [1, 2]})
    assert colour.call(client.run, MODEL, {"prompt": "x"}) == {"text": "hello", "tokens": [1, 2]}


def test_an_output_can_be_a_function_of_the_input(colour, client, fake_replicate):
    fake_replicate.script(MODEL, lambda given: given["prompt"] * 2)
    assert colour.call(client.run, MODEL, {"prompt": "ab"}) == "abab"


def test_a_generator_makes_an_output_in_pieces(colour, client, fake_replicate):
    fake_replicate.script(MODEL, lambda given: (word for word in given["prompt"].split()))
    assert colour.call(client.run, MODEL, {"prompt": "a b"}) == ["a", "b"]


def test_an_exception_of_the_function_is_a_failure_of_the_model(colour, client, fake_replicate):
    fake_replicate.script(MODEL, lambda given: given["prompt"])
    with pytest.raises(replicate.ModelError, match="KeyError"):
        colour.call(client.run, MODEL, {})
    assert fake_replicate.predictions[0].status == "failed"


def test_an_output_that_json_cannot_carry_is_refused(client, fake_replicate):
    with pytest.raises(TypeError, match="an output must be JSON"):
        fake_replicate.script(MODEL, {"when": object()})


def test_an_output_of_a_function_that_json_cannot_carry_is_told(client, fake_replicate):
    fake_replicate.script(MODEL, lambda _: object())
    with pytest.raises(replicate.ModelError, match="an output must be JSON"):
        client.run(MODEL, {})


@pytest.mark.parametrize("status", ["failed", "canceled", "aborted"])
def test_a_prediction_can_end_badly(colour, client, fake_replicate, status):
    fake_replicate.script(MODEL, "never", status=status)
    with pytest.raises(replicate.ModelError) as raised:
        colour.call(client.run, MODEL, {})
    assert raised.value.prediction.status == status
    assert (raised.value.prediction.started_at is None) == (status == "aborted")


def test_logs_and_metrics_are_told(colour, client, fake_replicate):
    fake_replicate.script(MODEL, "done", logs=["one", "two"], metrics={"input_token_count": 3}, delay=5)
    prediction = colour.call(client.predictions.create, model=MODEL, input={})
    colour.call(prediction.wait)
    assert prediction.logs == "one\ntwo\n"
    assert prediction.metrics["input_token_count"] == 3
    assert prediction.metrics["predict_time"] == 5


def test_looks_show_the_statuses_that_were_scripted(client, fake_replicate):
    statuses = ["starting", "starting", "processing", "processing"]
    fake_replicate.script(MODEL, "done", statuses=statuses)
    prediction = client.predictions.create(model=MODEL, input={})
    seen = [prediction.status]
    for _ in range(4):
        prediction.reload()
        seen.append(prediction.status)
    assert seen == [*statuses, "succeeded"]


def test_logs_and_pieces_come_with_each_look(client, fake_replicate):
    fake_replicate.script(MODEL, list("abcd"), logs=list("12"), statuses=["starting", "processing"])
    prediction = client.predictions.create(model=MODEL, input={})
    assert (prediction.output, prediction.logs) == (None, None)
    prediction.reload()
    assert (prediction.output, prediction.logs) == (["a", "b"], "1\n")


def test_delays_and_cold_boots_take_no_time(colour, client, fake_replicate):
    fake_replicate.script(MODEL, "done", cold_boot=600, delay=3000)
    began = time.monotonic()
    prediction = colour.call(client.predictions.create, model=MODEL, input={})
    colour.call(prediction.wait)
    assert prediction.metrics["total_time"] == 3600
    assert time.monotonic() - began < 30


def test_time_can_be_real(client, fake_replicate):
    fake_replicate.time.is_real = True
    fake_replicate.script(MODEL, ["a", "b"], cold_boot=0, delay=0.2)
    began = time.monotonic()
    assert client.run(MODEL, {}, wait=False) == ["a", "b"]
    assert time.monotonic() - began >= 0.2


def test_looks_skip_nothing_where_time_is_real(client, fake_replicate):
    fake_replicate.time.is_real = True
    fake_replicate.script(MODEL, "done", cold_boot=600)
    prediction = client.predictions.create(model=MODEL, input={})
    prediction.reload()
    assert prediction.status == "starting"
    assert fake_replicate.time.elapsed() < 60


def test_a_held_create_is_answered_with_what_is_there_in_time(fake_replicate):
    fake_replicate.script("acme/fast", "done", delay=5)
    fake_replicate.script("acme/slow", "done", delay=50)
    seen = {}
    for name in ("fast", "slow"):
        request = urllib.request.Request(
            f"{fake_replicate.url}/v1/models/acme/{name}/predictions",
            b'{"input": {}}',
            {"Authorization": f"Bearer {fake_replicate.token}", "Prefer": "wait=10"},
        )
        with urllib.request.urlopen(request) as answer:
            body = json.load(answer)
            seen[name] = (answer.status, body["status"], body["output"])
    assert seen == {"fast": (201, "succeeded", "done"), "slow": (202, "starting", None)}


def test_a_prediction_that_hangs_ends_at_its_deadline(colour, client, fake_replicate):
    fake_replicate.script(MODEL, delay=math.inf)
    with pytest.raises(replicate.ModelError) as raised:
        colour.call(client.run, MODEL, {}, timeout=60)
    assert raised.value.prediction.status == "canceled"


def test_a_prediction_that_never_starts_is_aborted_at_its_deadline(colour, client, fake_replicate):
    fake_replicate.script(MODEL, cold_boot=math.inf)
    with pytest.raises(replicate.ModelError) as raised:
        colour.call(client.run, MODEL, {}, cancel_after=60)
    assert raised.value.prediction.status == "aborted"


def test_a_prediction_that_hangs_can_be_canceled(colour, client, fake_replicate):
    fake_replicate.script(MODEL, "never", delay=math.inf)
    prediction = colour.call(client.predictions.create, model=MODEL, input={})
    assert fake_replicate.predictions[0].is_over is False
    colour.call(prediction.cancel)
    assert prediction.status == "canceled"
    assert fake_replicate.predictions[0].output is None


def test_a_wait_for_a_prediction_that_hangs_ends_in_time(colour, client, fake_replicate):
    fake_replicate.script(MODEL, delay=math.inf)
    prediction = colour.call(client.predictions.create, model=MODEL, input={})
    with pytest.raises(replicate.exceptions.WaitTimeoutError):
        colour.call(prediction.wait, timeout=5)
    assert fake_replicate.predictions[0].is_stuck


def test_scripts_for_some_times_come_first_to_last(client, fake_replicate):
    fake_replicate.script(MODEL, "always")
    fake_replicate.script(MODEL, "first", times=1)
    fake_replicate.script(MODEL, "second", times=1)
    fake_replicate.script(MODEL, "forever")
    assert [client.run(MODEL, {}) for _ in range(4)] == ["first", "second", "forever", "forever"]


@pytest.mark.parametrize(
    ("scripted", "asked"),
    [
        ("acme/writer:" + "ab" * 32, "acme/writer:" + "ab" * 32),
        ("acme/writer:" + "ab" * 32, "ab" * 32),
        ("ab" * 32, "ab" * 32),
        ("deployments/acme/fast", "deployments/acme/fast"),
        ("*", "acme/any"),
        ("*", "cd" * 32),
        ("*", "deployments/acme/any"),
    ],
)
def test_references_of_all_kinds_are_found(colour, client, fake_replicate, scripted, asked):
    fake_replicate.script(scripted, "done")
    assert colour.call(client.run, asked, {}) == "done"


def test_a_model_that_is_not_official_is_run_by_its_version(colour, client, fake_replicate):
    fake_replicate.script(MODEL, "done", official=False)
    assert colour.call(client.run, MODEL, {}) == "done"
    version = colour.call(client.models.get, MODEL).latest_version
    assert fake_replicate.predictions[0].version == version.id
    assert fake_replicate.creates[-1].operation == "predictions.create"


def test_what_is_not_scripted_is_told_with_the_line_that_is_missing(colour, client, fake_replicate):
    fake_replicate.script("acme/painter", "done")
    with pytest.raises(replicate.exceptions.NotFoundError) as raised:
        colour.call(client.run, MODEL, {})
    assert "fake_replicate.script('acme/writer', output=…)" in str(raised.value)
    assert "Scripted so far: acme/painter" in str(raised.value)
    assert fake_replicate.predictions == []


def test_what_is_not_played_is_told_with_the_line_that_is_missing(client, fake_replicate):
    with pytest.raises(replicate.ReplicateError, match=r"fake_replicate\.answer"):
        list(client.collections.list())


def test_an_answer_of_the_test_is_given(client, fake_replicate):
    fake_replicate.answer("GET /v1/collections/*", {"name": "A", "slug": "a"})
    assert client.collections.get("a").name == "A"


def test_predictions_can_be_listed_and_read(colour, client, fake_replicate):
    fake_replicate.script("*", "done")
    made = [client.predictions.create(model=f"acme/m{number}", input={}).id for number in range(103)]
    assert [row.id for row in colour.list(client.predictions.list)] == made[::-1]
    assert colour.call(client.predictions.get, made[0]).model == "acme/m0"
    assert colour.list(client.predictions.list, created_after="2999-01-01T00:00:00Z") == []
    assert len(colour.list(client.predictions.list, created_before="2999-01-01T00:00:00Z")) == 103


def test_trainings_are_scripted_as_predictions_are(colour, client, fake_replicate):
    fake_replicate.script("acme/trainer", {"version": "acme/mine:" + "0" * 64, "weights": None})
    version = colour.call(client.models.get, "acme/trainer").latest_version.id
    training = colour.call(
        client.trainings.create, model="acme/trainer", version=version, input={"steps": 1}, destination="acme/mine"
    )
    colour.call(training.wait)
    assert training.status == "succeeded"
    assert [training.id for training in colour.list(client.trainings.list)] == [training.id]
    assert [training.noun for training in fake_replicate.trainings] == ["training"]
    assert fake_replicate.predictions == []


def test_models_versions_and_deployments_are_those_of_scripts(colour, client, fake_replicate):
    fake_replicate.script(MODEL, openapi_schema={"components": {}})
    fake_replicate.script("deployments/acme/fast")
    assert [model.id for model in colour.list(client.models.list)] == [MODEL]
    model = colour.call(client.models.get, MODEL)
    assert [version.id for version in colour.list(model.versions.list)] == [model.latest_version.id]
    assert colour.call(client.deployments.get, "acme/fast").name == "fast"
    assert colour.call(client.accounts.current).username == "tester"
    assert [hardware.sku for hardware in colour.call(client.hardware.list)] == ["cpu"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"statuses": ["processing", "starting"]}, "statuses"),
        ({"statuses": ["done"]}, "statuses"),
        ({"status": "processing"}, "how it ends"),
    ],
)
def test_a_script_that_cannot_be_played_is_refused(fake_replicate, arguments, told):
    with pytest.raises(ValueError, match=told):
        fake_replicate.script(MODEL, **arguments)


def test_a_file_comes_as_a_file(colour, client, fake_replicate):
    fake_replicate.script(MODEL, {"picture": OutputFile(b"\x89PNG", "out.png"), "text": "https"})
    output = colour.call(client.run, MODEL, {})
    assert colour.call(output["picture"].read) == b"\x89PNG"
    assert output["text"] == "https"
