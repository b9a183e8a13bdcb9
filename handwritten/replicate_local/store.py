"""The engine's memory: records in, records out, pages by cursor; never a decision about them.

Each call takes microseconds, so it is made on the event loop directly.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from replicate_local.cursors import Cursor, position
from replicate_local.database import Copy, Database, Page, Selection
from replicate_local.records import (
    Deployment,
    LastCall,
    Model,
    Prediction,
    Record,
    StoredFile,
    Version,
    from_document,
    to_document,
)

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from replicate_local.jsontypes import JsonObject


class Store:
    """The database of one engine."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def close(self) -> None:
        """Write everything out and close."""
        self._database.close()

    def copy(self) -> Copy:
        """Return a copy of everything that is kept, which takes memory as the database does on disk."""
        return self._database.copy()

    def go_back(self, copy: Copy) -> None:
        """Put a copy in the place of everything that is kept."""
        self._database.go_back(copy)

    # Predictions and trainings

    def add_prediction(self, prediction: Prediction, *, example: bool = False) -> None:
        """Keep a new prediction or training; a prediction that is no example counts as a run of its model."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO predictions (id, created_at, status, model, version, source, example, stream_token, doc,"
                " training) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(prediction.id, position(prediction.created_at), prediction.status, prediction.model),
                    *(prediction.version, prediction.source, int(example), prediction.stream_token, _dump(prediction)),
                    int(prediction.is_training),
                ),
            )
            if not example and not prediction.is_training:
                self._database.execute(
                    "UPDATE models SET run_count = run_count + 1 WHERE name = ?", (prediction.model,)
                )

    def update_prediction(self, prediction: Prediction) -> None:
        """Keep the present state of a prediction."""
        self._database.execute(
            "UPDATE predictions SET status = ?, doc = ?, data_since = ? WHERE id = ?",
            (prediction.status, _dump(prediction), _data_since(prediction), prediction.id),
        )

    def prediction(self, prediction_id: str) -> Prediction | None:
        """Return a prediction by its id."""
        return self._database.one("SELECT doc FROM predictions WHERE id = ?", (prediction_id,), _prediction)

    def prediction_by_stream(self, token: str) -> Prediction | None:
        """Return the prediction that a stream URL belongs to."""
        return self._database.one("SELECT doc FROM predictions WHERE stream_token = ?", (token,), _prediction)

    def unfinished_predictions(self) -> list[Prediction]:
        """Return those that were running or waiting when the engine was last stopped."""
        return self._database.all(
            "SELECT doc FROM predictions WHERE status IN ('starting', 'processing')", (), _prediction
        )

    def predictions_with_data_since(self, moment: dt.datetime, limit: int) -> list[Prediction]:
        """Return those that ended at a moment or before and still have their data, oldest first."""
        return self._database.all(
            "SELECT doc FROM predictions WHERE data_since <= ? ORDER BY data_since LIMIT ?",
            (position(moment), limit),
            _prediction,
        )

    def predictions(self, selection: Selection, cursor: Cursor | None) -> Page[Prediction]:
        """Return a page of predictions."""
        return self._database.page(selection, cursor, _prediction)

    def default_example(self, model: str) -> Prediction | None:
        """Return the first example of a model."""
        return self._database.one(
            "SELECT doc FROM predictions WHERE model = ? AND example ORDER BY row", (model,), _prediction
        )

    # Calls of webhooks that are still to be made

    def add_last_call(self, call: LastCall) -> None:
        """Note that the end of a prediction is to be told."""
        self._database.execute(
            "INSERT INTO last_calls (prediction, message, origin) VALUES (?, ?, ?)",
            (call.prediction, call.message, call.origin),
        )

    def last_calls(self) -> list[LastCall]:
        """Return all that are noted."""
        rows = self._database.execute("SELECT prediction, message, origin FROM last_calls ORDER BY rowid").fetchall()
        return [LastCall(*row) for row in rows]

    def delete_last_call(self, prediction_id: str) -> None:
        """Note that the end of a prediction was told, or will not be."""
        self._database.execute("DELETE FROM last_calls WHERE prediction = ?", (prediction_id,))

    # Models and versions

    def add_model(self, model: Model) -> bool:
        """Keep a new model; false if there is one of that name."""
        cursor = self._database.execute(
            "INSERT OR IGNORE INTO models (name, created_at, visibility, doc) VALUES (?, ?, ?, ?)",
            (model.full_name, position(model.created_at), model.visibility, _dump(model)),
        )
        return cursor.rowcount == 1

    def update_model(self, model: Model) -> None:
        """Keep the present state of a model."""
        self._database.execute("UPDATE models SET doc = ? WHERE name = ?", (_dump(model), model.full_name))

    def delete_model(self, name: str) -> None:
        """Forget a model."""
        self._database.execute("DELETE FROM models WHERE name = ?", (name,))

    def delete_models_of_others(self, owner: str) -> None:
        """Forget the models of all owners but one, with their versions; predictions of them stay."""
        with self._database.transaction():
            self._database.execute("DELETE FROM versions WHERE model NOT LIKE ? || '/%'", (owner,))
            self._database.execute("DELETE FROM models WHERE name NOT LIKE ? || '/%'", (owner,))

    def model(self, name: str) -> Model | None:
        """Return a model by its full name."""
        return self._database.one("SELECT doc FROM models WHERE name = ?", (name,), _model)

    def models(self, selection: Selection, cursor: Cursor | None) -> Page[Model]:
        """Return a page of models."""
        return self._database.page(selection, cursor, _model)

    def public_models(self) -> list[Model]:
        """Return all models that may be found."""
        return self._database.all("SELECT doc FROM models WHERE visibility = 'public' ORDER BY row", (), _model)

    def count_models(self) -> int:
        """Return how many models there are."""
        row: tuple[int] = self._database.execute("SELECT count(*) FROM models").fetchone()
        return row[0]

    def run_count(self, model: str) -> int:
        """Return how often a model was run."""
        row: tuple[int] | None = self._database.execute(
            "SELECT run_count FROM models WHERE name = ?", (model,)
        ).fetchone()
        return row[0] if row else 0

    def add_version(self, version: Version) -> None:
        """Keep a version; an equal one is replaced, because its source may have moved."""
        self._database.execute(
            "INSERT INTO versions (id, created_at, model, doc) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id, model) DO UPDATE SET doc = excluded.doc",
            (version.id, position(version.created_at), version.model, _dump(version)),
        )

    def delete_version(self, model: str, version_id: str) -> None:
        """Forget a version and its predictions."""
        with self._database.transaction():
            self._database.execute("DELETE FROM versions WHERE model = ? AND id = ?", (model, version_id))
            self._database.execute("DELETE FROM predictions WHERE model = ? AND version = ?", (model, version_id))

    def version(self, version_id: str, model: str | None = None) -> Version | None:
        """Return a version by its id, of one model or of any."""
        if model is None:
            return self._database.one("SELECT doc FROM versions WHERE id = ?", (version_id,), _version)
        return self._database.one("SELECT doc FROM versions WHERE id = ? AND model = ?", (version_id, model), _version)

    def latest_version(self, model: str) -> Version | None:
        """Return the newest version of a model."""
        return self._database.one(
            "SELECT doc FROM versions WHERE model = ? ORDER BY created_at DESC, row DESC", (model,), _version
        )

    def versions(self, selection: Selection, cursor: Cursor | None) -> Page[Version]:
        """Return a page of versions."""
        return self._database.page(selection, cursor, _version)

    def has_trainings(self, version: Version) -> bool:
        """Whether the version was trained, so that others come from it."""
        row: tuple[int] | None = self._database.execute(
            "SELECT 1 FROM predictions WHERE model = ? AND version = ? AND training LIMIT 1",
            (version.model, version.id),
        ).fetchone()
        return row is not None

    # Deployments

    def add_deployment(self, deployment: Deployment) -> bool:
        """Keep a new deployment; false if there is one of that name."""
        cursor = self._database.execute(
            "INSERT OR IGNORE INTO deployments (name, created_at, model, version, doc) VALUES (?, ?, ?, ?, ?)",
            (
                *(deployment.full_name, position(deployment.created_at), deployment.model, deployment.version),
                _dump(deployment),
            ),
        )
        return cursor.rowcount == 1

    def update_deployment(self, deployment: Deployment) -> None:
        """Keep the present state of a deployment."""
        self._database.execute(
            "UPDATE deployments SET version = ?, doc = ? WHERE name = ?",
            (deployment.version, _dump(deployment), deployment.full_name),
        )

    def delete_deployment(self, name: str) -> None:
        """Forget a deployment; its predictions stay."""
        self._database.execute("DELETE FROM deployments WHERE name = ?", (name,))

    def deployment(self, name: str) -> Deployment | None:
        """Return a deployment by its full name."""
        return self._database.one("SELECT doc FROM deployments WHERE name = ?", (name,), _deployment)

    def most_instances(self, name: str) -> int | None:
        """Return how many instances the current release of a deployment may have; None if there is none."""
        deployment = self.deployment(name)
        return None if deployment is None else deployment.max_instances

    def deployment_of(self, version: Version) -> Deployment | None:
        """Return a deployment that runs a version."""
        return self._database.one(
            "SELECT doc FROM deployments WHERE model = ? AND version = ?", (version.model, version.id), _deployment
        )

    def deployments(self, selection: Selection, cursor: Cursor | None) -> Page[Deployment]:
        """Return a page of deployments."""
        return self._database.page(selection, cursor, _deployment)

    # Files

    def add_file(self, file: StoredFile) -> None:
        """Keep the description of an upload."""
        self._database.execute(
            "INSERT INTO files (id, created_at, expires_at, doc) VALUES (?, ?, ?, ?)",
            (file.id, position(file.created_at), position(file.expires_at), _dump(file)),
        )

    def file(self, file_id: str) -> StoredFile | None:
        """Return the description of an upload."""
        return self._database.one("SELECT doc FROM files WHERE id = ?", (file_id,), _file)

    def files(self, selection: Selection, cursor: Cursor | None) -> Page[StoredFile]:
        """Return a page of descriptions of uploads."""
        return self._database.page(selection, cursor, _file)

    def delete_file(self, file_id: str) -> None:
        """Forget an upload."""
        self._database.execute("DELETE FROM files WHERE id = ?", (file_id,))

    def forget_files_until(self, moment: str) -> list[str]:
        """Forget the uploads that expired and return their ids."""
        rows = self._database.execute("DELETE FROM files WHERE expires_at <= ? RETURNING id", (moment,)).fetchall()
        return [row[0] for row in rows]


def _data_since(prediction: Prediction) -> str | None:
    """Return since when data waits for its removal; examples and trainings keep theirs, as the service's do."""
    if prediction.completed_at is None or prediction.data_removed or prediction.is_training:
        return None
    return position(prediction.completed_at) if prediction.source == "api" else None


def _dump(record: Record) -> str:
    return json.dumps(to_document(record), separators=(",", ":"))


def _prediction(document: JsonObject) -> Prediction:
    return Prediction(**from_document(document))


def _model(document: JsonObject) -> Model:
    return Model(**from_document(document))


def _version(document: JsonObject) -> Version:
    return Version(**from_document(document))


def _file(document: JsonObject) -> StoredFile:
    return StoredFile(**from_document(document))


def _deployment(document: JsonObject) -> Deployment:
    return Deployment(**from_document(document))
