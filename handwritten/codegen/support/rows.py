"""Arrays of objects in answers: a row that cannot be read does not take the others with it. Never knows a model.

This module is copied into the generated package by `make generate`; edit it in handwritten/codegen/support.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar, cast

T = TypeVar("T")

# What a model raises for a value that it cannot be read from.
_FAILURES = (TypeError, ValueError, AttributeError, KeyError)


class Row(Protocol):
    """A generated model."""

    def to_dict(self) -> dict[str, Any]: ...


class PartOfRows(list[T]):
    """The rows of an answer that could be read, when others could not."""

    unreadable: dict[int, Any]


def unreadable_rows(rows: object) -> dict[int, Any]:
    """Return the rows of an answer that are missing from a list because they cannot be read, by their position.

    A row is unreadable when it is no JSON object or lacks a member that the contract requires, such as the `id` of a
    prediction. It is untouched: the value that came. Nearly always there is none. Example::

        page = predictions_list.sync(client=client)
        for position, row in unreadable_rows(page.results).items():
            print(f"row {position} is no prediction: {row}")

    The same goes for any other array of objects that was decoded, such as the answer of `hardware_list` and the
    `models` of a collection. Slices and other new lists that are made of it know nothing of unreadable rows.
    """
    return dict(rows.unreadable) if isinstance(rows, PartOfRows) else {}


def read_rows(values: object, read: Callable[[Any], T]) -> list[T]:
    """Read each value of an array, leaving out those that cannot be read; `unreadable_rows` tells them.

    Raises:
        TypeError: It is no array.
    """
    if not isinstance(values, list):
        raise TypeError(f"rows are read from a JSON array, not from {type(values).__name__}")
    try:
        return [read(value) for value in cast("list[object]", values)]
    except _FAILURES:
        return _readable(cast("list[object]", values), read)


def _readable(values: list[object], read: Callable[[Any], T]) -> PartOfRows[T]:
    rows: PartOfRows[T] = PartOfRows()
    rows.unreadable = {}
    for position, value in enumerate(values):
        try:
            rows.append(read(value))
        except _FAILURES:
            rows.unreadable[position] = value
    return rows


def write_rows(rows: Iterable[Row]) -> list[Any]:
    """Return the rows as they came, those that cannot be read in their old places."""
    values: list[Any] = [row.to_dict() for row in rows]
    for position, value in unreadable_rows(rows).items():
        values.insert(position, value)
    return values
