"""Files over HTTP: uploads and their descriptions, files as inputs, files that models made."""

import base64
import datetime as dt
import hashlib
import http.server
import re
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from png_pictures import decode_png, make_png

TEXT = b"A rose is a rose\nis a rose.\n"


def upload(api, content: bytes = TEXT, name: str = "rose.txt", media_type: str = "text/plain") -> dict:
    response = api.client.post("files", files={"content": (name, content, media_type)})
    assert response.status_code == 201, response.text
    return response.json()


def test_an_upload_is_described_as_the_service_does(api):
    file = upload(api)
    md5 = hashlib.md5(TEXT).hexdigest()
    created, expires = (dt.datetime.fromisoformat(file[f"{name}_at"]) for name in ("created", "expires"))
    assert file == {
        "id": file["id"],
        "name": "rose.txt",
        "content_type": "text/plain",
        "size": len(TEXT),
        "etag": md5,
        "checksums": {"sha256": hashlib.sha256(TEXT).hexdigest(), "md5": md5},
        "metadata": {},
        "created_at": file["created_at"],
        "expires_at": file["expires_at"],
        "urls": {"get": f"{api.origin}/v1/files/{file['id']}"},
    }
    assert re.fullmatch("[A-Za-z0-9_-]{48}", file["id"])
    assert expires - created == dt.timedelta(hours=24)
    assert api.client.get(file["urls"]["get"]).json() == file


METADATA = [
    pytest.param({"data": {"metadata": '{"a": "b"}'}}, {"a": "b"}, id="text part"),
    pytest.param({"part": ("blob", b'{"a": "b"}', "application/json")}, {"a": "b"}, id="file part"),
    pytest.param({"data": {"metadata[a]": "b", "metadata[c]": "d"}}, {"a": "b", "c": "d"}, id="bracketed fields"),
    pytest.param({"part": ("blob", b"{}", "application/json")}, {}, id="empty object"),
    pytest.param({}, {}, id="none"),
]


@pytest.mark.parametrize(("how", "metadata"), METADATA)
def test_metadata_is_taken_in_every_form_that_clients_send(api, how, metadata):
    files = {"content": ("a.txt", TEXT, "text/plain")}
    if "part" in how:
        files["metadata"] = how["part"]
    response = api.client.post("files", files=files, data=how.get("data"))
    assert response.status_code == 201
    assert response.json()["metadata"] == metadata


def test_name_and_type_can_be_given_beside_the_content(api):
    response = api.client.post(
        "files",
        files={"content": ("upload", b"", "application/octet-stream")},
        data={"filename": "ünï.png", "type": "image/png"},
    )
    file = response.json()
    assert (file["name"], file["content_type"], file["size"]) == ("ünï.png", "image/png", 0)


REFUSED = [
    pytest.param({"data": {"filename": "x"}, "files": {"other": b"x"}}, 422, "content is required", id="no content"),
    pytest.param({"data": {"content": "x"}, "files": {"other": b"x"}}, 422, "Expected: file", id="content is no file"),
    pytest.param({"files": {"content": b"x"}, "data": {"metadata": "{"}}, 422, "format 'json'", id="metadata no JSON"),
    pytest.param(
        {"files": {"content": b"x"}, "data": {"metadata": "[]"}}, 422, "Expected: object", id="metadata a list"
    ),
    pytest.param({"files": {"content": b"x"}, "data": {"filename": "n" * 256}}, 422, "255", id="long name"),
    pytest.param({"json": {"content": "x"}}, 400, "multipart", id="JSON body"),
    pytest.param(
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "multipart", id="no boundary"
    ),
    pytest.param(
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        400,
        "multipart",
        id="no parts",
    ),
]


@pytest.mark.parametrize(("request_", "status", "text"), REFUSED)
def test_a_malformed_upload_is_refused_with_a_reason(api, request_, status, text):
    response = api.client.post("files", **request_)
    assert response.status_code == status
    assert text in response.json()["detail"]


def test_an_upload_above_the_limit_is_refused_with_its_size_named(api):
    block = bytes(1 << 20)
    body = b'--b\r\nContent-Disposition: form-data; name="content"; filename="big"\r\n\r\n'

    def content() -> Iterator[bytes]:
        yield body
        for _ in range(102):
            yield block
        yield b"\r\n--b--\r\n"

    response = api.client.post(
        "files", content=content(), headers={"Content-Type": "multipart/form-data; boundary=b"}, timeout=60
    )
    assert response.status_code == 413
    assert str(100 * 1024 * 1024) in response.json()["detail"]


def test_an_unknown_file_is_not_found(api):
    assert api.client.get("files/nope").status_code == 404


NAMES = ["../../evil.txt", "a/b.txt", "\0", "..", "", "n" * 250 + ".txt", "ü.txt", "CON"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_can_be_used_as_an_input(api, name):
    file = api.client.post("files", files={"content": ("x", TEXT)}, data={"filename": name} if name else {}).json()
    prediction = api.run("wordcount", {"text": file["urls"]["get"]})
    assert prediction["status"] == "succeeded"
    assert prediction["output"]["words"] == 8


def test_an_upload_is_found_under_whatever_name_of_the_host_it_is_sent(api):
    file = upload(api)
    url = file["urls"]["get"].replace("127.0.0.1", "localhost")
    prediction = api.run("wordcount", {"text": url, "top": 2})
    assert prediction["output"] == {
        "bytes": 28,
        "lines": 2,
        "words": 8,
        "characters": 28,
        "most_common": {"a": 3, "rose": 3},
    }
    assert prediction["input"]["text"] == url
    assert prediction["logs"] == "Counted rose.txt\n"


def test_an_upload_that_does_not_exist_is_named_in_the_refusal(api):
    response = api.post("wordcount", {"text": f"{api.origin}/v1/files/nope"})
    assert response.status_code == 422
    assert response.json()["detail"] == "- input.text: The file does not exist or has expired\n"


NO_FILES = ["", "rose.txt", "/etc/passwd", "file:///etc/passwd", "ftp://x/y", "data:nocomma", "http://", "https:x"]


@pytest.mark.parametrize("text", NO_FILES)
def test_only_http_and_data_urls_are_files(api, text):
    response = api.post("wordcount", {"text": text})
    assert response.status_code == 422
    assert response.json()["invalid_fields"] == [
        {"type": "format", "field": "input.text", "description": "Does not match format 'uri'"}
    ]


@pytest.mark.parametrize("name", ["..%2f..%2flock", "%2e%2e", "../../lock", "%00", ""])
def test_an_input_cannot_name_other_files_beside_output_files(api, name):
    token = julia(api).split("/")[-2]
    response = api.post("wordcount", {"text": f"{api.origin}/files/{token}/{name}"})
    assert response.status_code == 422
    assert "does not exist" in response.json()["detail"]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """A web server with one file."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.startswith("/rose.txt")
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(TEXT if found else b"")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_file_on_the_web_is_fetched(api, web):
    prediction = api.run("wordcount", {"text": f"{web}/rose.txt?x=1"})
    assert prediction["output"]["words"] == 8
    assert prediction["logs"] == "Counted rose.txt\n"


def test_a_file_that_is_not_on_the_web_fails_the_prediction(api, web):
    prediction = api.run("wordcount", {"text": f"{web}/missing"})
    assert prediction["status"] == "failed"
    assert prediction["error"] == f"could not fetch {web}/missing: HTTP Error 404: Not Found"


def julia(api, **given) -> str:
    return api.run("julia", {"prompt": "x", "width": 32, "height": 24, "seed": 1} | given)["output"][0]


def test_an_output_file_is_served_with_all_that_describes_it_and_without_a_token(api):
    url = julia(api)
    response = httpx.get(url)
    assert re.fullmatch(rf"{re.escape(api.origin)}/files/[a-z2-7]{{32}}/out-0\.png", url)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Length"] == str(len(response.content))
    assert response.headers["ETag"] == f'"{hashlib.md5(response.content).hexdigest()}"'
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Cache-Control"] == "public,max-age=3600"
    assert decode_png(response.content)[:2] == (32, 24)


RANGES = [("bytes=0-3", slice(0, 4)), ("bytes=4-", slice(4, None)), ("bytes=-4", slice(-4, None))]


@pytest.mark.parametrize(("header", "part"), RANGES)
def test_a_part_of_an_output_file_can_be_read(api, header, part):
    url = julia(api)
    whole = httpx.get(url).content
    response = httpx.get(url, headers={"Range": header})
    assert response.status_code == 206
    assert response.content == whole[part]


PATHS = [
    "/files/x/y",
    "/files/{token}/other.png",
    "/files/{token}/..",
    "/files/{token}/%2e%2e",
    "/files/{token}/..%2f..%2flock",
    "/files/{token}/%00",
    "/files/../lock",
    "/files/%2e%2e/lock",
]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_else_is_served_beside_output_files(api, path):
    token = julia(api).split("/")[-2]
    response = httpx.get(httpx.URL(api.origin).copy_with(raw_path=path.format(token=token).encode()))
    assert response.status_code == 404


def test_the_output_of_one_model_is_the_input_of_the_next(api):
    picture = julia(api)
    negative = api.run("negative", {"image": picture})["output"]
    assert negative.endswith("/out-0-negative.png")
    again = api.run("negative", {"image": negative})["output"]
    original = decode_png(httpx.get(picture).content)
    inverted = decode_png(httpx.get(negative).content)
    assert inverted[2] == bytes(255 - value for value in original[2])
    assert decode_png(httpx.get(again).content) == original


PNGS = [
    pytest.param(colour, kind, id=f"colour type {colour}, filter {kind}")
    for colour in (0, 2, 4, 6)
    for kind in range(5)
]


@pytest.mark.parametrize(("colour", "kind"), PNGS)
def test_pictures_of_every_kind_are_inverted(api, colour, kind):
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    pixels = bytes((n * 37 + n // 5) % 256 for n in range(7 * 5 * channels))
    picture = make_png(7, 5, colour, pixels, filter_kind=kind)
    prediction = api.run("negative", {"image": f"data:image/png;base64,{base64.b64encode(picture).decode()}"})
    result = decode_png(httpx.get(prediction["output"]).content)[2]
    alpha = channels - 1 if colour in {4, 6} else None
    expected = bytes(v if n % channels == alpha else 255 - v for n, v in enumerate(pixels))
    assert result == expected


BROKEN = [
    pytest.param(b"no picture", "the file is not a PNG picture", id="no PNG"),
    pytest.param(b"\x89PNG\r\n\x1a\n", "the PNG picture is incomplete", id="cut off"),
    pytest.param(make_png(1, 1, 2, b"abc", depth=16), "8 bits per channel", id="16 bits"),
    pytest.param(make_png(5000, 5000, 2, b""), "25000000 pixels", id="too large"),
    pytest.param(make_png(9, 9, 2, b"abc"), "the PNG picture is incomplete", id="too few pixels"),
]


@pytest.mark.parametrize(("content", "error"), BROKEN)
def test_a_picture_that_cannot_be_read_fails_with_a_clear_error(api, content, error):
    prediction = api.run("negative", {"image": f"data:,{''.join(f'%{byte:02x}' for byte in content)}"})
    assert prediction["status"] == "failed"
    assert error in prediction["error"]


def test_the_same_seed_draws_the_same_picture(api):
    one, two, other = (httpx.get(julia(api, seed=seed)).content for seed in (5, 5, 6))
    assert one == two
    assert one != other
    assert zlib.crc32(one) != zlib.crc32(other)
