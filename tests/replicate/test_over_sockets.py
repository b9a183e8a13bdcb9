"""Downloads, uploads and streams over real connections, which end where they should not."""

from __future__ import annotations

import gzip
import io
import os
import threading
import zlib

import httpx
import pytest
import replicate
from raw_sockets import RawServer, head, raw, refusing, respond
from replicate.exceptions import NetworkError, ReplicateError, RequestTimeoutError
from wire_objects import ID, VERSION, prediction, uploaded

CONTENT = os.urandom(50_000)
PATH = "/files/out-0.bin"


@pytest.fixture
def connected(colour, clock):
    """A function that gives a client for a server on this machine."""

    def connect(server=None, *, url=None, **settings):
        return colour.client(None, clock, base_url=url or server.url, transport=None, **settings)

    return connect


def file_of(server, client):
    return replicate.FileOutput(f"{server.url}{PATH}", client)


@pytest.mark.parametrize("then", ["close", "reset"])
@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("how", ["read", "save"])
def test_a_download_that_is_cut_is_an_error_and_leaves_no_file(colour, connected, tmp_path, framing, then, how):
    half = CONTENT[:20_000]
    if framing == "length":
        cut = head(200, content_length=len(CONTENT)) + half
    else:
        cut = head(200, transfer_encoding="chunked") + b"%x\r\n%b\r\n" % (len(half), half)
    with RawServer(raw(cut, then=then)) as server:
        output = file_of(server, connected(server))
        with pytest.raises(NetworkError):
            colour(output.read) if how == "read" else colour(output.save, tmp_path / "x.bin")
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_is_cut_goes_on_where_it_broke(colour, connected, tmp_path):
    marked = {"etag": '"v1"', "accept_ranges": "bytes"}
    first = head(200, content_length=len(CONTENT), **marked) + CONTENT[:20_000]
    second = (
        head(206, content_length=30_000, content_range=f"bytes 20000-49999/{len(CONTENT)}", **marked) + CONTENT[20_000:]
    )
    with RawServer(raw(first), raw(second)) as server:
        saved = colour(file_of(server, connected(server)).save, tmp_path / "x.bin")
        assert server.requests[1].headers["range"] == "bytes=20000-"
    assert saved.read_bytes() == CONTENT


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compressed_file_arrives_as_it_was(colour, connected, encoding):
    body = gzip.compress(CONTENT) if encoding == "gzip" else zlib.compress(CONTENT)
    with RawServer(respond(200, body, headers={"content-encoding": encoding})) as server:
        assert colour(file_of(server, connected(server)).read) == CONTENT


@pytest.mark.parametrize(
    "answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n"]
)
def test_what_is_no_http_is_this_clients_error(colour, connected, answer):
    with RawServer(raw(answer)) as server, pytest.raises(NetworkError):
        colour(connected(server, max_retries=0).predictions.get, ID)


def test_a_server_that_says_nothing_is_left_in_time(colour, connected):
    told = threading.Event()

    def silent(connection):
        connection.read()
        connection.hung_up()
        told.set()

    with RawServer(silent) as server:
        with pytest.raises(RequestTimeoutError, match="did not answer"):
            colour(connected(server, max_retries=0, timeout=httpx.Timeout(30, read=0.05)).predictions.get, ID)
        assert told.wait(10)


def test_nobody_there_is_this_clients_error(colour, connected):
    with refusing() as url, pytest.raises(NetworkError) as caught:
        colour(connected(url=url, max_retries=1).predictions.create, VERSION, input={})
    assert caught.value.sent is False


def test_an_upload_arrives_whole(colour, connected):
    def serve(connection):
        while (request := connection.read()) is not None:
            body = uploaded() if request.target.endswith("/files") else prediction("succeeded", output="x")
            respond_once(connection, 201, body)

    with RawServer(serve) as server:
        client = connected(server)
        assert colour(client.run, VERSION, {"file": io.BytesIO(CONTENT)}) == "x"
        upload = server.requests[0]
    assert CONTENT in upload.body
    assert upload.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert int(upload.headers["content-length"]) == len(upload.body)


def respond_once(connection, status, body):
    import json

    content = json.dumps(body).encode()
    connection.send(head(status, content_length=len(content)) + content)


def chunk(content):
    return b"%x\r\n%b\r\n" % (len(content), content)


def test_leaving_a_stream_hangs_up(colour, connected):
    left = threading.Event()

    def serve(connection):
        while (request := connection.read()) is not None:
            if request.target == "/stream":
                connection.send(head(200, content_type="text/event-stream"))
                connection.send(b"event: output\nid: 1:0\ndata: a\n\n")
                if connection.hung_up():
                    left.set()
                return
            stream = {"urls": {"stream": f"http://127.0.0.1:{connection.server.port}/stream"}}
            respond_once(
                connection, 201, prediction("canceled" if "cancel" in request.target else "starting", **stream)
            )

    with RawServer(serve) as server:
        told = colour.iterate(connected(server).stream, VERSION)
        assert str(next(told)) == "a"
        told.close()
        assert left.wait(10)
        assert server.lines[-1] == f"POST /v1/predictions/{ID}/cancel"


def test_a_stream_over_a_breaking_connection_is_told_whole_and_once(colour, connected):
    opened = []

    def serve(connection):
        while (request := connection.read()) is not None:
            if request.target == "/stream":
                opened.append(request.headers.get("last-event-id"))
                start = int((opened[-1] or "1:-1").partition(":")[2]) + 1
                connection.send(head(200, content_type="text/event-stream", transfer_encoding="chunked"))
                for place in range(start, start + 3):
                    event = f"event: output\nid: 1:{place}\ndata: {place},ü\n\n".encode()
                    connection.send(chunk(event[:31]))
                    connection.send(chunk(event[31:]))
                if start == 6:
                    connection.send(chunk(b"event: done\n\n"))
                return
            stream = {"urls": {"stream": f"http://127.0.0.1:{connection.server.port}/stream"}}
            respond_once(connection, 200, prediction("processing", **stream))

    with RawServer(serve) as server:
        told = list(colour.iterate(connected(server).stream, VERSION))
    assert "".join(map(str, told)) == "".join(f"{place},ü" for place in range(9))
    assert opened == [None, "1:2", "1:5"]


@pytest.mark.parametrize("location", ["/v1/predictions/other", "http://127.0.0.1:1/"])
def test_a_redirect_of_an_api_call_is_not_followed(colour, connected, location):
    with RawServer(respond(307, b"", headers={"location": location})) as server:
        with pytest.raises(ReplicateError) as caught:
            colour(connected(server).predictions.get, ID)
        assert caught.value.status == 307
        assert len(server.requests) == 1
