"""Objects a person uses, wrapped around generated models by composition; what is particular to one kind lives with it.

A view holds the generated model as `raw` and the client it came from. What the service left out and what it sent as
null are both None here; unknown members stay in `raw.additional_properties`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar, cast

from replicate_api.types import Unset

from .exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from .client import Client


class GeneratedModel(Protocol):
    """What every generated model can do."""

    additional_properties: dict[str, Any]

    def to_dict(self) -> dict[str, Any]: ...


RawT = TypeVar("RawT", bound=GeneratedModel)


class View(Generic[RawT]):
    """A typed object over a generated model: its fields as attributes, `dict()`, `.json()`, equality, pickling."""

    __slots__ = ("_bound_client", "_raw")

    _fields: ClassVar[tuple[str, ...]] = ()
    """The names `dict(view)` yields, in order."""

    _key: ClassVar[tuple[str, ...]] = ("id",)
    """The names of the fields without which there is no such object; they are text."""

    _raw: RawT
    _bound_client: Client | None

    def __init__(self, **data: Any) -> None:
        """Make an object from the members of its JSON, without a client of its own.

        Raises:
            ValidationError: the data are not those of such an object.
        """
        try:
            self._raw = self.decode(data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            problem = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ValidationError(title=f"These data make no {type(self).__name__}", detail=problem) from error
        for name in self._key:
            if not isinstance(data[name], str):
                raise ValidationError(title=f"These data make no {type(self).__name__}", detail=f"{name!r} is no text")
        self._bound_client = None

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawT:
        """Return the generated model for a JSON object."""
        raise NotImplementedError

    @classmethod
    def of(cls, raw: RawT, client: Client | None) -> Self:
        """Return a view of a generated model, bound to the client that fetched it."""
        view = cls.__new__(cls)
        view._raw, view._bound_client = raw, client  # noqa: SLF001 - its own class
        return view

    @property
    def raw(self) -> RawT:
        """The generated model, with its datetimes and the members this class has no name for."""
        return self._raw

    @property
    def client(self) -> Client:
        """The client this object came from, or the default one for an object made by hand or out of a pickle."""
        if self._bound_client is None:
            import replicate

            return replicate.default_client
        return self._bound_client

    def update(self, raw: RawT) -> Self:
        """Take over a newer generated model, and return this object."""
        self._raw = raw
        return self

    @classmethod
    def parse_obj(cls, data: Mapping[str, Any]) -> Self:
        """Make an object from its JSON already read, such as the body of a webhook.

        Raises:
            ValidationError: the data are not those of such an object.
        """
        if not isinstance(data, Mapping):
            raise ValidationError(
                title=f"These data make no {cls.__name__}", detail=f"a dictionary is needed, not {type(data).__name__}"
            )
        return cls(**data)

    @classmethod
    def parse_raw(cls, text: str | bytes) -> Self:
        """Make an object from its JSON as text.

        Raises:
            ValidationError: the text is not the JSON of such an object.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise ValidationError(title=f"This text makes no {cls.__name__}", detail=str(error)) from error
        return cls.parse_obj(data)

    def dict(
        self,
        *,
        include: Container[str] | None = None,
        exclude: Container[str] = (),
        exclude_none: bool = False,
    ) -> dict[str, Any]:
        """Return the object as a JSON-ready dictionary: the fields by name, None where the service sent nothing.

        Args:
            include: the names of the fields to return, all by default.
            exclude: the names of fields to leave out.
            exclude_none: whether to leave out the fields that are None.
        """
        return {
            name: _jsonable(value)
            for name, value in self._members()
            if (include is None or name in include)
            and name not in (exclude or ())
            and not (exclude_none and value is None)
        }

    def json(
        self,
        *,
        include: Container[str] | None = None,
        exclude: Container[str] = (),
        exclude_none: bool = False,
        **options: Any,
    ) -> str:
        """Return the object as JSON text: the fields that `dict` returns, with further options of `json.dumps`."""
        return json.dumps(self.dict(include=include, exclude=exclude, exclude_none=exclude_none), **options)

    def copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, with other values for some members of its JSON; nothing is sent to the service.

        Args:
            update: the members that differ in the copy, by their names in the JSON.
            deep: whether input, output and the like are copied too.
        """
        import copy

        original = copy.deepcopy(self) if deep else copy.copy(self)
        return original if not update else original.update(self.decode({**original.raw.to_dict(), **update}))

    def __iter__(self) -> Iterator[Any]:
        return self._members()

    def _members(self) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(self, name)) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        view = cast("Self", other)
        return bool(self._raw == view._raw) or tuple(self._members()) == tuple(
            view._members()
        )  # absent and null are the same

    def __hash__(self) -> int:
        return hash((type(self), getattr(self, "id", None)))

    def __repr__(self) -> str:
        told = ", ".join(
            f"{name}={value!r}" for name, value in self._members() if value is not None and name in self._repr_fields()
        )
        return f"{self.__class__.__name__}({told})"

    def _repr_fields(self) -> tuple[str, ...]:
        return self._fields[:3]

    def __copy__(self) -> Self:
        return self.of(self._raw, self._bound_client)

    def __deepcopy__(self, memo: Any) -> Self:
        import copy

        return self.of(copy.deepcopy(self._raw, memo), self._bound_client)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (type(self), self._raw.to_dict())


def _unpickled(kind: type[View[Any]], data: dict[str, Any]) -> View[Any]:
    return kind.of(kind.decode(data), None)


def known(value: Any) -> Any:
    """Return a member of a generated model, None where the service sent nothing."""
    return None if isinstance(value, Unset) else value


def text(value: Any) -> str | None:
    """Return a member that should be text: as it is, None where it is absent, empty or something else entirely."""
    return value or None if isinstance(value, str) else None


def number(value: Any) -> int | None:
    """Return a member that should be a whole number, None where it is absent or something else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def mapping(value: Any) -> dict[str, Any] | None:
    """Return a member that should be a JSON object, None where it is absent or something else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def timestamp(value: Any) -> str | None:
    """Return a time stamp as RFC 3339 text in UTC, or as the text the service sent where that is no such time."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return text(value)


def _jsonable(value: Any) -> Any:
    if isinstance(value, View):
        return value.dict()
    if isinstance(value, list):
        return [_jsonable(item) for item in cast("list[object]", value)]
    return value
