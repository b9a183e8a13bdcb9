"""The ways one model is named in an argument list: those of 1.x, and the keywords of the 2.0 beta; no requests here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from ._references import ModelLike, parse_model_name
from ._settings import check_known
from .exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ModelName = str | tuple[str, str] | ModelLike
"""`"owner/name"`, `(owner, name)`, or a Model."""


class ModelNames(TypedDict, total=False):
    """Other names for the arguments that name a model."""

    key: str
    """`"owner/name"`, as in 1.x."""

    owner: str
    """The owner, together with `name`, as in 1.x."""

    model_owner: str
    """The owner, together with `model_name`, as in the 2.0 beta."""


_KNOWN = frozenset({"name", "model_name", *ModelNames.__annotations__})


def read_model_names(
    call: str,
    name: ModelName | None,
    model_name: str | None,
    named: Mapping[str, object],
    other_options: Iterable[str] = (),
) -> tuple[str, str]:
    """Return owner and name of the model that the arguments of a call name.

    The names of the other options that the call takes are for the message about one that it does not take.

    Raises:
        InvalidArgumentError: they name none, or more than one.
        UnknownOptionError: one of them is no argument of such a call.
    """
    check_known(call, named, _KNOWN, other_options)
    owner = named.get("owner", named.get("model_owner"))
    ways = [named.get("key"), name if owner is None else None, owner]
    if sum(way is not None for way in ways) > 1 or (owner is not None and name is not None and model_name is not None):
        raise InvalidArgumentError(f'{call}() names the model twice; give "owner/name" alone', argument="name")
    if owner is not None:
        return parse_model_name((owner, name if model_name is None else model_name), argument="name")
    if model_name is not None:
        return parse_model_name((cast("str", name), model_name), argument="name")
    return parse_model_name(named.get("key", name), argument="name")
