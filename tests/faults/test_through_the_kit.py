"""The same cruelty through `replicate.testing`, as programs that use this client can be tested with it."""

from __future__ import annotations

import pytest
import replicate
from replicate.exceptions import ReplicateError
from replicate.testing import OutputFile
from replicate.testing.pytest_plugin import fake_replicate  # noqa: F401 - the fixture, also where it is not installed

from . import cruelty

MODEL = "acme/writer"
INPUT = {"prompt": "a lighthouse"}
CONTENT = bytes(range(256)) * 300

HARMLESS = {
    "compressed": cruelty.gzipped,
    "in small parts": cruelty.trickled,
    "closed afterwards": cruelty.whole_then_closed,
    "after interim answers": cruelty.with_interim_answers,
    "late": cruelty.late(0.05),
}
ANY = {**cruelty.LOST, **HARMLESS}

BROKEN = [
    cruelty.dropped,
    cruelty.reset,
    cruelty.cut_in_the_head,
    cruelty.cut_in_the_body,
    cruelty.reset_in_the_body,
    cruelty.whole_then_closed,
    cruelty.with_interim_answers,
    cruelty.page(503),
]


@pytest.fixture
def fake(fake_replicate):  # noqa: F811 - pytest's way to name a fixture
    """The scripted service; at the end nothing was paid twice, nothing runs on, and the token stayed at home."""
    fake_replicate.script(MODEL, ["Once", " upon"], statuses=["starting", "processing", "processing"])
    yield fake_replicate
    fake_replicate.assert_no_create_sent_twice()
    fake_replicate.assert_nothing_left_running()
    fake_replicate.assert_token_never_left()


@pytest.fixture
def client():
    with replicate.Client() as client:
        yield client


@pytest.mark.parametrize("fault", ANY.values(), ids=ANY)
def test_a_run_survives_what_becomes_of_the_answer_to_its_create(colour, fake, client, fault):
    fake.distort("create", fault)
    assert colour.call(client.run, MODEL, INPUT) == ["Once", " upon"]
    assert len(fake.predictions) == 1


@pytest.mark.parametrize("fault", ANY.values(), ids=ANY)
def test_a_run_survives_what_becomes_of_the_answers_to_its_looks(colour, fake, client, fault):
    fake.distort("GET /v1/predictions/*", fault, times=3)
    assert colour.call(client.run, MODEL, INPUT) == ["Once", " upon"]


@pytest.mark.parametrize("fault", cruelty.LOST.values(), ids=cruelty.LOST)
def test_a_lost_upload_is_told_and_nothing_is_created(colour, fake, client, fault):
    fake.distort("POST /v1/files", fault, times=None)
    with pytest.raises(ReplicateError):
        colour.call(client.run, MODEL, {"text": b"hello"})
    assert fake.predictions == []


@pytest.mark.parametrize("fault", HARMLESS.values(), ids=HARMLESS)
def test_an_upload_survives_unusual_answers(colour, fake, client, fault):
    fake.distort("POST /v1/files", fault)
    assert colour.call(client.run, MODEL, {"text": b"hello"}) == ["Once", " upon"]
    assert len(fake.uploads) == 1


@pytest.mark.parametrize("fault", BROKEN)
def test_a_download_survives_broken_connections(colour, fake, client, fault):
    fake.script("acme/painter", OutputFile(CONTENT, "out.png"))
    file = colour.call(client.run, "acme/painter", INPUT)
    fake.distort("download", fault, times=2)
    assert colour.call(file.read) == CONTENT
