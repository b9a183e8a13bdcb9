"""What is told of a file without its bytes: name, media type and size, and how a notebook shows it."""

from __future__ import annotations

import pytest
import replicate
from replicate.exceptions import NotFoundError
from scripted import Script, answer
from wire_objects import FILE_URL


@pytest.fixture
def file(open_client):
    """A function that gives a file output over a script."""

    def make(*answers, url=FILE_URL):
        script = Script(*answers)
        return replicate.FileOutput(url, open_client(script)), script

    return make


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            {"Content-Type": "image/webp", "Content-Disposition": 'attachment; filename="cat.webp"'},
            ("cat.webp", "image/webp", 3),
        ),
        ({"Content-Type": "IMAGE/PNG; charset=binary"}, ("out-0.png", "image/png", 3)),
        ({}, ("out-0.png", "image/png", 3)),
        ({"Content-Disposition": 'attachment; filename="../../etc/passwd"'}, ("passwd", "image/png", 3)),
    ],
)
def test_a_host_tells_name_media_type_and_size_in_one_request(colour, file, headers, expected):
    output, script = file(answer(200, b"PNG", headers=headers), url="https://replicate.delivery/x/out-0.png?a=b")
    assert colour(output.info) == expected
    (request,) = script.sent
    assert request.line.startswith("GET ")
    assert request.token is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("data:image/png;base64,iVBORw0=", ("output.png", "image/png", 5)),
        ("data:,hello%20world", ("output.txt", "text/plain", 11)),
    ],
)
def test_a_data_uri_tells_all_of_it_without_a_request(colour, file, url, expected):
    output, script = file(url=url)
    assert colour(output.info) == expected
    assert not script.sent


def test_a_file_that_is_gone_is_an_error(colour, file):
    output, _ = file(answer(404, {"detail": "gone"}))
    with pytest.raises(NotFoundError):
        colour(output.info)


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        ("https://replicate.delivery/a/out.png?x=1", "image/png"),
        ("https://replicate.delivery/a/out.MP4", "video/mp4"),
        ("https://replicate.delivery/a/out", "application/octet-stream"),
        ("data:audio/wav;base64,eA==", "audio/wav"),
    ],
)
def test_the_media_type_is_told_without_asking(file, url, media_type):
    output, script = file(url=url)
    assert output.media_type == media_type
    assert not script.sent


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://replicate.delivery/a/out.png", "<img "),
        ("https://replicate.delivery/a/out.mp3", "<audio "),
        ("https://replicate.delivery/a/out.mp4", "<video "),
        ("data:image/png;base64,iVBORw0=", "<img "),
    ],
)
def test_a_notebook_shows_pictures_sound_and_films(file, url, start):
    shown = file(url=url)[0]._repr_html_()
    assert shown.startswith(start)
    assert f'src="{url}"' in shown


def test_a_notebook_shows_other_files_as_their_url(file):
    assert file(url="https://replicate.delivery/a/weights.tar")[0]._repr_html_() is None


def test_a_url_cannot_break_out_of_what_a_notebook_shows(file):
    shown = file(url='https://replicate.delivery/a.png?"><script>alert(1)</script>')[0]._repr_html_()
    assert "<script" not in shown
    assert '"><' not in shown.removesuffix('">')
