"""Reading and writing with the generated models: unknown, missing, null and odd members, copies and pickles."""

import copy
import json
import pickle
from datetime import UTC, datetime

import attrs
import pytest
from replicate_api.models import (
    FileUpload,
    Model,
    Prediction,
    PredictionCreate,
    PredictionPage,
    SearchResults,
    Version,
    WebhookSecret,
)
from replicate_api.types import UNSET, File, Unset

LEAST = {"id": "p1", "status": "starting"}


def prediction(**members):
    return Prediction.from_dict({**LEAST, **members})


@pytest.mark.parametrize("status", ["starting", "aborted", "hibernating", ""])
def test_a_status_is_a_plain_text_whether_it_is_known_or_not(status):
    assert type(prediction(status=status).status) is str
    assert prediction(status=status).status == status


def test_members_that_are_missing_are_unset_and_stay_away():
    decoded = prediction()
    assert decoded.output is UNSET
    assert not decoded.output
    assert decoded.to_dict() == LEAST


def test_members_that_are_null_are_none_and_stay_null():
    decoded = prediction(output=None, urls=None, started_at=None)
    assert (decoded.output, decoded.urls, decoded.started_at) == (None, None, None)
    assert decoded.to_dict() == {**LEAST, "output": None, "urls": None, "started_at": None}


def test_members_that_are_not_known_are_kept():
    decoded = prediction(queue={"place": 3})
    assert decoded["queue"] == {"place": 3}
    assert "queue" in decoded
    assert decoded.additional_keys == ["queue"]
    assert decoded.to_dict()["queue"] == {"place": 3}


def test_input_output_and_metrics_are_the_plain_values_that_came():
    values = {"input": {"a": [1, {"b": None}]}, "output": ["x"], "metrics": {"with_audio": True, "variant": "fast"}}
    decoded = prediction(**values)
    assert {"input": decoded.input_, "output": decoded.output, "metrics": decoded.metrics} == values
    assert type(decoded.input_) is dict


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2025-03-01T12:00:00Z", 0),
        ("2025-03-01T12:00:00.1Z", 100_000),
        ("2025-03-01T12:00:00.12Z", 120_000),
        ("2025-03-01T12:00:00.123Z", 123_000),
        ("2025-03-01T12:00:00.1234Z", 123_400),
        ("2025-03-01T12:00:00.12345Z", 123_450),
        ("2025-03-01T12:00:00.123456Z", 123_456),
        ("2025-03-01T12:00:00.1234567Z", 123_456),
        ("2025-03-01T12:00:00.12345678Z", 123_456),
        ("2025-03-01T12:00:00.123456789Z", 123_456),
        ("2025-03-01T14:00:00.123456+02:00", 123_456),
    ],
)
def test_times_of_any_precision_are_read(text, microsecond):
    decoded = prediction(created_at=text, started_at=text, completed_at=text, deadline=text)
    expected = datetime(2025, 3, 1, 12, 0, 0, microsecond, tzinfo=UTC)
    assert {decoded.created_at, decoded.started_at, decoded.completed_at, decoded.deadline} == {expected}


@pytest.mark.parametrize("odd", ["yesterday", "", "2025-03-01t12:00:00z", 1740830400, {}])
def test_a_time_that_cannot_be_read_stays_as_it_came(odd):
    decoded = prediction(created_at=odd, urls={"get": "u"})
    assert decoded.created_at == odd
    assert decoded.urls.get == "u"
    assert decoded.to_dict()["created_at"] == odd


@pytest.mark.parametrize("odd", ["u", [], 5])
def test_a_nested_object_that_cannot_be_read_stays_as_it_came(odd):
    assert prediction(urls=odd).urls == odd
    assert Model.from_dict({"owner": "a", "name": "b", "latest_version": odd}).latest_version == odd


def test_a_broken_example_does_not_break_its_model():
    broken = {"status": "succeeded"}
    model = Model.from_dict({"owner": "a", "name": "b", "default_example": broken, "latest_version": {"id": "v"}})
    assert model.default_example == broken
    assert model.latest_version == Version("v")
    assert model.to_dict()["default_example"] == broken


def test_scalars_of_another_type_are_passed_on():
    decoded = prediction(logs=5, error={"code": 1}, data_removed="no", model=["a"], webhook_events_filter="start")
    assert (decoded.logs, decoded.error, decoded.webhook_events_filter) == (5, {"code": 1}, "start")


def test_a_row_of_a_page_with_odd_members_does_not_break_the_page():
    rows = [LEAST, {**LEAST, "status": "new", "urls": [], "created_at": "?"}, {**LEAST, "x": 1}]
    assert [row.status for row in PredictionPage.from_dict({"results": rows}).results] == [
        "starting",
        "new",
        "starting",
    ]


@pytest.mark.parametrize("member", ["models", "collections", "pages"])
def test_a_search_without_one_of_its_lists_is_read(member):
    assert getattr(SearchResults.from_dict({member: None}), member) is None
    assert getattr(SearchResults.from_dict({}), member) is UNSET


@pytest.mark.parametrize("value", [[], [("id", "a"), ("status", "b")], None, "text", 5])
def test_only_an_object_is_read(value):
    with pytest.raises(TypeError, match=r"^Prediction is read from a JSON object, not from "):
        Prediction.from_dict(value)


# UNSET.


@pytest.mark.parametrize(
    "twin",
    [
        copy.copy,
        copy.deepcopy,
        *(lambda value, p=p: pickle.loads(pickle.dumps(value, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)),
    ],
)
def test_unset_is_one_object_after_copying_and_pickling(twin):
    assert twin(UNSET) is UNSET
    decoded = prediction(output=["a"])
    assert twin(decoded) == decoded
    assert json.loads(json.dumps(twin(decoded).to_dict())) == {**LEAST, "output": ["a"]}


def test_unset_is_short_and_false():
    assert repr(UNSET) == "UNSET"
    assert isinstance(UNSET, Unset)
    assert not UNSET
    assert "object at" not in repr(prediction())


# Writing.


def test_a_request_has_only_the_members_that_were_set():
    assert PredictionCreate(version="a/b", input_={}).to_dict() == {"version": "a/b", "input": {}}


def test_the_bytes_of_a_file_are_not_shown():
    assert "secret" not in repr(FileUpload(File(b"secret", "a.txt")))
    assert "a.txt" in repr(FileUpload(File(b"secret", "a.txt")))


def test_the_secret_of_webhooks_is_not_shown():
    secret = WebhookSecret.from_dict({"key": "whsec_AAECAwQF", "made": "today"})
    assert repr(secret) == "WebhookSecret(additional_properties={'made': 'today'})"
    assert secret.key == "whsec_AAECAwQF"
    assert secret.to_dict() == {"key": "whsec_AAECAwQF", "made": "today"}
    assert secret != WebhookSecret(key="whsec_BBECAwQF")


def test_an_evolved_copy_forgets_members_that_are_not_known():
    # Not wished for, but so it is: attrs copies only what its constructor takes. Nothing here may rely on evolve().
    decoded = prediction(queue=1)
    assert attrs.evolve(decoded, logs="x").to_dict() == {**LEAST, "logs": "x"}


def test_models_are_read_the_same_from_any_mapping():
    class Frozen(dict):
        pass

    assert Prediction.from_dict(Frozen(LEAST)) == prediction()
