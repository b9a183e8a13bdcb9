"""One engine: its data directory, database, files and running predictions, put together; never HTTP."""

from __future__ import annotations

import asyncio
import fcntl
import hmac
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from replicate_local.aliases import Alias, set_aliases
from replicate_local.catalog import Builtin, add_builtins
from replicate_local.files import Uploads
from replicate_local.inputs import InputChecker
from replicate_local.outputs import OutputFiles
from replicate_local.records import Prediction, now
from replicate_local.runner import Runner
from replicate_local.signing import SigningKeys
from replicate_local.store import Store
from replicate_local.trained import TrainedVersions
from replicate_local.webhooks import Webhooks

if TYPE_CHECKING:
    from pathlib import Path

    from replicate_local.contract import Contract

_PURGE_INTERVAL = 3600.0


class DataInUseError(Exception):
    """Another engine works on the same data directory."""


@dataclass(frozen=True)
class Settings:
    """How an engine is run."""

    data: Path
    token: str | None = None
    aliases: tuple[Alias, ...] = ()
    remote_webhooks: bool = False


class Engine:
    """Everything behind the HTTP operations."""

    def __init__(self, settings: Settings, contract: Contract) -> None:
        self.contract = contract
        self._token = settings.token
        self._aliases = settings.aliases
        self._lock = _lock(settings.data)
        self.store = Store(settings.data / "engine.sqlite3")
        self.uploads = Uploads(settings.data / "uploads", self.store)
        self.outputs = OutputFiles(settings.data / "outputs")
        self.inputs = InputChecker(self.uploads, self.outputs)
        self.trained = TrainedVersions(settings.data, self.outputs)
        self.runner = Runner(
            self.store,
            scratch=settings.data / "scratch",
            outputs=self.outputs.directory,
            trained=self.trained,
        )
        self.keys = SigningKeys(settings.data / "keys")
        self.webhooks = Webhooks(self.keys, remote=settings.remote_webhooks)
        self._purging: asyncio.Task[None] | None = None

    def start(self, builtins: list[Builtin], described: list[dict[str, Any]]) -> None:
        """Take up the data that is there, and add the models that come with the engine and their aliases."""
        self.runner.fail_interrupted()
        add_builtins(self.store, builtins, described)
        set_aliases(self.store, self._aliases)
        self._purging = asyncio.get_running_loop().create_task(self._purge())

    async def close(self) -> None:
        """Fail what still runs, end all workers, and let go of the data."""
        if self._purging is not None:
            self._purging.cancel()
        await self.stop()
        self.store.close()
        os.close(self._lock)

    async def stop(self) -> None:
        """Fail what still runs, end all workers, and tell the webhooks; can be called twice."""
        await self.runner.close()
        await self.webhooks.close()

    def accepts(self, authorization: str | None) -> bool:
        """Whether a call with this `Authorization` header may go on."""
        if self._token is None:
            return True
        scheme, _, token = (authorization or "").partition(" ")
        sent = token.strip().encode("latin-1", "replace")  # as headers are read; it may have been UTF-8
        return scheme.lower() in {"bearer", "token"} and hmac.compare_digest(sent, self._token.encode())

    @property
    def needs_token(self) -> bool:
        """Whether calls have to carry a token."""
        return self._token is not None

    def prediction(self, prediction_id: str) -> Prediction | None:
        """Return a prediction or a training, alive or stored."""
        run = self.runner.run(prediction_id)
        return run.prediction if run is not None else self.store.prediction(prediction_id)

    def is_young(self, prediction: Prediction) -> bool:
        """Whether the back end for young predictions would answer for it."""
        return (now() - prediction.created_at).total_seconds() < _PURGE_INTERVAL

    async def _purge(self) -> None:
        while True:
            self.uploads.purge()
            await asyncio.sleep(_PURGE_INTERVAL)


def _lock(directory: Path) -> int:
    """Claim a data directory; the kernel gives it back when this process ends in any way."""
    directory.mkdir(parents=True, exist_ok=True)
    fd = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise DataInUseError(f"{directory} is used by another engine; choose another --data directory") from error
    return fd
