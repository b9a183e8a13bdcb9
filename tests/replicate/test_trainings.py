"""Trainings: the ways to create one, never twice; what one tells; following one to its end."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime

import httpx
import pytest
import replicate
from clocks import START
from replicate.exceptions import (
    AmbiguousCreateError,
    InvalidArgumentError,
    NetworkError,
    NotFoundError,
    UnknownOptionError,
    WaitTimeoutError,
)
from replicate.model import Model
from replicate.version import Version
from scripted import Script, answer
from wire_objects import ID, VERSION, model, page, training, uploaded, version

REQUEST = f"POST /v1/models/acme/trainer/versions/{VERSION}/trainings"
REFERENCE = f"acme/trainer:{VERSION}"
INPUT = {"steps": 3}
BODY = {"destination": "acme/painter", "input": INPUT}
WEIGHTS = "https://replicate.delivery/xezq/token/weights.tar"

WAYS = {
    "all by name": ((), {"model": "acme/trainer", "version": VERSION, "input": INPUT, "destination": "acme/painter"}),
    "all by position": (("acme/trainer", VERSION, INPUT, "acme/painter"), {}),
    "objects": (
        (Model(**model("acme", "trainer")), Version(**version()), INPUT),
        {"destination": Model(**model("acme", "painter"))},
    ),
    "pairs": ((("acme", "trainer"), VERSION, INPUT), {"destination": ("acme", "painter")}),
    "one reference": ((REFERENCE,), {"input": INPUT, "destination": "acme/painter"}),
    "one reference, then all by position": ((REFERENCE, INPUT, "acme/painter"), {}),
    "one reference and the input by position": ((REFERENCE, INPUT), {"destination": "acme/painter"}),
    "one reference as version": ((), {"version": REFERENCE, "input": INPUT, "destination": "acme/painter"}),
    "one reference as model": ((), {"model": REFERENCE, "input": INPUT, "destination": "acme/painter"}),
    "model and a whole reference": (
        ("acme/trainer", REFERENCE),
        {"input": INPUT, "destination": "acme/painter"},
    ),
}


@pytest.mark.parametrize(("arguments", "options"), WAYS.values(), ids=WAYS)
def test_a_training_is_created_in_each_way_of_1x(colour, open_client, arguments, options):
    script = Script(answer(201, training()))
    created = colour(open_client(script).trainings.create, *arguments, **options)
    assert isinstance(created, replicate.Training)
    assert (created.id, created.status) == (ID, "starting")
    assert script.lines == [REQUEST]
    assert script.sent[0].json == BODY


def test_a_training_can_be_told_to_a_webhook(colour, open_client):
    script = Script(answer(201, training()), answer(201, training()))
    trainings = open_client(script).trainings
    colour(
        trainings.create, REFERENCE, INPUT, "acme/painter", webhook="https://example.com/hook",
        webhook_events_filter=["start", "completed"],
    )  # fmt: skip
    colour(trainings.create, REFERENCE, INPUT, "acme/painter", webhook_completed="https://example.com/hook")
    hook = {"webhook": "https://example.com/hook"}
    assert script.sent[0].json == BODY | hook | {"webhook_events_filter": ["start", "completed"]}
    assert script.sent[1].json == BODY | hook | {"webhook_events_filter": ["completed"]}


def test_files_to_train_on_are_uploaded(colour, open_client, tmp_path):
    pictures = tmp_path / "pictures.zip"
    pictures.write_bytes(b"PK")
    script = Script(answer(201, uploaded()), answer(201, training()))
    colour(open_client(script).trainings.create, REFERENCE, {"images": pictures}, "acme/painter")
    assert script.lines == ["POST /v1/files", REQUEST]
    assert script.sent[1].json["input"] == {"images": uploaded()["urls"]["get"]}


def test_files_to_train_on_can_be_sent_as_data(colour, open_client):
    script = Script(answer(201, training()), answer(201, training()))
    given = (REFERENCE, {"images": b"PK"}, "acme/painter")
    colour(open_client(script).trainings.create, *given, file_encoding_strategy="data-uri")
    colour(open_client(script, file_encoding_strategy="base64").trainings.create, *given)
    for sent in script.sent:
        assert sent.json["input"] == {"images": "data:application/octet-stream;base64,UEs="}


WRONG = {
    "no version": ({"model": "acme/trainer"}, "owner/name:version"),
    "nothing to train": ({}, "model"),
    "a version without its model": ({"version": VERSION}, "owner/name:version"),
    "two models": ({"model": "acme/other", "version": REFERENCE}, "do not fit"),
    "no destination": ({"model": REFERENCE, "destination": None}, "destination is missing"),
    "a destination that is no name": ({"model": REFERENCE, "destination": "painter"}, "destination"),
    "a destination with a version": ({"model": REFERENCE, "destination": f"acme/painter:{VERSION}"}, "destination"),
    "an input that is no dictionary": ({"model": REFERENCE, "input": "x"}, "input must be a dictionary"),
    "a path instead of a model": ({"model": f"../account:{VERSION}"}, "model"),
    "a webhook that is no URL": ({"model": REFERENCE, "webhook": "example.com"}, "webhook"),
    "an event nobody knows": ({"model": REFERENCE, "webhook_events_filter": ["end"]}, "webhook_events_filter"),
    "a deployment": ({"model": "deployments/acme/fast", "version": VERSION}, "model"),
}


@pytest.mark.parametrize(("options", "told"), WRONG.values(), ids=WRONG)
def test_a_training_with_an_unusable_argument_is_not_created(colour, open_client, options, told):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=told):
        colour(open_client(script).trainings.create, **{"input": INPUT, "destination": "acme/painter", **options})
    assert script.sent == []


def test_a_destination_given_twice_is_refused(colour, open_client):
    script = Script()
    with pytest.raises(InvalidArgumentError, match="destination was given twice"):
        colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter", "acme/other")
    assert script.sent == []


@pytest.mark.parametrize(
    ("option", "nearest"), [("webhook_event_filter", "webhook_events_filter"), ("inputs", "input")]
)
def test_an_option_nobody_knows_is_refused_with_the_nearest(colour, open_client, option, nearest):
    script = Script()
    with pytest.raises(UnknownOptionError, match=rf"trainings.create\(\) has no option '{option}'.*'{nearest}'"):
        colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter", **{option: 1})
    assert script.sent == []


def test_a_destination_that_does_not_exist_is_not_found(colour, open_client):
    script = Script(answer(404, {"detail": "The specified training destination does not exist", "status": 404}))
    with pytest.raises(NotFoundError, match="destination does not exist"):
        colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    assert script.lines == [REQUEST]


# Never twice


def made(created=0.0, **members):
    """Return a training as the list shows it, made so many seconds after the test began."""
    moment = datetime.fromtimestamp(START + created, UTC).isoformat().replace("+00:00", "Z")
    return training(created_at=moment, **members)


LOST = {
    "no answer in time": httpx.ReadTimeout("slow"),
    "a connection that broke": httpx.ReadError("reset"),
    "an error of something between": answer(502, "<html>"),
    "an answer that cannot be read": answer(201, b"{"),
    "an answer without an id": answer(201, {"status": "starting"}),
}


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_training_whose_answer_was_lost_is_found_and_not_created_again(colour, open_client, lost):
    script = Script(lost, page(made(id="other", input={"steps": 4}), made()))
    created = colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    assert created.id == ID
    assert created.destination == "acme/painter"
    assert script.lines == [REQUEST, "GET /v1/trainings"]


NOT_IT = {
    "one of before": made(-400),
    "one of another version": made(version="b2" * 32, model="acme/other"),
    "one with another input": made(input={"steps": 4}),
    "one for another destination": made(destination="acme/other"),
    "one with another webhook": made(webhook="https://example.com/other"),
}


@pytest.mark.parametrize("other", NOT_IT.values(), ids=NOT_IT)
def test_another_training_is_not_taken_for_the_lost_one(colour, open_client, other):
    script = Script(httpx.ReadError("reset"), *[page(other)] * 4)
    given = (REFERENCE, INPUT, "acme/painter")
    with pytest.raises(AmbiguousCreateError) as caught:
        colour(open_client(script).trainings.create, *given, webhook="https://example.com/hook")
    assert caught.value.candidates == []
    assert "trainings.list()" in str(caught.value)
    assert "the training may exist and be billed" in str(caught.value)
    assert script.lines.count(REQUEST) == 1


def test_of_several_trainings_that_fit_none_is_guessed(colour, open_client):
    script = Script(httpx.ReadError("reset"), *[page(made(1, id="b" * 26), made(id="a" * 26))] * 4)
    with pytest.raises(AmbiguousCreateError, match="several trainings fit") as caught:
        colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    assert caught.value.candidates == ["b" * 26, "a" * 26]
    assert (caught.value.model, caught.value.version, caught.value.input) == ("acme/trainer", VERSION, INPUT)


def test_a_lost_training_can_be_looked_for_again_and_again(colour, open_client):
    script = Script(httpx.ReadError("reset"), *[page()] * 8, page(made()))
    with pytest.raises(AmbiguousCreateError) as caught:
        colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    with pytest.raises(AmbiguousCreateError) as again:
        colour(caught.value.recover)
    recovered = colour(again.value.recover)
    assert isinstance(recovered, replicate.Training)
    assert (recovered.id, recovered.destination) == (ID, "acme/painter")
    assert script.lines.count(REQUEST) == 1


def test_a_search_for_a_lost_training_ends_where_older_ones_begin(colour, open_client):
    script = Script(
        httpx.ReadError("reset"),
        page(made(id="x" * 26, input={}), next="https://api.replicate.com/v1/trainings?cursor=2"),
        page(made(), made(-500, id="y" * 26), next="https://api.replicate.com/v1/trainings?cursor=3"),
    )
    assert colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter").id == ID
    assert script.lines[1:] == ["GET /v1/trainings", "GET /v1/trainings?cursor=2"]


def test_a_create_that_surely_did_not_arrive_is_sent_again(colour, open_client):
    script = Script(httpx.ConnectError("refused"), answer(429), answer(201, training()))
    assert colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter").id == ID
    assert script.lines == [REQUEST] * 3


def test_an_interrupted_create_cancels_what_it_made(colour, open_client):
    def interrupt(_):
        raise KeyboardInterrupt

    script = Script(interrupt, page(made()), training("canceled"))
    with pytest.raises(KeyboardInterrupt) as caught:
        colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    assert script.lines == [REQUEST, "GET /v1/trainings", f"POST /v1/trainings/{ID}/cancel"]
    assert f"training {ID} was told to cancel" in caught.value.__notes__


# What one tells


def test_the_destination_is_kept_where_the_service_does_not_tell_it(colour, open_client):
    script = Script(answer(201, training()), training("processing"), training("canceled"))
    created = colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    assert created.destination == "acme/painter"
    assert colour(created.reload).destination == "acme/painter"
    assert colour(created.cancel).destination == "acme/painter"
    assert dict(created)["destination"] == "acme/painter"
    for copied in (copy.copy(created), copy.deepcopy(created), pickle.loads(pickle.dumps(created))):
        assert copied.destination == "acme/painter"


def test_the_destination_that_the_service_tells_counts(colour, open_client):
    script = Script(answer(201, training(destination="acme/elsewhere")), training(destination="acme/third"))
    created = colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    assert created.destination == "acme/elsewhere"
    assert colour(created.reload).destination == "acme/third"


def test_the_output_is_what_the_service_sent_and_its_weights_can_be_read(colour, open_client):
    output = {"version": f"acme/painter:{VERSION}", "weights": WEIGHTS}
    script = Script(training("succeeded", output=output), answer(200, b"tar"))
    found = colour(open_client(script).trainings.get, ID)
    assert found.output == output
    assert json.loads(found.json())["output"] == output
    assert colour(found.output["weights"].read) == b"tar"
    assert script.sent[1].token is None


@pytest.mark.parametrize(
    "output", [None, {"version": None}, {"weights": WEIGHTS}, [], "text", 5, {"version": {"a": 1}}]
)
def test_an_output_of_another_form_is_passed_on(colour, open_client, output):
    found = colour(open_client(Script(training("succeeded", output=output))).trainings.get, ID)
    assert found.output == output


def test_progress_is_read_from_the_logs(colour, open_client):
    logs = "step:  38%|███▊      | 6/16 [00:00<00:01,  7.82it/s]\n"
    progress = colour(open_client(Script(training("processing", logs=logs))).trainings.get, ID).progress
    assert (progress.percentage, progress.current, progress.total) == (0.38, 6, 16)


# Following one


def test_waiting_asks_for_the_training_until_it_is_over(colour, open_client):
    script = Script(training(), training("starting"), training("processing"), training("succeeded", output={}))
    found = colour(open_client(script).trainings.get, ID)
    assert colour(found.wait) is found
    assert (found.status, found.is_terminal) == ("succeeded", True)
    assert script.lines == [f"GET /v1/trainings/{ID}"] * 4


def test_the_urls_in_an_answer_are_not_used_because_some_lead_to_a_prediction(colour, open_client):
    script = Script(answer(201, training()), training("processing"), training("canceled"))
    created = colour(open_client(script).trainings.create, REFERENCE, INPUT, "acme/painter")
    assert "/predictions/" in created.urls["get"]
    colour(created.reload)
    colour(created.cancel)
    assert script.lines[1:] == [f"GET /v1/trainings/{ID}", f"POST /v1/trainings/{ID}/cancel"]


@pytest.mark.parametrize("status", ["failed", "canceled", "aborted"])
def test_waiting_does_not_raise_for_a_training_that_went_wrong(colour, open_client, status):
    script = Script(training(), training(status, error="no pictures"))
    found = colour(open_client(script).trainings.get, ID)
    assert colour(found.wait).status == status
    assert found.error == "no pictures"


def test_waiting_ends_in_time_and_the_error_names_the_training(colour, open_client, clock):
    script = Script(routes={f"GET /v1/trainings/{ID}": training("processing")})
    found = colour(open_client(script).trainings.get, ID)
    with pytest.raises(WaitTimeoutError, match=r"trainings\.get\(") as caught:
        colour(found.wait, timeout=60)
    assert caught.value.training is found
    assert caught.value.training_id == ID
    assert (caught.value.prediction, caught.value.prediction_id) == (None, None)
    assert f"Training: {ID}" in str(caught.value)
    assert clock.elapsed == pytest.approx(60, abs=2)


def test_a_training_is_waited_for_a_day_by_default(colour, open_client, clock):
    script = Script(routes={f"GET /v1/trainings/{ID}": training("processing")})
    found = colour(open_client(script, poll_interval=600).trainings.get, ID)
    with pytest.raises(WaitTimeoutError):
        colour(found.wait)
    assert clock.elapsed == pytest.approx(86_400, abs=2)


def test_passing_trouble_does_not_end_a_wait(colour, open_client):
    script = Script(
        training(), *[httpx.ReadError("reset")] * 6, *[answer(503)] * 6, answer(200, "<html>"), training("succeeded")
    )
    found = colour(open_client(script).trainings.get, ID)
    assert colour(found.wait).status == "succeeded"


def test_an_error_of_a_reload_names_the_training(colour, open_client):
    script = Script(training(), *[httpx.ReadError("reset")] * 6)
    found = colour(open_client(script).trainings.get, ID)
    with pytest.raises(NetworkError) as caught:
        colour(found.reload)
    assert caught.value.training_id == ID


def test_leaving_a_with_block_cancels_a_training_that_runs(colour, open_client):
    script = Script(training("processing"), training("canceled"))
    found = colour(open_client(script).trainings.get, ID)
    enter_and_leave(colour, found)
    assert found.status == "canceled"
    assert script.lines[1] == f"POST /v1/trainings/{ID}/cancel"


def test_leaving_a_with_block_leaves_a_training_that_is_over(colour, open_client):
    script = Script(training("succeeded"))
    enter_and_leave(colour, colour(open_client(script).trainings.get, ID))
    assert len(script.sent) == 1


def enter_and_leave(colour, job):
    async def awaiting():
        async with job as entered:
            assert entered is job

    if colour.awaits:
        colour.run(awaiting())
        return
    with job as entered:
        assert entered is job


def test_canceling_takes_an_id_or_a_training(colour, open_client):
    script = Script(training("canceled"), training("canceled"))
    trainings = open_client(script).trainings
    first = colour(trainings.cancel, ID)
    second = colour(trainings.cancel, first)
    assert first == second
    assert script.lines == [f"POST /v1/trainings/{ID}/cancel"] * 2


@pytest.mark.parametrize("value", ["../account", "", "a/b", "a?b", None, 5])
def test_nothing_a_caller_names_climbs_out_of_its_place_in_the_path(colour, open_client, value):
    script = Script()
    trainings = open_client(script).trainings
    for method in (trainings.get, trainings.cancel):
        with pytest.raises(InvalidArgumentError, match="id"):
            colour(method, value)
    assert script.sent == []
