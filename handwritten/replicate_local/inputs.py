"""The `input` of a prediction or training: checked against its version, files found, secrets hidden; never run."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from replicate_local.jsontypes import JsonObject, is_array
from replicate_local.problems import InvalidField, invalid_input
from replicate_local.validation import SchemaValidator

if TYPE_CHECKING:
    from replicate_local.files import Uploads
    from replicate_local.outputs import OutputFiles
    from replicate_local.records import Version

_REDACTED = "[REDACTED]"


@dataclass(frozen=True)
class PreparedInput:
    """An input that fits: as it is remembered, and as the worker gets it."""

    stored: JsonObject
    resolved: JsonObject


class InputChecker:
    """Checks inputs against the schemas of versions, each compiled once."""

    def __init__(self, uploads: Uploads, outputs: OutputFiles) -> None:
        self._uploads = uploads
        self._outputs = outputs
        self._validators: dict[tuple[str, str], SchemaValidator] = {}

    def prepare(self, version: Version, given: JsonObject, origin: str, *, component: str = "Input") -> PreparedInput:
        """Return the input in both forms; `component` names the schema of the version that it has to fit.

        Raises:
            Problem: 422 that lists each rule the input breaks.
        """
        properties: dict[str, JsonObject] = _schema(version, component).get("properties", {})
        present = {
            name: value
            for name, value in given.items()
            if not (value is None and properties.get(name, {}).get("nullable"))
        }
        problems = self._validator(version, component).problems(present, at="input")
        resolved = dict(given)
        for name, schema in properties.items():
            if not problems and name in present and _is_file(schema):
                resolved[name] = self._resolve(present[name], f"input.{name}", origin, problems)
        if problems:
            raise invalid_input(problems)
        secrets = {name for name, schema in properties.items() if schema.get("x-cog-secret")}
        return PreparedInput({name: _REDACTED if name in secrets else given[name] for name in given}, resolved)

    def _validator(self, version: Version, component: str) -> SchemaValidator:
        key = (version.id, component)
        if key not in self._validators:
            schema = _schema(version, component) | {"components": version.openapi_schema["components"]}
            self._validators[key] = SchemaValidator(schema)
        return self._validators[key]

    def _resolve(self, value: Any, path: str, origin: str, problems: list[InvalidField]) -> Any:
        if is_array(value):
            return [self._resolve(item, f"{path}.{index}", origin, problems) for index, item in enumerate(value)]
        url = str(value)
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "data" and "," in url:
            return url
        if parts.scheme in {"http", "https"} and parts.netloc:
            return self._own_file(parts, origin, path, problems) or url
        problems.append(InvalidField("format", path, "Does not match format 'uri'"))
        return url

    def _own_file(
        self, parts: urllib.parse.SplitResult, origin: str, path: str, problems: list[InvalidField]
    ) -> str | None:
        """Return where a file of this engine lies; its URLs are unguessable, so the host they name does not matter."""
        upload = re.fullmatch(r"/v1/files/([^/]+)", parts.path)
        stored = (
            self._uploads.path(urllib.parse.unquote(upload[1])) if upload else self._outputs.path_of_url(parts.path)
        )
        if stored is not None:
            return stored.as_uri()
        if f"{parts.scheme}://{parts.netloc}" == origin:
            problems.append(InvalidField("file", path, "The file does not exist or has expired"))
        return None


def _schema(version: Version, component: str) -> JsonObject:
    return cast("JsonObject", version.openapi_schema["components"]["schemas"][component])


def _is_file(schema: JsonObject) -> bool:
    items: Any = schema.get("items", {})
    return schema.get("format") == "uri" or items.get("format") == "uri"
