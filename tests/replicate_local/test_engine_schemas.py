"""The schema of a version, made from the hints of `predict`: one table, read by one worker process."""

import asyncio

import pytest
from replicate_local.workers.process import describe

HEADER = """
import enum, pathlib, typing
from collections.abc import AsyncIterator, Iterator
from typing import Any, Dict, List, Literal, Optional, Union
from cog import BaseModel, BasePredictor, ConcatenateIterator, AsyncConcatenateIterator, File, Input, Path, Secret

class Colour(enum.Enum):
    RED = "red"

class Result(BaseModel):
    file: Path
    score: Optional[float]
    note: str = ""
"""

INPUTS = [
    ("x: str", {"type": "string", "title": "X"}, True),
    ("max_tokens: int", {"type": "integer", "title": "Max Tokens"}, True),
    ("x: float", {"type": "number", "title": "X"}, True),
    ("x: bool", {"type": "boolean", "title": "X"}, True),
    ("x: Path", {"type": "string", "format": "uri", "title": "X"}, True),
    ("x: pathlib.Path", {"type": "string", "format": "uri", "title": "X"}, True),
    ("x: File", {"type": "string", "format": "uri", "title": "X"}, True),
    (
        "x: Secret",
        {"type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True, "title": "X"},
        True,
    ),
    ("x: List[str]", {"type": "array", "items": {"type": "string"}, "title": "X"}, True),
    ("x: list[Path]", {"type": "array", "items": {"type": "string", "format": "uri"}, "title": "X"}, True),
    ("x: list", {"type": "array", "items": {}, "title": "X"}, True),
    ("x: Dict[str, Any]", {"type": "object", "title": "X"}, True),
    ("x: Any", {"title": "X"}, True),
    ("x", {"title": "X"}, True),
    ("x: Union[int, str]", {"anyOf": [{"type": "integer"}, {"type": "string"}], "title": "X"}, True),
    ("x: Optional[int]", {"type": "integer", "title": "X", "nullable": True}, False),
    ("x: int | None = None", {"type": "integer", "title": "X", "nullable": True}, False),
    (
        "x: Optional[Path] = Input(default=None)",
        {"type": "string", "format": "uri", "title": "X", "nullable": True},
        False,
    ),
    ("x: int = 3", {"type": "integer", "title": "X", "default": 3}, False),
    ("x: int = Input(description='D')", {"type": "integer", "title": "X", "description": "D"}, True),
    (
        "x: int = Input(5, ge=1, le=9)",
        {"type": "integer", "title": "X", "default": 5, "minimum": 1, "maximum": 9},
        False,
    ),
    (
        "x: str = Input(min_length=1, max_length=2, regex='a')",
        {"type": "string", "title": "X", "minLength": 1, "maxLength": 2, "pattern": "a"},
        True,
    ),
    ("x: str = Input(deprecated=True)", {"type": "string", "title": "X", "deprecated": True}, True),
    ("x: 'int'", {"type": "integer", "title": "X"}, True),
]
ENUMERATIONS = [
    ("x: str = Input(choices=['a', 'b'], default='a')", {"type": "string", "enum": ["a", "b"]}, {"default": "a"}),
    ("x: int = Input(choices=[1, 2], description='D')", {"type": "integer", "enum": [1, 2]}, {"description": "D"}),
    ("x: Literal['a']", {"type": "string", "enum": ["a"]}, {}),
    ("x: Colour = Colour.RED", {"type": "string", "enum": ["red"]}, {"default": "red"}),
    ("x: Optional[str] = Input(choices=['a'], default=None)", {"type": "string", "enum": ["a"]}, {"nullable": True}),
]
OUTPUTS = [
    ("str", {"type": "string"}),
    ("Path", {"type": "string", "format": "uri"}),
    ("List[Path]", {"type": "array", "items": {"type": "string", "format": "uri"}}),
    ("Iterator[str]", {"type": "array", "items": {"type": "string"}, "x-cog-array-type": "iterator"}),
    (
        "typing.Iterator[Path]",
        {"type": "array", "items": {"type": "string", "format": "uri"}, "x-cog-array-type": "iterator"},
    ),
    ("AsyncIterator[str]", {"type": "array", "items": {"type": "string"}, "x-cog-array-type": "iterator"}),
    (
        "ConcatenateIterator[str]",
        {
            "type": "array",
            "items": {"type": "string"},
            "x-cog-array-type": "iterator",
            "x-cog-array-display": "concatenate",
        },
    ),
    (
        "AsyncConcatenateIterator[str]",
        {
            "type": "array",
            "items": {"type": "string"},
            "x-cog-array-type": "iterator",
            "x-cog-array-display": "concatenate",
        },
    ),
    (
        "Result",
        {
            "type": "object",
            "properties": {
                "file": {"type": "string", "format": "uri", "title": "File"},
                "score": {"type": "number", "title": "Score", "nullable": True},
                "note": {"type": "string", "title": "Note"},
            },
            "required": ["file", "score"],
        },
    ),
    ("Optional[str]", {"type": "string", "nullable": True}),
    ("Any", {}),
    ("Dict[str, int]", {"type": "object"}),
    ("None", {}),
]


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """What a worker says about a predictor for each row of the tables."""
    directory = tmp_path_factory.mktemp("predictors")
    signatures = [f"self, {row[0]}" for row in INPUTS + ENUMERATIONS]
    predicts = [f"def predict({signature}) -> str: ..." for signature in signatures]
    predicts += [f"def predict(self) -> {hint}: ..." for hint, _ in OUTPUTS]
    entries = []
    for number, predict in enumerate(predicts):
        path = directory / f"p{number}.py"
        path.write_text(f"{HEADER}\nclass Predictor(BasePredictor):\n    {predict}\n")
        entries.append(f"{path}:Predictor")
    described = asyncio.run(describe(entries))
    assert [item["entry"] for item in described] == entries
    keys = [row[0] for row in [*INPUTS, *ENUMERATIONS]] + [f"-> {hint}" for hint, _ in OUTPUTS]
    return {key: item.get("schema") or item for key, item in zip(keys, described, strict=True)}


@pytest.mark.parametrize(("parameter", "expected", "required"), INPUTS)
def test_an_input_is_described_by_its_hint(schemas, parameter, expected, required):
    components = schemas[parameter]["components"]["schemas"]
    name = parameter.partition(":")[0]
    assert components["Input"] == {
        "type": "object",
        "title": "Input",
        "properties": {name: {**expected, "x-order": 0}},
        **({"required": [name]} if required else {}),
    }


@pytest.mark.parametrize(("parameter", "enumeration", "more"), ENUMERATIONS)
def test_an_input_with_choices_refers_to_an_enumeration_of_its_name(schemas, parameter, enumeration, more):
    components = schemas[parameter]["components"]["schemas"]
    reference = {"allOf": [{"$ref": "#/components/schemas/x"}]}
    assert components["Input"]["properties"]["x"] == {**reference, **more, "x-order": 0}
    assert components["x"] == {**enumeration, "title": "x", "description": "An enumeration."}


@pytest.mark.parametrize(("hint", "expected"), OUTPUTS)
def test_an_output_is_described_by_the_return_hint(schemas, hint, expected):
    assert schemas[f"-> {hint}"]["components"]["schemas"]["Output"] == {**expected, "title": "Output"}


def test_a_schema_is_an_openapi_document_as_the_packager_writes_it(schemas):
    document = schemas["x: str"]
    assert [*document] == ["openapi", "info", "paths", "components"]
    assert (document["openapi"], document["info"]) == ("3.0.2", {"title": "Cog", "version": "0.1.0"})


def test_inputs_keep_their_order(predictor):
    entry = predictor("class Predictor:\n    def predict(self, b: int, a: str, c: float = 1): ...\n")
    [item] = asyncio.run(describe([entry]))
    properties = item["schema"]["components"]["schemas"]["Input"]["properties"]
    assert [(name, schema["x-order"]) for name, schema in properties.items()] == [("b", 0), ("a", 1), ("c", 2)]


BROKEN = [("def (", "SyntaxError"), ("import nonexistent", "ModuleNotFoundError"), ("raise SystemExit", "SystemExit")]


@pytest.mark.parametrize(("source", "error"), BROKEN)
def test_a_predictor_that_cannot_be_imported_is_reported_beside_those_that_can(predictor, source, error):
    good = predictor("class Predictor:\n    def predict(self): ...\n", "good")
    bad = predictor(source, "bad")
    first, second = asyncio.run(describe([bad, good]))
    assert first["error"].startswith(error)
    assert "schema" in second
