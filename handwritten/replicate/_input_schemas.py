"""What a version takes, by its own schema: its inputs as a table, and what is wrong with a given one. Nothing is sent.

A version's OpenAPI document has its input under `components.schemas.Input`. Only what it says plainly counts: a value
is called wrong where the service would surely refuse it, and passes wherever the schema leaves room. Patterns are left
to the service: somebody else's regular expression can take for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any, cast

from ._quoted_values import quote_value
from ._schema_references import component, resolved
from .exceptions import InvalidInputError

_NUMBERS = ("minimum", "maximum")
_OLDER_WORDS = {"minimum": "ge", "maximum": "le"}
"""What some packagers write instead."""


@dataclass(frozen=True, slots=True)
class InputField:
    """One input of a version."""

    name: str
    type: str
    """`string`, `integer`, `number`, `boolean`, `array` or `object`; `file` for a URL, a path or an open file;
    `secret`; `any` where the schema does not tell."""
    description: str
    required: bool
    default: Any
    """What the model takes where the input is left out; None where it says nothing."""
    choices: tuple[Any, ...]
    """The values to choose from; empty where any will do."""
    minimum: float | None
    maximum: float | None
    nullable: bool
    deprecated: bool


@dataclass(frozen=True, slots=True)
class InputFault:
    """What is wrong with one input."""

    field: str
    """Where it stands: `prompt`, `images[1]`."""
    description: str


class InputSchema:
    """The schema of what a version takes."""

    __slots__ = ("_document", "_is_closed", "_properties", "_required")

    def __init__(self, document: dict[str, Any], node: dict[str, Any]) -> None:
        self._document = document
        nodes = resolved(node, document)
        node = nodes[0] if len(nodes) == 1 else {}
        self._properties = _mapping(node.get("properties"))
        self._is_closed = bool(self._properties) and node.get("additionalProperties", False) is False
        self._required = {name for name in _list(node.get("required")) if isinstance(name, str)}

    @classmethod
    def of(cls, document: Any) -> InputSchema | None:
        """Return the schema of a version's input, None where its document does not have one."""
        node = component(document, "Input")
        return None if node is None else cls(document, node)

    def fields(self) -> list[InputField]:
        """Return the inputs in the order in which the model declares them."""
        ordered = sorted(self._properties.items(), key=lambda item: _order(item[1]))
        return [self._field(name, _mapping(node)) for name, node in ordered]

    def kinds_of(self, name: str) -> list[dict[str, Any]]:
        """Return the schemas that an input may have besides null, references followed; none where it is not told."""
        return self._kinds(self._properties.get(name))

    def faults(self, given: Mapping[str, Any]) -> list[InputFault]:
        """Return what is wrong with an input; nothing where it can be sent."""
        faults = [
            InputFault(name, "is required")
            for name in self._properties
            if name in self._required and name not in given and "default" not in _mapping(self._properties[name])
        ]
        for name, value in given.items():
            if name in self._properties:
                faults += self._faults_of(value, self._properties[name], name)
            elif self._is_closed:
                faults.append(InputFault(name, self._unknown(name)))
        return faults

    def _unknown(self, name: str) -> str:
        near = get_close_matches(name, list(self._properties), n=1)
        return "there is no such input" + (f"; did you mean {near[0]!r}?" if near else "")

    def _field(self, name: str, node: dict[str, Any]) -> InputField:
        nodes = self._kinds(node)
        only = nodes[0] if len(nodes) == 1 else {}
        return InputField(
            name=name,
            type=type_of(only),
            description=str(node.get("description") or only.get("description") or ""),
            required=name in self._required and "default" not in node,
            default=node.get("default"),
            choices=tuple(_list(only.get("enum"))),
            minimum=_bound(only, "minimum"),
            maximum=_bound(only, "maximum"),
            nullable=self._may_be_null(node),
            deprecated=node.get("deprecated") is True,
        )

    def _kinds(self, node: Any) -> list[dict[str, Any]]:
        return [kind for kind in resolved(node, self._document) if kind.get("type") != "null"]

    def _may_be_null(self, node: Any) -> bool:
        nodes = [_mapping(node), *resolved(node, self._document)]
        if any(each.get("nullable") is True or each.get("type") == "null" for each in nodes):
            return True
        return all(type_of(kind) == "any" and "enum" not in kind for kind in self._kinds(node))

    def _faults_of(self, value: Any, node: Any, place: str) -> list[InputFault]:
        if value is None:
            allowed = self._may_be_null(node)
            return [] if allowed else [InputFault(place, "null is not accepted; leave it out instead")]
        value = value.value if isinstance(value, Enum) else value
        kinds = self._kinds(node)
        found = [self._faults_of_kind(value, kind, place) for kind in kinds]
        if not found or [] in found:
            return []
        if len(found) > 1 and all(len(faults) == 1 and faults[0].field == place for faults in found):
            return [InputFault(place, ", or ".join(dict.fromkeys(faults[0].description for faults in found)))]
        return min(found, key=len)

    def _faults_of_kind(self, value: Any, kind: dict[str, Any], place: str) -> list[InputFault]:
        if choices := _list(kind.get("enum")):
            if _is_foreign(value) or value in choices or str(value) in map(str, choices):  # some write numbers as texts
                return []
            told = ", ".join(quote_value(choice) for choice in choices)
            return [InputFault(place, f"must be one of {told}, not {quote_value(value)}")]
        expected = type_of(kind)
        if not _FITS[expected](value):
            return [InputFault(place, f"must be {_ARTICLES.get(expected, 'a')} {expected}, not {quote_value(value)}")]
        if expected == "array" and isinstance(value, (list, tuple)):
            items = enumerate(cast("Sequence[object]", value))
            return [
                fault
                for number, item in items
                for fault in self._faults_of(item, kind.get("items", {}), f"{place}[{number}]")
            ]
        return [InputFault(place, reason) for reason in _outside(value, kind)]


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return [*cast("Iterable[Any]", value)] if isinstance(value, list) else []


def _order(node: Any) -> float:
    order = _mapping(node).get("x-order")
    return order if isinstance(order, (int, float)) else float("inf")


def type_of(kind: dict[str, Any]) -> str:
    """Return the type of a schema whose references are followed, in the words of `InputField`."""
    stated = kind.get("type")
    if stated == "string" and kind.get("format") == "uri":
        return "file"
    if stated == "string" and kind.get("x-cog-secret") is True:
        return "secret"
    return stated if isinstance(stated, str) and stated in _FITS else "any"


def _bound(kind: dict[str, Any], word: str) -> float | None:
    found = kind.get(word, kind.get(_OLDER_WORDS[word]))
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_foreign(value: Any) -> bool:
    """Return whether a value is none of JSON's own kinds: what it will be sent as is not known here."""
    return not isinstance(value, (str, bool, int, float, list, tuple, Mapping))


_FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str) or _is_foreign(value),
    "secret": lambda value: isinstance(value, str) or _is_foreign(value),
    "file": lambda value: isinstance(value, str) or _is_foreign(value),
    "integer": lambda value: _is_whole(value) or _is_foreign(value),
    "number": lambda value: _is_number(value) or _is_foreign(value),
    "boolean": lambda value: isinstance(value, bool) or _is_foreign(value),
    "array": lambda value: isinstance(value, (list, tuple)) or _is_foreign(value),
    "object": lambda value: isinstance(value, Mapping) or _is_foreign(value),
    "any": lambda _: True,
}
_ARTICLES = {"integer": "an", "array": "an", "object": "an"}


def _outside(value: Any, kind: dict[str, Any]) -> Iterable[str]:
    """Yield the limits that a value of the right type breaks."""
    if _is_number(value):
        least, most = (_bound(kind, word) for word in _NUMBERS)
        if least is not None and value < least:
            yield f"must be {quote_value(least)} or more, not {quote_value(value)}"
        if most is not None and value > most:
            yield f"must be {quote_value(most)} or less, not {quote_value(value)}"
    if isinstance(value, str):
        yield from _outside_of_text(value, kind)


def _outside_of_text(value: str, kind: dict[str, Any]) -> Iterable[str]:
    shortest, longest = kind.get("minLength"), kind.get("maxLength")
    if isinstance(shortest, int) and len(value) < shortest:
        yield f"must have {shortest} characters or more, not {len(value)}"
    if isinstance(longest, int) and len(value) > longest:
        yield f"must have {longest} characters or fewer, not {len(value)}"


def check_input(document: Any, given: Mapping[str, Any]) -> None:
    """Check an input against a version's document; where that has no schema, everything passes.

    Raises:
        InvalidInputError: the input is none that the version takes.
    """
    schema = InputSchema.of(document)
    try:
        faults = [] if schema is None else schema.faults(given)
    except RecursionError:
        raise InvalidInputError("the input is nested too deeply") from None
    if faults:
        told = "; ".join(f"{fault.field}: {fault.description}" for fault in faults)
        raise InvalidInputError(
            f"the input is none that the model takes: {told}",
            invalid_fields=[{"field": fault.field, "description": fault.description} for fault in faults],
        )
