"""Predictions, models and versions as objects: what the service may leave out, null or add, and what Python expects."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
import replicate
from replicate.model import Model
from replicate.prediction import Prediction
from replicate.version import Version
from scripted import Script
from wire_objects import FILE_URL, ID, VERSION, model, page, prediction, version

NULLED = {name: None for name in prediction() if name not in {"id", "status"}}
EXTRA = {"new_member": {"a": [1]}, "another": None}


@pytest.mark.parametrize(
    "data",
    [
        {"id": ID, "status": "starting"},
        {"id": ID, "status": "starting", **NULLED},
        {**prediction(), **EXTRA},
        {**prediction(), "urls": {}},
        {**prediction(), "urls": {"get": None, "stream": None}},
        {**prediction(), "urls": []},
        {**prediction(), "logs": 5, "error": {"code": 1}, "metrics": [], "input": "x", "version": 7, "model": {}},
        {**prediction(), "created_at": "yesterday", "started_at": 5, "completed_at": "", "deadline": {}},
        {**prediction(), "webhook_events_filter": "completed", "source": "cron", "data_removed": None},
    ],
)
def test_a_prediction_reads_whatever_is_missing_null_odd_or_new(colour, open_client, data):
    found = colour(open_client(Script(data)).predictions.get, ID)
    assert (found.id, found.status) == (ID, "starting")
    assert set(dict(found)) == set(Prediction._fields)
    assert json.loads(found.json())["id"] == ID
    assert ID in repr(found)
    assert found.progress is None
    assert found.is_terminal is False
    assert found.raw.additional_properties == {name: data[name] for name in EXTRA if name in data}
    assert pickle.loads(pickle.dumps(found)) == found


def test_what_is_not_there_is_none(colour, open_client):
    found = colour(open_client(Script({"id": ID, "status": "starting"})).predictions.get, ID)
    assert (found.model, found.version, found.data_removed) == ("", "", False)
    for name in ("input", "output", "logs", "error", "metrics", "created_at", "started_at", "completed_at", "urls"):
        assert getattr(found, name) is None


@pytest.mark.parametrize("status", ["queued", "PAUSED", "", "succeeded "])
def test_an_unknown_status_is_shown_as_it_was_sent_and_is_not_the_end(colour, open_client, status):
    found = colour(open_client(Script(prediction(status))).predictions.get, ID)
    assert found.status == status
    assert type(found.status) is str
    assert not found.is_terminal


@pytest.mark.parametrize("status", ["succeeded", "failed", "canceled", "aborted"])
def test_a_final_status_is_told_as_plain_text(colour, open_client, status):
    found = colour(open_client(Script(prediction(status))).predictions.get, ID)
    assert found.is_terminal
    assert found.status == status
    assert type(found.status) is str


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2025-03-01T12:00:00.123Z", "2025-03-01T12:00:00.123000Z"),
        ("2025-03-01T12:00:00Z", "2025-03-01T12:00:00Z"),
        ("2025-03-01T12:00:00.123456Z", "2025-03-01T12:00:00.123456Z"),
        ("2025-03-01T12:00:00+00:00", "2025-03-01T12:00:00Z"),
        ("not a time", "not a time"),
    ],
)
def test_time_stamps_are_text(colour, open_client, sent, shown):
    data = prediction(created_at=sent, started_at=sent, completed_at=sent, deadline=sent)
    found = colour(open_client(Script(data)).predictions.get, ID)
    assert {found.created_at, found.started_at, found.completed_at, found.deadline} == {shown}


def test_a_time_stamp_with_nanoseconds_is_the_same_moment(colour, open_client):
    found = colour(open_client(Script(prediction(started_at="2025-03-01T12:00:00.123456789Z"))).predictions.get, ID)
    assert found.started_at.startswith("2025-03-01T12:00:00.123456")


def test_a_prediction_is_a_dictionary_where_1x_was_one(colour, open_client):
    found = colour(
        open_client(Script(prediction("succeeded", output=[FILE_URL], metrics={"a": 1}))).predictions.get, ID
    )
    assert dict(found)["output"] == [FILE_URL]
    assert found.dict() == dict(found)
    assert json.loads(found.json())["output"] == [FILE_URL]
    assert json.loads(found.json(indent=2)) == json.loads(json.dumps(found.dict()))
    assert found.dict()["urls"]["get"].endswith(ID)
    assert found.dict()["error"] is None


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
    "oldest pickle": lambda thing: pickle.loads(pickle.dumps(thing, protocol=2)),
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize(
    "thing",
    [
        Prediction(
            **prediction("succeeded", output={"image": FILE_URL, "n": 1}, metrics={"predict_time": 1.5}), **EXTRA
        ),
        Model(**model(default_example=prediction("succeeded"), **EXTRA)),
        Version(**version(openapi_schema={"components": {"schemas": {}}})),
        replicate.Page([Prediction(**prediction())], next="https://api.replicate.com/v1/predictions?cursor=x"),
        replicate.FileOutput(FILE_URL),
        Prediction(**prediction("succeeded", output=FILE_URL)).raw,
        replicate.ServerSentEvent("output", "text", "1:0", 5),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_objects_survive_copying_and_pickling(thing, copied):
    other = copied(thing)
    assert type(other) is type(thing)
    assert other == thing
    if hasattr(thing, "__hash__") and thing.__hash__ is not None:
        assert hash(other) == hash(thing)
    if isinstance(thing, Prediction):
        assert other.dict() == thing.dict()
        assert other.raw is not None


def test_a_copy_does_not_change_with_the_original(colour, open_client):
    client = open_client(Script(prediction(output=["a"]), prediction("succeeded", output=["a", "b"])))
    original = colour(client.predictions.get, ID)
    shallow, deep = copy.copy(original), copy.deepcopy(original)
    deep.raw.output.append("mine")
    colour(original.reload)
    assert (shallow.status, deep.status, original.status) == ("starting", "starting", "succeeded")
    assert shallow.output == ["a"]
    assert deep.output[:1] == ["a"]


def test_copies_use_the_client_of_the_original(colour, open_client):
    client = open_client(Script(prediction(output=FILE_URL), *[lambda _: prediction("succeeded")] * 2))
    original = colour(client.predictions.get, ID)
    for other in (copy.copy(original), copy.deepcopy(original)):
        assert colour(other.reload).status == "succeeded"
    for output in (copy.copy(original.output), copy.deepcopy(original.output)):
        assert output._bound_client is client


def test_copies_of_a_file_are_read_through_the_client_of_the_original(colour, open_client):
    client = open_client(Script())
    file = replicate.FileOutput(FILE_URL, client)
    assert copy.copy(file)._bound_client is client
    assert copy.deepcopy({"a": [file]})["a"][0]._bound_client is client


def test_events_and_files_with_a_client_can_be_pickled_and_copied(colour, open_client):
    client = open_client(Script())
    for thing in (
        replicate.ServerSentEvent("output", FILE_URL, "1:0", client=client),
        replicate.FileOutput(FILE_URL, client),
    ):
        for copied in COPIES.values():
            assert copied(thing) == thing


def test_two_looks_at_the_same_thing_are_equal(colour, open_client):
    client = open_client(Script(prediction(), prediction(), prediction("succeeded")))
    first, second, later = (colour(client.predictions.get, ID) for _ in range(3))
    assert first == second
    assert first is not second
    assert hash(first) == hash(second)
    assert first != later
    assert first != ID


def test_an_object_is_brought_up_to_date_in_place(colour, open_client):
    script = Script(prediction(), prediction("processing", logs="50%|", output=["a"]), prediction("canceled"))
    found = colour(open_client(script).predictions.get, ID)
    assert found.output is None
    assert colour(found.reload) is found
    assert (found.status, found.output) == ("processing", ["a"])
    assert colour(found.cancel) is found
    assert found.status == "canceled"
    assert script.lines == [
        f"GET /v1/predictions/{ID}",
        f"GET /v1/predictions/{ID}",
        f"POST /v1/predictions/{ID}/cancel",
    ]


def test_progress_is_read_from_the_logs(colour, open_client):
    logs = "Loading\n\rstep:  10%|█   | 1/10 [00:01]\rstep:  50%|█████   | 5/10 [00:02<00:02, 2.0it/s]"
    found = colour(open_client(Script(prediction("processing", logs=logs))).predictions.get, ID)
    assert (found.progress.percentage, found.progress.current, found.progress.total) == (0.5, 5, 10)


def test_canceling_by_id_and_by_object(colour, open_client):
    script = Script(prediction("canceled"), prediction("canceled"))
    client = open_client(script)
    for what in (ID, Prediction(**prediction())):
        assert colour(client.predictions.cancel, what).status == "canceled"
    assert script.lines == [f"POST /v1/predictions/{ID}/cancel"] * 2


# Models and versions


@pytest.mark.parametrize(
    "data",
    [
        {"owner": "acme", "name": "painter"},
        {**dict.fromkeys(model()), "owner": "acme", "name": "painter"},
        model(latest_version={}, default_example={}),
        model(latest_version=[], default_example="x", run_count="many", visibility="secret", is_official="yes"),
        model(latest_version=None, **EXTRA),
    ],
)
def test_a_model_reads_whatever_is_missing_null_odd_or_new(colour, open_client, data):
    found = colour(open_client(Script(data)).models.get, "acme/painter")
    assert (found.owner, found.name, found.id) == ("acme", "painter", "acme/painter")
    assert found.latest_version is None
    assert found.default_example is None
    assert set(dict(found)) == set(Model._fields)
    json.loads(found.json())
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_reloaded_model_still_has_its_objects(colour, open_client):
    data = model(default_example=prediction("succeeded"))
    script = Script(data, data, prediction("succeeded"))
    found = colour(open_client(script).models.get, "acme/painter")
    assert colour(found.reload) is found
    assert found.latest_version.id == VERSION
    assert found.latest_version.cog_version == "0.14.2"
    colour(found.default_example.reload)
    assert script.lines[-1] == f"GET /v1/predictions/{ID}"


@pytest.mark.parametrize(
    "data",
    [
        {"id": VERSION},
        {"id": VERSION, "created_at": None, "cog_version": None, "openapi_schema": None},
        {"id": VERSION, "created_at": 5, "cog_version": 1.5, "openapi_schema": [], **EXTRA},
    ],
)
def test_a_version_reads_whatever_is_missing_null_odd_or_new(colour, open_client, data):
    versions = open_client(Script(model(), data)).models
    found = colour(colour(versions.get, "acme/painter").versions.get, VERSION)
    assert (found.id, found.openapi_schema) == (VERSION, None)
    assert dict(found)["id"] == VERSION
    assert pickle.loads(pickle.dumps(found)) == found


# Lists

ODD_ROWS = [
    None,
    5,
    "prediction",
    [],
    {},
    {"id": "only"},
    {"status": "starting"},
]


def test_one_odd_row_does_not_break_a_page(colour, open_client, caplog):
    good = [prediction(id=f"good{number}") for number in range(2)]
    script = Script(page(good[0], *ODD_ROWS, good[1], next="/x"), page(good[0], *ODD_ROWS))
    client = open_client(script)
    first = colour(client.predictions.list)
    later = colour(client.predictions.list, "https://api.replicate.com/v1/predictions?cursor=x")
    assert [row.id for row in first] == ["good0", "good1"]
    assert [row.id for row in later] == ["good0"]
    assert first.next == "/x"
    assert caplog.text.count("left out a row") == 2 * len(ODD_ROWS)


@pytest.mark.parametrize("status", ["aborted", "a-new-one", None, 5])
def test_an_unknown_status_in_one_row_does_not_break_a_page(colour, open_client, status):
    client = open_client(Script(page(prediction(), prediction(status))))
    assert len(colour(client.predictions.list)) == 2


def test_one_odd_row_does_not_break_lists_of_models_and_versions(colour, open_client):
    client = open_client(Script(page(model(), None, {"name": "x"}), page(model(), None), page(None, version(), {})))
    assert [row.id for row in colour(client.models.list)] == ["acme/painter"]
    assert [row.id for row in colour(client.models.search, "x")] == ["acme/painter"]
    versions = replicate.model.Model.of(Model(**model()).raw, client).versions
    assert [row.id for row in colour(versions.list)] == [VERSION]
