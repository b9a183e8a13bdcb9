"""How our contract differs from another description of the same API. Reads documents only, never says who is right.

Compared is what both sides of a call have to agree on: operations, parameters, members of request bodies and success
statuses. Words, examples, patterns, formats and the schemas of answers are each document's own.
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen import contract

# Of one operation: what is said about it, and how.
Facts = dict[str, str]


@dataclass(frozen=True)
class Findings:
    """What is left of a comparison once the known differences are explained."""

    explained: dict[str, str]
    """Difference -> the reason for it."""
    unexplained: list[str]
    outdated: list[str]
    """Differences that have a reason and do not exist."""

    @property
    def is_settled(self) -> bool:
        """Tell whether every difference has a reason and every reason its difference."""
        return not self.unexplained and not self.outdated

    def as_text(self) -> str:
        """List the explained differences below their reasons."""
        by_reason: dict[str, list[str]] = defaultdict(list)
        for difference, reason in self.explained.items():
            by_reason[reason].append(difference)
        lines = [f"{len(self.explained)} differences have a reason."]
        for reason, found in by_reason.items():
            lines += ["", textwrap.fill(reason, 100), *(f"  {difference}" for difference in found)]
        return "\n".join(lines)

    def complaint(self, file: str) -> str:
        """Say what has to be done, naming the file with the reasons."""
        lines: list[str] = []
        if self.unexplained:
            lines += [f"Differences without a reason; change openapi.yaml, or write the reason into {file}:"]
            lines += [f"  {difference}" for difference in self.unexplained]
        if self.outdated:
            lines += [f"Differences that do not exist; delete them from {file}:"]
            lines += [f"  {difference}" for difference in self.outdated]
        return "\n".join(lines)


def judge(found: list[str], reasons: dict[str, str]) -> Findings:
    """Sort differences by whether there is a reason for them."""
    return Findings(
        explained={difference: reasons[difference] for difference in found if difference in reasons},
        unexplained=[difference for difference in found if difference not in reasons],
        outdated=[difference for difference in reasons if difference not in found],
    )


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """List how two descriptions differ, one sentence each, in the order of ours."""
    here, there = _described(ours), _described(theirs)
    return [
        *(line for label in here if label in there for line in _between(label, here[label], there[label])),
        *(f"{label}: only here" for label in here if label not in there),
        *(f"{label}: only there" for label in there if label not in here),
    ]


def _between(label: str, here: Facts, there: Facts) -> Iterator[str]:
    for fact in [*here, *(fact for fact in there if fact not in here)]:
        if fact not in there:
            yield f"{label}: {fact}: only here ({here[fact]})"
        elif fact not in here:
            yield f"{label}: {fact}: only there ({there[fact]})"
        elif here[fact] != there[fact]:
            yield f"{label}: {fact}: {here[fact]} here, {there[fact]} there"


def _described(document: dict[str, Any]) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for path, item in document["paths"].items():
        for key, definition in item.items():
            if key in contract.METHODS | {"query", contract.QUERY_EXTENSION}:
                method = "QUERY" if key == contract.QUERY_EXTENSION else key.upper()
                found[f"{method} {path}"] = dict(_facts(document, item, definition))
    return found


def _facts(document: dict[str, Any], item: dict[str, Any], definition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "operationId", definition.get("operationId", "none")
    for node in (*item.get("parameters", []), *definition.get("parameters", [])):
        parameter = _resolve(document, node)
        yield f"{parameter['in']} parameter {parameter['name']}", _told(document, parameter["schema"], parameter)
    yield from _body_facts(document, _resolve(document, definition.get("requestBody", {})))
    yield "success", ", ".join(sorted(_statuses(document, definition["responses"])))


def _body_facts(document: dict[str, Any], body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for media_type, content in body.get("content", {}).items():
        schema = _resolve(document, content.get("schema", {}))
        closed = schema.get("additionalProperties") is False or "propertyNames" in schema
        kind = f"{'closed ' if closed else ''}{_kind(document, schema)}"
        yield f"body {media_type}", f"{'required' if body.get('required') else 'optional'} {kind}"
        for name, member in schema.get("properties", {}).items():
            yield f"body member {name}", _told(document, member, {"required": name in schema.get("required", [])})


def _statuses(document: dict[str, Any], responses: dict[str, Any]) -> Iterator[str]:
    for status, node in responses.items():
        if str(status).startswith("2"):
            yield from map(str, _resolve(document, node).get(contract.STATUSES_EXTENSION, [status]))


def _told(document: dict[str, Any], schema: dict[str, Any], owner: dict[str, Any]) -> str:
    return f"{'required' if owner.get('required') else 'optional'} {_kind(document, schema)}"


def _kind(document: dict[str, Any], node: dict[str, Any]) -> str:
    schema = _resolve(document, node)
    if "enum" in schema:
        return f"one of {', '.join(sorted(schema['enum']))}"
    if "items" in schema:
        return f"array of {_kind(document, schema['items'])}"
    if "not" in schema:  # our spelling of "any object"
        return "object"
    bounds = "".join(
        f" {word} {schema[key]}" for word, key in (("from", "minimum"), ("to", "maximum")) if key in schema
    )
    return f"{schema.get('type', 'anything')}{bounds}"


def _resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node
