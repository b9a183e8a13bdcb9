"""The files of an account: uploading each kind of source, what one tells, listing, deleting, and signed downloads."""

from __future__ import annotations

import asyncio
import io
import json
import os
import threading
import tracemalloc

import httpx
import pytest
import replicate
from file_sources import CONTENT, OPENED, UNNAMED, OnlyRead, Zeros, named, parts_of
from replicate.exceptions import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    DecodeError,
    InvalidArgumentError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    ReplicateError,
    ServerError,
)
from replicate.file import File
from scripted import Chunks, Script, answer
from wire_objects import API, TOKEN, page, prediction, uploaded

UPLOAD = "POST /v1/files"
SIGNED = {"owner": "acme", "expiry": 1735693200, "signature": "09L6qZUxQ/+iEo="}
LINK = "GET /v1/files/f1/download?owner=acme&expiry=1735693200&signature=09L6qZUxQ%2F%2BiEo%3D"
CDN = "https://cdn.example/f1/cat.png?signature=1"


@pytest.fixture
def upload(colour, open_client):
    """A function that uploads a file, and gives the parts that arrived."""

    def create(file, **options):
        script = Script(answer(201, uploaded()))
        found = colour(open_client(script).files.create, file, **options)
        assert isinstance(found, File)
        assert script.lines == [UPLOAD]
        return parts_of(script.sent[0])

    return create


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(CONTENT)
    return path


class Located:
    """A path of another library."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


# What can be uploaded

SOURCES = {
    **OPENED,
    "text": str,
    "path of another library": lambda path: Located(str(path)),
    "path in bytes": lambda path: Located(os.fsencode(path)),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_file_of_this_machine_is_uploaded_under_its_name_and_media_type(upload, picture, source):
    file = source(picture)
    assert upload(file) == [("content", "cat.png", "image/png", CONTENT)]
    if hasattr(file, "close"):
        assert not file.closed
        file.close()


@pytest.mark.parametrize("made", UNNAMED.values(), ids=UNNAMED)
def test_a_source_without_a_name_is_uploaded_whole(upload, made):
    file = made()
    assert upload(file, filename="digits.txt") == [("content", "digits.txt", "text/plain", CONTENT)]
    assert not getattr(file, "closed", False)
    getattr(file, "close", lambda: None)()


def test_an_empty_file_is_a_file(upload):
    assert upload(b"") == [("content", "file", "application/octet-stream", b"")]


def test_one_open_file_can_be_uploaded_twice(upload, picture):
    with picture.open("rb") as file:
        assert upload(file) == upload(file) == [("content", "cat.png", "image/png", CONTENT)]


def test_a_file_whose_name_is_no_utf_8_is_uploaded_all_the_same(upload, tmp_path):
    path = tmp_path / os.fsdecode(b"gr\xfcn.png")
    path.write_bytes(CONTENT)
    assert upload(path) == [("content", "gr?n.png", "image/png", CONTENT)]


NO_FILES = {
    "nothing": None,
    "a number": 5,
    "a pair": ("cat.png", b"x"),
    "a dictionary": {"content": b"x"},
    "a class": io.BytesIO,
    "a file that is missing": "no-such.png",
    "a directory": ".",
    "no name at all": "",
    "a name that no file has": "a\0b",
}


@pytest.mark.parametrize("file", NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_file_is_refused_before_anything_is_sent(colour, open_client, file):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=r"^file") as caught:
        colour(open_client(script).files.create, file)
    assert caught.value.argument == "file"
    assert script.sent == []


@pytest.mark.parametrize("opened", [lambda path: path.open("rb"), lambda _: io.BytesIO(b"x"), lambda _: io.StringIO()])
def test_a_closed_file_is_refused(colour, open_client, picture, opened):
    script = Script()
    file = opened(picture)
    file.close()
    with pytest.raises(InvalidArgumentError, match=r"^file: .*closed"):
        colour(open_client(script).files.create, file)
    assert script.sent == []


def test_a_file_that_may_not_be_read_is_refused(colour, open_client, picture):
    class Forbidden(OnlyRead):
        def read(self, size=-1):
            raise PermissionError(13, "Permission denied")

    script = Script()
    with picture.open("ab") as written:
        for file in (Forbidden(b""), written):
            with pytest.raises(InvalidArgumentError, match=r"^file: "):
                colour(open_client(script).files.create, file)
    assert script.sent == []


def test_a_file_larger_than_the_service_takes_is_refused_before_anything_is_sent(colour, open_client, tmp_path):
    path = tmp_path / "huge.bin"
    script = Script()
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    with path.open("rb") as opened:
        for source in (path, str(path), opened):
            with pytest.raises(InvalidArgumentError, match="the file has 104857601 bytes"):
                colour(open_client(script).files.create, source)
    assert script.sent == []


# What is said of it


@pytest.mark.parametrize(
    ("options", "name", "media_type"),
    [
        ({"filename": "dog.webp"}, "dog.webp", "image/webp"),
        ({"filename": "dog"}, "dog", "image/png"),
        ({"content_type": "text/x-cat; charset=utf-8"}, "cat.png", "text/x-cat"),
        ({"filename": "dog.webp", "content_type": "image/jpeg"}, "dog.webp", "image/jpeg"),
        ({"filename": None, "content_type": None, "metadata": None}, "cat.png", "image/png"),
    ],
)
def test_a_name_and_a_media_type_that_are_given_win(upload, picture, options, name, media_type):
    for file in (picture, named(OnlyRead(CONTENT), str(picture))):
        assert upload(file, **options) == [("content", name, media_type, CONTENT)]


def test_a_name_beyond_ascii_is_sent_as_it_is(colour, open_client):
    script = Script(answer(201, uploaded()))
    colour(open_client(script).files.create, b"x", filename="katze ü€.png")
    assert 'filename="katze ü€.png"'.encode() in script.sent[0].body


def test_a_name_cannot_break_out_of_its_header(upload):
    ((part, _, media_type, content),) = upload(b"x", filename='a"; name="evil.png')
    assert (part, media_type, content) == ("content", "image/png", b"x")


@pytest.mark.parametrize("metadata", [{"a": [1, {"b": None}], "ü": "\u2028"}, {"1": 2}])
def test_metadata_is_sent_as_json(upload, metadata):
    content, sent = upload(b"x", metadata=metadata)
    assert content[0] == "content"
    assert sent[:3] == ("metadata", None, "application/json")
    assert json.loads(sent[3]) == metadata


def test_the_metadata_of_the_caller_is_not_kept(upload):
    metadata = {"a": [1]}
    _, sent = upload(b"x", metadata=metadata)
    assert json.loads(sent[3]) == metadata == {"a": [1]}


@pytest.mark.parametrize(
    "options",
    [
        {"filename": ""}, {"filename": 5}, {"filename": "a\r\nb"}, {"filename": "\udcff"}, {"filename": "ä" * 128},
        {"content_type": ""}, {"content_type": "png"}, {"content_type": 5}, {"content_type": "image/p\r\nng"},
        {"content_type": "image/ü"}, {"metadata": [1]}, {"metadata": "{}"}, {"metadata": {"a": b"x"}},
        {"metadata": {"a": float("nan")}}, {"metadata": {(1,): 2}},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_said_of_a_file_is_refused_by_name(colour, open_client, options):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=next(iter(options))) as caught:
        colour(open_client(script).files.create, b"x", **options)
    assert caught.value.argument == next(iter(options))
    assert script.sent == []


def test_the_longest_name_is_sent(upload):
    ((_, name, *_),) = upload(b"x", filename="a" * 255)
    assert len(name) == 255


def test_an_option_nobody_knows_is_refused(colour, open_client):
    script = Script()
    with pytest.raises(TypeError, match="purpose"):
        colour(open_client(script).files.create, b"x", purpose="training")
    assert script.sent == []


# What becomes of an upload


def test_an_uploaded_file_can_be_an_input_at_once(colour, open_client):
    script = Script(answer(201, uploaded()), answer(201, prediction()))
    client = open_client(script)
    file = colour(client.files.create, b"x")
    colour(client.predictions.create, "acme/painter:" + "a1" * 32, {"image": file, "more": [file]})
    url = f"{API}/v1/files/f1"
    assert script.sent[1].json["input"] == {"image": url, "more": [url]}


REFUSALS = [(400, BadRequestError), (401, AuthenticationError), (413, APIStatusError), (500, ServerError)]


@pytest.mark.parametrize(("status", "error"), REFUSALS)
def test_an_upload_that_is_refused_is_sent_once_and_tells_why(colour, open_client, status, error):
    script = Script(answer(status, {"detail": "no, thank you", "status": status}))
    with pytest.raises(error, match="no, thank you") as caught:
        colour(open_client(script).files.create, b"x")
    assert caught.value.status == status
    assert script.lines == [UPLOAD]
    assert TOKEN not in repr(caught.value) + str(caught.value)


def test_a_throttled_upload_is_sent_again_from_its_start(colour, open_client, picture):
    script = Script(answer(429, {"detail": "throttled", "retry_after": 1}), answer(201, uploaded()))
    with picture.open("rb") as file:
        colour(open_client(script).files.create, file)
    assert [parts_of(sent)[0][3] for sent in script.sent] == [CONTENT, CONTENT]


def test_an_upload_that_stays_throttled_is_an_error(colour, open_client):
    script = Script(answer(429, {"detail": "throttled", "retry_after": 1}))
    with pytest.raises(RateLimitError, match="throttled"):
        colour(open_client(script, max_retries=0).files.create, b"x")


@pytest.mark.parametrize("made", [lambda: b"x" * 200_000, lambda: io.StringIO("x" * 200_000)])
def test_the_progress_of_an_upload_is_told(upload, made):
    told = []
    upload(made(), on_progress=lambda read, size: told.append((read, size)))
    assert [size for _, size in told] == [200_000] * len(told)
    assert [read for read, _ in told] == [65_536, 131_072, 196_608, 200_000]


def test_the_progress_of_an_upload_that_is_sent_again_begins_anew(colour, open_client):
    told = []
    script = Script(answer(429, {"detail": "throttled", "retry_after": 1}), answer(201, uploaded()))
    colour(open_client(script).files.create, CONTENT, on_progress=lambda read, _: told.append(read))
    assert told == [len(CONTENT)] * 2


def test_who_follows_an_upload_can_end_it(colour, open_client):
    def stop(*_):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        colour(open_client(Script(answer(201, uploaded()))).files.create, CONTENT, on_progress=stop)


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("slow"), httpx.ReadError("reset")])
def test_an_upload_whose_answer_was_lost_is_not_sent_again(colour, open_client, lost):
    script = Script(lost)
    with pytest.raises(NetworkError):
        colour(open_client(script).files.create, b"x")
    assert script.lines == [UPLOAD]


@pytest.mark.parametrize("body", [b"<html>", b"{", {}, {"name": "x"}, [], None])
def test_an_answer_that_is_no_file_is_an_error(colour, open_client, body):
    with pytest.raises(DecodeError):
        colour(open_client(Script(answer(201, body))).files.create, b"x")


# How a file is read


class Watched(Zeros):
    """A file that notes which threads read it, and whether the event loop turned meanwhile."""

    def __init__(self, *, seekable=True, loop=None):
        super().__init__(200_000, seekable=seekable)
        self.threads, self.loop, self.turned = set(), loop, threading.Event()

    def readinto(self, buffer):
        count = super().readinto(buffer)
        if count:
            self.threads.add(threading.get_ident())
            if self.loop is not None:
                self.loop.call_soon_threadsafe(self.turned.set)
                assert self.turned.wait(30), "the event loop waits for this very read"
        return count


@pytest.mark.parametrize("seekable", [True, False])
def test_an_upload_holds_little_of_the_file_in_memory(colour, open_client, seekable):
    size = 48 * 1024 * 1024
    script = Script(answer(201, uploaded()), keep_bodies=False)
    files = open_client(script).files
    tracemalloc.start()
    colour(files.create, Zeros(size, seekable=seekable))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert script.bytes_received > size
    assert peak < 24 * 1024 * 1024


@pytest.mark.parametrize("seekable", [True, False])
def test_a_file_is_read_off_the_event_loop(clock, seekable):
    async def main():
        file = Watched(seekable=seekable, loop=asyncio.get_running_loop())
        client = replicate.Client._with_clock(clock, transport=Script(answer(201, uploaded())))
        await client.files.async_create(file)
        assert file.threads
        assert threading.get_ident() not in file.threads

    asyncio.run(main())


def test_blocking_code_reads_a_file_in_its_own_thread(clock):
    file = Watched()
    replicate.Client._with_clock(clock, transport=Script(answer(201, uploaded()))).files.create(file)
    assert file.threads == {threading.get_ident()}


# What one tells


def test_a_file_tells_what_the_service_sent(colour, open_client):
    script = Script(uploaded(metadata={"a": 1}, checksums={"sha256": "ab", "md5": "cd"}, size=0))
    found = colour(open_client(script).files.get, "f1")
    assert (found.id, found.name, found.content_type, found.size, found.etag) == ("f1", "cat.png", "image/png", 0, "0")
    assert (found.checksums, found.metadata) == ({"sha256": "ab", "md5": "cd"}, {"a": 1})
    assert (found.created_at, found.expires_at) == ("2025-03-01T12:00:00Z", "2025-03-02T12:00:00Z")
    assert found.urls == {"get": f"{API}/v1/files/f1"}
    assert dict(found) == json.loads(found.json()) == uploaded(metadata={"a": 1}, checksums=found.checksums, size=0)
    assert repr(found) == "File(id='f1', name='cat.png', content_type='image/png', size=0)"


def test_a_file_is_got_and_deleted_by_id_or_object(colour, open_client):
    script = Script(uploaded(), uploaded(), 204, 204)
    files = open_client(script).files
    found = colour(files.get, "f1")
    assert colour(files.get, found) == found
    assert colour(files.delete, "f1") is True
    assert colour(files.delete, found) is True
    assert script.lines == ["GET /v1/files/f1", "GET /v1/files/f1", "DELETE /v1/files/f1", "DELETE /v1/files/f1"]


def test_upper_and_lower_case_of_an_id_are_kept(colour, open_client):
    script = Script(uploaded("NGZiNmY2_-YzQtMThhZg"))
    assert colour(open_client(script).files.get, "NGZiNmY2_-YzQtMThhZg").id == "NGZiNmY2_-YzQtMThhZg"
    assert script.lines == ["GET /v1/files/NGZiNmY2_-YzQtMThhZg"]


@pytest.mark.parametrize("file_id", ["", "..", ".", "a/b", "../account", "f1?x=1", "a b", "f1#", None, 5, b"f1"])
def test_an_id_cannot_leave_its_place_in_the_path(colour, open_client, file_id):
    script = Script()
    files = open_client(script).files
    for call in (
        lambda: colour(files.get, file_id),
        lambda: colour(files.delete, file_id),
        lambda: colour(files.download, file_id, **SIGNED),
    ):
        with pytest.raises(InvalidArgumentError, match="file_id"):
            call()
    assert script.sent == []


def test_a_file_that_is_gone_is_not_found(colour, open_client):
    script = Script(*[answer(404, {"detail": "The requested resource could not be found."})] * 3)
    files = open_client(script).files
    for call in (
        lambda: colour(files.get, "f1"),
        lambda: colour(files.delete, "f1"),
        lambda: colour(files.download, "f1", **SIGNED),
    ):
        with pytest.raises(NotFoundError, match="could not be found"):
            call()


def test_a_delete_whose_answer_was_lost_is_sent_again(colour, open_client):
    script = Script(httpx.ReadError("reset"), 204)
    assert colour(open_client(script).files.delete, "f1") is True
    assert script.lines == ["DELETE /v1/files/f1"] * 2


def test_the_files_of_an_account_are_pages(colour, open_client):
    second = f"{API}/v1/files?cursor=2"
    script = Script(page(uploaded("f1"), {"name": "no id"}, None, next=second), page(uploaded("f2")))
    files = open_client(script).files
    first = colour(files.list)
    assert ([file.id for file in first], first.next) == (["f1"], second)
    assert [file.id for file in colour(files.list, first.next)] == ["f2"]
    assert script.lines == ["GET /v1/files", "GET /v1/files?cursor=2"]


# Signed downloads


def test_a_download_returns_the_bytes(colour, open_client):
    script = Script(answer(200, CONTENT))
    assert colour(open_client(script).files.download, "f1", **SIGNED) == CONTENT
    assert script.lines == [LINK]


@pytest.mark.parametrize("into", ["a file", "a path", "a directory", "a directory that is not there yet"])
def test_a_download_is_saved_where_it_is_told(colour, open_client, tmp_path, into):
    places = {
        "a file": (str(tmp_path / "dog.png"), "dog.png"),
        "a path": (tmp_path / "dog.png", "dog.png"),
        "a directory": (tmp_path, "cat.png"),
        "a directory that is not there yet": (f"{tmp_path}/new/", "new/cat.png"),
    }
    target, name = places[into]
    script = Script(answer(200, CONTENT, headers={"content-disposition": 'attachment; filename="cat.png"'}))
    path = colour(open_client(script).files.download, "f1", target, **SIGNED)
    assert path == tmp_path / name
    assert path.read_bytes() == CONTENT
    assert script.lines == [LINK]


def test_a_download_goes_on_where_it_broke(colour, open_client, tmp_path):
    script = Script(
        httpx.Response(
            200,
            headers={"etag": '"1"', "content-length": str(len(CONTENT))},
            stream=Chunks(CONTENT[:50], httpx.ReadError("reset")),
        ),
        answer(206, CONTENT[50:], headers={"etag": '"1"', "content-range": f"bytes 50-199/{len(CONTENT)}"}),
    )
    path = colour(open_client(script).files.download, "f1", tmp_path / "x", **SIGNED)
    assert path.read_bytes() == CONTENT
    assert script.lines == [LINK, LINK]
    assert script.sent[1].headers["range"] == "bytes=50-"


def test_a_download_that_breaks_leaves_the_old_file_as_it_was(colour, open_client, tmp_path):
    target = tmp_path / "cat.png"
    target.write_bytes(b"old")
    broken = httpx.Response(200, headers={"content-length": "200"}, stream=Chunks(b"new", httpx.ReadError("reset")))
    with pytest.raises(NetworkError):
        colour(open_client(Script(broken)).files.download, "f1", target, **SIGNED)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_download_that_is_led_to_another_host_goes_there_without_the_token(colour, open_client, tmp_path):
    script = Script(answer(302, headers={"location": CDN}), answer(200, CONTENT))
    path = colour(open_client(script).files.download, "f1", tmp_path / "x", **SIGNED)
    assert path.read_bytes() == CONTENT
    assert script.lines == [LINK, f"GET {CDN}"]
    assert [sent.token is not None for sent in script.sent] == [True, False]
    assert TOKEN not in str(script.sent[1].headers.raw)


@pytest.mark.parametrize("location", ["http://cdn.example/f1", "file:///etc/passwd", ""])
def test_a_download_is_not_led_anywhere_unsafe(colour, open_client, location):
    script = Script(answer(302, headers={"location": location}))
    with pytest.raises(ReplicateError):
        colour(open_client(script).files.download, "f1", **SIGNED)
    assert script.lines == [LINK]


def test_a_large_download_is_never_in_memory(colour, open_client, tmp_path):
    piece = bytes(256 * 1024)
    script = Script(httpx.Response(200, stream=Chunks(*[piece] * 100)))
    files = open_client(script).files
    tracemalloc.start()
    path = colour(files.download, "f1", tmp_path / "x", **SIGNED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size == 100 * len(piece)
    assert peak < 8 * 1024 * 1024


def test_a_download_is_written_off_the_event_loop(clock, tmp_path, monkeypatch):
    threads = set()
    synced = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (threads.add(threading.get_ident()), synced(handle)))

    async def main():
        client = replicate.Client._with_clock(clock, transport=Script(answer(200, CONTENT)))
        await client.files.async_download("f1", tmp_path / "x", **SIGNED)
        assert threads
        assert threading.get_ident() not in threads

    asyncio.run(main())


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner": ""}, {"owner": None}, {"owner": "\ud800"}, {"expiry": "soon"}, {"expiry": True}, {"expiry": 1.5},
        {"signature": b"x"}, {"signature": ""},
    ],
    ids=str,
)  # fmt: skip
def test_a_link_that_nobody_signed_is_refused(colour, open_client, wrong):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=f"{next(iter(wrong))}|link"):
        colour(open_client(script).files.download, "f1", **{**SIGNED, **wrong})
    assert script.sent == []


def test_a_dead_link_tells_what_the_service_says(colour, open_client, tmp_path):
    script = Script(answer(403, {"detail": "The link has expired."}))
    with pytest.raises(ReplicateError, match="link has expired") as caught:
        colour(open_client(script).files.download, "f1", tmp_path / "x", **SIGNED)
    assert caught.value.status == 403
    assert list(tmp_path.iterdir()) == []
