"""What predictors are written with, each over HTTP and unmodified: types, iterators, async code, metrics, logs."""

import base64

import httpx
import pytest
from own_engines import serving, write
from replicate_local.workers.process import describe

SOURCE = '''\
import asyncio, enum, io, subprocess, sys, tempfile, time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, List, Literal, Optional, TypedDict
import cog
from cog import (
    AsyncConcatenateIterator, BaseModel, BasePredictor, BaseRunner, CancelationException, ConcatenateIterator, File,
    Input, Path, Secret, current_scope, emit_metric,
)
from replicate_local import model

class Colour(str, enum.Enum):
    RED = "red"
    BLUE = "blue"

@model()
class everything:
    def predict(
        self,
        text: str = Input(description="A text", min_length=1, regex="^[a-z]+$"),
        number: float = Input(default=1, ge=0, le=2),
        style: str = Input(choices=["plain", "loud"], default="plain"),
        colour: Colour = Colour.RED,
        size: Literal[1, 2] = 1,
        maybe: Optional[int] = Input(description="Or not", default=None),
        newer: str | None = None,
        older: int = Input(description="No number means none", default=None),
        noted: Annotated[int, Input(description="Noted", ge=1)] = 5,
        names: List[str] = Input(default=[]),
        picture: Path = Input(default=None),
        pictures: list[Path] = Input(default=[]),
        stream: File = Input(default=None),
        key: Secret = Input(default=None),
    ) -> dict:
        return {
            "text": text, "number": number, "style": style, "colour": repr(colour), "size": size, "maybe": maybe,
            "newer": newer, "older": older, "noted": noted, "names": names,
            "picture": picture and [type(picture).__name__, picture.name, picture.read_text()],
            "pictures": [path.read_text() for path in pictures], "stream": stream and stream.read().decode(),
            "key": key and [str(key), key.get_secret_value()[::-1]],
        }

class Result(BaseModel):
    text: str
    file: Path
    note: Optional[str] = None

@model()
class structured(BasePredictor):
    def predict(self, text: str) -> Result:
        path = Path(tempfile.mkdtemp()) / "result.txt"
        path.write_text(text)
        return Result(text=text.upper(), file=path)

@dataclass
class Point:
    x: int
    y: int = 2

class Sizes(TypedDict):
    width: int

@model()
def point(x: int) -> Point: return Point(x)

@model()
def files(opened: bool) -> File:
    if not opened:
        return io.BytesIO(b"made\\nin memory")
    path = Path(tempfile.mkdtemp()) / "opened.txt"
    path.write_text("written\\nto disk")
    return path.open("rb")

@model()
def sizes() -> list[Sizes]: return [{"width": 3}]

@model()
class tokens(BaseRunner):
    """A runner, the newer name of predictors."""
    async def setup(self):
        await asyncio.sleep(0)
        self.words = ["Hello", " ", "world"]
    async def run(self) -> AsyncConcatenateIterator[str]:
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            other = group.create_task(asyncio.sleep(0, "!"))
            for word in self.words:
                yield word
                await asyncio.sleep(0)
            yield await other

@model()
@cog.streaming
def pieces(count: int = 3) -> ConcatenateIterator[str]:
    for number in range(count):
        yield f"{number} "

@model()
@cog.concurrent(max=4)
async def once(text: str) -> str:
    await asyncio.sleep(0)
    return text

@model()
def measured() -> str:
    scope = current_scope()
    scope.record_metric("seconds", 1.5)
    scope.record_metric("seconds", 2.5)
    scope.record_metric("tokens", 2, mode="incr")
    scope.record_metric("tokens", 3, mode="incr")
    scope.record_metric("names", "a", mode="append")
    scope.record_metric("names", "b", mode="append")
    emit_metric("older", 7)
    return "done"

class Measuring(BaseRunner):
    def run(self) -> str:
        self.record_metric("own", 1)
        self.scope.record_metric("scoped", 2)
        return "done"

measuring = model("measuring")(Measuring)

@model()
def talkative() -> str:
    print("from Python")
    for percent in (0, 50, 100):
        sys.stderr.write(f"\\r{percent}%|" + "#" * (percent // 50))
    subprocess.run(["echo", "from a child process"], check=True)
    print("and \\N{SNOWMAN}")
    return "quiet"

@model()
class interruptible:
    def predict(self, seconds: float) -> str:
        print("begun", flush=True)
        try:
            time.sleep(seconds)
        except CancelationException:
            print("cleaned up")
            self.was = getattr(self, "was", 0) + 1
            raise
        return f"canceled before: {getattr(self, 'was', 0)}"

@model()
class async_interruptible:
    async def predict(self, seconds: float) -> str:
        print("begun", flush=True)
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self.was = getattr(self, "was", 0) + 1
            raise
        return f"canceled before: {getattr(self, 'was', 0)}"

@model()
class weighty:
    def setup(self, weights: Path):
        self.weights = weights
    def predict(self) -> str:
        return f"{type(self.weights).__name__} {self.weights}"
'''


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    source = write(tmp_path_factory.mktemp("features") / "features.py", SOURCE)
    with serving(source, COG_WEIGHTS="/weights/of/it") as engine:
        yield engine


def data(text: str) -> str:
    return f"data:text/plain;base64,{base64.b64encode(text.encode()).decode()}"


def test_inputs_come_as_the_types_of_the_hints(api):
    given = {
        "text": "abc",
        "number": 2,
        "style": "loud",
        "colour": "blue",
        "size": 2,
        "maybe": 3,
        "newer": "x",
        "older": 9,
        "noted": 6,
        "names": ["a", "b"],
        "picture": data("one"),
        "pictures": [data("two"), data("three")],
        "stream": data("four"),
        "key": "secret",
    }
    prediction = api.run("everything", given)
    assert prediction["status"] == "succeeded", prediction
    output = prediction["output"]
    assert output.pop("picture") == ["Path", "input.txt", "one"]
    assert output.pop("colour") == "<Colour.BLUE: 'blue'>"
    assert output.pop("key") == ["**********", "terces"]
    expected = {**given, "pictures": ["two", "three"], "stream": "four"}
    assert output == {name: value for name, value in expected.items() if name in output}
    assert prediction["input"]["key"] == "[REDACTED]"


def test_inputs_that_are_left_out_have_their_defaults(api):
    output = api.run("everything", {"text": "abc"})["output"]
    assert output == {
        "text": "abc",
        "number": 1,
        "style": "plain",
        "colour": "<Colour.RED: 'red'>",
        "size": 1,
        "maybe": None,
        "newer": None,
        "older": None,
        "noted": 5,
        "names": [],
        "picture": None,
        "pictures": [],
        "stream": None,
        "key": None,
    }


REFUSED = [
    ({}, "input.text"),
    ({"text": ""}, "input.text"),
    ({"text": "ABC"}, "input.text"),
    ({"text": "a", "number": 3}, "input.number"),
    ({"text": "a", "style": "quiet"}, "input.style"),
    ({"text": "a", "colour": "green"}, "input.colour"),
    ({"text": "a", "size": 3}, "input.size"),
    ({"text": "a", "noted": 0}, "input.noted"),
    ({"text": "a", "names": [1]}, "input.names.0"),
    ({"text": "a", "picture": "no URL"}, "input.picture"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_inputs_that_do_not_fit_the_hints_are_refused_as_by_the_service(api, given, field):
    refused = api.post("everything", given)
    assert refused.status_code == 422
    assert refused.json()["title"] == "Input validation failed"
    fields = {invalid["field"] for invalid in refused.json()["invalid_fields"]}
    assert fields & {field, field.rpartition(".")[0]}


def test_a_structured_output_has_its_files_as_urls(api):
    output = api.run("structured", {"text": "abc"})["output"]
    assert (output["text"], output["note"]) == ("ABC", None)
    assert httpx.get(output["file"]).text == "abc"
    schema = api.version("structured")["openapi_schema"]["components"]["schemas"]["Output"]
    assert schema["required"] == ["text", "file"]
    assert schema["properties"]["file"]["format"] == "uri"


def test_an_open_file_is_an_output_even_if_it_was_never_on_disk(api):
    assert httpx.get(api.run("files", {"opened": False})["output"]).content == b"made\nin memory"
    assert httpx.get(api.run("files", {"opened": True})["output"]).content == b"written\nto disk"


def test_dataclasses_and_typed_dictionaries_are_structured_outputs_too(api):
    assert api.run("point", {"x": 1})["output"] == {"x": 1, "y": 2}
    assert api.version("point")["openapi_schema"]["components"]["schemas"]["Output"] == {
        "type": "object",
        "title": "Output",
        "properties": {"x": {"type": "integer", "title": "X"}, "y": {"type": "integer", "title": "Y"}},
        "required": ["x"],
    }
    assert api.run("sizes")["output"] == [{"width": 3}]
    items = api.version("sizes")["openapi_schema"]["components"]["schemas"]["Output"]["items"]
    assert items["required"] == ["width"]


def test_an_async_runner_streams_with_its_time_outs_and_task_groups_around_it(api):
    prediction = api.create("tokens")
    assert [event.data for event in api.events(prediction)] == ["Hello", " ", "world", "!", "{}"]
    assert api.version("tokens")["openapi_schema"]["components"]["schemas"]["Output"] == {
        "type": "array",
        "items": {"type": "string"},
        "title": "Output",
        "x-cog-array-type": "iterator",
        "x-cog-array-display": "concatenate",
    }


def test_decorators_of_the_packager_change_nothing(api):
    assert api.run("pieces", {"count": 2})["output"] == ["0 ", "1 "]
    assert api.run("once", {"text": "x"})["output"] == "x"


def test_measurements_of_each_spelling_are_kept(api):
    metrics = api.run("measured")["metrics"]
    assert {name: metrics[name] for name in ("seconds", "tokens", "names", "older")} == {
        "seconds": 2.5,
        "tokens": 5,
        "names": ["a", "b"],
        "older": 7,
    }
    metrics = api.run("measuring")["metrics"]
    assert (metrics["own"], metrics["scoped"]) == (1, 2)


def test_logs_hold_progress_bars_and_what_child_processes_write_as_they_come(api):
    assert api.run("talkative")["logs"] == ("from Python\n\r0%|\r50%|#\r100%|##from a child process\nand \N{SNOWMAN}\n")


@pytest.mark.parametrize("name", ["interruptible", "async_interruptible"])
def test_a_canceled_predictor_can_clean_up_and_stays_warm(api, name):
    prediction = api.create(name, {"seconds": 60})
    api.until(prediction, lambda state: "begun" in state["logs"])
    assert api.cancel(prediction)["status"] == "canceled"
    assert api.run(name, {"seconds": 0})["output"] == "canceled before: 1"


def test_setup_is_given_the_weights_that_the_environment_names(api):
    assert api.run("weighty")["output"] == "Path /weights/of/it"


# Two generations of the package itself, as far as predictors see them.
INSTALLED = {
    "0.16": """
        import pathlib, typing
        from pydantic.fields import FieldInfo
        __version__ = "0.16.9"
        class BasePredictor: ...
        class BaseModel:
            model_fields = {}
        class File: ...
        class Secret: ...
        class Path(type(pathlib.Path())): ...
        T = typing.TypeVar("T")
        class ConcatenateIterator(typing.Generic[T]): ...
        class AsyncConcatenateIterator(typing.Generic[T]): ...
        def current_scope(): raise RuntimeError
        def Input(default=..., **given):
            return FieldInfo(default, **given)
        """,
    "0.20": """
        import dataclasses, pathlib, typing
        __version__ = "0.20.1"
        @dataclasses.dataclass(frozen=True)
        class FieldInfo:
            default: typing.Any = None
            description: typing.Any = None
            ge: typing.Any = None
            le: typing.Any = None
            min_length: typing.Any = None
            max_length: typing.Any = None
            regex: typing.Any = None
            choices: typing.Any = None
            deprecated: typing.Any = None
        Input = FieldInfo
        class CancelationException(BaseException): ...
        class BaseRunner:
            def setup(self, weights=None): raise NotImplementedError
            def run(self, **given): raise NotImplementedError
            def predict(self, **given): raise NotImplementedError
            def record_metric(self, key, value, mode="replace"): raise RuntimeError
        class BasePredictor(BaseRunner): ...
        class BaseModel: ...
        class File: ...
        class Secret: ...
        class Path(type(pathlib.Path())): ...
        T = typing.TypeVar("T")
        class ConcatenateIterator(typing.Generic[T]): ...
        class AsyncConcatenateIterator(typing.Generic[T]): ...
        def current_scope(): raise RuntimeError
        """,
    "pydantic": """
        class FieldInfo:
            def __init__(self, default, *, description=None, ge=None, le=None, choices=None):
                self.default, self.description, self.deprecated = default, description, None
                self.metadata = [Bound(ge=ge), Bound(le=le)]
                self.json_schema_extra = {"enum": choices} if choices else None
            def is_required(self):
                return self.default is ...
        class Bound:
            def __init__(self, **bounds):
                vars(self).update(bounds)
        """,
}


@pytest.mark.parametrize("version", ["0.16", "0.20"])
def test_an_installed_packager_is_used_in_the_place_of_the_stand_in(version, tmp_path):
    write(tmp_path / "installed/cog/__init__.py", INSTALLED[version])
    write(tmp_path / "installed/pydantic/__init__.py", "")
    write(tmp_path / "installed/pydantic/fields.py", INSTALLED["pydantic"])
    source = write(
        tmp_path / "predict.py",
        """
        import time, cog
        from typing import Optional
        from cog import BasePredictor, Input
        class Predictor(BasePredictor):
            def run(self, a: int = Input(description="A", ge=1, le=3), b: str = Input(default="x", choices=["x", "y"]),
                    c: Optional[str] = Input(default=None), seconds: float = 0) -> str:
                cog.current_scope().record_metric("a", a)
                print("begun", flush=True)
                try:
                    time.sleep(seconds)
                except getattr(cog, "CancelationException", KeyboardInterrupt):
                    print("cleaned up")
                    raise
                return f"{a} {b} {c} {cog.__version__}"
        """,
    )
    with serving(source, PYTHONPATH=str(tmp_path / "installed")) as engine:
        version_made = engine.version("predict")
        assert version_made["cog_version"] == INSTALLED[version].split('"')[1]
        assert version_made["openapi_schema"]["components"]["schemas"]["Input"] == {
            "type": "object",
            "title": "Input",
            "required": ["a"],
            "properties": {
                "a": {"type": "integer", "title": "A", "description": "A", "minimum": 1, "maximum": 3, "x-order": 0},
                "b": {"allOf": [{"$ref": "#/components/schemas/b"}], "default": "x", "x-order": 1},
                "c": {"type": "string", "title": "C", "nullable": True, "x-order": 2},
                "seconds": {"type": "number", "title": "Seconds", "default": 0, "x-order": 3},
            },
        }
        prediction = engine.run("predict", {"a": 2})
        assert prediction["output"] == f"2 x None {version_made['cog_version']}"
        assert prediction["metrics"]["a"] == 2
        canceled = engine.create("predict", {"a": 1, "seconds": 60})
        engine.until(canceled, lambda state: "begun" in state["logs"])
        engine.cancel(canceled)
        assert engine.run("predict", {"a": 3})["status"] == "succeeded"


def test_another_package_of_that_name_is_not_taken_for_the_packager(tmp_path, run_async, monkeypatch):
    write(tmp_path / "installed/cog.py", "def generate(): ...")
    source = write(tmp_path / "m.py", "from cog import Input\ndef m(x: int = Input(ge=1)) -> int: ...")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "installed"))
    [described] = run_async(describe([f"{source}:m"]))
    assert described["schema"]["components"]["schemas"]["Input"]["properties"]["x"]["minimum"] == 1
