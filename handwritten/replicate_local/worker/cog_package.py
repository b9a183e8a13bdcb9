"""The installed `cog`, or the stand-in, seen in one form: inputs, scopes, the exception of a cancel; never schemas.

Three generations differ: up to 0.16 inputs are described by pydantic, from 0.17 on by a class of its own in which no
default and a default of None look the same, and the stand-in tells them apart.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

import cog

REQUIRED: Any = object()
"""The default of an input that has none."""


@dataclass(frozen=True)
class Field:
    """What is known about one parameter of `predict` besides its type."""

    default: Any = REQUIRED
    description: str | None = None
    ge: float | None = None
    le: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    regex: str | None = None
    choices: tuple[Any, ...] | None = None
    deprecated: bool | None = None
    accept: str | None = None


def read_field(default: Any) -> Field:
    """Return what a parameter's default value says, be it a plain one or one made by `Input`."""
    if default is inspect.Parameter.empty:
        return Field()
    if is_input(default):
        return _of_pydantic(default) if hasattr(default, "is_required") else _of_dataclass(default)
    return Field(default=default)


def is_input(value: Any) -> bool:
    """Whether this was made by `Input`."""
    return type(value).__name__ == "FieldInfo" and type(value).__module__.split(".")[0] in {"cog", "pydantic"}


def _of_dataclass(info: Any) -> Field:
    known = {name: getattr(info, name, None) for name in Field.__dataclass_fields__}
    no_default = getattr(
        cog, "REQUIRED", None
    )  # None itself for the installed package: there it is optional by its type
    known["default"] = REQUIRED if info.default is no_default else info.default
    known["choices"] = None if info.choices is None else tuple(info.choices)
    return Field(**known)


def _of_pydantic(info: Any) -> Field:
    bounds: dict[str, Any] = {}
    for item in info.metadata:
        bounds |= {
            name: getattr(item, name)
            for name in ("ge", "le", "min_length", "max_length", "pattern")
            if getattr(item, name, None) is not None
        }
    extra: Any = info.json_schema_extra
    choices: Any = extra.get("enum") if _is_mapping(extra) else None
    return Field(
        default=REQUIRED if info.is_required() else info.default,
        description=info.description,
        ge=bounds.get("ge"),
        le=bounds.get("le"),
        min_length=bounds.get("min_length"),
        max_length=bounds.get("max_length"),
        regex=bounds.get("pattern"),
        choices=tuple(choices) if choices else None,
        deprecated=bool(info.deprecated) or None,
    )


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def is_own(function: Any) -> bool:
    """Whether a method is one that `cog` gives to all predictors."""
    return str(getattr(function, "__module__", "")).split(".")[0] == "cog"


class Scope:
    """The prediction that is running in this process, for `current_scope()`."""

    def __init__(self, send_metric: Callable[[str, Any, str], None]) -> None:
        self._send_metric = send_metric
        self.context: dict[str, str] = {}

    def record_metric(self, name: str, value: Any, mode: str = "replace") -> None:
        """Add a measurement to `prediction.metrics`: replace it, count it up, or append to a list."""
        self._send_metric(name, value, {"increment": "incr"}.get(mode, mode))


def install_scope(scope: Scope) -> None:
    """Let everything that `cog` offers for measurements end at this scope; call it before a predictor is imported."""

    def current_scope() -> Scope:
        return scope

    def emit_metric(name: str, value: Any) -> None:
        scope.record_metric(name, value)

    def record_metric(_self: Any, key: str, value: Any, mode: str = "replace") -> None:
        scope.record_metric(key, value, mode)

    for name, replacement in (("current_scope", current_scope), ("emit_metric", emit_metric)):
        setattr(cog, name, replacement)
    runner: Any = getattr(cog, "BaseRunner", None)
    if runner is not None:
        runner.record_metric = record_metric
        runner.scope = property(lambda _self: scope)


def cancelation() -> type[BaseException]:
    """Return what to raise in a predictor that is canceled: `cog`'s own exception, which is a Ctrl-C too.

    It has to be a KeyboardInterrupt, because event loops swallow other exceptions that a signal raises in them.
    """
    known: type[BaseException] | None = getattr(cog, "CancelationException", None)
    if known is None or issubclass(known, KeyboardInterrupt):
        return known or KeyboardInterrupt
    bases: Any = (known, KeyboardInterrupt)
    return type(known.__name__, bases, {"__module__": known.__module__})


def version() -> str | None:
    """Return the version of the installed `cog`, None for the stand-in."""
    if hasattr(cog, "REQUIRED"):
        return None
    found: object = getattr(cog, "__version__", None)
    if found is None and "importlib.metadata" not in sys.modules:
        import importlib.metadata

        return importlib.metadata.version("cog")
    return str(found)
