"""Reading a version's OpenAPI document as a person asks of it: what may go in, and what comes out. No requests."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, cast

_DEEPEST = 8


class InputField(NamedTuple):
    """One input of a version."""

    name: str
    type: str
    """Such as `string`, `file`, `integer` or `array of string`."""
    default: str
    """As JSON; `required` where the input cannot be left out, empty where nothing is said."""
    range: str
    """The least and the most of a number, or of the length of a text or a list."""
    choices: str
    description: str


def input_fields(document: Any) -> list[InputField]:
    """Return the inputs that a document tells, in the order of their author."""
    schema = _member(document, "Input")
    properties = _mapping(schema.get("properties"))
    required = schema.get("required")
    needed = set(cast("list[str]", required)) if isinstance(required, list) else set[str]()
    fields = {name: _resolved(node, document) for name, node in properties.items()}
    ordered = sorted(fields, key=lambda name: _order(fields[name]))  # stable: as sent where nothing is said
    return [_field(name, fields[name], document, needed=name in needed) for name in ordered]


def output_type(document: Any) -> str:
    """Return what comes out, in a few words; empty where the document does not tell."""
    node = _resolved(_member(document, "Output"), document)
    told = _type(node, document)
    return f"{told}, piece by piece" if node.get("x-cog-array-type") == "iterator" else told


def _field(name: str, node: dict[str, Any], document: Any, *, needed: bool) -> InputField:
    default = json.dumps(node["default"], ensure_ascii=False) if node.get("default") is not None else ""
    choices = node.get("enum")
    return InputField(
        name,
        _type(node, document),
        "required" if needed else default,
        _range(node),
        ", ".join(map(str, cast("list[object]", choices))) if isinstance(choices, list) else "",
        str(node.get("description") or ""),
    )


def _type(node: dict[str, Any], document: Any) -> str:
    kind = node.get("type")
    if kind == "string":
        return {"uri": "file", "password": "secret"}.get(str(node.get("format")), "string")
    if kind == "array":
        items = _type(_resolved(node.get("items"), document), document)
        return f"array of {items}" if items else "array"
    return kind if isinstance(kind, str) else ""


def _range(node: dict[str, Any]) -> str:
    for least, most, unit in (
        ("minimum", "maximum", ""),
        ("exclusiveMinimum", "exclusiveMaximum", " (exclusive)"),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
    ):
        low, high = node.get(least), node.get(most)
        if low is not None or high is not None:
            return f"{'' if low is None else low}..{'' if high is None else high}{unit}"
    return ""


def _order(node: dict[str, Any]) -> float:
    order = node.get("x-order")
    return float(order) if isinstance(order, (int, float)) else float("inf")


def _resolved(node: Any, document: Any, depth: int = 0) -> dict[str, Any]:
    """Return a schema with what it refers to taken in; of alternatives the first that is not null."""
    members = _mapping(node)
    if depth > _DEEPEST:
        return members
    parts: list[Any] = []
    if isinstance(reference := members.get("$ref"), str):
        parts.append(_member(document, reference.rpartition("/")[2]))
    if isinstance(every := members.get("allOf"), list):
        parts += every
    for word in ("anyOf", "oneOf"):
        if isinstance(some := members.get(word), list):
            real = [part for part in cast("list[object]", some) if _mapping(part).get("type") != "null"]
            parts += real[:1]
    taken: dict[str, Any] = {}
    for part in parts:
        taken |= _resolved(part, document, depth + 1)
    return {**taken, **members}


def _member(document: Any, name: str) -> dict[str, Any]:
    """Return a schema of a document by its name, empty where it has none."""
    return _mapping(_mapping(_mapping(_mapping(document).get("components")).get("schemas")).get(name))


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
