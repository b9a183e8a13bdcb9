"""What a model, a version or another thing may be named by, and what is refused before it reaches a URL."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate._references import Reference, check_segment, parse_model_name, parse_reference
from replicate.exceptions import InvalidArgumentError, InvalidReferenceError
from replicate.identifier import ModelVersionIdentifier

HEX = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"
SHORT = "d-" + "0123456789abcdef" * 2
SHORTER = "dp-" + "0123456789abcdef" * 2


class Thing:
    """Any object with the attributes given."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Pair(NamedTuple):
    owner: str
    name: str


MODELS = [
    "owner/name",
    "https://replicate.com/owner/name",
    ("owner", "name"),
    ("owner", "name", None),
    Pair("owner", "name"),
    ModelVersionIdentifier("owner", "name"),
    Reference("owner", "name", None),
    Thing(owner="owner", name="name"),
    Thing(owner="owner", name="name", id="owner/name"),
    Thing(owner="owner", name="name", id=None),
]

VERSIONS_OF_A_MODEL = [
    f"owner/name:{HEX}",
    f"https://replicate.com/owner/name/versions/{HEX}",
    ("owner", "name", HEX),
    ModelVersionIdentifier("owner", "name", HEX),
    Reference("owner", "name", HEX),
    Thing(owner="owner", name="name", id=HEX),
]

NEITHER = [
    *[
        "",
        "owner",
        "a/b/c",
        "../x",
        "owner/name:",
        "a/..",
        HEX[:-1],
        HEX + "0",
        HEX.upper(),
        HEX + "\n",
        "d-0",
        ":" + HEX,
    ],
    *[
        None,
        True,
        7,
        1.5,
        b"owner/name",
        [],
        ["owner", "name"],
        {},
        {"owner": "owner", "name": "name"},
        object(),
        Thing,
    ],
    *[(), ("owner",), ("owner", ""), ("a/b", "c"), ("a", "b/c"), ("a", "b:c"), ("a", None), (None, "b"), (1, 2)],
    *[("a", "b", "c", "d"), ("a", "b", 7), ("a", "b", ""), ("a", "b", "..")],
    *[Thing(owner="owner"), Thing(name="name"), Thing(owner="a/b", name="c"), Thing(owner="..", name="x")],
    *[Thing(owner=1, name=2), Thing(id="abc"), Thing(id=7), Thing(id="../x"), Thing(id="owner/name")],
    *[Thing(owner="owner", name="name", id="hidden"), Thing(owner="owner", name="name", id="other/name")],
    *[Thing(owner="a/b", name="c", id=HEX)],
]


@pytest.mark.parametrize("ref", MODELS)
def test_a_model_is_named_by_text_pair_or_object(ref):
    assert parse_reference(ref) == Reference("owner", "name", None)


@pytest.mark.parametrize("ref", VERSIONS_OF_A_MODEL)
def test_a_version_of_a_model_is_named_by_text_triple_or_object(ref):
    assert parse_reference(ref) == Reference("owner", "name", HEX)


@pytest.mark.parametrize("version", [HEX, SHORT, SHORTER])
def test_a_version_alone_is_named_by_its_id(version):
    alone = Reference(None, None, version)

    assert parse_reference(version) == alone
    assert parse_reference(Thing(id=version)) == alone
    assert parse_reference(Thing(id=version, owner=None, name=None)) == alone
    assert parse_reference(Thing(id=version, owner="owner")) == alone
    assert parse_reference(Thing(id=version, name="name")) == alone


@pytest.mark.parametrize("ref", NEITHER)
def test_anything_else_is_an_error_that_names_the_argument_and_the_forms(ref):
    with pytest.raises(
        InvalidReferenceError, match=r'^model: .* names no model or version; give "owner/name"'
    ) as caught:
        parse_reference(ref, argument="model")

    assert caught.value.argument == "model"


def test_the_error_does_not_show_a_token_given_by_mistake():
    with pytest.raises(InvalidReferenceError) as caught:
        parse_reference("r8_0123456789abcdefghijklmnopqrstuvwxyz0")

    assert "0123" not in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "model", "text"),
    [
        (Reference("owner", "name", None), "owner/name", "owner/name"),
        (Reference("owner", "name", HEX), "owner/name", f"owner/name:{HEX}"),
        (Reference(None, None, HEX), None, HEX),
    ],
)
def test_a_reference_prints_as_it_is_written(reference, model, text):
    assert reference.model == model
    assert str(reference) == text
    assert parse_reference(text) == reference


@pytest.mark.parametrize("name", MODELS)
def test_a_name_is_split_into_owner_and_name(name):
    assert parse_model_name(name) == ("owner", "name")


@pytest.mark.parametrize("name", [*NEITHER, HEX, Thing(id=HEX)])
def test_a_malformed_name_is_an_error_that_names_the_argument(name):
    with pytest.raises(InvalidReferenceError, match=r"^destination: .* is not a name; give") as caught:
        parse_model_name(name, argument="destination")

    assert caught.value.argument == "destination"


@pytest.mark.parametrize("name", VERSIONS_OF_A_MODEL)
def test_a_version_is_no_name(name):
    with pytest.raises(InvalidReferenceError, match="names a version; give 'owner/name' alone"):
        parse_model_name(name)


@pytest.mark.parametrize(
    "value", ["q5w1zx7k3mrt40cvy9h8b2ndfe", "a", "a.b", "..a", "text-to-image", "A_b", "é", "a:b", HEX]
)
def test_an_id_is_returned_as_it_is(value):
    assert check_segment(value, argument="prediction_id") == value


UNSAFE = [
    *["", ".", "..", "...", "../account", "a/b", "/", "a\\b", "a?b", "a#b", "a%b", "%2e%2e", "a b", " a", "a\n", "\t"],
    *["a\0", "\x7f", "\x85", "\u2028", "\u00a0", "\u200b", "\ud800", "\u202e"],
]


@pytest.mark.parametrize("value", UNSAFE)
def test_an_id_that_could_leave_its_segment_is_an_error_that_names_the_argument(value):
    with pytest.raises(InvalidArgumentError, match=r"^prediction_id: .* cannot be an id") as caught:
        check_segment(value, argument="prediction_id")

    assert caught.value.argument == "prediction_id"


@pytest.mark.parametrize("value", [None, 7, b"abc", ["a"], object()])
def test_an_id_that_is_no_text_is_an_error_that_names_the_argument(value):
    with pytest.raises(InvalidArgumentError, match=r"^file_id must be a text, not "):
        check_segment(value, argument="file_id")


@given(value=st.text())
def test_what_passes_stays_in_its_segment_of_a_url_quoted_or_not(value):
    try:
        check_segment(value, argument="id")
    except InvalidArgumentError:
        return
    base = "https://api.example/v1/predictions/"
    assert urljoin(base, f"./{quote(value)}/cancel") == f"{base}{quote(value)}/cancel"
    assert urljoin(base, f"./{value}/cancel") == f"{base}{value}/cancel"
