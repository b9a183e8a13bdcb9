"""Serving models of the engine under further names, for programs that name hosted models; never how they run.

An alias runs the engine's own model: the name is borrowed, the answers are not those of the hosted model.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from replicate_local.records import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replicate_local.store import Store

_ALIAS = re.compile(
    rf"(?P<owner>[A-Za-z0-9_-]+)/(?P<name>[A-Za-z0-9_-][A-Za-z0-9._-]*)(?::(?P<version>[0-9a-f]{{64}}))?"
    rf"={ACCOUNT}/(?P<target>[a-z0-9-]+)"
)


class AliasError(ValueError):
    """An alias is malformed, or names a model that the engine does not have."""


@dataclass(frozen=True)
class Alias:
    """A further name of a model, possibly with the id of a version under that name."""

    owner: str
    name: str
    version_id: str | None
    target: str
    """The model that answers, with its owner."""

    @property
    def full_name(self) -> str:
        """The name with its owner."""
        return f"{self.owner}/{self.name}"


def parse_alias(text: str) -> Alias:
    """Return the alias written as `owner/name[:version_id]=local/model`.

    Raises:
        AliasError: it is not written like that, or the name is one of the engine's own.
    """
    match = _ALIAS.fullmatch(text)
    if match is None:
        raise AliasError(
            f"{text!r} is no alias: write owner/name={ACCOUNT}/model or owner/name:version_id={ACCOUNT}/model, "
            "where the id of a version has 64 hexadecimal digits"
        )
    if match["owner"] == ACCOUNT:
        raise AliasError(f"{text!r} is no alias: the names of {ACCOUNT}/… are the engine's own")
    return Alias(match["owner"], match["name"], match["version"], f"{ACCOUNT}/{match['target']}")


def set_aliases(store: Store, aliases: Sequence[Alias]) -> None:
    """Make these the only aliases in the database; of several versions of one name the last is the latest.

    Raises:
        AliasError: the engine has no such model.
    """
    store.delete_models_of_others(ACCOUNT)
    for alias in aliases:
        add_alias(store, alias)


def add_alias(store: Store, alias: Alias) -> None:
    """Put an alias of a model's latest version into the database.

    Raises:
        AliasError: the engine has no such model.
    """
    model, version = store.model(alias.target), store.latest_version(alias.target)
    if model is None or version is None:
        raise AliasError(f"there is no model {alias.target} that {alias.full_name} could be an alias of")
    description = f"{model.description} Served by {alias.target} under another name."
    store.add_model(replace(model, owner=alias.owner, name=alias.name, description=description))
    # Ids are unique over all models: a version is also asked for by its id alone.
    version_id = alias.version_id or hashlib.sha256(f"{alias.full_name}={version.id}".encode()).hexdigest()
    store.add_version(replace(version, id=version_id, model=alias.full_name))
