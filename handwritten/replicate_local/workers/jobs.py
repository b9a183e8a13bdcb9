"""What a worker is given and what comes back of it: conditions, jobs, outcomes, failures; never the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from replicate_local.jsontypes import JsonObject


class SetupError(Exception):
    """The predictor could not be loaded or set up; `logs` is what it wrote meanwhile."""

    def __init__(self, message: str, logs: str) -> None:
        super().__init__(message)
        self.logs = logs


class WorkerDied(Exception):  # noqa: N818  it reports an event
    """The worker process ended, or spoke nonsense and was ended, during a prediction."""


@dataclass(frozen=True)
class Job:
    """One prediction for a worker: its input, and where its files go."""

    input: dict[str, Any]
    scratch: Path
    outputs: Path


class Listener(Protocol):
    """Takes what a running prediction makes, as it is made."""

    def on_iterator(self) -> None: ...
    def on_output(self, value: Any, size: int) -> None: ...
    def on_log(self, data: bytes) -> None: ...
    def on_metric(self, name: str, value: Any, mode: str) -> None: ...


@dataclass
class Outcome:
    """How `predict` ended."""

    status: str
    error: str | None = None


@dataclass(frozen=True)
class Conditions:
    """Under which a predictor runs besides its directory: all of them are optional."""

    weights: Path | None = None
    """What training made."""
    code: Path | None = None
    """A copy of the code of its directory, to be run in the place of what the directory holds now."""
    memory: int | None = None
    """Bytes that each process may have."""

    def options(self, directory: Path) -> JsonObject:
        """Return what the worker process is told."""
        return {
            **({"weights": str(self.weights)} if self.weights else {}),
            **({"code": str(self.code), "folder": str(directory)} if self.code else {}),
            **({"memory": self.memory} if self.memory else {}),
        }
