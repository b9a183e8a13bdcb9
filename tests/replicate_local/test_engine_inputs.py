"""Inputs on their way into a prediction: what is remembered of them, and what the worker gets."""

import pytest
from replicate_local.files import Uploads
from replicate_local.inputs import InputChecker
from replicate_local.outputs import OutputFiles
from replicate_local.problems import Problem
from replicate_local.records import Version, now
from replicate_local.store import Store

ORIGIN = "http://127.0.0.1:8000"
TOKEN = "a" * 32


@pytest.fixture
def prepare(tmp_path):
    """Prepares an input for a version with these inputs."""
    store = Store(tmp_path / "db")
    outputs = OutputFiles(tmp_path / "outputs")
    (tmp_path / "outputs" / TOKEN).mkdir()
    (tmp_path / "outputs" / TOKEN / "a b.png").write_bytes(b"")
    checker = InputChecker(Uploads(tmp_path / "uploads", store), outputs)

    def run(properties, given):
        schema = {"components": {"schemas": {"Input": {"type": "object", "properties": properties}, "Output": {}}}}
        version = Version("v", "local/m", now(), "0", schema, "predict.py:Predictor", "v")
        return checker.prepare(version, given, ORIGIN)

    yield run
    store.close()


FILE = {"type": "string", "format": "uri"}


def test_a_secret_reaches_the_worker_but_is_not_remembered(prepare):
    prepared = prepare(
        {"key": {"type": "string", "x-cog-secret": True}, "text": {"type": "string"}}, {"key": "k", "text": "t"}
    )
    assert prepared.stored == {"key": "[REDACTED]", "text": "t"}
    assert prepared.resolved == {"key": "k", "text": "t"}


def test_files_of_this_engine_are_handed_over_where_they_lie(prepare, tmp_path):
    url = f"{ORIGIN}/files/{TOKEN}/a%20b.png"
    prepared = prepare(
        {"files": {"type": "array", "items": FILE}}, {"files": [url, "data:,x", "https://example.org/y"]}
    )
    assert prepared.stored == {"files": [url, "data:,x", "https://example.org/y"]}
    own = (tmp_path / "outputs" / TOKEN / "a b.png").as_uri()
    assert prepared.resolved == {"files": [own, "data:,x", "https://example.org/y"]}


def test_a_file_in_a_list_is_named_by_its_place_when_it_is_refused(prepare):
    with pytest.raises(Problem) as caught:
        prepare({"files": {"type": "array", "items": FILE}}, {"files": ["data:,x", "file:///etc/passwd"]})
    [field] = caught.value.invalid_fields
    assert (field.field, field.description) == ("input.files.1", "Does not match format 'uri'")


def test_null_is_a_value_of_an_optional_input_only(prepare):
    assert prepare({"a": {"type": "string", "nullable": True}}, {"a": None}).stored == {"a": None}
    with pytest.raises(Problem, match="given: null"):
        prepare({"a": {"type": "string"}}, {"a": None})


def test_text_that_looks_like_a_file_stays_text_where_text_is_wanted(prepare):
    given = {"a": f"{ORIGIN}/files/{TOKEN}/nothing.png", "unknown": "file:///etc/passwd"}
    assert prepare({"a": {"type": "string"}}, given).resolved == given
