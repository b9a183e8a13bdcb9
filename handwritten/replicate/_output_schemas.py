"""Which parts of an output are files, by the version's own schema; nothing here looks at what the parts contain.

A version's OpenAPI document has its output under `components.schemas.Output`. A file there is a string with the format
`uri`. Only what such a document says plainly is used.
"""

from __future__ import annotations

from typing import Any, cast

from ._schema_references import component, resolved


class OutputSchema:
    """One place in the schema of an output."""

    __slots__ = ("_document", "_node")

    def __init__(self, document: dict[str, Any], node: Any) -> None:
        self._document = document
        self._node = node

    @classmethod
    def of(cls, document: Any) -> OutputSchema | None:
        """Return the schema of a version's output, None where its document does not have one."""
        node = component(document, "Output")
        return None if node is None else cls(document, node)

    @property
    def is_file(self) -> bool | None:
        """Whether a text here is a file's URL; None where the schema does not tell."""
        kinds = {_is_file(node) for node in self._nodes()}
        return kinds.pop() if len(kinds) == 1 else None

    def item(self) -> OutputSchema | None:
        """Return the schema of the items of a list here, None where it does not tell."""
        return self._only(node.get("items") for node in self._nodes())

    def member(self, name: str) -> OutputSchema | None:
        """Return the schema of a member of an object here, None where it does not tell."""
        found = [node.get("properties") for node in self._nodes()]
        return self._only(cast("dict[str, Any]", members).get(name) for members in found if isinstance(members, dict))

    def _only(self, nodes: Any) -> OutputSchema | None:
        found = [cast("dict[str, Any]", node) for node in nodes if isinstance(node, dict)]
        return OutputSchema(self._document, found[0]) if len(found) == 1 else None

    def _nodes(self) -> list[dict[str, Any]]:
        """Return what the node may be, references followed; nothing where it cannot be told."""
        return [node for node in resolved(self._node, self._document) if node.get("type") != "null"]


def _is_file(node: dict[str, Any]) -> bool | None:
    if node.get("type") != "string":
        return None if "type" not in node else False
    return node.get("format") == "uri"
