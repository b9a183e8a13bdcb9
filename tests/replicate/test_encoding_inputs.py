"""What a caller may put into an input, and how files in it reach the service."""

from __future__ import annotations

import array
import asyncio
import base64
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import io
import math
import os
import threading
import tracemalloc
from pathlib import Path, PurePosixPath

import pytest
import replicate
from clocks import FakeClock
from file_sources import CONTENT, OPENED, UNNAMED, OnlyRead, Zeros, named, parts_of
from hypothesis import given, settings
from hypothesis import strategies as st
from replicate.exceptions import InvalidArgumentError, ReplicateError, ServerError
from scripted import Script, answer
from wire_objects import API, FILE_URL, VERSION, prediction, uploaded

UPLOAD = "POST /v1/files"
CREATE = "POST /v1/predictions"


@pytest.fixture
def sending(colour, open_client):
    """A function that runs a model on an input, and gives the input that arrived and the uploads before it."""

    def send(given_input, **named):
        counter = iter(range(1000))
        script = Script(
            routes={
                UPLOAD: lambda _: answer(201, uploaded(f"f{next(counter)}")),
                CREATE: lambda _: answer(201, prediction("succeeded")),
            }
        )
        colour(open_client(script).run, VERSION, given_input, **named)
        *uploads, create = script.sent
        return create.json["input"], [part for sent in uploads for part in parts_of(sent)]

    return send


# Values


class Colour(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 3


class Mode(enum.StrEnum):
    FAST = "fast"


@dataclasses.dataclass
class Point:
    x: int
    y: object = None


class Pydantic:
    def model_dump(self):
        return {"kind": Colour.RED}


class Array:
    """What numpy's arrays and numbers offer."""

    def __init__(self, values):
        self.values = values

    def tolist(self):
        return self.values


class Text(str):
    __slots__ = ()

    def __str__(self):
        return "something else"


VALUES = [
    (None, None), (True, True), (5, 5), (2**70, 2**70), (1.5, 1.5), ("text", "text"), (Text("text"), "text"),
    ([1, [2]], [1, [2]]), ((1, 2), [1, 2]), ({1}, [1]), (frozenset({1}), [1]), (collections.deque([1, 2]), [1, 2]),
    ((n for n in (1, 2)), [1, 2]), (range(3), [0, 1, 2]), ({"a": 1}.keys(), ["a"]), (map(abs, [-1]), [1]),
    ({"a": {"b": (1,)}}, {"a": {"b": [1]}}), (collections.OrderedDict(a=1), {"a": 1}),
    (Colour.RED, "red"), (Size.BIG, 3), (Mode.FAST, "fast"), ([Colour.RED], ["red"]),
    (dt.date(2025, 3, 1), "2025-03-01"), (dt.datetime(2025, 3, 1, tzinfo=dt.UTC), "2025-03-01T00:00:00+00:00"),
    (Point(1, Point(2)), {"x": 1, "y": {"x": 2, "y": None}}), (Pydantic(), {"kind": "red"}),
    (Array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]), (Array(1.5), 1.5), (array.array("i", [1, 2]), [1, 2]),
    (replicate.FileOutput(FILE_URL), FILE_URL), ([replicate.FileOutput(FILE_URL)], [FILE_URL]),
    (replicate.Prediction(**prediction("succeeded", output={"image": FILE_URL})).output, {"image": FILE_URL}),
    ("ü€🙂\u2028", "ü€🙂\u2028"), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("value", "arrives"), VALUES, ids=lambda value: type(value).__name__)
def test_values_arrive_as_json(sending, value, arrives):
    if hasattr(value, "__next__"):
        value = _again(value)
    found, uploads = sending({"deep": {"value": [value]}})
    assert found == {"deep": {"value": [arrives]}}
    assert type(found["deep"]["value"][0]) is type(arrives)
    assert uploads == []


def _again(iterator):
    """Return an iterator over the same items, because a test's parameter is used once in each colour."""
    return map(abs, [-1]) if isinstance(iterator, map) else (n for n in (1, 2))


CIRCULAR = []
CIRCULAR.append(CIRCULAR)


@pytest.mark.parametrize(
    "value",
    [
        math.nan, math.inf, -math.inf, Array(math.nan), object(), decimal.Decimal("1.5"), 1j, print, Path, {5: 1},
        dt.timedelta(1), {None: 1}, "\ud800", {"\ud800": 1},
        CIRCULAR, Path("/no/such/file"), Path("/"), replicate.Client, ...,
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_with_its_place(colour, open_client, value):
    script = Script()
    client = open_client(script)
    for method in (client.run, client.predictions.create):
        with pytest.raises(InvalidArgumentError) as caught:
            colour(method, VERSION, input={"good": 1, "bad": {"list": [0, value]}})
        assert "input['bad']['list'][1]" in str(caught.value)
        assert caught.value.argument.startswith("input['bad']")
    assert script.sent == []


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values, max_size=5))
def test_json_arrives_as_it_is(value):
    script = Script(answer(201, prediction("succeeded")))
    replicate.Client._with_clock(FakeClock(), "token", transport=script).run(VERSION, value)
    assert script.sent[0].json["input"] == value


# Files


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return path


@pytest.mark.parametrize("opened", OPENED.values(), ids=OPENED)
def test_local_files_are_uploaded_under_their_name_and_media_type(sending, picture, opened):
    file = opened(picture)
    found, uploads = sending({"image": file})
    assert found == {"image": f"{API}/v1/files/f0"}
    assert uploads == [("content", "cat.png", "image/png", picture.read_bytes())]
    if not isinstance(file, Path):
        assert not file.closed
        file.close()


@pytest.mark.parametrize("strategy", ["upload", "data-uri", None])
@pytest.mark.parametrize("made", UNNAMED.values(), ids=UNNAMED)
def test_files_without_a_name_arrive_whole(sending, made, strategy):
    file = made()
    found, uploads = sending({"file": file}, file_encoding_strategy=strategy)
    if strategy == "data-uri":
        head, _, data = found["file"].partition(",")
        assert head == "data:application/octet-stream;base64"
        assert base64.b64decode(data) == CONTENT
        assert uploads == []
    else:
        assert found == {"file": f"{API}/v1/files/f0"}
        assert uploads == [("content", "file", "application/octet-stream", CONTENT)]
    close = getattr(file, "close", lambda: None)
    assert not getattr(file, "closed", False)
    close()


@pytest.mark.parametrize(
    ("name", "file_name", "media_type"),
    [
        ("/home/me/cat.jpg", "cat.jpg", "image/jpeg"),
        ("sound.wav", "sound.wav", "audio/x-wav"),
        ("noext", "noext", "application/octet-stream"),
        (PurePosixPath("a/b.txt"), "b.txt", "text/plain"),
        ("", "file", "application/octet-stream"),
        (None, "file", "application/octet-stream"),
        (7, "file", "application/octet-stream"),
    ],
)
def test_an_open_file_keeps_its_name(sending, name, file_name, media_type):
    _, uploads = sending({"file": named(OnlyRead(b"x"), name)})
    ((_, found_name, found_type, _),) = uploads
    assert found_name.encode("utf-8", "surrogateescape").decode() == file_name
    assert found_type == media_type


def test_a_name_beyond_ascii_is_sent_as_it_is(colour, open_client):
    script = Script(answer(201, uploaded()), answer(201, prediction("succeeded")))
    colour(open_client(script).run, VERSION, {"file": named(OnlyRead(b"x"), "katze ü€.png")})
    assert 'filename="katze ü€.png"'.encode() in script.sent[0].body


def test_a_path_whose_name_is_no_utf_8_is_uploaded_all_the_same(sending, tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_bytes(b"hello")
    ((_, name, media_type, content),) = sending({"text": path})[1]
    assert (name, media_type, content) == ("caf?.txt", "text/plain", b"hello")


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="this system makes no files up")
@pytest.mark.parametrize("opened", [lambda path: path, lambda path: path.open("rb"), lambda path: path.open()])
def test_a_file_that_the_system_makes_up_is_sent_whole(sending, opened):
    path = Path("/proc/version")
    source = opened(path)
    ((_, name, _, content),) = sending({"text": source})[1]
    assert (name, content) == ("version", path.read_bytes())
    getattr(source, "close", lambda: None)()


def test_a_file_that_has_nothing_to_read_yet_is_refused_with_its_place(colour, open_client):
    class Waiting(io.RawIOBase):
        def readable(self):
            return True

        def read(self, size=-1):
            return None

    with pytest.raises(InvalidArgumentError, match=r"input\['text'\]: it does not block, and has nothing to read yet"):
        colour(open_client(Script()).run, VERSION, {"text": Waiting()})


def test_a_task_that_waits_for_a_pipe_can_be_canceled(open_client, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await open_client(Script()).async_run(VERSION, {"text": pipe})

    asyncio.run(main())
    release = os.open(pipe, os.O_RDWR)  # lets the thread go that still waits to open it
    pipe.unlink()  # and one that has not come to it
    os.close(release)


@pytest.mark.parametrize("number", [10**5000, -(10**5000)], ids=["positive", "negative"])
def test_an_integer_that_cannot_be_written_is_refused_with_its_place(colour, open_client, number):
    with pytest.raises(InvalidArgumentError, match=r"input\['seed'\]: .*thousands of digits"):
        colour(open_client(Script()).run, VERSION, {"seed": number})


def test_a_name_cannot_break_out_of_its_header(sending):
    _, uploads = sending({"file": named(OnlyRead(b"x"), 'a"; name="evil"\r\nX-Evil: 1\r\n\r\n.png')})
    ((name, _, _, content),) = uploads
    assert name == "content"
    assert content == b"x"


def test_files_anywhere_in_an_input_keep_their_place(sending, picture):
    found, uploads = sending({"a": [picture, {"b": (b"second", picture)}], "c": "text"})
    assert found["c"] == "text"
    urls = [found["a"][0], *found["a"][1]["b"]]
    by_url = {f"{API}/v1/files/f{number}": part[3] for number, part in enumerate(uploads)}
    assert [by_url[url] for url in urls] == [picture.read_bytes(), b"second", picture.read_bytes()]


@pytest.mark.parametrize("source", ["open file", "BytesIO", "pipe", "path"])
def test_one_file_in_several_places_arrives_whole_in_each(sending, picture, source):
    content = os.urandom(300_000)
    picture.write_bytes(content)
    file = {
        "open file": OPENED["open in binary"],
        "BytesIO": lambda path: io.BytesIO(path.read_bytes()),
        "pipe": lambda path: OnlyRead(path.read_bytes()),
        "path": lambda path: path,
    }[source](picture)
    found, uploads = sending({"a": file, "b": [file, file]})
    by_url = {f"{API}/v1/files/f{number}": part[3] for number, part in enumerate(uploads)}
    assert all(by_url[url] == content for url in [found["a"], *found["b"]])
    getattr(file, "close", lambda: None)()


class Picture:
    """What Pillow's images offer."""

    mode = "RGB"
    size = (1, 1)

    def save(self, target, **options):
        assert options == {"format": "PNG"}
        target.write(b"\x89PNG made")


def test_a_picture_object_is_sent_as_a_png(sending):
    found, uploads = sending({"image": Picture()})
    assert found == {"image": f"{API}/v1/files/f0"}
    assert uploads == [("content", "image.png", "image/png", b"\x89PNG made")]


def test_a_picture_that_cannot_be_written_is_refused_with_its_place(colour, open_client):
    class Broken(Picture):
        def save(self, target, **options):
            raise OSError("cannot write mode CMYK as PNG")

    with pytest.raises(InvalidArgumentError, match=r"input\['image'\].*CMYK"):
        colour(open_client(Script()).run, VERSION, {"image": Broken()})


@pytest.mark.parametrize("strategy", ["upload", "url", "data-uri", "base64", "auto"])
def test_the_strategy_can_be_told_to_the_call_or_the_client(colour, open_client, strategy):
    for kept, options in (({"file_encoding_strategy": strategy}, {}), ({}, {"file_encoding_strategy": strategy})):
        script = Script(routes={UPLOAD: answer(201, uploaded()), CREATE: answer(201, prediction("succeeded"))})
        colour(open_client(script, **kept).run, VERSION, {"file": b"abc"}, **options)
        inlined = script.sent[-1].json["input"]["file"] == "data:application/octet-stream;base64,YWJj"
        assert inlined == (strategy in {"data-uri", "base64", "auto"})


def test_the_automatic_strategy_uploads_what_is_large(sending):
    found, uploads = sending({"small": b"x", "large": b"x" * 300_000}, file_encoding_strategy="auto")
    assert found["small"].startswith("data:")
    assert found["large"] == f"{API}/v1/files/f0"
    assert len(uploads) == 1


def test_a_file_larger_than_the_service_takes_is_refused_before_anything_is_sent(colour, open_client, tmp_path):
    path = tmp_path / "huge.bin"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    script = Script()
    with pytest.raises(InvalidArgumentError, match=r"input\['video'\]"):
        colour(open_client(script).run, VERSION, {"small": b"x", "video": path})
    assert script.sent == []


def test_a_file_that_is_missing_is_named_and_nothing_is_created(colour, open_client, tmp_path):
    script = Script(routes={UPLOAD: lambda _: answer(201, uploaded())})
    missing = {f"image{number}": tmp_path / f"no-such-{number}.png" for number in range(3)}
    with pytest.raises(InvalidArgumentError, match="no-such-") as caught:
        colour(open_client(script).run, VERSION, missing)
    assert caught.value.argument.startswith("input['image")
    assert CREATE not in script.lines


@pytest.mark.parametrize("made", [lambda path: path.open("rb"), lambda _: io.BytesIO(b"x"), lambda _: io.StringIO("x")])
def test_a_closed_file_is_refused_with_its_place(colour, open_client, picture, made):
    file = made(picture)
    file.close()
    with pytest.raises(InvalidArgumentError, match=r"input\['image'\]"):
        colour(open_client(Script()).run, VERSION, {"image": file})


def test_a_file_opened_for_writing_is_refused_with_its_place(colour, open_client, tmp_path):
    with (tmp_path / "out.bin").open("wb") as file, pytest.raises(InvalidArgumentError, match=r"input\['image'\]"):
        colour(open_client(Script()).run, VERSION, {"image": file})


def test_an_upload_that_fails_stops_everything(colour, open_client):
    script = Script(routes={UPLOAD: answer(500, {"detail": "no room"})})
    with pytest.raises(ServerError, match="no room"):
        colour(open_client(script, max_retries=0).run, VERSION, {"a": b"1", "b": b"2"})
    assert CREATE not in script.lines


@pytest.mark.parametrize("reply", [{"id": "f1"}, {"id": "f1", "urls": None}, {"id": "f1", "urls": {"get": None}}])
def test_an_uploaded_file_without_a_url_is_an_error(colour, open_client, reply):
    with pytest.raises(ReplicateError, match="URL"):
        colour(open_client(Script(answer(201, reply))).run, VERSION, {"a": b"1"})


@pytest.mark.parametrize("seekable", [True, False])
def test_an_upload_does_not_hold_the_file_in_memory(colour, open_client, seekable):
    size = 64 * 1024 * 1024
    script = Script(answer(201, uploaded()), answer(201, prediction("succeeded")), keep_bodies=False)
    client = open_client(script)
    tracemalloc.start()
    colour(client.run, VERSION, {"video": Zeros(size, seekable=seekable)})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert script.bytes_received > size
    assert peak < 24 * 1024 * 1024


class Gated(io.BytesIO):
    """A file whose first read waits for the event loop to turn: it never would, if the read held it up."""

    def __init__(self, content, loop):
        super().__init__(content)
        self.loop, self.turned, self.saw_a_turn = loop, threading.Event(), None

    def read(self, size=-1):
        if size and self.saw_a_turn is None:
            self.loop.call_soon_threadsafe(self.turned.set)
            self.saw_a_turn = self.turned.wait(30)
        return super().read(size)


@pytest.mark.parametrize("strategy", ["upload", "data-uri"])
def test_reading_a_file_does_not_hold_up_an_event_loop(strategy, clock):
    async def main():
        file = Gated(b"x" * 1000, asyncio.get_running_loop())
        script = Script(routes={UPLOAD: answer(201, uploaded()), CREATE: answer(201, prediction("succeeded"))})
        client = replicate.Client._with_clock(clock, transport=script)
        await client.async_run(VERSION, {"file": file}, file_encoding_strategy=strategy)
        assert file.saw_a_turn is True

    asyncio.run(main())


def test_several_files_are_uploaded_side_by_side_but_not_all_at_once(clock):
    class Slow(Script):
        at_once = most = 0

        async def handle_async_request(self, request):
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            for _ in range(10):
                await asyncio.sleep(0)
            self.at_once -= 1
            return await super().handle_async_request(request)

    script = Slow(
        routes={UPLOAD: lambda _: answer(201, uploaded()), CREATE: lambda _: answer(201, prediction("succeeded"))}
    )

    async def main():
        client = replicate.Client._with_clock(clock, transport=script)
        await client.async_run(VERSION, {str(number): b"x" * number for number in range(12)})

    asyncio.run(main())
    assert 1 < script.most <= 8
