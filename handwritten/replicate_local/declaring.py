"""Declaring that a plain function is a model, for the files that people serve; never loading or running it.

It is imported by those files, in worker processes and anywhere else, so it imports next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = "__replicate_local_model__"

Target = TypeVar("Target", bound="Callable[..., Any]")


class Declaration(NamedTuple):
    """What the decorator was told."""

    name: str
    limits: dict[str, Any]


def model(
    name: str | None = None,
    *,
    concurrency: int | None = None,
    setup_timeout: float | str | None = None,
    time_limit: float | str | None = None,
    memory_limit: int | str | None = None,
) -> Callable[[Target], Target]:
    """Declare a function, or a class with `predict`, to be a model that `replicate-local serve file.py` serves.

    `name` is `owner/name`, or a name alone for `local/name`; without it the function's own name is taken. The limits
    are those of the command's options, and stronger than them: processes at a time, seconds (or "90s", "5m") for the
    setup and for one prediction, bytes (or "2GiB") of memory. The function itself is not changed.
    """
    limits = {
        "concurrency": concurrency,
        "setup_timeout": setup_timeout,
        "time_limit": time_limit,
        "memory_limit": memory_limit,
    }

    def declare(target: Target) -> Target:
        own = name if name is not None else target.__name__
        setattr(target, _MARK, Declaration(own, {key: value for key, value in limits.items() if value is not None}))
        return target

    return declare


def declaration(value: object) -> Declaration | None:
    """Return what a function or class was declared as."""
    try:
        found: object = vars(value).get(_MARK)  # not inherited: a derived class is not declared by itself
    except TypeError:
        return None
    return found if isinstance(found, Declaration) else None
