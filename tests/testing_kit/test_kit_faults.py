"""Faults that a test switches on, seen by clients of this library and by plain HTTP."""

from __future__ import annotations

import http.client
import time
from contextlib import suppress

import httpx
import pytest
import replicate
from plain_http import HTTP
from replicate.testing import FakeReplicate, OutputFile

MODEL = "acme/writer"


@pytest.fixture
def fake(fake_replicate):
    fake_replicate.script("*", "done")
    return fake_replicate


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_is_answered_so_many_times(fake, status):
    fake.fail(on="GET /v1/hardware", status=status, times=2)
    headers = {"Authorization": "Bearer x"}
    seen = [HTTP.get(f"{fake.url}/v1/hardware", headers=headers).status_code for _ in range(3)]
    assert seen == [status, status, 200]


def test_a_client_waits_as_long_as_it_is_asked_to(colour, client, fake):
    fake.fail(status=429, retry_after=20, times=2)
    assert colour.call(client.run, MODEL, {}) == "done"
    assert [20 <= pause < 25 for pause in fake.pauses] == [True, True]
    times = [create.time for create in fake.creates]
    assert times[1] - times[0] >= 20
    assert [create.status for create in fake.creates] == [429, 429, 201]


def test_an_error_for_good_reaches_the_program(colour, client, fake):
    fake.fail(status=401, times=None, detail="The token was revoked.")
    with pytest.raises(replicate.exceptions.AuthenticationError, match="revoked"):
        colour.call(client.run, MODEL, {})


@pytest.mark.parametrize("at", ["answer", "body"])
def test_an_answer_that_is_cut_belongs_to_a_request_that_was_accepted(colour, client, fake, at):
    fake.cut(on="create", at=at)
    assert colour.call(client.run, MODEL, {}) == "done"
    assert len(fake.predictions) == 1
    assert (fake.creates[0].accepted, fake.creates[0].status) == (True, None)
    fake.assert_no_create_sent_twice()


def test_a_request_that_is_cut_was_not_accepted(colour, client, fake):
    fake.cut(on="create", at="request")
    with pytest.raises(replicate.exceptions.AmbiguousCreateError):
        colour.call(client.run, MODEL, {})
    assert fake.predictions == []


def test_a_failure_may_hide_that_the_request_was_accepted(colour, client, fake):
    fake.fail(on="create", status=500, accepted=True)
    assert colour.call(client.run, MODEL, {}) == "done"
    assert len(fake.predictions) == 1
    assert len(fake.creates) == 1


def test_json_can_be_cut(colour, client, fake):
    fake.garble(on="create")
    assert colour.call(client.run, MODEL, {}) == "done"
    assert len(fake.creates) == 1
    fake.garble(on="GET /v1/predictions/*")
    with pytest.raises(replicate.exceptions.DecodeError):
        colour.call(client.predictions.get, fake.predictions[0].id)


def test_a_slow_answer_meets_the_time_out_of_a_client(fake):
    fake.slow(on="hardware.list", seconds=20, times=1)
    with pytest.raises(httpx.ReadTimeout):
        HTTP.get(f"{fake.url}/v1/hardware", headers={"Authorization": "Bearer x"}, timeout=0.05)
    began = time.monotonic()
    fake.slow(on="hardware.list", seconds=0.1)
    assert HTTP.get(f"{fake.url}/v1/hardware", headers={"Authorization": "Bearer x"}).status_code == 200
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize("events", [0, 1, 2])
def test_a_stream_is_cut_after_so_many_events_and_goes_on(colour, client, fake, events):
    fake.script(MODEL, ["a", "b", "c"], statuses=["starting", *["processing"] * 9])
    fake.cut("stream", events=events)
    assert "".join(map(str, colour.list(client.stream, MODEL, {}))) == "abc"
    streams = [request for request in fake.requests if request.operation == "stream"]
    assert len(streams) == 2
    assert ("last-event-id" in streams[1].headers) == (events > 0)


def test_a_stream_ends_right_after_the_event_and_resumes_right_there(client, fake):
    fake.script(MODEL, ["a", "b", "c"])
    url = client.predictions.create(model=MODEL, input={}).urls["stream"]
    fake.cut("stream", events=2)
    received = b""
    with HTTP.stream("GET", url) as answer, suppress(httpx.RemoteProtocolError):
        for chunk in answer.iter_raw():
            received += chunk
    events = received.decode().split("\n\n")[1:-1]
    assert [event.splitlines()[-1] for event in events] == ["data: a", "data: b"]
    last = events[0].splitlines()[1].removeprefix("id: ")
    resumed = HTTP.get(url, headers={"Last-Event-ID": last}).text
    assert [line for line in resumed.splitlines() if line.startswith("data:")] == ["data: b", "data: c", "data: {}"]


def test_a_stream_can_begin_late(colour, client, fake):
    fake.script(MODEL, ["a", "b"])
    fake.slow("stream", seconds=0.1)
    assert "".join(map(str, colour.list(client.stream, MODEL, {}))) == "ab"


def test_a_stream_that_cannot_be_opened_is_done_without(colour, client, fake):
    fake.script(MODEL, ["a", "b"])
    fake.fail(on="stream", status=503, times=None)
    assert "".join(map(str, colour.list(client.stream, MODEL, {}))) == "ab"


def test_a_failed_prediction_ends_its_stream_with_its_error(colour, client, fake):
    fake.script(MODEL, ["a"], error="out of memory")
    with pytest.raises(replicate.ModelError, match="out of memory"):
        colour.list(client.stream, MODEL, {})


def test_a_stream_is_idle_where_a_prediction_hangs(fake, client):
    fake.script(MODEL, delay=float("inf"))
    prediction = client.predictions.create(model=MODEL, input={})
    told = HTTP.get(prediction.urls["stream"]).text
    assert told.endswith(":408: 408 Request Timeout\n\n")


def test_a_download_that_is_cut_goes_on_where_it_broke(colour, client, fake):
    fake.script(MODEL, OutputFile(b"0123456789", "a.bin"))
    fake.cut("download", at="body")
    assert colour.call(colour.call(client.run, MODEL, {}).read) == b"0123456789"
    downloads = [request for request in fake.requests if request.operation == "download"]
    assert [request.headers.get("range") for request in downloads] == [None, "bytes=5-"]


def test_a_test_can_send_an_answer_in_its_own_way(colour, client, fake):
    told = []

    async def reset_in_the_body(connection, reply):
        told.append((connection.request.line, reply.status))
        await connection.send(reply.head(), reply.body[:10])
        await connection.reset()

    fake.distort("create", reset_in_the_body)
    assert colour.call(client.run, MODEL, {}) == "done"
    assert told == [("POST /v1/models/acme/writer/predictions", 201)]
    assert len(fake.creates) == 1


def test_what_fails_while_it_sends_an_answer_fails_the_test():
    async def transmit(connection, reply):
        raise ZeroDivisionError

    def test():
        with FakeReplicate() as fake:
            fake.distort("GET /v1/hardware", transmit)
            with pytest.raises(httpx.RemoteProtocolError):
                HTTP.get(f"{fake.url}/v1/hardware", headers={"Authorization": "Bearer x"})

    with pytest.raises(ZeroDivisionError):
        test()


def test_faults_meet_what_they_name_in_their_order(fake):
    fake.fail(on="GET /v1/models/*", status=500)
    fake.fail(on="models.get", status=503)
    seen = []
    for path in ("hardware", "models/a/b", "models/a/b", "models/a/b"):
        connection = http.client.HTTPConnection(fake.url.removeprefix("http://"))
        connection.request("GET", f"/v1/{path}", headers={"Authorization": "Bearer x"})
        answer = connection.getresponse()
        answer.read()
        seen.append(answer.status)
        connection.close()
    assert seen == [200, 500, 503, 200]


def test_a_name_that_no_request_has_is_refused_with_those_there_are(fake):
    with pytest.raises(ValueError, match=r"predictions\.get"):
        fake.fail(on="prediction.get")


def test_events_are_for_streams_only(fake):
    with pytest.raises(ValueError, match="stream"):
        fake.cut("create", events=2)


def test_a_request_without_a_token_is_refused(fake):
    answer = HTTP.get(f"{fake.url}/v1/account")
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthenticated")
