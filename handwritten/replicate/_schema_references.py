"""Following `$ref`, a single `allOf`, `anyOf` and `oneOf` inside the OpenAPI document of a version; nothing is judged.

The schemas are those that the model packager writes. What says more than these is left as it stands.
"""

from __future__ import annotations

from typing import Any, cast

_DEEPEST = 16


def component(document: Any, name: str) -> dict[str, Any] | None:
    """Return one of a document's schemas by its name, None where it has none."""
    node = document
    for part in ("components", "schemas", name):
        node = cast("dict[str, Any]", node).get(part) if isinstance(node, dict) else None
    return cast("dict[str, Any]", node) if isinstance(node, dict) else None


def resolved(node: Any, document: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """Return what a schema may be, references followed; nothing where it cannot be told."""
    if not isinstance(node, dict) or depth > _DEEPEST:
        return []
    members = cast("dict[str, Any]", node)
    if isinstance(reference := members.get("$ref"), str):
        return resolved(_target(reference, document), document, depth + 1)
    for word in ("allOf", "anyOf", "oneOf"):
        parts = members.get(word)
        if isinstance(parts, list) and (word != "allOf" or len(cast("list[object]", parts)) == 1):
            return [found for part in cast("list[object]", parts) for found in resolved(part, document, depth + 1)]
    return [members]


def _target(reference: str, document: dict[str, Any]) -> Any:
    node: Any = document
    if not reference.startswith("#/"):
        return None
    for part in reference[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        node = cast("dict[str, Any]", node).get(name) if isinstance(node, dict) else None
    return node
