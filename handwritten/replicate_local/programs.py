"""What a worker is told to run for a version: which code, in which directory, under which conditions; never running."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from replicate_local.workers.jobs import Conditions

if TYPE_CHECKING:
    from replicate_local.limits import Limits
    from replicate_local.records import Version
    from replicate_local.trained import TrainedVersions


@dataclass(frozen=True)
class Program:
    """The arguments of a pool of workers: equal ones can share it."""

    entry: str
    directory: Path
    conditions: Conditions


def program(version: Version, trained: TrainedVersions, limits: Limits, *, training: bool) -> Program:
    """Return what to run for a prediction of this version, or for a training of it."""
    weights = None if training else trained.weights(version)
    if version.own is None:
        source = trained.source(version)
        entry = f"{source}:{'train' if training else version.entry.rpartition(':')[2]}"
        return Program(entry, source.parent, Conditions(weights, memory=limits.memory))
    folder, code = Path(version.own["folder"]), trained.kept(version)
    if not folder.is_dir():  # it was moved or deleted since: what was kept may do
        folder = code
    named = version.own["train"] if training else f"{version.own['file']}:{version.own['target']}"
    return Program(f"{folder / named}", folder, Conditions(weights, code, limits.memory))
