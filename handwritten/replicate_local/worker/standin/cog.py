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
from typing import Any, Literal, Protocol, TypeVar, get_args, get_type_hints, overload

T_co = TypeVar("T_co", covariant=True)
Function = TypeVar("Function", bound=Callable[..., Any])

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


class BaseRunner:
    """The class that runners derive from, the newer name of predictors; they have `run` in the place of `predict`."""

    def setup(self) -> None:
        """Prepare once per worker process, before the first prediction."""

    @property
    def scope(self) -> Scope:
        """The running prediction."""
        return current_scope()

    def record_metric(self, key: str, value: Any, mode: MetricMode = "replace") -> None:
        """Add a measurement to the running prediction."""
        current_scope().record_metric(key, value, mode)


class BasePredictor(BaseRunner):
    """The class that predictors derive from."""


class CancelationException(KeyboardInterrupt):
    """Raised in a blocking `predict` that is canceled; clean up and let it go on."""


class ExperimentalFeatureWarning(FutureWarning):
    """A category of warnings that predictors of some years name to silence it."""


class _OpaqueMarker:
    def __repr__(self) -> str:
        return "cog.Opaque"


Opaque = _OpaqueMarker()
"""In `Annotated[T, Opaque]`: any JSON object, handed over as it is."""


@overload
def streaming(function: Function) -> Function: ...
@overload
def streaming(function: None = None) -> Callable[[Function], Function]: ...
def streaming(function: Function | None = None) -> Function | Callable[[Function], Function]:
    """Mark a `predict` whose output can be streamed; any iterator's can, so this changes nothing."""
    return _unchanged if function is None else function


@overload
def concurrent(function: Function) -> Function: ...
@overload
def concurrent(function: None = None, *, max: int = 1) -> Callable[[Function], Function]: ...
def concurrent(
    function: Function | None = None,
    *,
    max: int = 1,  # noqa: A002, ARG001  the packager's name for it
) -> Function | Callable[[Function], Function]:
    """Say how many predictions may run in one process; here each has a process of its own, so this changes nothing."""
    return _unchanged if function is None else function


def _unchanged(function: Function) -> Function:
    return function


class BaseModel:
    """A structured output: annotated attributes, filled by keyword arguments."""

    def __init__(self, **values: Any) -> None:
        fields = self._fields()
        if unknown := sorted(set(values) - set(fields)):
            raise TypeError(f"{type(self).__name__} has no field {unknown[0]!r}")
        for name in fields:
            if name in values:
                setattr(self, name, values[name])
            elif self._is_optional(name):
                setattr(self, name, None)
            elif not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} needs a value for {name!r}")

    @classmethod
    def _fields(cls) -> list[str]:
        names = (name for base in reversed(cls.__mro__) for name in inspect.get_annotations(base))
        return list(dict.fromkeys(name for name in names if not name.startswith("_")))

    @classmethod
    def _is_optional(cls, name: str) -> bool:
        return not hasattr(cls, name) and type(None) in get_args(get_type_hints(cls).get(name))

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
    accept: str | None = None


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
    accept: str | None = None,
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
        accept=accept,
    )


class Scope:
    """The prediction that is running in this process."""

    def __init__(self) -> None:
        self.context: dict[str, str] = {}

    def record_metric(self, name: str, value: Any, mode: MetricMode = "replace") -> None:
        """Add a measurement to `prediction.metrics`: replace it, count it up, or append to a list."""


def current_scope() -> Scope:
    """Return the running prediction; the worker puts its own in this place, elsewhere measurements go nowhere."""
    return Scope()


def emit_metric(name: str, value: Any) -> None:
    """Record a measurement, in the older spelling."""
    current_scope().record_metric(name, value)
