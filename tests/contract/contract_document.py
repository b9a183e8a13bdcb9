"""The contract as tests see it: the document, its operations and schemas, validators. No test lives here."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from codegen import contract
from jsonschema import Draft202012Validator, FormatChecker

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = contract.load(ROOT / "openapi.yaml")

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time")
def is_date_time(value: object) -> bool:
    return not isinstance(value, str) or RFC3339.fullmatch(value) is not None


class Operation(NamedTuple):
    """An operation with the parameters of its path item, all references resolved."""

    method: str
    path: str
    definition: dict[str, Any]
    parameters: list[dict[str, Any]]

    @property
    def id(self) -> str:
        return self.definition["operationId"]

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        return {status: resolve(response) for status, response in self.definition["responses"].items()}

    @property
    def media_types(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every body that the operation takes or gives, with a name for messages."""
        for media_type, body in self.definition.get("requestBody", {}).get("content", {}).items():
            yield f"request {media_type}", body
        for status, response in self.responses.items():
            for media_type, body in response.get("content", {}).items():
                yield f"{status} {media_type}", body


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a `$ref` to its end; other nodes are returned as they are."""
    while "$ref" in node and isinstance(node["$ref"], str):
        node = at(node["$ref"])
    return node


def at(reference: str) -> Any:
    """Return what a reference of this document points to."""
    node: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def operations(*, with_extensions: bool = True) -> list[Operation]:
    """Return every operation, the `QUERY` search of the extension included unless told otherwise."""
    found = []
    for path, item in DOCUMENT["paths"].items():
        for key, definition in item.items():
            if key in contract.METHODS or (with_extensions and key == "x-query-operation"):
                parameters = [*item.get("parameters", []), *definition.get("parameters", [])]
                method = definition["method"] if key == "x-query-operation" else key.upper()
                found.append(Operation(method, path, definition, [resolve(one) for one in parameters]))
    return found


def webhooks() -> list[Operation]:
    """Return the calls that the service makes itself; their path is the name of the webhook."""
    return [
        Operation(key.upper(), name, definition, [resolve(one) for one in definition["parameters"]])
        for name, item in DOCUMENT["webhooks"].items()
        for key, definition in item.items()
    ]


def nodes(node: Any, place: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object of the document with a pointer to it, examples left out."""
    if isinstance(node, dict):
        yield place, node
        for key, child in node.items():
            if key not in {"example", "examples"}:
                yield from nodes(child, f"{place}/{key}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from nodes(child, f"{place}/{number}")


@cache
def validator(name: str) -> Draft202012Validator:
    """Return a validator for a schema of the contract."""
    return validator_of({"$ref": f"#/components/schemas/{name}"})


def validator_of(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator for a schema that may refer to those of the contract."""
    return Draft202012Validator({"components": DOCUMENT["components"], **schema}, format_checker=FORMATS)


def complaints(schema: str, value: Any) -> list[str]:
    """List what is wrong with a value, one sentence each."""
    return [f"{error.json_path}: {error.message}" for error in validator(schema).iter_errors(value)]


def same_times(value: Any) -> Any:
    """Write every text that is a time in one way, because a decoded time remembers the moment and not its spelling."""
    if isinstance(value, dict):
        return {name: same_times(member) for name, member in value.items()}
    if isinstance(value, list):
        return [same_times(member) for member in value]
    try:
        return datetime.fromisoformat(value).isoformat() if isinstance(value, str) else value
    except ValueError:
        return value
