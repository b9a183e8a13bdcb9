"""Classes with named members that predictors give back: which there are, and their members; never their schema."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass
from typing import Any

import cog


@dataclass(frozen=True)
class Member:
    """One member: its type, and whether it must be given."""

    hint: Any
    required: bool


def is_structure(hint: Any) -> bool:
    """Whether this is a model of `cog` or pydantic, a dataclass or a typed dictionary."""
    return (
        issubclass(hint, cog.BaseModel)
        or dataclasses.is_dataclass(hint)
        or typing.is_typeddict(hint)
        or hasattr(hint, "model_fields")
    )


def members(hint: Any) -> dict[str, Member]:
    """Return the members of such a class, in their order."""
    pydantic: dict[str, Any] | None = getattr(hint, "model_fields", None)
    if pydantic is not None:
        return {name: Member(info.annotation, info.is_required()) for name, info in pydantic.items()}
    hints = {name: of for name, of in typing.get_type_hints(hint).items() if not name.startswith("_")}
    if dataclasses.is_dataclass(hint):
        nothing = dataclasses.MISSING
        return {
            field.name: Member(hints[field.name], field.default is nothing and field.default_factory is nothing)
            for field in dataclasses.fields(hint)
            if field.name in hints
        }
    if typing.is_typeddict(hint):
        required: frozenset[str] = getattr(hint, "__required_keys__", frozenset())
        return {name: Member(of, name in required) for name, of in hints.items()}
    return {name: Member(of, not hasattr(hint, name)) for name, of in hints.items()}
