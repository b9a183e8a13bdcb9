"""Deployments: how they are named, created, changed and deleted, what one tells, and running one in every way."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest
import replicate
from clocks import START
from replicate._references import DeploymentReference, parse_deployment_name, parse_runnable
from replicate.deployment import Deployment
from replicate.exceptions import AmbiguousCreateError, InvalidArgumentError, InvalidReferenceError, UnknownOptionError
from replicate.model import Model
from replicate.version import Version
from scripted import Script, answer, events
from wire_objects import ID, VERSION, deployment, model, page, prediction, release, version

PATH = "/v1/deployments/acme/fast"
CREATE = f"POST {PATH}/predictions"
INPUT = {"prompt": "a lighthouse"}
SETTING = {"name": "fast", "model": "acme/painter", "version": VERSION, "hardware": "gpu-t4", "min_instances": 0}
FULL = {**SETTING, "max_instances": 2}
FAST = Deployment(**deployment())

# Naming one

NAMES = {
    "one text": (("acme/fast",), {}),
    "a text with what it is": (("deployments/acme/fast",), {}),
    "owner and name": (("acme", "fast"), {}),
    "a pair": ((("acme", "fast"),), {}),
    "an object": ((FAST,), {}),
    "the address of its page": (("https://replicate.com/deployments/acme/fast",), {}),
    "by keyword": ((), {"name": "acme/fast"}),
    "by the keywords of 2.0": ((), {"deployment_owner": "acme", "deployment_name": "fast"}),
}


@pytest.mark.parametrize(("arguments", "named"), NAMES.values(), ids=NAMES)
def test_a_deployment_is_named_in_each_way(colour, open_client, arguments, named):
    script = Script(deployment(), deployment(), 204)
    deployments = open_client(script).deployments
    assert colour(deployments.get, *arguments, **named).id == "acme/fast"
    assert colour(deployments.update, *arguments, **named, max_instances=3).id == "acme/fast"
    assert colour(deployments.delete, *arguments, **named) is True
    assert script.lines == [f"GET {PATH}", f"PATCH {PATH}", f"DELETE {PATH}"]


NO_NAMES = [
    "fast", "acme/", "/fast", "acme/fast:1", "../account/x", "acme/..", "deployments/a/b/c",
    "deployments/https://replicate.com/acme/fast", f"deployments/acme/fast:{VERSION}", "", None, 5, ("acme",),
    ("acme", "a/b"), VERSION, Model(**model()), Version(**version()),
]  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES, ids=repr)
def test_what_names_no_deployment_is_refused(colour, open_client, name):
    script = Script()
    client = open_client(script)
    for method in (client.deployments.get, client.deployments.delete, client.deployments.predictions.create):
        with pytest.raises(InvalidReferenceError, match="names no deployment"):
            colour(method, name)
    assert script.sent == []


def test_a_deployment_named_twice_is_refused(colour, open_client):
    script = Script()
    deployments = open_client(script).deployments
    with pytest.raises(InvalidArgumentError, match="twice"):
        colour(deployments.get, "acme/fast", deployment_owner="acme")
    with pytest.raises(InvalidArgumentError, match="twice"):
        colour(deployments.update, "acme/fast", name="acme/fast", max_instances=1)
    assert script.sent == []


@pytest.mark.parametrize(
    "ref", ["deployments/acme/fast", FAST, "http://www.replicate.com/deployments/acme/fast/"], ids=repr
)
def test_a_reference_to_run_may_be_a_deployment(ref):
    assert parse_runnable(ref) == DeploymentReference("acme", "fast")
    assert str(parse_runnable(ref)) == "deployments/acme/fast"


@pytest.mark.parametrize(
    "ref", ["acme/fast", ("acme", "fast"), "https://replicate.com/acme/fast", Model(**model("acme", "fast"))]
)
def test_a_reference_to_run_is_a_model_unless_it_says_otherwise(ref):
    assert parse_runnable(ref) == ("acme", "fast", None)


def test_the_name_of_a_deployment_may_leave_out_what_it_is():
    assert parse_deployment_name("acme/fast") == parse_deployment_name("deployments/acme/fast") == ("acme", "fast")


def test_a_deployment_is_not_taken_for_the_model_of_its_name(colour, open_client):
    script = Script()
    client = open_client(script)
    for call in (
        lambda: colour(client.predictions.create, model=FAST, input={}),
        lambda: colour(client.predictions.create, version=FAST, input={}),
        lambda: colour(client.models.get, FAST),
        lambda: colour(client.models.predictions.create, FAST, {}),
        lambda: colour(client.trainings.create, FAST, VERSION, {}, "acme/painter"),
        lambda: colour(client.trainings.create, "acme/trainer", VERSION, {}, FAST),
    ):
        with pytest.raises(InvalidReferenceError):
            call()
    assert script.sent == []


# Creating and changing


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"model": Model(**model())},
        {"model": ("acme", "painter")},
        {"version": Version(**version())},
        {"version": f"acme/painter:{VERSION}"},
    ],
    ids=repr,
)
def test_a_deployment_is_created(colour, open_client, given):
    script = Script(deployment())
    created = colour(open_client(script).deployments.create, **{**FULL, **given})
    assert isinstance(created, replicate.Deployment)
    assert script.lines == ["POST /v1/deployments"]
    assert script.sent[0].json == FULL


WRONG = [
    {"name": "a/b"}, {"name": ""}, {"name": None}, {"model": "painter"}, {"model": f"acme/painter:{VERSION}"},
    {"version": "acme/painter"}, {"version": "latest"}, {"hardware": ""}, {"hardware": None}, {"min_instances": -1},
    {"min_instances": None}, {"max_instances": "2"}, {"max_instances": 1.5}, {"max_instances": True},
    {"min_instances": 3, "max_instances": 2},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_deployment_with_an_unusable_setting_is_not_created(colour, open_client, wrong):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=next(iter(wrong))):
        colour(open_client(script).deployments.create, **{**FULL, **wrong})
    assert script.sent == []


def test_only_what_is_to_change_is_sent(colour, open_client):
    script = Script(deployment(), deployment())
    deployments = open_client(script).deployments
    colour(deployments.update, "acme/fast", hardware="cpu", min_instances=0, version=None)
    colour(deployments.update, FAST, version=Version(**version()), max_instances=0)
    assert [sent.json for sent in script.sent] == [
        {"hardware": "cpu", "min_instances": 0},
        {"version": VERSION, "max_instances": 0},
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "nothing to change"),
        ({"hardware": None}, "nothing to change"),
        ({"min_instances": 3, "max_instances": 1}, "more than max_instances"),
        ({"min_instances": "3"}, "min_instances"),
        ({"version": "acme/painter"}, "version"),
        ({"hardware": 5}, "hardware"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(colour, open_client, changes, told):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=told):
        colour(open_client(script).deployments.update, "acme/fast", **changes)
    assert script.sent == []


def test_a_change_nobody_knows_is_refused_with_the_nearest(colour, open_client):
    script = Script()
    with pytest.raises(
        UnknownOptionError, match=r"deployments\.update\(\) has no option 'max_instance'.*'max_instances'"
    ):
        colour(open_client(script).deployments.update, "acme/fast", max_instance=3)
    assert script.sent == []


def test_a_change_is_sent_once_whatever_becomes_of_it(colour, open_client):
    script = Script(answer(503))
    with pytest.raises(replicate.ReplicateError):
        colour(open_client(script).deployments.update, "acme/fast", max_instances=1)
    assert len(script.sent) == 1


# What one tells


def test_a_deployment_tells_its_current_release(colour, open_client):
    found = colour(open_client(Script(deployment())).deployments.get, "acme/fast")
    current = found.current_release
    assert (found.owner, found.username, found.name, found.id) == ("acme", "acme", "fast", "acme/fast")
    assert (current.number, current.model, current.version) == (1, "acme/painter", VERSION)
    assert current.created_at == "2025-03-01T12:00:00.123456Z"
    assert (current.created_by.username, current.created_by.type) == ("acme", "organization")
    configuration = current.configuration
    assert (configuration.hardware, configuration.min_instances, configuration.max_instances) == ("gpu-t4", 0, 2)
    assert isinstance(current, Deployment.Release)
    assert isinstance(configuration, Deployment.Release.Configuration)
    assert json.loads(found.json()) == deployment()


# Running one


WAYS = {
    "predictions.create": lambda client: (client.predictions.create, (), {"deployment": "acme/fast", "input": INPUT}),
    "predictions.create with an object": lambda client: (
        client.predictions.create, (), {"deployment": FAST, "input": INPUT},
    ),
    "deployments.predictions.create": lambda client: (
        client.deployments.predictions.create, ("acme/fast", INPUT), {},
    ),
    "with an object": lambda client: (client.deployments.predictions.create, (FAST, INPUT), {}),
    "deployment.predictions.create": lambda client: (
        Deployment.of(FAST.raw, client).predictions.create, (INPUT,), {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_deployment_runs_in_each_way_with_all_options(colour, open_client, way):
    script = Script(answer(201, prediction()))
    method, arguments, named = way(open_client(script))
    options = {"webhook": "https://example.com/hook", "webhook_events_filter": ["completed"], "stream": True}
    created = colour(method, *arguments, **named, **options, wait=5, cancel_after="1m")
    assert isinstance(created, replicate.Prediction)
    (sent,) = script.sent
    assert sent.line == CREATE
    assert sent.json == {"input": INPUT, **options}
    assert (sent.headers["prefer"], sent.headers["cancel-after"]) == ("wait=5", "60s")


@pytest.mark.parametrize("ref", ["deployments/acme/fast", FAST], ids=repr)
def test_run_takes_a_deployment_and_returns_its_output(colour, open_client, ref):
    script = Script(answer(201, prediction("succeeded", output="done")))
    assert colour(open_client(script).run, ref, input=INPUT) == "done"
    assert script.lines == [CREATE]


def test_stream_takes_a_deployment_and_yields_its_events(colour, open_client):
    stream = b"event: output\nid: 1:0\ndata: Once\n\nevent: done\nid: 1:1\ndata: {}\n\n"
    script = Script(answer(201, prediction()), events(stream))
    pieces = [str(event) for event in colour.iterate(open_client(script).stream, "deployments/acme/fast", input=INPUT)]
    assert "".join(pieces) == "Once"
    assert script.lines[0] == CREATE


def test_a_deployment_that_is_missing_is_not_looked_for_among_the_models(colour, open_client):
    script = Script(answer(404, {"detail": "The requested resource could not be found."}))
    with pytest.raises(replicate.exceptions.NotFoundError):
        colour(open_client(script).run, "deployments/acme/fast", input=INPUT)
    assert script.lines == [CREATE]


@pytest.mark.parametrize("also", [{"model": "acme/painter"}, {"version": VERSION}])
def test_a_deployment_and_something_else_to_run_are_refused(colour, open_client, also):
    script = Script()
    with pytest.raises(InvalidArgumentError, match="deployment"):
        colour(open_client(script).predictions.create, deployment="acme/fast", input=INPUT, **also)
    assert script.sent == []


# Never twice


def made(created=0.0, **members):
    moment = datetime.fromtimestamp(START + created, UTC).isoformat().replace("+00:00", "Z")
    return prediction(created_at=moment, **members)


FITTING = {
    "it tells the deployment": made(deployment="acme/fast", model="acme/other", version="hidden"),
    "it tells the name of the deployment": made(deployment="fast", version="hidden", model=None),
    "it tells the version of the release": made(version=VERSION, model=None),
    "it tells the model of the release": made(model="acme/painter", version="hidden"),
}


@pytest.mark.parametrize("row", FITTING.values(), ids=FITTING)
def test_a_prediction_of_a_deployment_is_found_when_its_answer_was_lost(colour, open_client, row):
    script = Script(httpx.ReadError("reset"), deployment(), page(row))
    created = colour(open_client(script).predictions.create, deployment="acme/fast", input=INPUT)
    assert created.id == ID
    assert script.lines[:2] == [CREATE, f"GET {PATH}"]
    assert script.lines.count(CREATE) == 1


NOT_FITTING = {
    "another deployment": made(deployment="acme/slow", version=VERSION),
    "another model": made(model="acme/other", version="b2" * 32),
    "another input": made(deployment="acme/fast", input={}),
}


@pytest.mark.parametrize("row", NOT_FITTING.values(), ids=NOT_FITTING)
@pytest.mark.parametrize(
    "known", [deployment(), deployment(current_release=None), answer(404)], ids=["known", "no", "gone"]
)
def test_another_prediction_is_not_taken_for_the_one_of_a_deployment(colour, open_client, row, known):
    script = Script(httpx.ReadError("reset"), *[known, page(row)] * 4)
    with pytest.raises(AmbiguousCreateError) as caught:
        colour(open_client(script).predictions.create, deployment="acme/fast", input=INPUT)
    assert caught.value.deployment == "acme/fast"
    assert "deployments/acme/fast" in str(caught.value)
    assert script.lines.count(CREATE) == 1


def test_a_prediction_of_a_deployment_is_not_taken_for_one_of_its_model(colour, open_client):
    row = made(deployment="acme/fast", version=VERSION)
    script = Script(httpx.ReadError("reset"), *[page(row)] * 4)
    with pytest.raises(AmbiguousCreateError):
        colour(open_client(script).predictions.create, version=VERSION, input=INPUT)


def test_the_release_of_a_deployment_is_asked_for_only_when_an_answer_was_lost(colour, open_client):
    script = Script(answer(201, prediction()))
    colour(open_client(script).predictions.create, deployment="acme/fast", input=INPUT)
    assert script.lines == [CREATE]


def test_releases_count_up(colour, open_client):
    script = Script(deployment(current_release=release(2)))
    assert colour(open_client(script).deployments.get, "acme/fast").current_release.number == 2
