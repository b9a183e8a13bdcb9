"""Files a model put out: reading them, saving them, and which texts are files at all."""

from __future__ import annotations

import base64
import json
import os
import pickle
import stat
import tracemalloc
from pathlib import Path

import httpx
import pytest
import replicate
from clocks import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st
from replicate.exceptions import DecodeError, NetworkError, NotFoundError, ReplicateError
from scripted import Chunks, Script, answer
from wire_objects import FILE_URL, ID, TOKEN, VERSION, model, prediction, version

CONTENT = bytes(range(256)) * 40
CREATE = "POST /v1/predictions"


@pytest.fixture
def file(open_client):
    """A function that gives a file output over a script."""

    def make(*answers, url=FILE_URL, **settings):
        script = Script(*answers)
        return replicate.FileOutput(url, open_client(script, **settings)), script

    return make


# What is a file


@pytest.mark.parametrize(
    "text",
    [
        FILE_URL,
        "https://replicate.delivery/a",
        "https://replicate.delivery/a%20b.png?x=1#f",
        "https://api.replicate.com/v1/files/f1",
        "data:image/png;base64,iVBORw0=",
        "data:text/plain,hello%20world",
        "data:,x",
        "data:;base64,eA==",
        'data:text/plain;charset="utf-8",x',
    ],
)
@pytest.mark.parametrize("place", [lambda text: text, lambda text: [text], lambda text: {"a": {"b": [text]}}])
def test_a_url_in_an_output_is_a_file(colour, open_client, text, place):
    script = Script(answer(201, prediction("succeeded", output=place(text))))
    found = colour(open_client(script).run, VERSION)
    while not isinstance(found, (str, replicate.FileOutput)):
        found = found["a"]["b"] if isinstance(found, dict) else found[0]
    assert isinstance(found, replicate.FileOutput)
    assert found.url == str(found) == text
    assert found == text


@pytest.mark.parametrize(
    "text",
    [
        "https: is a protocol", "https://", "https:///x", "https://nowhere", "https://replicate.delivery",
        "https://replicate.delivery/", "see https://replicate.delivery/a.png", "https://replicate.delivery/a b.png",
        "https://replicate.delivery/a.png\n", " https://replicate.delivery/a.png", "http://replicate.delivery/a.png",
        "https://replicate.delivery/a.png and more", "HTTPS", "data:", "data: yes", "data:image/png;base64",
        "data:text/plain,hello world", "ftp://replicate.delivery/a.png", "file:///etc/passwd", "https://[/a", "",
        "https://replicate.delivery:x/a", "javascript:alert(1)", "//replicate.delivery/a.png",
    ],
)  # fmt: skip
def test_other_text_in_an_output_stays_text(colour, open_client, text):
    script = Script(answer(201, prediction("succeeded", output=[text])))
    (found,) = colour(open_client(script).run, VERSION)
    assert type(found) is str
    assert found == text


def schema(output):
    return {"components": {"schemas": {"Output": output}}}


@pytest.mark.parametrize(
    ("output", "is_file"),
    [
        ({"type": "string"}, False),
        ({"type": "string", "format": "uri"}, True),
        ({"$ref": "#/components/schemas/Output/definitions/X", "definitions": {"X": {"type": "string"}}}, False),
        ({}, True),
        ({"$ref": "#/nowhere"}, True),
        ({"$ref": "#/components/schemas/Output"}, True),
    ],
)
def test_a_versions_schema_decides_where_it_has_been_seen(colour, open_client, output, is_file):
    script = Script(
        model(latest_version=version(openapi_schema=schema(output))),
        answer(201, prediction("succeeded", output=FILE_URL, version=VERSION)),
    )
    client = open_client(script)
    colour(client.models.get, "acme/painter")
    assert isinstance(colour(client.run, VERSION), replicate.FileOutput) == is_file
    assert len(script.sent) == 2


# Behaving like the URL


def test_a_file_prints_compares_and_hashes_as_its_url(file):
    output, _ = file()
    assert (str(output), repr(output), f"{output}") == (FILE_URL, repr(FILE_URL), FILE_URL)
    assert output == FILE_URL
    assert output == replicate.FileOutput(FILE_URL)
    assert output != FILE_URL + "x"
    assert output != 5
    assert len({output, FILE_URL, replicate.FileOutput(FILE_URL)}) == 1


def test_the_output_of_a_prediction_is_what_the_service_sent_and_can_be_read(colour, open_client):
    sent = {"image": FILE_URL, "all": [FILE_URL], "text": "hello", "n": 1}
    script = Script(prediction("succeeded", output=sent), answer(200, b"png"))
    found = colour(open_client(script).predictions.get, ID)
    assert found.output == sent
    assert json.loads(json.dumps(found.output)) == sent
    assert repr(found.output) == repr(sent)
    image = found.output["image"]
    assert isinstance(image, str)
    assert image.upper().startswith("HTTPS")
    assert (image + "?a=1").endswith("?a=1")
    assert pickle.loads(pickle.dumps(image)) == FILE_URL
    assert type(found.output["text"]) is str
    assert found.output is found.output
    assert colour(image.read) == b"png"


# Reading


def test_a_file_is_read_whole(colour, file):
    output, script = file(answer(200, CONTENT, headers={"content-length": str(len(CONTENT))}))
    assert colour(output.read) == CONTENT
    assert script.lines == [f"GET {FILE_URL}"]
    assert script.sent[0].timeout["read"] == 60.0


@pytest.mark.parametrize("how", ["iter_bytes", "for"])
def test_a_file_is_read_as_it_arrives(colour, file, how):
    body = Chunks(b"a", b"b", b"c")
    output, _ = file(httpx.Response(200, stream=body))
    chunks = colour.over(output) if how == "for" else colour.iterate(output.iter_bytes)
    assert next(chunks) == b"a"
    assert body.delivered < 3
    assert list(chunks) == [b"b", b"c"]
    assert body.closed


def test_leaving_the_loop_closes_the_connection(colour, file):
    body = Chunks(b"a", b"b", b"c")
    output, _ = file(httpx.Response(200, stream=body))
    chunks = colour.iterate(output.iter_bytes)
    next(chunks)
    chunks.close()
    assert body.closed
    assert body.delivered == 1


def test_a_file_can_be_read_again(colour, file):
    output, script = file(answer(200, b"x"), answer(200, b"x"))
    assert [colour(output.read), colour(output.read)] == [b"x", b"x"]
    assert len(script.sent) == 2


@pytest.mark.parametrize(
    ("url", "content"),
    [
        ("data:image/png;base64," + base64.b64encode(CONTENT).decode(), CONTENT),
        ("data:text/plain,hello%20world", b"hello world"),
        ("data:,a+b", b"a+b"),
        ("data:;base64,YQ", b"a"),
        ("data:text/plain;base64,YQ%3D%3D", b"a"),
        ("data:text/plain;charset=utf-8,%C3%BC", "ü".encode()),
        ("data:text/plain,", b""),
    ],
)
def test_data_uris_are_read_without_a_request(colour, file, url, content, tmp_path):
    output, script = file(url=url)
    assert colour(output.read) == content
    assert b"".join(colour.over(output)) == content
    assert colour(output.save, tmp_path / "x").read_bytes() == content
    assert script.sent == []


@pytest.mark.parametrize("url", ["data:", "data:image/png;base64", "data:image/png;base64,%%%", "data:x;base64,a"])
def test_a_broken_data_uri_is_an_error(colour, file, url, tmp_path):
    output, _ = file(url=url)
    for call in (lambda: colour(output.read), lambda: list(colour.over(output)), lambda: colour(output.save, tmp_path)):
        with pytest.raises(DecodeError):
            call()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500])
def test_a_file_that_cannot_be_had_is_this_clients_error(colour, file, status):
    output, _ = file(answer(status, "<Error>Gone</Error>"), max_retries=0)
    with pytest.raises(ReplicateError, match="Gone") as caught:
        colour(output.read)
    assert caught.value.status == status


def test_trouble_with_a_file_host_is_retried(colour, file):
    output, script = file(answer(503), httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), answer(200, b"x"))
    assert colour(output.read) == b"x"
    assert len(script.sent) == 4


def test_redirects_are_followed_without_the_token(colour, file):
    output, script = file(
        answer(302, headers={"location": "https://cdn.example/a.png?signature=1"}),
        answer(307, headers={"location": "/b.png"}),
        answer(200, b"x"),
        url="https://api.replicate.com/v1/files/f1/download",
    )
    assert colour(output.read) == b"x"
    assert script.lines[1:] == ["GET https://cdn.example/a.png?signature=1", "GET https://cdn.example/b.png"]
    assert [sent.token is not None for sent in script.sent] == [True, False, False]
    assert TOKEN not in "".join(map(str, [sent.headers.raw for sent in script.sent[1:]]))


@pytest.mark.parametrize(
    "location", ["", "ftp://x/y", "http://cdn.example/a", "https://", "file:///etc/passwd", "data:,x"]
)
def test_a_redirect_to_nowhere_is_an_error(colour, file, location):
    output, script = file(
        answer(302, headers={"location": location}), *[answer(302, headers={"location": location})] * 10
    )
    with pytest.raises(ReplicateError):
        colour(output.read)
    assert all(sent.url.scheme == "https" for sent in script.sent)


def test_redirects_in_a_circle_end(colour, file):
    output, script = file(*[answer(302, headers={"location": FILE_URL})] * 20)
    with pytest.raises(ReplicateError, match="redirect"):
        colour(output.read)
    assert len(script.sent) <= 11


# Broken downloads


def part(start, *chunks):
    """Return the answer that takes a download up again."""
    size = len(CONTENT)
    return httpx.Response(206, headers={"content-range": f"bytes {start}-{size - 1}/{size}"}, stream=Chunks(*chunks))


def whole(*chunks, **headers):
    return httpx.Response(200, headers={"content-length": str(len(CONTENT)), **headers}, stream=Chunks(*chunks))


@pytest.mark.parametrize(
    "cut", [httpx.ReadError("reset"), httpx.RemoteProtocolError("cut"), httpx.ReadTimeout("slow"), None]
)
@pytest.mark.parametrize("how", ["read", "iterate", "save"])
def test_a_broken_download_is_taken_up_where_it_broke(colour, file, tmp_path, cut, how):
    breaks = [] if cut is None else [cut]
    output, script = file(
        whole(CONTENT[:4000], *breaks, etag='"v1"'), part(4000, CONTENT[4000:9000], *breaks), part(9000, CONTENT[9000:])
    )
    if how == "save":
        found = colour(output.save, tmp_path / "x.bin").read_bytes()
    else:
        found = colour(output.read) if how == "read" else b"".join(colour.over(output))
    assert found == CONTENT
    assert [sent.headers.get("range") for sent in script.sent] == [None, "bytes=4000-", "bytes=9000-"]
    assert [sent.headers.get("if-range") for sent in script.sent] == [None, '"v1"', '"v1"']


@pytest.mark.parametrize(
    "second",
    [
        lambda: whole(CONTENT, etag='"v2"'),
        lambda: part(0, CONTENT),
        lambda: part(3999, CONTENT[3999:]),
        lambda: httpx.Response(206, stream=Chunks(CONTENT[4000:])),
    ],
    ids=["changed meanwhile", "from the start", "one byte off", "no range told"],
)
@pytest.mark.parametrize("how", ["read", "save"])
def test_a_download_that_cannot_be_taken_up_is_an_error_and_leaves_no_file(colour, file, tmp_path, second, how):
    output, _ = file(whole(CONTENT[:4000], httpx.ReadError("reset"), etag='"v1"'), second())
    with pytest.raises(ReplicateError) as caught:
        colour(output.read) if how == "read" else colour(output.save, tmp_path / "x.bin")
    assert "xezq/token" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("weak", [{}, {"etag": 'W/"v1"'}])
def test_a_truncated_download_without_a_sure_mark_is_an_error_and_leaves_no_file(colour, file, tmp_path, weak):
    target = tmp_path / "x.bin"
    target.write_bytes(b"what was there before")
    output, script = file(whole(CONTENT[:4000], **weak))
    with pytest.raises(NetworkError):
        colour(output.save, target)
    assert len(script.sent) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.bin"]
    assert target.read_bytes() == b"what was there before"


def test_a_download_that_never_gets_on_is_given_up(colour, file, clock):
    output, script = file()
    script.answers = None
    script.routes[f"GET {FILE_URL}"] = lambda _: whole(httpx.ReadError("reset"), etag='"v1"')
    with pytest.raises(NetworkError):
        colour(output.read)
    assert len(script.sent) <= 10
    assert clock.elapsed < 60


# Saving


def test_a_file_is_saved_where_it_is_told(colour, file, tmp_path):
    output, _ = file(answer(200, CONTENT), answer(200, b"other"))
    target = tmp_path / "new" / "folder" / "picture.png"
    assert colour(output.save, target) == target
    assert target.read_bytes() == CONTENT
    assert colour(output.save, str(target)) == target
    assert target.read_bytes() == b"other"
    assert [path.name for path in target.parent.iterdir()] == ["picture.png"]


def test_a_saved_file_has_the_usual_permissions(colour, file, tmp_path):
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    output, _ = file(answer(200, CONTENT))
    saved = colour(output.save, tmp_path / "saved")
    assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


@pytest.mark.parametrize("how", ["existing", "slash", "none"])
def test_a_file_saved_into_a_directory_takes_the_name_of_its_url(colour, file, tmp_path, monkeypatch, how):
    output, _ = file(answer(200, CONTENT))
    monkeypatch.chdir(tmp_path)
    target = {"existing": tmp_path, "slash": f"{tmp_path}/new/", "none": None}[how]
    saved = colour(output.save, target) if how != "none" else colour(output.save)
    assert saved.name == "out-0.png"
    assert saved.resolve().parent == tmp_path / ("new" if how == "slash" else "")


NASTY = [
    "../../x", "/etc/passwd", "a/b", "..\\..\\x", "C:\\x", "..", ".", "", ".bashrc", "a\x00b", "a\nb", "~", "~/x",
    "con", "x" * 1000, "ü" * 300, "漢" * 300, "-rf", "a:b", "...", " ", "a;b", '"', "%2e%2e%2f%2e%2e%2fx", "%00",
    "🙂" * 200, "x." + "y" * 500, "\u202egnp.exe", "$(rm)", "`x`", "*",
]  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("source", ["disposition", "encoded disposition", "url"])
def test_no_name_of_a_file_leads_out_of_the_directory(colour, file, tmp_path, name, source):
    from urllib.parse import quote

    inside = tmp_path / "inside"
    inside.mkdir()
    headers = {b"content-type": b"image/png"}
    url = FILE_URL
    if source == "disposition":
        plain = name.replace("\n", " ").replace("\x00", "")
        headers[b"content-disposition"] = f'attachment; filename="{plain}"'.encode()
    elif source == "encoded disposition":
        headers[b"content-disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}".encode()
    else:
        url = f"https://replicate.delivery/{quote(name)}"
    output, _ = file(answer(200, b"x", headers=headers), url=url)
    saved = colour(output.save, inside)
    assert saved.parent == inside
    assert list(inside.iterdir()) == [saved]
    assert list(tmp_path.iterdir()) == [inside]
    assert not saved.name.startswith(".")
    assert saved.name.isprintable()
    assert len(os.fsencode(saved.name)) <= 255


@settings(max_examples=50, deadline=None)
@given(name=st.text(max_size=300))
def test_any_name_in_a_header_or_a_url_can_be_saved(tmp_path_factory, name):
    directory = tmp_path_factory.mktemp("any")
    header = f'inline; filename="{name}"'.encode("utf-8", "replace").decode("latin-1")
    header = "".join(character for character in header if character.isprintable())
    response = httpx.Response(200, headers=[(b"content-disposition", header.encode("latin-1"))], content=b"x")
    client = replicate.Client._with_clock(FakeClock(), "token", transport=Script(response))
    saved = replicate.FileOutput(FILE_URL, client).save(directory)
    assert saved.parent == directory
    assert saved.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("url", "headers", "name"),
    [
        ("https://replicate.delivery/a/out.webp", {}, "out.webp"),
        ("https://replicate.delivery/a/my%20cat.png?x=1", {}, "my cat.png"),
        ("https://replicate.delivery/a/k%C3%A4tzchen.png", {}, "kätzchen.png"),
        ("https://replicate.delivery/a/output", {"content-type": "image/png"}, "output.png"),
        ("https://replicate.delivery/a/", {"content-type": "text/plain; charset=utf-8"}, "output.txt"),
        (FILE_URL, {"content-disposition": 'attachment; filename="report.pdf"'}, "report.pdf"),
        (FILE_URL, {"content-disposition": "attachment; filename=report.pdf"}, "report.pdf"),
        (FILE_URL, {"content-disposition": "attachment; filename*=UTF-8''na%C3%AFve.pdf"}, "naïve.pdf"),
        (FILE_URL, {"content-disposition": "attachment"}, "out-0.png"),
        (FILE_URL, {"content-disposition": 'attachment; filename="../../etc/x.png"'}, "x.png"),
        (FILE_URL, {"content-disposition": 'attachment; filename="C:\\\\x.png"'}, "x.png"),
        ("data:image/png;base64,eA==", {}, "output.png"),
        ("data:,x", {}, "output.txt"),
    ],
)
def test_a_good_name_is_kept(colour, file, tmp_path, url, headers, name):
    output, _ = file(answer(200, b"x", headers=headers), url=url)
    assert colour(output.save, tmp_path).name == name


def test_an_error_leaves_nothing_behind_not_even_a_directory(colour, file, tmp_path):
    output, _ = file(answer(404))
    with pytest.raises(NotFoundError):
        colour(output.save, tmp_path / "new" / "x.png")
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_written_is_the_systems_own_error(colour, file, tmp_path):
    (tmp_path / "file").touch()
    output, _ = file(answer(200, b"x"))
    with pytest.raises(OSError):
        colour(output.save, tmp_path / "file" / "x.png")


@pytest.mark.parametrize("how", ["save", "iterate"])
def test_a_large_file_is_never_in_memory(colour, file, tmp_path, how):
    piece = bytes(256 * 1024)
    output, _ = file(httpx.Response(200, stream=Chunks(*[piece] * 100)))
    tracemalloc.start()
    if how == "save":
        assert colour(output.save, tmp_path / "x").stat().st_size == 100 * len(piece)
    else:
        assert sum(map(len, colour.over(output))) == 100 * len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_a_path_object_is_returned(colour, file, tmp_path):
    output, _ = file(answer(200, b"x"))
    assert isinstance(colour(output.save, str(tmp_path)), Path)
