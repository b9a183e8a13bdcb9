"""An object whose members are anything at all is read as a plain reading of the contract says, or refused as it says.

The plain reading below is slow and general; the compiled models are neither, and must come to the same.
"""

from copy import deepcopy
from datetime import datetime
from functools import cache

import attrs
import pytest
from contract_document import DOCUMENT, same_times
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from replicate_api import models
from replicate_api.rows import unreadable_rows
from replicate_api.types import UNSET
from schema_strategies import JSON, TEXTS, moments

SCHEMAS = DOCUMENT["components"]["schemas"]
# Objects that are only sent are written by callers and never read from an answer.
ANSWERED = sorted(
    name
    for name, schema in SCHEMAS.items()
    if schema["type"] == "object"
    and not name.endswith(("Create", "Update", "WithoutVersion", "Upload", "FileMetadata"))
)
REFUSED = (TypeError, ValueError, AttributeError, KeyError)
MOMENT = "2025-03-01T12:00:00Z"
TRAPS = [
    *(MOMENT, MOMENT[:-1], MOMENT.lower(), "2025-03-01", "20250301T120000.1234567Z", "2025-02-30T12:00:00Z"),
    *(
        "",
        "\ud800",
        "hidden",
        "succeeded",
        None,
        True,
        5,
        0.5,
        float("inf"),
        [],
        [None, 5],
        {},
        {"id": 5},
        [{}],
        [["a"]],
    ),
]
ODD = JSON | moments() | st.sampled_from(TRAPS)


def member_of(schema):
    """Say what a member is read as: its kind, the object it refers to, and whether other values stay as they came."""
    choices = schema.get("anyOf", [schema])
    named = [one["$ref"].rsplit("/", maxsplit=1)[1] for one in choices if "$ref" in one]
    listed = [one["items"]["$ref"].rsplit("/", maxsplit=1)[1] for one in choices if "$ref" in one.get("items", {})]
    for kind, names in (("object", named), ("rows", listed)):
        if names and SCHEMAS[names[0]]["type"] == "object":
            return kind, names[0], len(choices) > 1
    return ("time" if schema.get("format") == "date-time" else "value"), None, True


def attribute(model, member):
    names = {field.name for field in attrs.fields(model)}
    return member if member in names else f"{member}_"


def plainly(name, body):
    """Read a body as the contract says; the result is that of `described`."""
    if not isinstance(body, dict):
        raise TypeError(name)
    model, schema = getattr(models, name), SCHEMAS[name]
    if set(schema.get("required", [])) - set(body):
        raise KeyError(name)
    told = {attribute(model, member): UNSET for member in schema["properties"]}
    told["additional_properties"] = [(key, value) for key, value in body.items() if key not in schema["properties"]]
    for member, its in schema["properties"].items():
        if member in body:
            told[attribute(model, member)] = converted(member_of(its), body[member])
    return name, told


def converted(member, value):
    kind, name, lenient = member
    try:
        if kind == "object":
            return plainly(name, value)
        if kind == "rows":
            return rows(name, value)
        return datetime.fromisoformat(value) if kind == "time" and isinstance(value, str) else value
    except REFUSED:
        if lenient:
            return value
        raise


def rows(name, values):
    if not isinstance(values, list):
        raise TypeError(name)
    read, unreadable = [], {}
    for position, value in enumerate(values):
        try:
            read.append(plainly(name, value))
        except REFUSED:
            unreadable[position] = value
    return ("rows", read, unreadable) if read or unreadable else []


def described(value):
    """Say what a decoded value is, type by type."""
    if attrs.has(type(value)):
        told = {field.name: described(getattr(value, field.name)) for field in attrs.fields(type(value))}
        return type(value).__name__, {**told, "additional_properties": list(value.additional_properties.items())}
    if isinstance(value, list) and (unreadable_rows(value) or any(attrs.has(type(item)) for item in value)):
        return "rows", [described(item) for item in value], unreadable_rows(value)
    return value


def least(name):
    """Return an object with nothing but what it needs to have."""
    schema = SCHEMAS[name]
    kinds = {member: member_of(schema["properties"][member]) for member in schema.get("required", [])}
    return {
        member: {"object": lambda its: least(its), "rows": lambda _: []}.get(kind, str)(its)
        for member, (kind, its, _) in kinds.items()
    }


@cache
def bodies(name):
    """Return a strategy for objects whose members are anything, with what the contract says among it."""
    properties = SCHEMAS[name]["properties"]
    members = {member: ODD | likely(member_of(its)) for member, its in properties.items()}
    required = set(SCHEMAS[name].get("required", []))
    known = st.fixed_dictionaries(
        {member: each for member, each in members.items() if member in required},
        optional={member: each for member, each in members.items() if member not in required},
    )
    unknown = st.dictionaries(TEXTS, JSON, max_size=2)
    return st.builds(lambda first, second: {**first, **second}, unknown, known)


def likely(member):
    kind, name, _ = member
    if kind == "object":
        return st.deferred(lambda: bodies(name))
    return st.lists(st.deferred(lambda: bodies(name)) | JSON, max_size=3) if kind == "rows" else moments()


def check(name, body):
    """Check that the compiled model reads a body as the contract says, and writes it again as it came."""
    before = deepcopy(body)
    model = getattr(models, name)
    try:
        expected = plainly(name, body)
    except REFUSED as error:
        with pytest.raises(type(error)):
            model.from_dict(body)
        return
    decoded = model.from_dict(body)
    assert described(decoded) == expected
    assert same_times(decoded.to_dict()) == same_times(body)
    decoded["queue"] = 1
    assert body == before


def test_the_objects_that_are_read_are_those_of_answers():
    assert {"Prediction", "PredictionPage", "PredictionUrls", "SearchModel", "Problem", "WebhookSecret"} < set(ANSWERED)
    kinds = {member_of(its)[::2] for name in ANSWERED for its in SCHEMAS[name]["properties"].values()}
    assert kinds == {(kind, lenient) for kind in ("object", "rows") for lenient in (True, False)} | {
        ("time", True),
        ("value", True),
    }


@pytest.mark.parametrize("name", ANSWERED)
def test_each_member_may_be_any_value_and_is_read_as_the_contract_says(name):
    for member, its in SCHEMAS[name]["properties"].items():
        _, nested, _ = member_of(its)
        for value in [*TRAPS, *([least(nested), [least(nested), None]] if nested else [])]:
            check(name, {**least(name), member: value})


@pytest.mark.parametrize("name", ANSWERED)
def test_an_object_without_any_of_its_required_members_is_refused(name):
    for member in least(name):
        body = {key: value for key, value in least(name).items() if key != member}
        with pytest.raises(KeyError, match=f"^'{member}'$"):
            getattr(models, name).from_dict(body)


@pytest.mark.parametrize("name", ANSWERED)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_members_together_are_read_as_the_contract_says(name, data):
    check(name, data.draw(bodies(name)))
