"""The parts of the command that need no service: inputs, durations, tables, schemas, progress."""

import argparse
import io
from pathlib import Path

import pytest
from replicate._command import schemas, tables
from replicate._command.following import Follower
from replicate._command.inputs import read_inputs
from replicate._command.options import seconds
from replicate._command.tables import Column
from replicate._progress import Progress
from replicate._watching import LogEvent, ProgressEvent, StatusEvent


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ([], {}),
        (["a=x"], {"a": "x"}),
        (["a="], {"a": ""}),
        (["a=3"], {"a": "3"}),
        (["a:=3", "b:=null"], {"a": 3, "b": None}),
        (["a=b:=c"], {"a": "b:=c"}),
        (["a==b"], {"a": "=b"}),
        (["a=two\nlines"], {"a": "two\nlines"}),
        (["a=@cat.png"], {"a": Path("cat.png")}),
        (['a:="@cat"'], {"a": "@cat"}),
        (["a[]=x", "b=1", "a[]:=2", "a[]=@f"], {"a": ["x", 2, Path("f")], "b": "1"}),
        (["a[0]=x"], {"a[0]": "x"}),
    ],
)
def test_arguments_are_read_as_an_input(arguments, read):
    assert read_inputs(arguments) == read


@pytest.mark.parametrize(
    ("text", "read"), [("90", 90), ("0.5", 0.5), ("90s", 90), ("2m", 120), ("1h30m", 5400), ("1h1m1.5s", 3661.5)]
)
def test_durations_are_read(text, read):
    assert seconds(text) == read


@pytest.mark.parametrize("text", ["", "m", "5d", "-1", "1m2h", "1e3", "nan", "\uff19", "1" * 30])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        seconds(text)


COLUMNS = (Column("id", whole=True), Column("text"), Column("more"))


def test_columns_are_aligned_and_nothing_is_cut_without_a_width():
    rows = [("a", "x" * 99, None), ("long-id", 0, True)]
    assert list(tables.lines(COLUMNS, rows, None)) == [
        f"id       text{'':97}more", f"a        {'x' * 99}", f"long-id  0{'':100}True",
    ]  # fmt: skip


def test_the_widest_column_gives_way_and_ids_never_do():
    rows = [("a" * 10, "x" * 30, "y" * 12)]
    assert list(tables.lines(COLUMNS, rows, 40))[1] == f"{'a' * 10}  {'x' * 13}…  {'y' * 12}"
    assert list(tables.lines(COLUMNS, rows, 5))[1] == f"{'a' * 10}  xxx…  yyy…"


def test_wide_and_combining_characters_take_the_columns_they_take():
    rows = [("日本", "e\u0301", "|"), ("abcd", "f", "|")]
    first, second = list(tables.lines(COLUMNS, rows, None))[1:]
    assert first == "日本  e\u0301     |"
    assert second == "abcd  f     |"
    assert list(tables.lines(COLUMNS, [("a", "日本" * 20, "")], 20))[1] == "a   日本日本…"


def test_a_cell_is_one_line_without_control_characters():
    assert list(tables.lines((Column("a"),), [("x\n\ty\x1b",)], None)) == ["a", "x y\\x1b"]


DOCUMENT = {
    "components": {
        "schemas": {
            "Input": {
                "required": ["image"],
                "properties": {
                    "last": {"type": "number", "x-order": 3, "minimum": 0.5, "default": 1},
                    "image": {"type": "string", "format": "uri", "x-order": 0},
                    "style": {"allOf": [{"$ref": "#/components/schemas/style"}], "default": "a", "x-order": 1},
                    "seed": {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "null"}], "x-order": 2},
                    "unsaid": {},
                },
            },
            "style": {"type": "string", "enum": ["a", "b"], "description": "An enumeration."},
            "Output": {"type": "array", "items": {"type": "string"}, "x-cog-array-type": "iterator"},
        }
    }
}


def test_a_schema_is_read_as_its_author_ordered_it():
    assert [row[:5] for row in schemas.input_rows(DOCUMENT)] == [
        ("image", "file", "required", "", ""),
        ("style", "string", '"a"', "", "a, b"),
        ("seed", "integer", "", "..9", ""),
        ("last", "number", "1", "0.5..", ""),
        ("unsaid", "", "", "", ""),
    ]
    assert schemas.output_type(DOCUMENT) == "array of string, piece by piece"


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"components": 3}, {"components": {"schemas": {"Input": [], "Output": None}}}],
)
def test_a_document_that_tells_nothing_is_read_as_nothing(document):
    assert schemas.input_rows(document) == []
    assert schemas.output_type(document) == ""


LOOP = {"$ref": "#/components/schemas/loop"}


@pytest.mark.parametrize("loop", [LOOP, {"type": "array", "items": LOOP}], ids=["alone", "list of itself"])
def test_a_schema_that_refers_to_itself_ends(loop):
    document = {"components": {"schemas": {"Input": {"properties": {"a": LOOP}}, "Output": LOOP, "loop": loop}}}
    assert [row.name for row in schemas.input_rows(document)] == ["a"]
    assert schemas.output_type(document).count("array") < 10


def test_an_input_that_may_be_of_several_types_tells_them_all():
    either = {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "string", "enum": ["auto"]}, {"type": "null"}]}
    document = {"components": {"schemas": {"Input": {"properties": {"size": either}}}}}
    assert [row[:3] for row in schemas.input_rows(document)] == [("size", "integer or string", "")]


class Running:
    is_terminal = False


def test_logs_are_written_line_by_line_and_bars_only_as_the_progress():
    stream = io.StringIO()
    follower = Follower(stream)
    follower(StatusEvent(Running(), "processing"))
    follower(LogEvent(Running(), "loading\nhal"))
    follower(LogEvent(Running(), "f a line\n 10%|█   | 1/10\r 50%|████   | 5/10\nodd \x1b[2J"))
    follower(ProgressEvent(Running(), Progress(0.5, 5, 10)))
    follower.finish()
    shown = stream.getvalue().replace("\r\x1b[K", "¶")
    assert [line for line in shown.split("¶") if line.endswith("\n")] == [
        "loading\n",
        "half a line\n",
        "odd \\x1b[2J\n",
    ]
    assert "processing [##########..........] 50% 5/10" in shown
    assert shown.endswith("¶")
