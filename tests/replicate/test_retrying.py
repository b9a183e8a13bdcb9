"""Which requests are sent again, when, and which never are: asserted on what reaches the network and on the clock."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest
from clocks import START
from colours import on_the_loop
from replicate.exceptions import (
    APIStatusError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    ReplicateError,
    RequestTimeoutError,
    ServerError,
)
from replicate_api.api.files import files_create
from replicate_api.api.models import models_delete, models_update
from replicate_api.api.predictions import predictions_cancel, predictions_create, predictions_get
from replicate_api.models.file_upload import FileUpload
from replicate_api.models.model_update import ModelUpdate
from replicate_api.models.prediction_create import PredictionCreate
from replicate_api.types import File
from scripted import Chunks, Script, answer
from wire_objects import ID, VERSION, model, prediction, uploaded

CALLS = {
    "read": (predictions_get, (ID,), {}),
    "create": (predictions_create, (), {"body": PredictionCreate.from_dict({"version": VERSION, "input": {}})}),
    "cancel": (predictions_cancel, (ID,), {}),
    "update": (models_update, ("acme", "painter"), {"body": ModelUpdate.from_dict({"description": "x"})}),
    "delete": (models_delete, ("acme", "painter"), {}),
}
SUCCESSES = {
    "read": prediction(),
    "create": answer(201, prediction()),
    "cancel": prediction("canceled"),
    "update": model(),
    "delete": answer(204),
}
ALL = frozenset(CALLS)
SAFE = ALL - {"create"}

# What fails, and the kinds of request that are sent again after it.
FAILURES = {
    "connection refused": (httpx.ConnectError("refused"), ALL),
    "no connection in time": (httpx.ConnectTimeout("slow"), ALL),
    "no free connection": (httpx.PoolTimeout("full"), ALL),
    "proxy down": (httpx.ProxyError("502"), ALL),
    "no answer in time": (httpx.ReadTimeout("slow"), SAFE),
    "not sent in time": (httpx.WriteTimeout("slow"), SAFE),
    "reset": (httpx.ReadError("reset"), SAFE),
    "broken pipe": (httpx.WriteError("pipe"), SAFE),
    "cut": (httpx.RemoteProtocolError("cut"), SAFE),
    "cut inside the body": (lambda _: httpx.Response(200, stream=Chunks(b"{", httpx.ReadError("reset"))), SAFE),
    "broken compression": (
        lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Chunks(b"no gzip")), SAFE,
    ),
    "429": (answer(429), ALL),
    "408": (answer(408), SAFE - {"update"}),
    "500": (answer(500), SAFE - {"update"}),
    "502 with a page": (answer(502, "<html>Bad gateway</html>"), SAFE - {"update"}),
    "503": (answer(503), SAFE - {"update"}),
    "504": (answer(504), SAFE - {"update"}),
    "520": (answer(520, "<html>"), SAFE - {"update"}),
    "400": (answer(400), frozenset()),
    "401": (answer(401), frozenset()),
    "402": (answer(402), frozenset()),
    "403": (answer(403), frozenset()),
    "404": (answer(404), frozenset()),
    "409": (answer(409), frozenset()),
    "422": (answer(422), frozenset()),
    "501": (answer(501), frozenset()),
    "redirect": (answer(302, headers={"location": "/elsewhere"}), frozenset()),
    "never supported": (httpx.UnsupportedProtocol("gopher"), frozenset()),
    "never valid": (httpx.LocalProtocolError("header"), frozenset()),
}  # fmt: skip


def call(colour, client, kind):
    endpoint, arguments, named = CALLS[kind]
    return colour(endpoint.sync_detailed, *arguments, client=client.api, **named)


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_retried_only_where_nothing_can_happen_twice(
    colour, open_client, clock, lowest_jitter, failure, kind
):
    what, retried = FAILURES[failure]
    script = Script(what, SUCCESSES[kind]) if kind in retried else Script(what)
    client = open_client(script)
    if kind in retried:
        call(colour, client, kind)
        assert clock.sleeps == [0.5]
        assert len(script.sent) == 2
        assert script.sent[0] == script.sent[1]
    else:
        with pytest.raises(ReplicateError):
            call(colour, client, kind)
        assert clock.sleeps == []


def test_delays_grow_and_are_capped(colour, open_client, clock, highest_jitter):
    script = Script(*[answer(503)] * 6)
    with pytest.raises(ServerError):
        call(colour, open_client(script), "read")
    assert clock.sleeps == [1.5, 4.5, 8.0, 8.0, 8.0]
    assert len(script.sent) == 6


def test_delays_are_spread_at_random(colour, open_client, clock):
    for _ in range(20):
        call(colour, open_client(Script(answer(503), prediction())), "read")
    assert len(set(clock.sleeps)) > 10
    assert all(0.5 <= delay <= 1.5 for delay in clock.sleeps)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_the_number_of_retries_can_be_set(colour, open_client, most, lowest_jitter):
    script = Script(*[httpx.ReadTimeout("slow")] * (most + 1))
    with pytest.raises(RequestTimeoutError):
        call(colour, open_client(script, max_retries=most), "read")
    assert len(script.sent) == most + 1


NOW = format_datetime(datetime.fromtimestamp(START, UTC), usegmt=True)
IN_30_SECONDS = format_datetime(datetime.fromtimestamp(START + 30, UTC), usegmt=True)


@pytest.mark.parametrize("kind", ["read", "create"])
@pytest.mark.parametrize(
    ("headers", "body", "delay"),
    [
        ({"retry-after": "7"}, b"", 7.0),
        ({"retry-after": "0"}, b"", 0.0),
        ({"retry-after-ms": "250"}, b"", 0.25),
        ({"retry-after": IN_30_SECONDS}, b"", 30.0),
        ({"retry-after": IN_30_SECONDS, "date": IN_30_SECONDS}, b"", 0.0),
        ({"retry-after": NOW}, b"", 0.0),
        ({}, {"status": 429, "retry_after": 7}, 7.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "2"}, b"", 2.0),
        ({}, {"detail": "Request was throttled. Expected available in 3 seconds."}, 3.0),
        ({}, {"detail": "Request was throttled. Your rate limit resets in ~30s."}, 30.0),
        ({"retry-after": "1"}, {"retry_after": 7}, 1.0),
        ({"retry-after": "soon"}, b"<html>", 0.5),
        ({"retry-after": "-1"}, b"", 0.5),
        ({"retry-after": "nan"}, b"", 0.5),
    ],
)
def test_a_throttled_request_is_sent_again_when_the_server_says(
    colour, open_client, clock, lowest_jitter, headers, body, delay, kind
):
    script = Script(answer(429, body, headers=headers), SUCCESSES[kind])
    call(colour, open_client(script), kind)
    assert clock.sleeps == [pytest.approx(delay)]
    assert len(script.sent) == 2


def test_a_delay_the_server_asks_for_is_never_shortened(colour, open_client, clock):
    for _ in range(20):
        call(colour, open_client(Script(answer(429, headers={"retry-after": "7"}), prediction())), "read")
    assert all(7.0 <= delay <= 7.5 for delay in clock.sleeps)


@pytest.mark.parametrize("kind", ["read", "create"])
def test_a_server_that_asks_for_more_than_a_minute_is_not_waited_for(colour, open_client, clock, kind):
    script = Script(answer(429, headers={"retry-after": "3600"}))
    with pytest.raises(RateLimitError) as caught:
        call(colour, open_client(script), kind)
    assert caught.value.retry_after == 3600.0
    assert clock.sleeps == []


def test_a_delete_whose_answer_was_lost_succeeds_when_nothing_is_left(colour, open_client, lowest_jitter):
    script = Script(httpx.ReadTimeout("slow"), answer(404, {"detail": "gone"}))
    response = call(colour, open_client(script), "delete")
    assert response.status_code in {204, 404}
    assert len(script.sent) == 2


def test_a_delete_that_finds_nothing_at_first_is_an_error(colour, open_client):
    with pytest.raises(NotFoundError):
        call(colour, open_client(Script(answer(404))), "delete")


# Bodies


def test_an_upload_is_sent_again_whole(colour, open_client, lowest_jitter):
    script = Script(answer(429), answer(201, uploaded()))
    file = io.BytesIO(b"0123456789" * 10_000)
    body = FileUpload(content=File(payload=file, file_name="a.bin", mime_type="application/octet-stream"))
    colour(files_create.sync, client=open_client(script).api, body=body)
    first, second = script.sent
    assert first.body == second.body
    assert file.getvalue() in first.body


class _Pipe(io.RawIOBase):
    """A file that can be read once, and neither sought nor measured."""

    def __init__(self, content):
        self._content = io.BytesIO(content)

    def readable(self):
        return True

    def seekable(self):
        return False

    def readinto(self, buffer):
        return self._content.readinto(buffer)


@pytest.mark.parametrize("failure", [answer(429), httpx.ConnectError("refused")])
def test_a_body_that_cannot_be_read_twice_is_not_sent_again(colour, open_client, clock, failure):
    script = Script(failure)
    client = open_client(script)
    body = FileUpload(content=File(payload=_Pipe(b"abc"), file_name="a.bin", mime_type="text/plain"))
    with pytest.raises(ReplicateError):
        colour(files_create.sync, client=client.api, body=body)
    assert len(script.sent) == 1
    assert clock.sleeps == []


def test_a_generator_as_a_body_is_not_sent_again(colour, open_client):
    script = Script(answer(429))
    client = open_client(script)

    async def parts_awaited():
        yield b"abc"

    def parts():
        yield b"abc"

    http = on_the_loop(colour, client.api.get_httpx_client)
    with pytest.raises(RateLimitError):
        colour.settle(lambda: http.put("/anything", content=parts_awaited() if colour.awaits else parts()))
    assert len(script.sent) == 1


# Time


def test_no_retry_starts_after_the_deadline(colour, open_client, clock, lowest_jitter):
    script = Script(*[answer(503)] * 9)
    client = open_client(script)
    deadline = clock.monotonic() + 1.2
    with pytest.raises(ServerError):
        call(colour, _Bounded(client, deadline), "read")
    assert clock.sleeps == [0.5, 0.5]
    assert clock.monotonic() < deadline


class _Bounded:
    def __init__(self, client, deadline):
        self.api = client.api.with_call_options(client.api.call_options.until(deadline))


def test_a_request_after_its_deadline_is_not_sent(colour, open_client, clock):
    script = Script()
    with pytest.raises(RequestTimeoutError, match="deadline"):
        call(colour, _Bounded(open_client(script), clock.monotonic()), "create")
    assert script.sent == []


def test_timeouts_of_a_request_end_with_its_deadline(colour, open_client, clock):
    script = Script(prediction())
    call(colour, _Bounded(open_client(script), clock.monotonic() + 3), "read")
    assert script.sent[0].timeout == {"connect": 3.0, "read": 3.0, "write": 3.0, "pool": 3.0}


@pytest.mark.parametrize("far", [float("inf"), 1e15])
def test_a_deadline_without_end_gives_timeouts_a_socket_takes(colour, open_client, far):
    script = Script(prediction())
    call(colour, _Bounded(open_client(script, timeout=httpx.Timeout(None)), far), "read")
    assert all(1000 < seconds < 1_000_000 for seconds in script.sent[0].timeout.values())


@pytest.mark.parametrize(
    ("prefer", "read"),
    [(None, 60.0), ("wait", 75.0), ("wait=1", 60.0), ("wait=50", 65.0), ("wait=60", 75.0), ("respond-async", 60.0)],
)
def test_an_answer_has_time_to_come_after_the_hold_that_was_asked_for(colour, open_client, prefer, read):
    script = Script(answer(201, prediction()))
    endpoint, arguments, named = CALLS["create"]
    if prefer is not None:
        named = {**named, "prefer": prefer}
    colour(endpoint.sync, *arguments, client=open_client(script).api, **named)
    assert script.sent[0].timeout == {"connect": 10.0, "read": read, "write": 60.0, "pool": 60.0}


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("slow"), answer(500), answer(503)])
def test_an_error_of_a_create_that_is_not_retried_says_whether_it_was_sent(colour, open_client, failure):
    with pytest.raises((NetworkError, APIStatusError)) as caught:
        call(colour, open_client(Script(failure)), "create")
    assert getattr(caught.value, "sent", True)


def test_an_error_of_a_create_that_was_never_sent_says_so(colour, open_client, lowest_jitter):
    with pytest.raises(NetworkError) as caught:
        call(colour, open_client(Script(*[httpx.ConnectError("refused")] * 6)), "create")
    assert caught.value.sent is False
