"""JSON Schema validation in the service's vocabulary: one place that turns broken rules into problem fields."""

from __future__ import annotations

import datetime as dt
import json
import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from replicate_local.problems import InvalidField

if TYPE_CHECKING:
    from jsonschema import FormatChecker
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from replicate_local.jsontypes import JsonObject


_JSON_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


class SchemaValidator:
    """Checks values against one JSON Schema (2020-12)."""

    def __init__(self, schema: JsonObject) -> None:
        self._schema = schema
        self._validator: Validator | None = None

    def problems(self, value: Any, *, at: str = "") -> list[InvalidField]:
        """Return the broken rules, none if the value fits; `at` is the dotted path of the value itself."""
        if self._validator is None:
            self._validator = _make(self._schema)
        errors = sorted(
            cast("Iterable[Any]", self._validator.iter_errors(value)), key=lambda error: str(error.json_path)
        )
        return [field for error in errors for field in _fields(error, at)]


def _make(schema: JsonObject) -> Validator:
    from jsonschema import Draft202012Validator  # heavy, and needed at the first request at the earliest

    return Draft202012Validator(schema, format_checker=_formats())


@cache
def _formats() -> FormatChecker:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date-time")(_is_date_time)
    checker.checks("uri")(_is_uri)
    return checker


def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or parse_date_time(value) is not None


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or is_uri(value)


def parse_date_time(text: str) -> dt.datetime | None:
    """Return the moment that an RFC 3339 text names, or None if it is none."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text, re.ASCII):
        return None
    text = re.sub(r"(\.\d{6})\d+", r"\1", text)
    if text[17:19] == "60":  # a leap second; RFC 3339 allows it and Python's clock does not
        text = f"{text[:17]}59{text[19:]}"
    try:
        return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def is_uri(text: str) -> bool:
    """Whether the text is an absolute URI."""
    try:
        parts = urllib.parse.urlsplit(text)
    except ValueError:
        return False
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", parts.scheme)) and len(text) > len(parts.scheme) + 1


def _fields(error: ValidationError, at: str) -> Iterator[InvalidField]:
    path = ".".join([*([at] if at else []), *(str(part) for part in error.absolute_path)])
    rule = str(error.validator)
    value: Any = cast("Any", error).validator_value
    if rule == "required":
        for name in cast("list[str]", value):
            if name not in cast("JsonObject", error.instance) and error.message.startswith(repr(name)):
                yield InvalidField("required", path, f"{name} is required")
    elif "propertyNames" in error.relative_schema_path:
        sentence = f"Additional property {error.instance} is not allowed"
        yield InvalidField("additional_property_not_allowed", path, sentence)
    elif rule == "additionalProperties":
        known = cast("JsonObject", error.schema).get("properties", {})
        for name in sorted(set(cast("JsonObject", error.instance)) - set(known)):
            yield InvalidField("additional_property_not_allowed", path, f"Additional property {name} is not allowed")
    elif rule in _RULES:
        kind, explain = _RULES[rule]
        yield InvalidField(kind, path, explain(path.rpartition(".")[2] or "(root)", value, error.instance))
    else:
        yield InvalidField(rule, path, error.message)


def _type_sentence(_name: str, expected: Any, given: Any) -> str:
    wanted = cast("list[str]", [expected] if isinstance(expected, str) else expected)
    return f"Invalid type. Expected: {'/'.join(wanted)}, given: {json_type(given)}"


def _not_sentence(name: str, forbidden: Any, given: Any) -> str:
    """Say what is expected where the contract only says what is not."""
    excluded = set(cast("JsonObject", forbidden).get("type", ()))
    wanted = [kind for kind in _JSON_TYPES if kind not in excluded and not (kind == "integer" and "number" in excluded)]
    return _type_sentence(name, wanted, given)


def json_type(value: Any) -> str:  # noqa: PLR0911  one return per type reads best
    """Return the JSON type of a value, as the service's validator names it."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _number(limit: float) -> str:
    return str(int(limit)) if limit == int(limit) else str(limit)


def _choices(values: Any) -> str:
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in cast("list[Any]", values))


_Sentence = Callable[[str, Any, Any], str]
_RULES: dict[str, tuple[str, _Sentence]] = {
    "type": ("invalid_type", _type_sentence),
    "not": ("invalid_type", _not_sentence),
    "enum": ("enum", lambda name, values, _given: f"{name} must be one of the following: {_choices(values)}"),
    "const": ("const", lambda name, value, _given: f"{name} does not match: {json.dumps(value)}"),
    "minimum": ("number_gte", lambda _name, limit, _given: f"Must be greater than or equal to {_number(limit)}"),
    "maximum": ("number_lte", lambda _name, limit, _given: f"Must be less than or equal to {_number(limit)}"),
    "exclusiveMinimum": ("number_gt", lambda _name, limit, _given: f"Must be greater than {_number(limit)}"),
    "exclusiveMaximum": ("number_lt", lambda _name, limit, _given: f"Must be less than {_number(limit)}"),
    "multipleOf": ("multiple_of", lambda _name, factor, _given: f"Must be a multiple of {_number(factor)}"),
    "minLength": ("string_gte", lambda _n, limit, _g: f"String length must be greater than or equal to {limit}"),
    "maxLength": ("string_lte", lambda _n, limit, _g: f"String length must be less than or equal to {limit}"),
    "pattern": ("pattern", lambda _name, pattern, _given: f"Does not match pattern '{pattern}'"),
    "format": ("format", lambda _name, name, _given: f"Does not match format '{name}'"),
    "minItems": ("array_min_items", lambda _name, limit, _given: f"Array must have at least {limit} items"),
    "maxItems": ("array_max_items", lambda _name, limit, _given: f"Array must have at most {limit} items"),
    "uniqueItems": ("unique", lambda name, _value, _given: f"{name} items must be unique"),
    "anyOf": ("number_any_of", lambda _name, _value, _given: "Must validate at least one schema (anyOf)"),
    "oneOf": ("number_one_of", lambda _name, _value, _given: "Must validate one and only one schema (oneOf)"),
}
