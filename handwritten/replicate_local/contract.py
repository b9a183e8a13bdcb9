"""The wire contract as the engine reads it: operations, their parameters and body schemas; never what they do."""

from __future__ import annotations

import importlib.util
import json
import pathlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from replicate_local.validation import SchemaValidator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from replicate_local.jsontypes import JsonObject
    from replicate_local.problems import InvalidField

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_QUERY = "x-query-operation"
"""OpenAPI 3.1 has no key for the QUERY method; the contract keeps that operation under this one."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation, sent as text."""

    name: str
    location: str
    required: bool
    kind: str
    validator: SchemaValidator

    def read(self, text: str) -> tuple[Any, list[InvalidField]]:
        """Return the value and the rules it breaks."""
        value: Any = text
        if self.kind == "integer":
            digits = text.removeprefix("-")
            value = int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else text
        return value, self.validator.problems(value, at=self.name)


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    id: str
    method: str
    path: str
    needs_token: bool = True
    parameters: tuple[Parameter, ...] = ()
    body_types: tuple[str, ...] = ()
    body: SchemaValidator | None = field(default=None, repr=False)


class Contract:
    """The compiled contract document."""

    def __init__(self, document: JsonObject) -> None:
        self.document = document
        self.operations = tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path, item in cast("dict[str, JsonObject]", self.document["paths"]).items():
            shared = cast("list[JsonObject]", item.get("parameters", []))
            for key, description in item.items():
                if key in _METHODS:
                    yield self._operation(path, key.upper(), shared, description)
                elif key == _QUERY:
                    yield self._operation(path, description["method"], shared, description)

    def _operation(self, path: str, method: str, shared: list[JsonObject], description: JsonObject) -> Operation:
        own = cast("list[JsonObject]", description.get("parameters", []))
        content = cast("JsonObject", self._resolve(description.get("requestBody", {})).get("content", {}))
        schemas = [media["schema"] for media in content.values()]
        return Operation(
            id=description["operationId"],
            method=method,
            path=path,
            needs_token=description.get("security") != [],
            parameters=tuple(self._parameter(self._resolve(parameter)) for parameter in [*shared, *own]),
            body_types=tuple(content),
            body=self._validator(schemas[0]) if schemas else None,
        )

    def _parameter(self, parameter: JsonObject) -> Parameter:
        schema = cast("JsonObject", parameter["schema"])
        return Parameter(
            name=parameter["name"],
            location=parameter["in"],
            required=parameter.get("required", False),
            kind=str(self._resolve(schema).get("type", "string")),
            validator=self._validator(schema),
        )

    def _validator(self, schema: JsonObject) -> SchemaValidator:
        return SchemaValidator({**schema, "components": self.document["components"]})

    def _resolve(self, node: JsonObject) -> JsonObject:
        while "$ref" in node:
            target: Any = self.document
            for part in cast("str", node["$ref"]).removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node


def load() -> Contract:
    """Read the contract that is shipped with the generated package.

    That package is found without importing it: importing it costs more than the rest of the engine's start.

    Raises:
        RuntimeError: the generated package is missing.
    """
    spec = importlib.util.find_spec("replicate_api")
    for location in (spec.submodule_search_locations or []) if spec else []:
        path = pathlib.Path(location) / "openapi.json"
        if path.is_file():
            return Contract(json.loads(path.read_text("utf-8")))
    raise RuntimeError("replicate_api/openapi.json is missing; install the package again, or run `make generate`")
