"""Hypothesis strategies for whatever a schema of the contract allows. No test lives here.

Understands the part of JSON Schema that the contract uses and fails on anything else, so that nothing is left untested
without notice.
"""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

from contract_document import at
from hypothesis import strategies as st

PROSE = {"title", "description", "deprecated", "examples"}
TEXTS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
BY_TYPE = {
    "null": st.none(),
    "boolean": st.booleans(),
    "integer": st.integers(-(2**53), 2**53),
    "number": st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
    "string": TEXTS,
    "array": st.lists(JSON, max_size=3),
    "object": st.dictionaries(TEXTS, JSON, max_size=3),
}


@st.composite
def moments(draw: st.DrawFn) -> str:
    """Draw an RFC 3339 time with nought to nine fractional digits, at UTC or at an offset."""
    moment = draw(st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), allow_imaginary=False))  # noqa: DTZ001 the zone is drawn next
    offset = draw(
        st.just(UTC) | st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    )
    digits = draw(st.text("0123456789", max_size=9))
    whole = moment.replace(tzinfo=offset, microsecond=0).isoformat()
    text = whole[:19] + ("." + digits if digits else "") + whole[19:]
    return text.replace("+00:00", "Z") if draw(st.booleans()) else text


@cache
def values(name: str) -> st.SearchStrategy[Any]:
    """Return a strategy for a schema of the contract."""
    return st.deferred(lambda: of_schema(at(f"#/components/schemas/{name}")))


def of_schema(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for a schema."""
    asked = set(schema) - PROSE
    if "$ref" in asked:
        return values(schema["$ref"].rsplit("/", maxsplit=1)[1])
    if "anyOf" in asked:
        assert asked == {"anyOf"}
        return st.one_of([of_schema(one) for one in schema["anyOf"]])
    if "enum" in asked:
        assert asked <= {"type", "enum"}
        return st.sampled_from(schema["enum"])
    if "not" in asked:
        assert asked == {"not"}
        assert set(schema["not"]) == {"type"}
        return st.one_of([BY_TYPE[kind] for kind in ("null", "object") if kind not in schema["not"]["type"]])
    if not asked:
        return JSON
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return st.one_of([_of_type(kind, schema, asked) for kind in types])


def _of_type(kind: str, schema: dict[str, Any], asked: set[str]) -> st.SearchStrategy[Any]:
    if kind == "object" and "properties" in asked:
        assert asked <= {"type", "properties", "required"}
        return _objects(schema["properties"], set(schema.get("required", [])))
    if kind == "array":
        assert asked == {"type", "items"}
        return st.lists(of_schema(schema["items"]), max_size=3)
    if kind == "string" and schema.get("format") == "date-time":
        return moments()
    if kind == "string" and "minLength" in asked:
        return st.text(min_size=schema["minLength"], max_size=8)
    if kind == "integer" and "minimum" in asked:
        return st.integers(schema["minimum"], 2**53)
    assert asked <= {"type", "format"}
    return BY_TYPE[kind]


def _objects(properties: dict[str, Any], required: set[str]) -> st.SearchStrategy[dict[str, Any]]:
    members = {name: of_schema(schema) for name, schema in properties.items()}
    known = st.fixed_dictionaries(
        {name: members[name] for name in required},
        optional={name: members[name] for name in members if name not in required},
    )
    unknown = st.dictionaries(TEXTS.filter(lambda name: name not in properties), JSON, max_size=2)
    return st.builds(lambda first, second: {**first, **second}, unknown, known)
