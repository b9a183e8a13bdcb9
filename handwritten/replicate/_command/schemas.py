"""What goes into a version and what comes out, as a person asks of it: the cells of a table, and a few words."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .._input_schemas import InputField, InputSchema, type_of
from .._schema_references import component, resolved

_DEEPEST = 4
"""Lists within lists that are told."""


class InputRow(NamedTuple):
    """One input of a version."""

    name: str
    type: str
    """Such as `string`, `file`, `integer` or `array of string`; empty where nothing is said."""
    default: str
    """As JSON; `required` where the input cannot be left out, empty where nothing is said."""
    range: str
    """The least and the most of a number, or of the length of a text or a list."""
    choices: str
    description: str


def input_rows(document: Any) -> list[InputRow]:
    """Return the inputs that a document tells, in the order of their author."""
    schema = InputSchema.of(document)
    return [] if schema is None else [_row(field, schema.kinds_of(field.name), document) for field in schema.fields()]


def output_type(document: Any) -> str:
    """Return what comes out, in a few words; empty where the document does not tell."""
    kinds = resolved(component(document, "Output"), document)
    in_pieces = any(kind.get("x-cog-array-type") == "iterator" for kind in kinds)
    return _type(kinds, document) + (", piece by piece" if in_pieces else "")


def _row(field: InputField, kinds: list[dict[str, Any]], document: Any) -> InputRow:
    default = "" if field.default is None else json.dumps(field.default, ensure_ascii=False)
    return InputRow(
        field.name,
        _type(kinds, document),
        "required" if field.required else default,
        _range(field, kinds[0] if len(kinds) == 1 else {}),
        ", ".join(map(str, field.choices)),
        field.description,
    )


def _type(kinds: list[dict[str, Any]], document: Any, depth: int = 0) -> str:
    told: list[str] = []
    for kind in kinds:
        name = type_of(kind)
        if name == "array" and depth < _DEEPEST:
            items = _type(resolved(kind.get("items"), document), document, depth + 1)
            name = f"array of {items}" if items else name
        if name != "any" and name not in told:
            told.append(name)
    return " or ".join(told)


def _range(field: InputField, kind: dict[str, Any]) -> str:
    for low, high, unit in (
        (field.minimum, field.maximum, ""),
        (kind.get("exclusiveMinimum"), kind.get("exclusiveMaximum"), " (exclusive)"),
        (kind.get("minLength"), kind.get("maxLength"), " characters"),
        (kind.get("minItems"), kind.get("maxItems"), " items"),
    ):
        if low is not None or high is not None:
            return f"{'' if low is None else low}..{'' if high is None else high}{unit}"
    return ""
