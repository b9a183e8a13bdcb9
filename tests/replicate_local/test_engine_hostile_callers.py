"""Callers that mean harm, over raw sockets: slow, greedy, endless, deep, or aiming at files; the engine goes on."""

import asyncio
import contextlib
import json
import re
import socket
import time

import httpx
import pytest
from replicate_local import bodies, connections
from replicate_local.contract import load
from replicate_local.events import events, stream
from replicate_local.records import Prediction, now
from replicate_local.server import Server, bind

# The connection itself, around applications of the tests' own


@pytest.fixture
def hurried(monkeypatch):
    """Limits so short that a test need not wait."""
    monkeypatch.setattr(connections, "_TICK", 0.01)
    monkeypatch.setattr(connections, "HEAD_LIMIT", 0.25)
    monkeypatch.setattr(connections, "BODY_GRACE", 0.25)
    monkeypatch.setattr(connections, "STALL_LIMIT", 0.25)


@contextlib.asynccontextmanager
async def serving(application):
    ready = asyncio.Event()

    async def nothing():
        pass

    with bind("127.0.0.1", 0) as sock:
        server = Server(application, on_ready=ready.set, before_shutdown=nothing, exit_with_stdin=False)
        task = asyncio.create_task(server.serve([sock]))
        await ready.wait()
        try:
            yield sock.getsockname()[1]
        finally:
            server.should_exit = True
            await task


async def answer(send, body=b"fine", *, more_body=False):
    length = [] if more_body else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": body, "more_body": more_body})


async def reading(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await answer(send)


async def exchange(port, content):
    """Send something, leave the connection open, and return all that comes until the other end closes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(content)
    try:
        return await reader.read()
    finally:
        writer.close()


async def asked(port):
    return await exchange(port, b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")


SLOW = [
    ("the first line", b"GET / HT"),
    ("the headers", b"GET / HTTP/1.1\r\nhost: localhost\r\nx-a: b\r\n"),
    ("the body", b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nx"),
    ("a chunk", b"POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"),
]


@pytest.mark.parametrize("content", [content for _, content in SLOW], ids=[name for name, _ in SLOW])
def test_a_request_that_never_ends_is_refused_after_a_time(hurried, run_async, content):
    async def work():
        async with serving(reading) as port:
            return await exchange(port, content)

    head, _, body = run_async(work()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"connection: close" in head
    assert json.loads(body) == {"detail": "The request did not arrive in time.", "status": 408}


def test_a_second_request_that_never_ends_is_refused_too(hurried, run_async):
    async def work():
        async with serving(reading) as port:
            return (
                await exchange(port, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")[:0] if False else await again(port)
            )

    async def again(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        first = await reader.readuntil(b"fine")
        writer.write(b"GET / HT")
        rest = await reader.read()
        writer.close()
        return first, rest

    first, rest = run_async(work())
    assert first.startswith(b"HTTP/1.1 200")
    assert rest.startswith(b"HTTP/1.1 408")


def test_a_connection_without_a_request_is_closed_without_a_word(hurried, run_async):
    async def work():
        async with serving(reading) as port:
            return await exchange(port, b"")

    assert run_async(work()) == b""


def test_a_request_that_is_worked_on_for_long_is_not_refused(hurried, run_async):
    async def slow(scope, receive, send):
        await asyncio.sleep(0.6)
        await answer(send)

    async def work():
        async with serving(slow) as port:
            return await asked(port)

    assert run_async(work()).endswith(b"\r\n\r\nfine")


def test_who_does_not_take_the_answer_is_cut_off_and_its_work_ends(hurried, run_async):
    ended = asyncio.Event()

    async def endless(scope, receive, send):
        await answer(send, bytes(1 << 20), more_body=True)
        while not (sending := asyncio.ensure_future(receive())).done():
            await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": True})
            await asyncio.sleep(0)
            if sending.done():
                break
            sending.cancel()
        ended.set()

    async def work():
        async with serving(endless) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
            writer.write(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
            await ended.wait()
            writer.close()

    run_async(work())


def test_idle_connections_make_room_for_those_who_ask(monkeypatch, run_async):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 8)

    async def work():
        async with serving(reading) as port:
            idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(30)]
            answers = [await asked(port) for _ in range(3)]
            for _, writer in idle:
                writer.close()
            return answers

    assert all(told.endswith(b"\r\n\r\nfine") for told in run_async(work()))


def test_a_connection_too_many_is_refused_while_all_others_are_busy(monkeypatch, run_async):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 8)
    release = asyncio.Event()
    arrived = asyncio.Semaphore(0)

    async def busy(scope, receive, send):
        arrived.release()
        await release.wait()
        await answer(send)

    async def work():
        async with serving(busy) as port:
            working = [asyncio.create_task(asked(port)) for _ in range(8)]
            for _ in working:
                await arrived.acquire()
            refused = await exchange(port, b"")
            release.set()
            return refused, await asyncio.gather(*working)

    refused, answers = run_async(work())
    assert refused.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert all(told.endswith(b"fine") for told in answers)


def test_answers_that_nobody_takes_fill_no_more_memory_than_they_may(monkeypatch, run_async):
    monkeypatch.setattr(connections, "MAX_WAITING", 40 << 20)
    alive = []
    all_asked = asyncio.Event()

    async def large(scope, receive, send):
        if scope["path"] == "/":
            await answer(send)
        else:
            if scope["path"] == "/19":
                all_asked.set()
            await answer(send, bytes(10 << 20))

    class Watched(connections.Connection):
        def connection_made(self, transport):
            super().connection_made(transport)
            alive.append(self)

    monkeypatch.setattr("replicate_local.server.Connection", Watched)

    async def work():
        async with serving(large) as port:
            writers = []
            for number in range(20):
                _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
                writer.write(b"GET /%d HTTP/1.1\r\nhost: localhost\r\n\r\n" % number)
                writers.append(writer)
            await all_asked.wait()
            told = await asked(port)
            waiting = sum(one.waiting for one in alive if not one.transport.is_closing())
            for writer in writers:
                writer.close()
            return told, waiting

    told, waiting = run_async(work())
    assert told.endswith(b"fine")
    assert 0 < waiting <= 40 << 20


def test_a_stream_makes_one_event_at_a_time():
    made = []
    prediction = Prediction("p", "local/echo", "v", {}, now(), "token", output=["a", "b", "c"], iterates=True)
    stream = events(prediction, 0, lambda value: made.append(value) or value)
    assert [next(stream).data, next(stream).data] == ["a", "b"]
    assert made == ["a", "b"]


def test_a_long_stream_is_sent_in_few_pieces_and_gives_the_others_their_turn(run_async):
    words = [f"word{number} " for number in range(20_000)]
    prediction = Prediction("p", "local/echo", "v", {}, now(), "token", "succeeded", words, iterates=True)

    async def work():
        turns = 0

        async def other():
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(other())
        pieces = [piece async for piece in stream(prediction, None, 0, str)]
        task.cancel()
        return turns, pieces

    turns, pieces = run_async(work())
    assert 10 < len(pieces) < 100
    assert turns >= len(pieces) - 3  # not after the greeting and the end
    assert b"".join(pieces).count(b"event: output") == len(words)


def test_bodies_that_arrive_at_the_same_time_have_one_limit_together(monkeypatch, run_async):
    monkeypatch.setattr(bodies, "MAX_UNFINISHED", 1000)
    gate = asyncio.Event()

    class Request:
        def __init__(self, *, waits):
            self.waits = waits

        async def stream(self):
            yield bytes(600)
            if self.waits:
                await gate.wait()

    async def work():
        first = asyncio.create_task(bodies._read(Request(waits=True)))
        await asyncio.sleep(0)
        with pytest.raises(bodies.Problem, match="too much at a time"):
            await bodies._read(Request(waits=False))
        gate.set()
        return await first, await bodies._read(Request(waits=False))

    assert run_async(work()) == (bytes(600), bytes(600))


# The engine


@pytest.fixture
def wire(engine):
    """Sends bytes to the live engine and returns what comes back until it closes the connection, or nothing comes."""
    url = httpx.URL(engine.url)

    def send(content, *, wait=30.0):
        with socket.create_connection((url.host, url.port), timeout=wait) as connection, contextlib.suppress(OSError):
            received = bytearray()
            with contextlib.suppress(OSError):  # it may answer and close before all was sent
                connection.sendall(content)
            while chunk := connection.recv(65536):
                received += chunk
        return bytes(received)

    return send


def head(target, *headers, method="GET"):
    return "\r\n".join(
        [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    ).encode()


MALFORMED = [
    ("a header without end", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000),
    ("a target without end", b"GET /" + b"a" * 200_000),
    ("headers without number", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50_000),
    ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100),
    ("two lengths", b"POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    ("a negative length", b"POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\nab"),
    ("a line end in a header", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n"),
    ("no host", b"GET / HTTP/1.1\r\n\r\n"),
    ("a chunk of a wrong size", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ("length and chunks", head("/v1/x", "Content-Length: 3", "Transfer-Encoding: gzip", method="POST")),
]


@pytest.mark.parametrize("content", [content for _, content in MALFORMED], ids=[name for name, _ in MALFORMED])
def test_what_is_no_request_is_refused_and_not_logged(api, wire, content):
    assert re.match(rb"HTTP/1\.1 (4\d\d|501) ", wire(content))
    assert api.client.get("account").status_code == 200


def test_a_body_without_end_is_refused(api, wire):
    chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    request = head("/v1/predictions", "Content-Type: application/json", "Transfer-Encoding: chunked", method="POST")
    assert wire(request + chunk * 66).startswith(b"HTTP/1.1 413 ")


def test_a_length_that_is_only_announced_takes_no_memory(api, wire):
    request = head("/v1/predictions", "Content-Type: application/json", f"Content-Length: {10**15}", method="POST")
    assert wire(request + b"{", wait=0.2) == b""
    assert api.client.get("account").status_code == 200


ELSEWHERE = [
    "..",
    "%2e%2e",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fengine.sqlite3",
    "..%252f..%252fengine.sqlite3",
    "..%5c..%5cengine.sqlite3",
    "%c0%ae%c0%ae%c0%afetc%c0%afpasswd",
    "%2fetc%2fpasswd",
    "file:%2f%2f%2fetc%2fpasswd",
    "%00",
    "a%00.png",
    "%ff%fe",
    "%ed%a0%80",
    "%0d%0aSet-Cookie:%20a=b",
    "%",
    "a" * 5000,
]
TOKEN = "a" * 32
SITE = ["/files/{x}/a.png", f"/files/{TOKEN}/{{x}}", "/p/{x}", "/{x}/{x}", "/v1/files/{x}", "/v1/streams/{x}", "/{x}"]
OPERATIONS = [
    (operation.method, "/v1" + re.sub(r"\{[^}]*\}", "{x}", operation.path))
    for operation in load().operations
    if "{" in operation.path
]


@pytest.mark.parametrize(("method", "path"), [("GET", path) for path in SITE] + OPERATIONS)
def test_no_path_leads_out_of_where_it_belongs(api, wire, method, path):
    for elsewhere in ELSEWHERE:
        body = [] if method == "GET" else ["Content-Type: application/json", "Content-Length: 2"]
        content = head(path.replace("{x}", elsewhere), *body, method=method) + (b"{}" if body else b"")
        told = wire(content)
        status = int(told.split(b" ", 2)[1])
        allowed = {307, 400, 404, 405} if method == "GET" else {400, 404, 405, 422}
        if path.endswith("/download"):
            allowed = {400, 404, 422}  # it wants a signature before it looks for a file
        assert status in allowed, (path, elsewhere, told[:300])
        assert b"\nset-cookie" not in told.lower()
        assert b"root:" not in told
        assert b"SQLite format" not in told


NAMES = [
    "../../escaped",
    "/etc/escaped",
    "..",
    ".",
    "a/b",
    "a\\..\\escaped",
    "\x00",
    "~/escaped",
    "x" * 250,
    "-rf",
    "é\u202e",
]


def test_no_name_of_an_upload_leads_out_of_its_directory(serve, tmp_path):
    engine, api = serve()
    for name in NAMES:
        sent = api.client.post("files", files={"content": ("a.txt", b"bytes"), "filename": (None, name)})
        assert sent.status_code == 201, sent.text
        ran = api.run("wordcount", {"text": sent.json()["urls"]["get"]})
        assert ran["status"] == "succeeded", ran
    engine.stop()
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"bytes"]
    assert len(files) == len(NAMES)
    assert {path.parent.parent for path in files} == {tmp_path / "data" / "uploads"}


def test_what_is_found_by_its_url_alone_cannot_be_guessed(api):
    drawn = [api.run("julia", {"prompt": "a", "width": 16, "height": 16}) for _ in range(2)]
    uploads = [api.client.post("files", files={"content": b"a"}).json() for _ in range(2)]
    outputs = [re.fullmatch(r".*/files/([a-z2-7]{32})/[^/]+", one["output"][0])[1] for one in drawn]
    streams = [one["urls"]["stream"].rpartition("/")[2] for one in drawn]
    for first, second in (outputs, streams, [one["id"] for one in uploads]):
        same = sum(left == right for left, right in zip(first, second, strict=True))
        assert same < len(first) / 2
    assert {len(one) for one in streams} == {57}
    link = f"files/{uploads[0]['id']}/download?owner=local&expiry=9999999999&signature="
    for signature in ("AAAA", "A" * 43 + "="):
        assert api.client.get(link + signature).status_code == 403


DEEP = 100_000
ECHO = "/v1/models/local/echo/predictions"
JSON_BODIES = [
    ("deep lists", b'{"input": ' + b"[" * DEEP + b"]" * DEEP + b"}"),
    ("deep objects", b'{"input": {"text": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}}"),
    ("deeper than it looks", b'{"input": {"items": [' + b"[" * 900 + b"]" * 900 + b"]}}"),
    ("just deep enough to be read", b'{"input": {"other": ' + b"[" * 300 + b"]" * 300 + b"}}"),
    ("a number above all", b'{"input": {"number": 1e400}}'),
    ("a number below all", b'{"input": {"number": -1e400}}'),
    ("a whole number without end", b'{"input": {"number": ' + b"9" * 100_000 + b"}}"),
    ("a whole number that can just be read", b'{"input": {"number": ' + b"9" * 4000 + b"}}"),
    ("a count without end", b'{"input": {"count": ' + b"9" * 4000 + b"}}"),
    ("a count with a point", b'{"input": {"count": 1e308}}'),
    ("not a number", b'{"input": {"number": NaN}}'),
    ("half a pair", b'{"input": {"text": "\\ud800"}}'),
    ("half a pair as a name", b'{"input": {"\\udfff": 1}}'),
    ("half a pair as a choice", b'{"input": {"choice": "\\ud800"}}'),
    ("half a pair in a webhook", b'{"input": {}, "webhook": "http://127.0.0.1:9/\\ud800"}'),
    ("a zero", b'{"input": {"text": "\\u0000"}}'),
    ("the same name twice", b'{"input": {"count": 1, "count": "x"}}'),
    ("a name that means something elsewhere", b'{"input": {"__proto__": {"a": 1}, "__class__": 1, "$ref": "#"}}'),
    ("many names", b'{"input": {' + b",".join(b'"a%d": 1' % n for n in range(50_000)) + b"}}"),
    ("bytes that are no text", b'{"input": {"text": "\xff\xfe"}}'),
    ("another encoding", '{"input": {"text": "é"}}'.encode("utf-16")),
    ("nothing", b""),
]


def strict(text):
    def refuse(name):
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("content", [content for _, content in JSON_BODIES], ids=[name for name, _ in JSON_BODIES])
def test_no_json_upsets_the_engine(api, content):
    headers = {"Content-Type": "application/json", "Prefer": "wait=20"}
    told = api.client.post(api.origin + ECHO, content=content, headers=headers)
    assert told.status_code in {201, 400, 422}, told.text
    body = strict(told.text)
    if told.status_code == 201:
        assert body["status"] in {"succeeded", "failed"}
        assert strict(api.client.get(body["urls"]["get"]).text)["id"] == body["id"]
        assert httpx.get(body["urls"]["stream"], timeout=10).status_code == 200
    assert "results" in strict(api.client.get("predictions").text)


HALF = "\\ud800"
STRANGE = [
    ("POST", "predictions", f'{{"version": "{HALF}", "input": {{}}}}'),
    ("POST", "predictions", f'{{"version": "{HALF}/{HALF}", "input": {{}}}}'),
    ("POST", "predictions", f'{{"version": "local/echo:{HALF}", "input": {{}}}}'),
    ("POST", "models", f'{{"owner": "local", "name": "{HALF}", "visibility": "private", "hardware": "cpu"}}'),
    ("POST", "models", f'{{"owner": "{HALF}", "name": "a", "visibility": "private", "hardware": "cpu"}}'),
    (
        "POST",
        "deployments",
        f'{{"name": "{HALF}", "model": "local/{HALF}", "version": "{HALF}", "min_instances": 1e400}}',
    ),
    ("PATCH", "models/local/echo", f'{{"description": "{HALF}", "readme": 1e400}}'),
    ("PATCH", "deployments/local/nope", '{"min_instances": 1e400}'),
]


@pytest.mark.parametrize(("method", "path", "body"), STRANGE)
def test_text_that_no_encoding_can_carry_is_refused(api, method, path, body):
    told = api.client.request(method, path, content=body.encode(), headers={"Content-Type": "application/json"})
    assert 400 <= told.status_code < 500, told.text
    strict(told.text)


METADATA = [
    '{"a": 1e400}',
    '{"a": NaN}',
    '{"a": "\\ud800"}',
    "[" * DEEP,
    '{"a": ' + "9" * 4000 + "}",
    '{"a": ' * 500 + "1" + "}" * 500,
]


@pytest.mark.parametrize("metadata", METADATA, ids=range(len(METADATA)))
def test_no_metadata_of_an_upload_upsets_the_engine(api, metadata):
    told = api.client.post("files", files={"content": b"a", "metadata": (None, metadata.encode())})
    assert told.status_code in {201, 400, 422}, told.text
    strict(told.text)
    listed = api.client.get("files")
    assert listed.status_code == 200
    strict(listed.text)


def test_no_search_text_upsets_the_engine(api):
    for text in (
        b"\xff\xfe",
        b'"\\ud800"',
        b"[" * DEEP,
        b"(" * 10_000,
        b"a " * 100_000,
        b"\0",
        b"%s%n",
        b"' OR 1=1 --",
    ):
        told = api.client.request("QUERY", "models", content=text, headers={"Content-Type": "text/plain"})
        assert told.status_code == 200, told.text
        strict(told.text)
    for text in ("' OR 1=1 --", "%00", "%ff", "%ed%a0%80", "%28" * 2000):
        assert api.client.get(f"{api.origin}/v1/search?query={text}").status_code in {200, 422}


def test_a_search_without_end_does_not_hold_up_the_others(api):
    began = time.monotonic()
    text = b" ".join(b"%d" % number for number in range(200_000))
    assert api.client.request("QUERY", "models", content=text, headers={"Content-Type": "text/plain"}).is_success
    assert time.monotonic() - began < 20


INJECTIONS = ["wait\r\nSet-Cookie: a=b", "wait=5\nX: y", "wait\x00"]


@pytest.mark.parametrize("value", INJECTIONS)
def test_no_header_comes_back_as_two(wire, value):
    content = head(ECHO, f"Prefer: {value}", "Content-Type: application/json", "Content-Length: 12", method="POST")
    told, _, _ = wire(content + b'{"input":{}}').partition(b"\r\n\r\n")
    assert told
    assert b"\nset-cookie" not in told.lower()
    assert b"\nx: y" not in told.lower()


@pytest.mark.parametrize(
    "host", ['localhost"><script>', "localhost\xff", "localhost:1:2", "[::1", "localhost:99999999", "", "a b"]
)
def test_no_host_upsets_the_engine(api, wire, host):
    told = wire(f"GET /p/x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
    assert int(told.split(b" ", 2)[1]) in {307, 400, 403}


def test_who_lets_other_machines_in_is_warned_and_who_does_not_is_not():
    from own_engines import serving as served

    with served("--host", "0.0.0.0", "--token", "of-the-test") as api:
        assert "0.0.0.0 can be reached from other machines" in api.told()
        assert "of-the-test" not in api.told()
    with served() as api:
        assert api.told() == ""
        assert api.url.startswith("http://127.0.0.1:")
