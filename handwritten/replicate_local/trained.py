"""Versions that trainings make: their source and weights are kept with the data; never running the training code."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from replicate_local.jsontypes import is_object
from replicate_local.records import Prediction, Version, milliseconds, now

if TYPE_CHECKING:
    from replicate_local.outputs import OutputFiles

_DIRECTORY = "versions"
CODE = "code"
"""The directory, within that of a version, of the code of a model of the user's own."""

_WEIGHTS = "weights"


class TrainingOutputError(Exception):
    """The training code gave back something that no version can be made of."""


class TrainedVersions:
    """The directory of trained versions, one directory each: a copy of the source, and the weights."""

    def __init__(self, data: Path, outputs: OutputFiles) -> None:
        self._data = data
        self._outputs = outputs

    def source(self, version: Version) -> Path:
        """Return where the source of any version lies."""
        return self._data / version.entry.rpartition(":")[0]

    def weights(self, version: Version) -> Path | None:
        """Return where the weights of a version lie, None if it was not trained."""
        return None if version.weights is None else self._data / version.weights

    async def make(self, training: Prediction, base: Version) -> Version:
        """Keep source and weights, and return the new version, which is not in the database yet.

        Raises:
            TrainingOutputError: there is no file of weights in the training's output.
        """
        weights = self._weights_file(training.output)
        version_id = hashlib.sha256(f"{training.destination}={base.id}:{training.id}".encode()).hexdigest()
        directory = Path(_DIRECTORY, version_id)
        made = replace(
            base,
            id=version_id,
            model=str(training.destination),
            created_at=milliseconds(now()),
            weights=str(directory / _WEIGHTS / weights.name),
        )
        if base.own is not None:
            code = Path(_DIRECTORY, version_id, CODE)
            await asyncio.to_thread(_copy, self._data / directory, self._data / base.own["code"], weights)
            return replace(made, own=base.own | {"code": str(code)})
        source = self.source(base)
        await asyncio.to_thread(_copy, self._data / directory, source, weights)
        return replace(made, entry=f"{directory / source.name}:{base.entry.rpartition(':')[2]}")

    def directory(self, version_id: str) -> Path:
        """Return where the files of a version lie, seen from the data directory."""
        return Path(_DIRECTORY, version_id)

    def kept(self, version: Version) -> Path:
        """Return where the code of a version of the user's own was copied to."""
        return self._data / str((version.own or {}).get("code"))

    def delete(self, version_id: str) -> None:
        """Delete the files of a version, if it was trained."""
        shutil.rmtree(self._data / _DIRECTORY / version_id, ignore_errors=True)

    def _weights_file(self, output: Any) -> Path:
        """Find the file in `{"weights": file}` or in an output that is just the file."""
        file: Any = output.get("weights", output) if is_object(output) else None
        reference = file.get("$file") if is_object(file) else None
        token, _, name = str(reference).partition("/")
        path = self._outputs.path(token, name) if reference is not None else None
        if path is None:
            raise TrainingOutputError("train() gave back no file of weights.")
        return path


def _copy(directory: Path, source: Path, weights: Path) -> None:
    (directory / _WEIGHTS).mkdir(parents=True)
    if source.is_dir():
        shutil.copytree(source, directory / CODE)
    else:
        shutil.copyfile(source, directory / source.name)
    shutil.copyfile(weights, directory / _WEIGHTS / weights.name)
