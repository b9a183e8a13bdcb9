"""The written form of a model or version, as programs written for 1.x use it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate.exceptions import InvalidReferenceError, ReplicateException
from replicate.identifier import ModelVersionIdentifier

VERSION = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"

MALFORMED = [
    "",
    "owner",
    "owner/",
    "/name",
    "/",
    "a/b/c",
    "a//b",
    "../x",
    "x/..",
    "x/.",
    "./x",
    "x/...",
    ".../x",
    "owner/name:",
    "owner/name:a:b",
    "owner/name:a/b",
    "owner/name:..",
    "owner/name?x=1",
    "owner/name#x",
    "owner/na%2Fme",
    "owner/..%2f",
    "owner\\name",
    "owner/name\n",
    "\nowner/name",
    "owner/name ",
    " owner/name",
    "owner/na me",
    "owner/na\0me",
    "own.er/name",
    "öwner/name",
    "owner/naͤme",
    "owner/name@sha256",
    "https://replicate.com",
    "https://replicate.com/owner",
    "https://replicate.com/owner/name/api",
    "https://replicate.com/owner/name?tab=api",
    "https://replicate.com/../name",
    "https://replicate.com/p/q5w1zx7k3mrt40cvy9h8b2ndfe",
    "https://replicate.com/collections/text-to-image",
    "https://replicate.com/docs/reference",
    "https://replicate.com.evil.example/owner/name",
    "https://evil.example/owner/name",
    "https://user@replicate.com/owner/name",
    "https://replicate.com:8443/owner/name",
    "file:///owner/name",
]


@pytest.mark.parametrize(
    ("ref", "parts"),
    [
        ("owner/name", ("owner", "name", None)),
        (f"owner/name:{VERSION}", ("owner", "name", VERSION)),
        ("black-forest-labs/flux-1.1-pro", ("black-forest-labs", "flux-1.1-pro", None)),
        ("Owner_1/na_me-2", ("Owner_1", "na_me-2", None)),
        ("o/..n", ("o", "..n", None)),
        ("owner/name:dp-" + "0" * 32, ("owner", "name", "dp-" + "0" * 32)),
        ("owner/name:abc", ("owner", "name", "abc")),
        ("https://replicate.com/owner/name", ("owner", "name", None)),
        ("https://replicate.com/owner/name/", ("owner", "name", None)),
        ("http://www.replicate.com/owner/name", ("owner", "name", None)),
        (f"https://replicate.com/owner/name/versions/{VERSION}", ("owner", "name", VERSION)),
        ("p/name", ("p", "name", None)),
    ],
)
def test_a_reference_is_split_into_owner_name_and_version(ref, parts):
    assert ModelVersionIdentifier.parse(ref) == parts


@pytest.mark.parametrize("ref", MALFORMED)
def test_a_malformed_reference_is_an_error_that_shows_it_and_the_right_form(ref):
    with pytest.raises(InvalidReferenceError, match="ref must look like") as caught:
        ModelVersionIdentifier.parse(ref)

    assert repr(ref[:20])[1:-1] in str(caught.value)
    assert caught.value.argument == "ref"
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ReplicateException)


@pytest.mark.parametrize("ref", [None, 7, b"owner/name", ("owner", "name")])
def test_what_is_not_text_is_malformed(ref):
    with pytest.raises(InvalidReferenceError):
        ModelVersionIdentifier.parse(ref)


@pytest.mark.parametrize("ref", ["owner/name", "owner/name:abc"])
def test_an_identifier_prints_as_the_reference_it_came_from(ref):
    assert str(ModelVersionIdentifier.parse(ref)) == ref


def test_the_version_may_be_left_out():
    assert ModelVersionIdentifier("owner", "name") == ModelVersionIdentifier(owner="owner", name="name", version=None)


@given(ref=st.text(st.sampled_from("ab./:-_%?#\\ \n\0é0"), max_size=12))
def test_no_part_of_a_reference_can_leave_its_segment_of_a_path(ref):
    try:
        parts = ModelVersionIdentifier.parse(ref)
    except InvalidReferenceError:
        return
    for part in parts:
        assert part is None or (part.strip(".") and set(part) <= set("ab.-_0"))
