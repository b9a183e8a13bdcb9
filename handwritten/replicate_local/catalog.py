"""The models that come with the engine: which there are, and how they get into a database; never running them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from replicate_local.records import (
    ACCOUNT,
    Model,
    Prediction,
    Version,
    milliseconds,
    new_id,
    new_stream_token,
    now,
)

if TYPE_CHECKING:
    from replicate_local.jsontypes import JsonObject
    from replicate_local.store import Store

COG_VERSION = "0.16.12+local"
"""The packager version whose schemas these are shaped like. Clients compare it, so it must be a valid version."""

_DIRECTORY = Path(__file__).with_name("models")
_NAMES = ("ngram", "julia", "identicon", "negative", "wordcount", "echo", "sleeper", "fail")


class DescriptionError(Exception):
    """A predictor could not be imported to make its schema."""


@dataclass(frozen=True)
class Builtin:
    """A model that comes with the engine: a predictor, and a readme whose second paragraph describes it."""

    name: str
    entry: str
    version_id: str
    description: str
    readme: str
    examples: list[JsonObject]

    @property
    def full_name(self) -> str:
        """The name with its owner."""
        return f"{ACCOUNT}/{self.name}"


def builtins() -> list[Builtin]:
    """Return the models that come with the engine."""
    examples = json.loads((_DIRECTORY / "examples.json").read_text("utf-8"))
    return [_builtin(name, examples.get(name, [])) for name in _NAMES]


def _builtin(name: str, examples: list[JsonObject]) -> Builtin:
    source = _DIRECTORY / f"{name}.py"
    readme = (_DIRECTORY / f"{name}.md").read_text("utf-8")
    return Builtin(
        name=name,
        entry=f"{source}:Predictor",
        version_id=hashlib.sha256(source.read_bytes()).hexdigest(),
        description=" ".join(readme.split("\n\n")[1].split()),
        readme=readme,
        examples=examples,
    )


def add_builtins(store: Store, models: list[Builtin], described: list[dict[str, Any]]) -> None:
    """Put the models into the database, each with its version and examples; what is there already stays.

    Raises:
        DescriptionError: a predictor could not be imported.
    """
    schemas = {item["entry"]: item for item in described}
    for builtin in models:
        item = schemas.get(builtin.entry, {})
        if "schema" not in item:
            raise DescriptionError(f"{builtin.full_name}: {item.get('error', 'no worker process could be started')}")
        _add(store, builtin, item["schema"])


def _add(store: Store, builtin: Builtin, schema: JsonObject) -> None:
    moment = milliseconds(now())
    model = Model(
        owner=ACCOUNT,
        name=builtin.name,
        created_at=moment,
        description=builtin.description,
        readme=builtin.readme,
        is_official=True,
    )
    store.add_model(model)
    existing = store.version(builtin.version_id, model.full_name)
    version = Version(
        id=builtin.version_id,
        model=model.full_name,
        created_at=existing.created_at if existing else moment,
        cog_version=COG_VERSION,
        openapi_schema=schema,
        entry=builtin.entry,
        source_hash=builtin.version_id,
    )
    store.add_version(version)
    if existing is None:
        for example in builtin.examples:
            store.add_prediction(_example(version, example), example=True)


def _example(version: Version, example: JsonObject) -> Prediction:
    """Return a recorded prediction; its files are data URIs."""
    metrics: JsonObject = example["metrics"]
    ended_at = version.created_at
    return Prediction(
        id=new_id(),
        model=version.model,
        version=version.id,
        input=example["input"],
        created_at=ended_at - dt.timedelta(seconds=metrics["total_time"]),
        stream_token=new_stream_token(files=version.yields_files),
        status="succeeded",
        output=example["output"],
        iterates=version.yields,
        logs=example["logs"],
        started_at=ended_at - dt.timedelta(seconds=metrics["predict_time"]),
        completed_at=ended_at,
        metrics=metrics,
        source="web",
    )
