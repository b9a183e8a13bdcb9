"""HTTP/1.1 on one connection: read as the common library h11 reads it, whatever comes and however it is cut."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from types import SimpleNamespace

import h11
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from replicate._blocking import run_blocking
from replicate._transport.awaiting_network import AwaitingNetwork
from replicate._transport.blocking_network import BlockingNetwork
from replicate._transport.http_connection import LONGEST_HEAD_SECONDS, BodyChangedError, HttpConnection
from replicate._transport.network import Stream

ORIGIN = (b"http", b"a", None)


class Script(Stream):
    """A connection on which these pieces come, and then its end."""

    def __init__(self, pieces):
        self.pieces = list(pieces)
        self.written = b""

    async def read(self, seconds):
        return self.pieces.pop(0) if self.pieces else b""

    async def write(self, data, seconds):
        self.written += data

    async def take_in(self):
        pass

    def has_news(self):
        return bool(self.pieces)

    async def close(self):
        self.pieces.clear()


def request(method="GET", url="http://a/", **options):
    return httpx.Request(method, url, **options)


def read(pieces, method="GET"):
    """Return what this client makes of an answer; None where that is an error."""
    script = Script(pieces)
    connection = HttpConnection(ORIGIN, script, BlockingNetwork())
    try:
        head = run_blocking(connection.send(request(method)))
        body = b""
        while piece := run_blocking(connection.read()):
            body += piece
    except httpx.RemoteProtocolError:
        return None
    return head.status, head.reason, told(head.fields), body, connection.is_reusable and not script.has_news()


def told(fields):
    """Return fields for a comparison: h11 rewrites those that say where a body ends."""
    fields = [(name.lower(), value) for name, value in fields]
    return [field for field in fields if field[0] not in {b"content-length", b"transfer-encoding"}]


def read_by_h11(pieces, method="GET"):
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "a")]))
    connection.send(h11.EndOfMessage())
    pieces, head, body = [*pieces, b""], None, b""
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(pieces.pop(0))
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
    except (h11.RemoteProtocolError, IndexError):
        return None
    reusable = connection.their_state is h11.DONE and not connection.trailing_data[0] and pieces == [b""]
    return head.status_code, bytes(head.reason), told(head.headers), body, reusable


def cut(content, places):
    """Return content in pieces, none of them empty."""
    bounds = sorted({0, len(content), *(place % (len(content) + 1) for place in places)})
    return [content[start:end] for start, end in pairwise(bounds)]


TOKENS = st.text("abXY-_!09", min_size=1, max_size=8).map(lambda text: b"x-" + text.encode())
VALUES = st.binary(max_size=12).map(lambda value: value.translate(None, b"\x00\n\x0b\x0c\r").strip())


@st.composite
def answers(draw):
    """Return the bytes of an answer as a good server sends it, with interim ones before it."""
    interim = b"".join(draw(st.lists(st.just(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), max_size=2)))
    status = draw(st.sampled_from([200, 200, 200, 201, 204, 304, 404, 500]))
    version = draw(st.sampled_from([b"1.1", b"1.1", b"1.0"]))
    fields = draw(st.lists(st.tuples(TOKENS, VALUES), max_size=4))
    fields += draw(st.lists(st.sampled_from([(b"Connection", b"close"), (b"connection", b"Keep-Alive")]), max_size=1))
    chunks = draw(st.lists(st.binary(min_size=1, max_size=30), max_size=6))
    framing = draw(st.sampled_from(["length", "chunked", "end"]))
    body = b"".join(chunks)
    if framing == "length":
        fields.append((b"Content-Length", b"%d" % len(body)))
    elif framing == "chunked":
        fields.insert(0, (b"transfer-encoding", b"Chunked"))
        line = draw(st.sampled_from([b"%x\r\n%b\r\n", b"%X;name=value\r\n%b\r\n", b"%04x \r\n%b\r\n"]))
        trailer = draw(st.sampled_from([b"", b"x-sum: 5\r\n"]))
        body = b"".join(line % (len(chunk), chunk) for chunk in chunks) + b"0\r\n" + trailer + b"\r\n"
    lines = b"".join(b"%b: %b\r\n" % field for field in fields)
    return interim + b"HTTP/%b %d Some words\r\n%b\r\n%b" % (version, status, lines, body)


@given(answers(), st.lists(st.integers(0, 400), max_size=8), st.sampled_from(["GET", "HEAD"]))
def test_a_good_answer_is_read_however_it_is_cut(answer, places, method):
    expected = read_by_h11([answer], method)
    assert expected is not None
    assert read(cut(answer, places), method) == expected


@given(answers(), st.lists(st.integers(0, 400), max_size=3), st.integers(0, 400))
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", [], 3)
def test_an_answer_that_ends_early_is_no_answer_unless_the_end_of_the_connection_is_its_end(answer, places, length):
    pieces = cut(answer[: length % (len(answer) + 1)], places)
    assert read(pieces) == read_by_h11(pieces)


@given(
    answers(),
    st.lists(
        st.tuples(
            st.integers(0, 400), st.integers(0, 2), st.sampled_from(sorted(set(b"\r\n\0 \t:;,x0159aF-\x80HCTP")))
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.integers(0, 400), max_size=3),
)
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", [(0, 0, ord("H"))], [])
def test_a_garbled_answer_is_an_error_or_what_h11_makes_of_it(answer, changes, places):
    content = bytearray(answer)
    for place, removed, added in changes:
        start = place % (len(content) + 1)
        content[start : start + removed] = bytes([added])
    pieces = cut(bytes(content), places)
    found = read(pieces)
    assert found is None or found == read_by_h11(pieces)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: %b\r\n\r\n{}" % (b"9" * 5000),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1_0\r\naaaaaaaaaaaaaaaa\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno field\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 204 None\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 2, 3\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_plain_answer_is_an_error(head):
    assert read([head]) is None


@pytest.mark.parametrize(
    "endless",
    [
        [b"HTTP/1.1 200 OK\r\n", *[b"X-A: " + b"a" * 10_000 + b"\r\n"] * 20],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", *[b"a" * 1000] * 20],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", *[b"X-A: " + b"a" * 10_000 + b"\r\n"] * 20],
    ],
    ids=["head", "line of a chunk", "trailer"],
)
def test_what_has_no_end_is_not_kept(endless):
    script = Script(endless)
    connection = HttpConnection(ORIGIN, script, BlockingNetwork())

    async def receive():
        await connection.send(request())
        await connection.read()

    with pytest.raises(httpx.RemoteProtocolError):
        run_blocking(receive())
    assert script.pieces, "reading stopped before the end"


@pytest.mark.parametrize("begun", [b"1;", b"1\r\na\r\n0\r\nX-A: "], ids=["line of a chunk", "trailer"])
def test_a_body_of_which_nothing_comes_but_its_framing_is_given_up_as_silence_is(begun, monkeypatch):
    now = [0.0]

    class Dripping(Script):
        async def read(self, seconds):
            assert seconds <= 5
            now[0] += 1
            return await super().read(seconds)

    script = Dripping([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + begun, *[b"a"] * 100])
    connection = HttpConnection(ORIGIN, script, BlockingNetwork())

    async def receive():
        await connection.send(request(extensions={"timeout": {"read": 5.0}}))
        while await connection.read():
            pass

    with monkeypatch.context() as patched:
        patched.setattr("time.monotonic", lambda: now[0])
        with pytest.raises(httpx.ReadTimeout):
            run_blocking(receive())
    assert now[0] < 10


def test_a_length_beside_chunks_ends_the_connection_after_the_answer():
    both = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
    *_, body, reusable = read([both])
    assert (body, reusable) == (b"a", False)


def test_bytes_after_the_answer_end_the_connection():
    for surplus in (b"{}x", b"{}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"):
        *_, body, reusable = read([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + surplus])
        assert (body, reusable) == (b"{}", False)
    *_, reusable = read([b"HTTP/1.1 204 None\r\n\r\nx"])
    assert not reusable


# Requests

NAMES = st.text(st.characters(max_codepoint=255), min_size=1, max_size=6)


@given(st.lists(st.tuples(NAMES, NAMES), max_size=3), st.sampled_from(["GET", "POST", "DELETE", "G T", "A\r\nB"]))
@example([("X-A", "a\r\nX-B: b")], "GET")
@example([("X-A", "a\n")], "GET")
@example([("X-A ", "a")], "GET")
@example([("X-A", " a")], "GET")
def test_a_head_is_sent_only_as_the_one_request_it_is(fields, method):
    script = Script([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
    headers = [("Host", "a"), *fields]
    content = b"x" if method == "POST" else b""
    try:
        made = httpx.Request(
            method,
            "http://a/x?y=%0d%0a",
            headers=[(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers],
            content=content,
        )
        run_blocking(HttpConnection(ORIGIN, script, BlockingNetwork()).send(made))
    except httpx.LocalProtocolError:
        assert not script.written
        return
    server = h11.Connection(h11.SERVER)
    server.receive_data(script.written)
    event = server.next_event()
    assert (event.method, event.target) == (method.encode(), b"/x?y=%0d%0a")
    assert list(event.headers.raw_items()) == made.headers.raw
    if content:
        assert server.next_event().data == content
    assert isinstance(server.next_event(), h11.EndOfMessage)
    assert not server.trailing_data[0]


@given(st.lists(st.binary(max_size=200_000), max_size=4))
def test_a_body_in_chunks_arrives_whole(chunks):
    script = Script([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
    run_blocking(HttpConnection(ORIGIN, script, BlockingNetwork()).send(request("POST", content=iter(chunks))))
    server = h11.Connection(h11.SERVER)
    server.receive_data(script.written)
    server.next_event()
    body = b""
    while not isinstance(event := server.next_event(), h11.EndOfMessage):
        body += event.data
    assert body == b"".join(chunks)


def test_what_a_body_is_read_from_is_closed_when_the_server_does_not_want_it_all():
    closed = []

    class Content(httpx.AsyncByteStream):
        async def __aiter__(self):
            try:
                yield b"a"
                yield b"b"
            finally:
                closed.append(True)

    class Refusing(Script):
        async def write(self, data, seconds):
            if self.written:
                raise httpx.WriteError("refused")
            await super().write(data, seconds)

    async def send():
        refusing = Refusing([b"HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n"])
        connection = HttpConnection(ORIGIN, refusing, AwaitingNetwork())
        head = await connection.send(request("POST", stream=Content(), headers={"Transfer-Encoding": "chunked"}))
        assert (head.status, connection.is_reusable, closed) == (413, False, [True])

    asyncio.run(send())


@pytest.mark.parametrize("content", [[b"abc"], [b"a", b"bcdef"]])
def test_a_body_of_another_length_than_promised_is_not_sent_as_if_it_were_whole(content):
    script = Script([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
    connection = HttpConnection(ORIGIN, script, BlockingNetwork())
    with pytest.raises(BodyChangedError):
        run_blocking(connection.send(request("POST", content=iter(content), headers={"Content-Length": "5"})))
    assert not connection.is_reusable
    assert len(script.written.partition(b"\r\n\r\n")[2]) < 5


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "5"},
        {"Content-Length": "five"},
        {"Content-Length": "3", "Transfer-Encoding": "chunked"},
        {"Transfer-Encoding": "gzip"},
        [("Content-Length", "3"), ("content-length", "3")],
    ],
)
def test_headers_that_tell_no_true_length_are_refused(headers):
    script = Script([])
    with pytest.raises(httpx.LocalProtocolError):
        run_blocking(
            HttpConnection(ORIGIN, script, BlockingNetwork()).send(request("POST", content=b"abc", headers=headers))
        )
    assert not script.written


def test_a_body_that_goes_out_slowly_ends_with_its_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("replicate._transport.http_connection.time", SimpleNamespace(monotonic=lambda: now[0]))
    given = []

    class Slow(Script):
        async def write(self, data, seconds):
            given.append(seconds)
            now[0] += 1.0

    slow = request("POST", content=iter([b"x" * 1000] * 100))
    slow.extensions = {"timeout": {"write": 3.0}, LONGEST_HEAD_SECONDS: 10.0}
    with pytest.raises(httpx.WriteTimeout):
        run_blocking(HttpConnection(ORIGIN, Slow([]), BlockingNetwork()).send(slow))
    assert given == [*[3.0] * 8, 2.0, 1.0]
