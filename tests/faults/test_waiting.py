"""Waiting for a prediction through trouble: survived until the deadline, never beyond it."""

from __future__ import annotations

import asyncio
import time

import pytest
from replicate import _hearing, _waiting
from replicate._settings import Timeouts
from replicate.exceptions import (
    APIStatusError,
    ModelError,
    PredictionAbortedError,
    PredictionCanceledError,
    ReplicateError,
    WaitTimeoutError,
)

from . import cruelty, streams
from .service import MODEL, OUTPUT

LOOK = "GET /v1/predictions/[^/]+"
CANCEL = "POST /v1/predictions/[^/]+/cancel"
INPUT = {"prompt": "a lighthouse"}

TROUBLE = {
    **cruelty.LOST,
    "null": cruelty.answered(200, None),
    "an object without members": cruelty.answered(200, {}),
    "deeply nested JSON": cruelty.answered(200, b"[" * 100_000, Content_Type="application/json"),
    "429": cruelty.answered(429, {"detail": "Request was throttled.", "retry_after": 7}),
    "429 for two minutes": cruelty.answered(429, b"", Retry_After="120"),
    "503 with Retry-After": cruelty.answered(503, b"", Retry_After="5"),
    "503 for two minutes": cruelty.answered(503, b"", Retry_After="120"),
}


@pytest.fixture
def short_last_look(monkeypatch):
    """The look that a wait takes at its deadline may take a moment only."""
    monkeypatch.setattr(_waiting, "LAST_LOOK", 0.1)


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_a_wait_survives_looks_that_fail(colour, service, client, trouble):
    service.fault(LOOK, trouble, times=3)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.creates) == 1
    assert not service.job.canceled.is_set()


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_a_wait_ends_at_its_deadline_when_no_look_succeeds(colour, service, client, clock, trouble):
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    service.fault(LOOK, trouble, times=10_000)
    started = clock.monotonic()
    with pytest.raises(ReplicateError) as caught:
        colour.call(prediction.wait, timeout=45.0)
    assert caught.value.prediction_id == service.job.id
    if isinstance(caught.value, WaitTimeoutError):
        assert clock.monotonic() - started >= 44.0
    assert sum(clock.sleeps) <= 46.0
    assert not service.job.canceled.is_set()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wait_ends_at_once_when_the_prediction_cannot_be_seen(colour, service, client, status):
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    service.fault(LOOK, cruelty.answered(status, {"detail": "no"}), times=10_000)
    with pytest.raises(APIStatusError) as caught:
        colour.call(prediction.wait)
    assert (caught.value.status, caught.value.prediction_id) == (status, service.job.id)
    assert len(service.asked(LOOK)) == 1


@pytest.mark.parametrize("stall", [cruelty.stalled, cruelty.stalled_in_the_head, cruelty.stalled_in_the_body])
@pytest.mark.usefixtures("short_last_look")
def test_a_wait_is_not_held_up_beyond_its_deadline_by_a_service_that_falls_silent(colour, service, open_client, stall):
    prediction = colour.call(open_client(timeout=60.0).predictions.create, MODEL, input=INPUT)
    service.fault(LOOK, stall, times=10_000)
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        colour.call(prediction.wait, timeout=0.6)
    assert time.monotonic() - started < 20.0


@pytest.mark.usefixtures("short_last_look")
def test_a_wait_is_not_held_up_beyond_its_deadline_by_an_answer_that_trickles(colour, service, open_client):
    async def drop_by_drop(connection, reply):
        await connection.send(reply.head(Content_Length=None, Transfer_Encoding="chunked"))
        while True:
            await connection.send(b"1\r\n \r\n")
            await asyncio.sleep(0.02)

    prediction = colour.call(open_client(timeout=60.0).predictions.create, MODEL, input=INPUT)
    service.fault(LOOK, drop_by_drop, times=10_000)
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        colour.call(prediction.wait, timeout=0.6)
    assert time.monotonic() - started < 20.0


def test_the_total_time_of_a_run_is_told_to_the_service_and_ends_the_wait_with_a_cancel(colour, service, client, clock):
    service.looks = 10_000
    started = clock.monotonic()
    with pytest.raises(WaitTimeoutError, match="told to cancel") as caught:
        colour.call(client.run, MODEL, INPUT, timeout=90)
    assert clock.monotonic() - started >= 89.0
    assert sum(clock.sleeps) <= 91.0
    assert service.job.headers["cancel-after"] == "90s"
    assert service.job.canceled.is_set()
    assert caught.value.prediction_id == service.job.id
    assert caught.value.prediction.status == "canceled"


@pytest.mark.parametrize("trouble", [cruelty.reset, cruelty.page(503), cruelty.stalled, cruelty.cut_json])
def test_a_cancel_that_fails_does_not_hide_why_the_run_ended(colour, service, client, trouble, monkeypatch):
    monkeypatch.setattr("replicate._jobs._CANCEL_SECONDS", 0.3)
    service.looks = 10_000
    service.fault(CANCEL, trouble, times=10_000)
    with pytest.raises(WaitTimeoutError) as caught:
        colour.call(client.run, MODEL, INPUT, timeout=90)
    assert caught.value.prediction_id == service.job.id


@pytest.mark.parametrize("stall", [cruelty.stalled, cruelty.stalled_in_the_body])
def test_a_run_whose_create_is_not_answered_in_its_total_time_is_found_and_canceled(
    colour, service, open_client, stall
):
    service.looks = 10_000
    service.fault(r"POST /v1/models/.*/predictions", stall)
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError) as caught:
        colour.call(open_client(timeout=60.0).run, MODEL, INPUT, timeout=0.5)
    assert time.monotonic() - started < 20.0
    assert len(service.creates) == 1
    assert service.job.canceled.is_set()
    assert caught.value.prediction_id == service.job.id


@pytest.mark.parametrize(("timeout", "prefer"), [(0.9, None), (1, "wait=1"), (3.7, "wait=3"), (60, "wait=10")])
def test_a_run_asks_the_service_to_hold_it_no_longer_than_its_total_time(colour, service, client, timeout, prefer):
    service.looks = 1
    colour.call(client.run, MODEL, INPUT, timeout=timeout)
    assert service.job.headers.get("prefer") == prefer


def test_a_service_that_holds_a_create_a_little_too_long_is_no_failure(colour, service, open_client):
    client = open_client(timeout=0.3)
    service.on_create = lambda job: job.finish()
    service.fault(r"POST /v1/models/.*/predictions", cruelty.late(1.2))
    assert colour.call(client.run, MODEL, INPUT, wait=1) == OUTPUT
    assert len(service.creates) == 1
    assert not service.asked("GET .*")


def test_an_output_that_is_complete_while_the_status_lags_is_returned_without_another_look(colour, service, client):
    def complete(job):
        job.status, job.output = "processing", job.result

    service.on_create = complete
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert service.api.lines == ["POST /v1/models/acme/writer/predictions"]


@pytest.mark.parametrize(
    ("ending", "error"),
    [("failed", ModelError), ("canceled", PredictionCanceledError), ("aborted", PredictionAbortedError)],
)
def test_a_run_that_ends_badly_raises_with_the_prediction(colour, service, client, ending, error):
    service.on_create = lambda job: setattr(job, "ending", ending)
    with pytest.raises(error, match="job0001") as caught:
        colour.call(client.run, MODEL, INPUT)
    assert type(caught.value) is error
    assert caught.value.prediction.status == ending


STRANGE = {
    "a status nobody knows": {"status": "queued"},
    "a status that is null": {"status": None},
    "null members": {
        "model": None, "version": None, "input": None, "logs": None, "error": None, "urls": None, "created_at": None,
        "metrics": None, "data_removed": None, "webhook": None,
    },
    "members of other types": {
        "model": 7, "version": [], "input": "text", "logs": {"a": 1}, "error": [1], "urls": [], "created_at": "soon",
        "metrics": "none", "data_removed": "no", "deadline": False,
    },
    "extra members": {"lifetime": {"total": 3}, "_links": None, "9": []},
}  # fmt: skip


@pytest.mark.parametrize("members", STRANGE.values(), ids=STRANGE)
def test_a_wait_goes_on_through_looks_of_a_strange_shape(colour, service, client, members):
    looks = iter(range(3))
    service.looks = 4
    service.changes[LOOK] = lambda seen: {**seen, **members} if next(looks, None) is not None else seen
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT


@pytest.mark.parametrize("gone", ["model", "version", "input", "logs", "error", "urls", "created_at", "data_removed"])
def test_a_prediction_without_some_member_is_read(colour, service, client, gone):
    for line in (LOOK, r"POST /v1/.*predictions"):
        service.changes[line] = lambda seen: {name: value for name, value in seen.items() if name != gone}
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT


def test_an_older_state_from_another_back_end_does_not_confuse_a_wait(colour, service, client):
    service.looks = 6
    states = iter(["processing", "starting", "processing", "starting"])
    service.changes[LOOK] = lambda seen: {**seen, "status": next(states, seen["status"])}
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    assert colour.call(prediction.wait).status == "succeeded"


def test_watching_survives_looks_that_fail(colour, service, client):
    service.looks = 6
    service.fault(LOOK, cruelty.cut_json, cruelty.page(200), *[cruelty.answered(429, b"", Retry_After="120")] * 2)
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    kinds = [event.kind for event in colour.iterate(prediction.watch)]
    assert kinds == ["status", "status", "output", "output", "output", "status", "done"]


def test_iterating_the_output_survives_looks_that_fail(colour, service, client):
    service.fault(LOOK, *[cruelty.page(503)] * 7, cruelty.cut_json)
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    assert list(colour.iterate(prediction.output_iterator)) == OUTPUT


# A wait that listens to the prediction's event stream.


@pytest.fixture
def stream(service):
    """A function that gives each prediction a stream, on the API's origin or another one."""

    def stream(handler, *, foreign=False):
        service.paths["/streams/1"] = handler
        url = (service.elsewhere().url if foreign else service.url) + "/streams/1"
        service.on_create = lambda job: setattr(job, "stream", url)

    return stream


@pytest.fixture
def impatient(monkeypatch):
    """Silence on a stream is short here."""
    monkeypatch.setattr(_hearing, "_TIMEOUTS", Timeouts(connect=1.0, read=0.1, write=1.0, pool=1.0))


def ended(service):
    """Return a stream that ends its prediction and says so."""
    told = streams.EventStream([*streams.outputs(OUTPUT), streams.DONE])

    async def serve(request, connection):
        service.job.finish()
        await told(request, connection)

    return serve


@pytest.mark.parametrize("foreign", [False, True], ids=["of the API", "of another host"])
def test_a_wait_ends_when_the_stream_says_so(colour, service, client, stream, foreign):
    service.looks = 10_000
    stream(ended(service), foreign=foreign)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.asked(LOOK)) == 1


BAD_STREAMS = {
    "cut at once": streams.EventStream([], cuts=[0] * 1000),
    "cut after a byte": streams.EventStream([], cuts=[1] * 1000),
    "cut in an event": streams.EventStream([streams.event("output", "x", "1")], cuts=[20] * 1000),
    "reset": streams.EventStream([streams.event("output", "x", "1")], cuts=[20] * 1000, ending=streams.reset),
    "complete without an end": streams.EventStream([streams.event("output", "x", "1")]),
    "timed out": streams.EventStream([b":408: 408 Request Timeout\n\n"]),
    "empty": streams.EventStream([], opening=b""),
    "without events": streams.EventStream([streams.event("nonsense", "x")]),
    "told to be over too early": streams.EventStream([streams.DONE]),
    "no UTF-8": streams.EventStream([b"event: output\ndata: \xff\xfe\x00\n\n"]),
}


@pytest.mark.parametrize("handler", BAD_STREAMS.values(), ids=BAD_STREAMS)
def test_a_wait_is_not_misled_by_its_stream(colour, service, client, stream, handler):
    service.looks = 5
    stream(handler)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT


@pytest.mark.parametrize(
    "trouble",
    [
        cruelty.dropped, cruelty.reset, cruelty.page(502), cruelty.page(200), cruelty.answered(404, {"detail": "gone"}),
        cruelty.answered(401), cruelty.answered(429, b"", Retry_After="60"), cruelty.without_content, cruelty.garbage,
        cruelty.redirected("/streams/1"), cruelty.redirected("ftp://example.com/"), cruelty.redirected("::no url::"),
    ],
)  # fmt: skip
def test_a_wait_polls_where_its_stream_cannot_be_opened(colour, service, client, stream, trouble):
    service.looks = 5
    stream(streams.EventStream([]))
    service.fault("GET /streams/1", trouble, times=10_000)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT


@pytest.mark.usefixtures("impatient")
def test_a_wait_looks_again_when_its_stream_falls_silent(colour, service, client, stream):
    service.looks = 3
    stream(streams.EventStream([streams.event("output", "x", "1")], cuts=[10**6] * 1000, ending=streams.silent))
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT


def test_a_wait_looks_now_and_then_at_a_prediction_whose_stream_only_sends_comments(
    colour, service, client, stream, monkeypatch
):
    monkeypatch.setattr(_hearing, "LONGEST_LISTENING", 0.1)
    service.looks = 3
    stream(streams.endless(b": still here\n\n"))
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
