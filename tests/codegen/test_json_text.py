"""Reading JSON means the same with msgspec and without; how much faster it is, is the benchmarks' business."""

import json
import subprocess
import sys

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from replicate_api import Client
from replicate_api.api.predictions import predictions_list
from replicate_api.json_text import JsonReader

NUMBERS = (
    st.integers() | st.floats() | st.sampled_from([2**63, 2**64, -(2**63) - 1, 10**400, 5e-324, 1.7976931348623157e308])
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
NUMERALS = st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
ODD = [
    *(b"", b" ", b"[1,]", b"nul", b"01", b"1.", b".5", b"+1", b"'a'", b'{"a":1,"a":2}', b'{"a" 1}', b"1 2", b"[1]x"),
    *(b"NaN", b"-Infinity", b"[Infinity]", b"1e400", b"-1e400", b"1e-400", b"-0", b"-0.0", b"1E5", b"1" * 4000),
    *(b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\udc00\\ud800"', b'"\x01"', b'"\\u0000"', b'"\\/"', b'"\\x"', b'"\xff"'),
    *(b'"\xed\xa0\x80"', b'"\xc0\x80"', b"\xef\xbb\xbf1", '"a"'.encode("utf-16"), '"a"'.encode("utf-32-le")),
    *(
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
        b"\t\r\n1\x0c",
        b"\xc2\xa01",
        b'"\xe2\x80\xa8"',
    ),
]


def read_both_ways(text):
    """Return what both readers make of a text: a value with its types, or a kind of error."""
    found = []
    for read in (json.loads, JsonReader(before_loading=0)):
        try:
            found.append(exactly(read(text)))
        except (ValueError, RecursionError) as error:
            found.append(RecursionError if isinstance(error, RecursionError) else ValueError)
    return found


def exactly(value):
    """Return a value so that equal means the same: types, signs of zero, the order of members."""
    if isinstance(value, dict):
        return [(name, exactly(member)) for name, member in value.items()]
    if isinstance(value, list):
        return [exactly(item) for item in value]
    if isinstance(value, float):
        return float, repr(value)
    return type(value), value


def is_loaded_after(program):
    code = f"import sys\nfrom replicate_api.json_text import JsonReader\n{program}\nprint('msgspec' in sys.modules)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"


@given(VALUES, st.booleans())
def test_values_are_the_same_with_msgspec(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    with_json, with_msgspec = read_both_ways(text)
    assert with_json == with_msgspec


@given(NUMERALS)
@example("9007199254740993.0")
@example("2.2250738585072011e-308")
@example("0." + "0" * 400 + "1")
def test_numbers_are_the_same_to_the_last_bit(numeral):
    with_json, with_msgspec = read_both_ways(numeral.encode())
    assert with_json == with_msgspec


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text[:20]))
def test_texts_that_are_no_json_or_hardly_are_left_to_the_standard_library(text):
    with_json, with_msgspec = read_both_ways(text)
    assert with_json == with_msgspec


@given(st.binary() | st.builds(lambda value, cut: json.dumps(value).encode()[:cut], VALUES, st.integers(0, 60)))
def test_garbled_texts_are_refused_alike(text):
    with_json, with_msgspec = read_both_ways(text)
    assert with_json == with_msgspec


def test_msgspec_is_loaded_once_it_pays():
    assert not is_loaded_after("JsonReader()(b'[' + b'1,' * 900_000 + b'1]')")
    assert is_loaded_after("read = JsonReader(); read(b'[' + b'1,' * 1_100_000 + b'1]'); read(b'1')")


def test_without_msgspec_the_standard_library_reads_everything():
    program = "import sys; sys.modules['msgspec'] = None; assert JsonReader(before_loading=0)(b'[1]') == [1]; "
    assert is_loaded_after(f"{program}del sys.modules['msgspec']") is False


@pytest.mark.parametrize(
    ("release", "is_used"),
    [("0.14.2", False), ("0.18.5", False), ("odd", False), ("0.18.6", True), ("0.19.0.dev1", True), ("1.0.0", True)],
)
def test_a_msgspec_older_than_the_extra_asks_for_is_not_used(monkeypatch, release, is_used):
    monkeypatch.setattr("msgspec.__version__", release)
    monkeypatch.setattr("msgspec.json.decode", lambda _: "read by msgspec")
    assert JsonReader(before_loading=0)(b"[1]") == ("read by msgspec" if is_used else [1])


def test_an_endpoint_function_reads_its_answer_with_it(monkeypatch):
    monkeypatch.setattr(predictions_list, "read_json", JsonReader(before_loading=0))
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=b'{"results": [{"id": "p", "status": "s"}]}'))
    page = predictions_list.sync(client=Client(base_url="https://api.test/v1", httpx_args={"transport": transport}))
    assert page.results[0].id == "p"
