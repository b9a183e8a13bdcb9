"""Reading openapi.yaml and its like: documents and the operations in them. Never writes, knows no generated code."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

# The methods that the generator understands. It drops every other one without a word.
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
# Members of a path item that are not operations.
NOT_OPERATIONS = frozenset({"parameters", "summary", "description", "servers", "$ref"})
# Where the QUERY operation of a path stands, and the exact statuses of a success, which the range 2XX does not tell.
QUERY_EXTENSION = "x-query-operation"
STATUSES_EXTENSION = "x-statuses"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract that the generator can express."""

    path: str
    method: str
    definition: dict[str, Any]

    @property
    def label(self) -> str:
        """The operation as a person would call it, for messages."""
        return f"{self.method.upper()} {self.path}"


def load(path: Path) -> dict[str, Any]:
    """Read a contract with the same YAML reader as the generator, so that both see the same document."""
    reader: Any = YAML(typ="safe", pure=True)
    document: dict[str, Any] = reader.load(path)
    return document


class UnreadableDescriptionError(Exception):
    """What should be another description of the API is none; the message says why."""


def load_description(path: Path) -> dict[str, Any]:
    """Read another description of the same API.

    Raises:
        UnreadableDescriptionError: There is no such file, or it is no OpenAPI document.
    """
    try:
        document = load(path)
    except (OSError, ValueError, YAMLError) as error:
        raise UnreadableDescriptionError(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise UnreadableDescriptionError(f"{path} is no OpenAPI document: it has no paths")
    return document


def load_reasons(path: Path) -> dict[str, str]:
    """Read why the contract differs from another description: difference -> reason."""
    groups: Any = load(path)
    return {difference: group["reason"] for group in groups for difference in group["differences"]}


def as_json(document: dict[str, Any]) -> str:
    """Write a contract as JSON, in its own order, one member per line so that changes can be read."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Yield the operations that the generator can express, in the order of the document."""
    for path, item in document["paths"].items():
        for method, definition in item.items():
            if method in METHODS:
                yield Operation(path, method, definition)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy in which each parameter's description is also that of its schema, where the generator looks."""
    copy: dict[str, Any] = json.loads(as_json(document))
    shared: dict[str, Any] = copy.get("components", {}).get("parameters", {})
    for parameter in (*shared.values(), *_own_parameters(copy)):
        parameter["schema"].setdefault("description", parameter.get("description", ""))
    return copy


def _own_parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (parameter for parameter in item.get("parameters", []) if "$ref" not in parameter)
    for operation in operations(document):
        yield from (parameter for parameter in operation.definition.get("parameters", []) if "$ref" not in parameter)


def inexpressible(document: dict[str, Any]) -> Iterator[str]:
    """Yield members of path items that look like operations but would be dropped; `x-` extensions are meant to be."""
    for path, item in document["paths"].items():
        for key in item:
            if key not in METHODS | NOT_OPERATIONS and not key.startswith("x-"):
                yield f"{key.upper()} {path}"
