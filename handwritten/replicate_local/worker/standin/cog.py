# ruff: noqa: INP001  this directory is put on the path of workers, it is no package
"""The names a Cog-style `predict.py` imports from `cog`, for worker processes; never imported by the server.

Only worker processes have this directory on their path. It covers what predictors use at run time; building containers
is not part of it.
"""

from __future__ import annotations

import inspect
import io
import pathlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)

REQUIRED: Any = object()
"""The default of an input that has none."""

MetricMode = Literal["replace", "incr", "append"]


class ConcatenateIterator(Iterator[T_co], Protocol[T_co]):
    """Annotates a `predict` that yields pieces of one text."""


class AsyncConcatenateIterator(Protocol[T_co]):
    """Annotates an async `predict` that yields pieces of one text."""

    def __aiter__(self) -> AsyncIterator[T_co]: ...

    async def __anext__(self) -> T_co: ...


# The concrete class must be named: until Python 3.12 `pathlib.Path` itself cannot be subclassed.
class Path(type(pathlib.Path())):  # type: ignore[misc]  # a computed base class
    """A file on disk: as an input it was fetched before `predict` runs, as an output it is stored afterwards."""


class File(io.RawIOBase):
    """Annotates a file input that is handed over opened for reading."""


class Secret:
    """A text that does not show in logs or records; read it with `get_secret_value`."""

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"


class BasePredictor:
    """The class that predictors derive from."""

    def setup(self) -> None:
        """Prepare once per worker process, before the first prediction."""


class BaseModel:
    """A structured output: annotated attributes, filled by keyword arguments."""

    def __init__(self, **values: Any) -> None:
        fields = self._fields()
        if unknown := sorted(set(values) - set(fields)):
            raise TypeError(f"{type(self).__name__} has no field {unknown[0]!r}")
        for name in fields:
            if name in values:
                setattr(self, name, values[name])
            elif not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} needs a value for {name!r}")

    @classmethod
    def _fields(cls) -> list[str]:
        names = (name for base in reversed(cls.__mro__) for name in inspect.get_annotations(base))
        return list(dict.fromkeys(name for name in names if not name.startswith("_")))

    def dict(self) -> dict[str, Any]:
        """Return the fields and their values."""
        return {name: getattr(self, name) for name in self._fields()}


@dataclass(frozen=True)
class FieldInfo:
    """What `Input` was told about one parameter of `predict`."""

    default: Any = REQUIRED
    description: str | None = None
    ge: float | None = None
    le: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    regex: str | None = None
    choices: tuple[Any, ...] | None = None
    deprecated: bool | None = None


def Input(  # noqa: N802  the name predictors are written with
    default: Any = REQUIRED,
    *,
    description: str | None = None,
    ge: float | None = None,
    le: float | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    regex: str | None = None,
    choices: list[Any] | None = None,
    deprecated: bool | None = None,
) -> Any:
    """Describe one parameter of `predict`; without `default` the caller must give it."""
    return FieldInfo(
        default=default,
        description=description,
        ge=ge,
        le=le,
        min_length=min_length,
        max_length=max_length,
        regex=regex,
        choices=None if choices is None else tuple(choices),
        deprecated=deprecated,
    )


class Scope:
    """The prediction that is running in this process."""

    def __init__(self, send_metric: Callable[[str, Any, MetricMode], None]) -> None:
        self._send_metric = send_metric

    def record_metric(self, name: str, value: Any, mode: MetricMode = "replace") -> None:
        """Add a measurement to `prediction.metrics`: replace it, count it up, or append to a list."""
        self._send_metric(name, value, mode)


scopes: list[Scope] = []
"""Kept by the worker, not by predictors: the running prediction, if there is one."""


def current_scope() -> Scope:
    """Return the running prediction; outside of one, measurements go nowhere."""
    return scopes[-1] if scopes else Scope(lambda _name, _value, _mode: None)


def emit_metric(name: str, value: Any) -> None:
    """Record a measurement, in the older spelling."""
    current_scope().record_metric(name, value)
