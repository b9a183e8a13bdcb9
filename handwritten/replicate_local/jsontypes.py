"""JSON values as type checkers see them: names for their types, and questions that narrow them; never schemas."""

from __future__ import annotations

from typing import Any, TypeGuard

JsonObject = dict[str, Any]


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a JSON array."""
    return isinstance(value, list)


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Whether a parsed value is a JSON object."""
    return isinstance(value, dict)
