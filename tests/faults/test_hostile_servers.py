"""Servers that mean harm: each ends in this client's error, in bounded time and memory, and none learns the token."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import time
import tracemalloc

import pytest
from replicate import _waiting
from replicate._transport import bounds
from replicate.exceptions import (
    DecodeError,
    ModelError,
    NetworkError,
    ReplicateError,
    ReplicateException,
    WaitTimeoutError,
)
from replicate.helpers import FileOutput

from . import cruelty, streams
from .service import MODEL, OUTPUT, TOKEN

GET = "GET /v1/predictions/[^/]+"
INPUT = {"prompt": "a lighthouse"}
MEBIBYTE = 1024 * 1024


def raw(*parts):
    """Return a fault that sends bytes as they are, and closes the connection."""

    async def transmit(connection, reply):
        await connection.send(*parts)
        await connection.close()

    return transmit


def endless(head, part):
    """Return a fault that sends a part again and again until the client is gone."""

    async def transmit(connection, reply):
        await connection.send(head)
        while True:
            await connection.send(part)

    return transmit


def body(content, **headers):
    return cruelty.answered(200, content, **{"Content_Type": "application/json", **headers})


OK = b"HTTP/1.1 200 OK\r\n"
UNTIL_CLOSED = OK + b"Content-Type: application/json\r\nConnection: close\r\n\r\n"
CHUNKED = OK + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

BROKEN_HTTP = {
    "a status line without end": endless(b"HTTP/1.1 200 ", b"O" * 4096),
    "headers without end": endless(OK, b"X-More: " + b"x" * 1000 + b"\r\n"),
    "one header without end": endless(OK + b"X-More: ", b"x" * 4096),
    "a trailer without end": endless(CHUNKED + b"0\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
    "a chunk's extension without end": endless(CHUNKED + b"1;", b"x" * 4096),
    "two lengths": raw(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}\n"),
    "a length that is no number": raw(OK + b"Content-Length: many\r\n\r\n{}"),
    "a negative length": raw(OK + b"Content-Length: -2\r\n\r\n{}"),
    "a length of a thousand digits": raw(OK + b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n{}"),
    "a negative chunk": raw(CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n"),
    "a chunk larger than all memory": raw(CHUNKED + b"FFFFFFFFFFFFFFFF\r\n{}"),
    "a chunk of a size too long to read": raw(CHUNKED + b"F" * 1000 + b"\r\n{}"),
    "a NUL in a header": raw(OK + b"X-A: \0\r\nContent-Length: 2\r\n\r\n{}"),
    "a status of four digits": raw(b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "a status below all": raw(b"HTTP/1.1 000 None\r\nContent-Length: 2\r\n\r\n{}"),
    "another protocol": raw(OK.replace(b"HTTP", b"SMTP") + b"\r\n"),
    "an upgrade nobody asked for": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"),
    "HTTP/2": raw(b"\0\0\x12\x04\0\0\0\0\0" + b"\0" * 18),
    "an answer of HTTP/0.9": raw(b"{}"),
    "a compression nobody knows": raw(OK + b"Content-Encoding: zip9\r\nContent-Length: 2\r\n\r\n{]"),
    "compressed nonsense": raw(OK + b"Content-Encoding: deflate\r\nContent-Length: 4\r\n\r\nabcd"),
}

HOSTILE_JSON = {
    "deep arrays": body(b"[" * 200_000 + b"]" * 200_000),
    "deep objects": body(b'{"a":' * 200_000 + b"1" + b"}" * 200_000),
    "a number of a million digits": body(b'{"id": ' + b"9" * MEBIBYTE + b"}"),
    "bytes that are no text": body(b'{"id": "\xff\xfe"}'),
    "another encoding": body('{"id": "ä"}'.encode("utf-16-le")[1:]),
    "half an object": body(b'{"id": "a'),
    "two objects": body(b"{}{}"),
    "an array": body(b"[]"),
    "text": body(b'"starting"'),
}


@pytest.mark.parametrize("trouble", [*BROKEN_HTTP.values(), *HOSTILE_JSON.values()], ids=[*BROKEN_HTTP, *HOSTILE_JSON])
def test_an_answer_that_means_harm_ends_in_this_clients_error(colour, service, open_client, trouble):
    client = open_client(max_retries=0, timeout=5.0)
    service.fault(GET, trouble, times=10)
    with pytest.raises(ReplicateError) as caught:
        colour.call(client.predictions.get, "abc")
    assert isinstance(caught.value, (DecodeError, NetworkError))
    assert len(str(caught.value)) < 2000
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("trouble", BROKEN_HTTP.values(), ids=BROKEN_HTTP)
def test_a_create_whose_answer_means_harm_is_found_and_not_sent_again(colour, service, client, trouble):
    service.fault("POST /v1/models/.*/predictions", trouble)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.creates) == 1


@pytest.mark.parametrize("framing", [UNTIL_CLOSED, CHUNKED], ids=["until closed", "chunked"])
def test_a_body_without_end_is_given_up(colour, service, open_client, monkeypatch, framing):
    monkeypatch.setattr(bounds, "LARGEST_ANSWER", MEBIBYTE)
    part = b"1000\r\n" + b" " * 4096 + b"\r\n" if framing is CHUNKED else b" " * 4096
    service.fault(GET, endless(framing, part), times=10)
    with pytest.raises(DecodeError, match="too large"):
        colour.call(open_client().predictions.get, "abc")


def test_a_small_answer_that_unpacks_to_a_huge_one_is_given_up(colour, service, open_client, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_ANSWER", 4 * MEBIBYTE)
    bomb = gzip.compress(b" " * (256 * MEBIBYTE), 1)
    service.fault(GET, cruelty.answered(200, bomb, Content_Encoding="gzip", Content_Type="application/json"))
    client = open_client()
    gc.collect()
    tracemalloc.start()
    with pytest.raises(DecodeError, match="too large"):
        colour.call(client.predictions.get, "abc")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * MEBIBYTE  # one chunk of 64 KiB unpacks to 64 MiB at most


def test_an_error_answer_that_unpacks_to_a_huge_one_is_given_up(colour, service, open_client, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_ANSWER", MEBIBYTE)
    bomb = gzip.compress(b" " * (16 * MEBIBYTE), 1)
    service.fault(GET, cruelty.answered(404, bomb, Content_Encoding="gzip"))
    with pytest.raises(ReplicateError):
        colour.call(open_client().predictions.get, "abc")


async def _drop_by_drop(connection, reply):
    for byte in b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 100_000:
        await connection.send(bytes([byte]))
        await asyncio.sleep(0.02)


HEADS_WITHOUT_END = {
    "interim answers": endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "early hints": endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "a byte now and then": _drop_by_drop,
}


@pytest.mark.parametrize("trouble", HEADS_WITHOUT_END.values(), ids=HEADS_WITHOUT_END)
def test_a_head_that_never_ends_is_given_up_in_time(colour, service, open_client, trouble):
    service.fault(GET, trouble, times=10)
    started = time.monotonic()
    with pytest.raises(NetworkError, match="in time"):
        colour.call(open_client(max_retries=0, timeout=0.05).predictions.get, "abc")
    assert time.monotonic() - started < 20.0


@pytest.mark.parametrize("trouble", HEADS_WITHOUT_END.values(), ids=HEADS_WITHOUT_END)
def test_a_wait_ends_at_its_deadline_while_a_head_never_does(colour, service, open_client, trouble, monkeypatch):
    monkeypatch.setattr(_waiting, "LAST_LOOK", 0.1)
    prediction = colour.call(open_client(timeout=60.0).predictions.create, MODEL, input=INPUT)
    service.fault(GET, trouble, times=1000)
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        colour.call(prediction.wait, timeout=0.5)
    assert time.monotonic() - started < 20.0  # a read may take 60


@pytest.mark.parametrize(
    "prediction_id",
    ["../account", "a/../../files", "..", "a?b=c", "a#b", "%2e%2e%2faccount", "a\r\nX-A: b", "", "a b", "é"],
)
def test_an_id_made_to_climb_never_leads_elsewhere(colour, service, open_client, prediction_id):
    """The service chooses the ids, and whoever plays it chooses them to harm."""
    _name_all(service, prediction_id)
    client = open_client()
    with pytest.raises(ReplicateException):
        colour.call(client.run, MODEL, INPUT)
    asked = {
        request.target for request in service.api.requests if request.method != "POST" or "cancel" in request.target
    }
    assert all(
        target.startswith(("/v1/predictions?", "/v1/predictions/", "/v1/models/acme/writer")) for target in asked
    )
    assert not any(".." in target.partition("?")[0] for target in asked)


def _name_all(service, prediction_id):
    """Give every prediction this id, wherever it is told."""
    service.changes["POST .*predictions"] = lambda value: {**value, "id": prediction_id}
    service.changes["GET /v1/predictions"] = lambda value: {
        **value,
        "results": [{**row, "id": prediction_id} for row in value["results"]],
    }


URLS = {
    "a file": "file:///etc/passwd",
    "a script": "javascript:alert(1)",
    "a place in the cloud's inside": "http://169.254.169.254/latest/meta-data/",
    "no URL": "http://[",
    "a number": 7,
    "an array": [],
}


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_the_urls_of_a_prediction_do_not_decide_where_its_state_is_asked_for(colour, service, client, url):
    members = {"get": url, "cancel": url, "web": url}
    service.changes[r"(POST|GET) /v1/.*predictions.*"] = lambda value: {**value, "urls": members}
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    colour.call(prediction.reload)
    colour.call(prediction.wait)
    colour.call(prediction.cancel)
    assert prediction.status == "succeeded"


@pytest.mark.parametrize("url", [url for url in URLS.values() if isinstance(url, str) and "169" not in url])
def test_a_stream_url_that_is_no_web_address_is_not_opened(colour, service, client, url):
    service.on_create = lambda job: setattr(job, "stream", url)
    with pytest.raises(DecodeError) as caught:
        list(colour.iterate(client.stream, MODEL, INPUT))
    assert caught.value.prediction_id == service.job.id
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT  # where the stream is not asked for, it does not matter


def test_an_event_without_end_is_given_up_and_the_output_delivered(colour, service, client):
    part = b"data: " + b"x" * MEBIBYTE + b"\n"
    service.on_create = lambda job: setattr(job, "stream", f"{service.url}/stream")
    service.paths["/stream"] = streams.endless(part)
    events = list(colour.iterate(client.stream, MODEL, INPUT))
    assert "".join(map(str, events)) == "".join(OUTPUT)


def test_a_cookie_goes_back_to_nobody_but_its_origin(colour, service, client):
    there = service.elsewhere()
    service.paths["/out.png"] = _file_with_a_cookie
    service.fault("POST .*predictions", _with_a_cookie("of-the-api"))
    colour.call(client.run, MODEL, INPUT)
    file = FileOutput(f"{there.url}/out.png", client)
    assert colour.call(file.read) == b"PNG"
    colour.call(client.run, MODEL, INPUT)
    assert all("of-the-api" not in request.headers.get("cookie", "") for request in there.requests)
    assert all("of-the-host" not in request.headers.get("cookie", "") for request in service.api.requests)


def _with_a_cookie(value):
    async def transmit(connection, reply):
        reply.headers["Set-Cookie"] = f"a={value}; Path=/"
        await cruelty.whole(connection, reply)

    return transmit


async def _file_with_a_cookie(request, connection):
    await cruelty.whole(
        connection, cruelty.Reply(200, b"PNG", {"Set-Cookie": "a=of-the-host; Path=/", "Content-Type": "image/png"})
    )


def test_what_a_failed_prediction_says_is_shown_in_measure(colour, service, client):
    """A model's own words reach terminals and logs: neither a book nor a terminal's commands."""
    service.on_create = lambda job: (setattr(job, "ending", "failed"), setattr(job, "logs", "x" * MEBIBYTE))
    service.changes["GET .*"] = lambda value: {**value, "error": "\x1b]0;owned\x07" + "y" * MEBIBYTE}
    with pytest.raises(ModelError) as caught:
        colour.call(client.run, MODEL, INPUT)
    message = str(caught.value)
    assert len(message) < 20_000
    assert "\x1b" not in message
    assert "\x07" not in message
    assert len(caught.value.prediction.error) > MEBIBYTE  # nothing is lost


def test_text_with_half_a_surrogate_pair_is_read(colour, service, client):
    service.changes["GET .*"] = lambda value: json.loads(json.dumps({**value, "logs": "\ud800"}))
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    colour.call(prediction.wait)
    assert prediction.logs == "\ud800"
    repr(prediction)
