"""One engine: its data directory, database, files and running predictions, put together; never HTTP."""

from __future__ import annotations

import asyncio
import fcntl
import hmac
import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from replicate_local.aliases import Alias, add_alias, set_aliases
from replicate_local.catalog import Builtin, add_builtins
from replicate_local.files import Uploads
from replicate_local.inputs import InputChecker
from replicate_local.limits import Limits
from replicate_local.outputs import OutputFiles
from replicate_local.own_models import OwnModels
from replicate_local.records import Prediction, now
from replicate_local.retention import Retention
from replicate_local.runner import Runner
from replicate_local.signing import SigningKeys
from replicate_local.store import Store
from replicate_local.terms import Terms
from replicate_local.trained import TrainedVersions
from replicate_local.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from replicate_local.contract import Contract
    from replicate_local.model_sources import ModelSource
    from replicate_local.records import Version

_PURGE_INTERVAL = 3600.0

_log = logging.getLogger(__name__)


class DataInUseError(Exception):
    """Another engine works on the same data directory."""


@dataclass(frozen=True)
class Settings:
    """How an engine is run."""

    data: Path
    token: str | None = None
    aliases: tuple[Alias, ...] = ()
    remote_webhooks: bool = False
    models: tuple[ModelSource, ...] = ()
    """Models of the user's own."""
    limits: Limits = field(default_factory=Limits)
    """What each of those may take."""
    terms: Terms = field(default_factory=Terms)
    """What callers may do, and how long data is kept."""


class Engine:
    """Everything behind the HTTP operations."""

    def __init__(self, settings: Settings, contract: Contract) -> None:
        self.contract = contract
        self._token = settings.token
        self._aliases = settings.aliases
        self._models = settings.models
        self._lock = _lock(settings.data)
        self.store = Store(settings.data / "engine.sqlite3")
        self.uploads = Uploads(settings.data / "uploads", self.store)
        self.outputs = OutputFiles(settings.data / "outputs")
        self.inputs = InputChecker(self.uploads, self.outputs)
        self.trained = TrainedVersions(settings.data, self.outputs)
        self.own = OwnModels(self.store, self.trained, settings.data, settings.limits)
        self.runner = Runner(
            self.store,
            scratch=settings.data / "scratch",
            outputs=self.outputs.directory,
            trained=self.trained,
            limits=self.own.limits,
        )
        self.keys = SigningKeys(settings.data / "keys")
        self.webhooks = Webhooks(self.keys, remote=settings.remote_webhooks)
        self.terms = settings.terms
        self._retention = Retention(self.store, self.outputs, settings.terms.data_kept)
        self._purging: asyncio.Task[None] | None = None

    async def describe_models(self, taken: Collection[str]) -> None:
        """Find out what the user's own models are, before `start` adds them; `taken` are names they cannot have.

        Raises:
            OwnModelError: one of them cannot be imported, or has a name that is taken.
        """
        await self.own.add(self._models, {*taken, *(alias.full_name for alias in self._aliases)})

    def start(self, builtins: list[Builtin], described: list[dict[str, Any]]) -> None:
        """Take up the data that is there, and add the models that come with the engine, the user's own, and aliases."""
        self.runner.fail_interrupted()
        add_builtins(self.store, builtins, described)
        self.own.publish()
        set_aliases(self.store, self._aliases)  # it forgets the models of other owners, of which there may be own ones
        self.own.publish()
        self._purging = asyncio.get_running_loop().create_task(self._purge())
        self._retention.start()

    async def refresh(self) -> None:
        """Follow what has changed in the code of the user's own models."""
        await self.own.refresh(self._on_change)

    def _on_change(self, before: Version, after: Version) -> None:
        self.runner.renew(before)
        if after.id != before.id:
            _log.info("%s is now version %s", after.model, after.id)
            for alias in self._aliases:
                if alias.target == after.model:
                    add_alias(self.store, alias)

    async def close(self) -> None:
        """Fail what still runs, end all workers, and let go of the data."""
        if self._purging is not None:
            self._purging.cancel()
        await self.stop()
        await self._retention.stop()
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
