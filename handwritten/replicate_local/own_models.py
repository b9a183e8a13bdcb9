"""The models of a person's own: described, given versions, and followed as their code changes; never running them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from replicate_local import kept_code
from replicate_local.catalog import COG_VERSION
from replicate_local.limits import LimitError, Limits
from replicate_local.model_sources import ModelSource, ModelSourceError, full_name
from replicate_local.records import Model, Version, milliseconds, now
from replicate_local.trained import CODE
from replicate_local.workers.inspecting import Answer, InspectionError, Question, inspect_file
from replicate_local.workers.pool import SETUP_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from replicate_local.jsontypes import JsonObject
    from replicate_local.store import Store
    from replicate_local.trained import TrainedVersions

_DIRECTORY = "versions"
_NEW = "new-"

_log = logging.getLogger(__name__)


class OwnModelError(Exception):
    """A model cannot be served; `logs` is what its code wrote when it was imported."""

    def __init__(self, message: str, logs: str = "") -> None:
        super().__init__(message)
        self.logs = logs


@dataclass
class _Served:
    """One file or folder, and the versions that were made of it as it is now."""

    source: ModelSource
    look: kept_code.Look
    models: dict[str, Model] = field(default_factory=dict[str, Model])
    versions: dict[str, Version] = field(default_factory=dict[str, Version])
    limits: dict[str, Limits] = field(default_factory=dict[str, Limits])


class OwnModels:
    """The models that were named on the command line."""

    def __init__(self, store: Store, trained: TrainedVersions, data: Path, limits: Limits) -> None:
        self._store = store
        self._trained = trained
        self._data = data
        self._limits = limits
        self._served: list[_Served] = []
        self._refreshing = asyncio.Lock()

    @property
    def names(self) -> list[str]:
        """The models, with their owners."""
        return [name for served in self._served for name in served.versions]

    def limits(self, version: Version) -> Limits:
        """Return what a version may take; versions of trainings and aliases take what their model may."""
        if version.own is None:
            return Limits()
        for served in self._served:
            source, target = served.source, version.own["target"]
            if [str(source.folder), source.file] == [version.own["folder"], version.own["file"]]:
                found = served.limits.get(target)
                if found is not None:
                    return found
        return self._limits

    async def add(self, sources: Sequence[ModelSource], taken: Collection[str]) -> None:
        """Describe these models, all at a time; `publish` then puts them into the database.

        Raises:
            OwnModelError: one of them cannot be imported, or has a name that is taken.
        """
        await asyncio.to_thread(self._clear)
        made = await asyncio.gather(*(self._make(source) for source in sources), return_exceptions=True)
        for served in made:
            if isinstance(served, BaseException):
                raise served
            self._served.append(served)
        known = set(taken)
        for name in self.names:
            if name in known:
                raise OwnModelError(f"two models would be called {name}; give one another name: MODEL=owner/name")
            known.add(name)

    def publish(self) -> None:
        """Put models and versions into the database; what is there already stays."""
        for served in self._served:
            self._publish(served)

    async def refresh(self, on_change: Callable[[Version, Version], None]) -> None:
        """Follow what has changed in the files: new code is a new version, new settings want new workers.

        What cannot be imported is reported on standard error, and the version before stays. `on_change` is told the
        version before and the one after, which can be the same.
        """
        async with self._refreshing:
            for index, served in enumerate(self._served):
                look = await asyncio.to_thread(kept_code.look, served.source.folder)
                if look == served.look:
                    continue
                try:
                    fresh = served if look.code == served.look.code else await self._again(served)
                except (OwnModelError, OSError) as error:
                    served.look = look
                    _log.error("%s%s\nThe version before is still served.", getattr(error, "logs", ""), error)
                    continue
                fresh.look = look
                self._served[index] = fresh
                self._publish(fresh)
                for name, version in served.versions.items():
                    on_change(version, fresh.versions.get(name, version))

    async def _again(self, served: _Served) -> _Served:
        try:
            source = await asyncio.to_thread(served.source.read_again)
        except ModelSourceError as error:
            raise OwnModelError(str(error)) from error
        fresh = await self._make(source)
        others = {name for other in self._served if other is not served for name in other.versions}
        for name in [*fresh.versions]:
            if name in others or (name not in served.versions and self._store.model(name) is not None):
                raise OwnModelError(f"{source.text} offers {name}, but there is a model of that name already")
        return fresh

    async def _make(self, source: ModelSource) -> _Served:
        """Copy the code and describe that copy, so that what is described is what will run."""
        look, code = await asyncio.to_thread(lambda: (kept_code.look(source.folder), kept_code.read(source.folder)))
        copy = self._data / _DIRECTORY / f"{_NEW}{secrets.token_hex(8)}"
        await asyncio.to_thread(kept_code.write, code, copy)
        try:
            answer = await self._ask(source, copy)
            served = _Served(source, look)
            for item in answer.models:
                model, version = self._version(source, item, answer, kept_code.digest(code))
                served.models[model.full_name] = model
                served.versions[model.full_name] = version
                served.limits[str(item["target"])] = self._limits.overruled_by(item["limits"])
                await asyncio.to_thread(_copy, copy, self._data / self._code(version.id))
        except (LimitError, ModelSourceError) as error:
            raise OwnModelError(f"{source.text}: {error}") from error
        finally:
            await asyncio.to_thread(shutil.rmtree, copy, ignore_errors=True)
        return served

    async def _ask(self, source: ModelSource, copy: Path) -> Answer:
        question = Question(source.folder, source.file, source.target, source.train, copy, self._limits.memory)
        try:
            answer = await inspect_file(question, self._limits.setup or SETUP_LIMIT)
        except InspectionError as error:
            raise OwnModelError(f"{source.text} cannot be served: {error}", error.logs) from error
        if source.name is not None and len(answer.models) > 1:
            raise OwnModelError(f"{source.text} declares several models, so they cannot all be called {source.name}")
        return answer

    def _version(self, source: ModelSource, item: JsonObject, answer: Answer, digest: str) -> tuple[Model, Version]:
        name = source.name or (full_name(item["name"]) if item["name"] else source.usual_name)
        owner, _, short_name = name.partition("/")
        moment = milliseconds(now())
        model = Model(owner, short_name, moment, description=item.get("description"), is_official=True)
        model.readme = _readme(source)
        own: JsonObject = {
            "folder": str(source.folder),
            "file": source.file,
            "target": item["target"],
            "train": item["train"],
        }
        content = [name, own["file"], own["target"], own["train"], item["schema"], digest]
        version_id = self._free_id(name, json.dumps(content, sort_keys=True))
        version = Version(
            id=version_id,
            model=name,
            created_at=moment,
            cog_version=answer.cog_version or COG_VERSION,
            openapi_schema=item["schema"],
            entry=f"{source.folder / source.file}:{item['target']}",
            source_hash=digest,
            own=own | {"code": str(self._code(version_id))},
        )
        return model, version

    def _free_id(self, name: str, content: str) -> str:
        """Return the id that goes with the content: the same one each time, while no other came in between.

        Who goes back to earlier code gets a new id, because the latest version of a model is the one made last.
        """
        latest = self._store.latest_version(name)
        number = 0
        while True:
            version_id = hashlib.sha256(f"{number} {content}".encode()).hexdigest()
            existing = self._store.version(version_id, name)
            if existing is None or (latest is not None and latest.id == version_id):
                return version_id
            number += 1

    def _clear(self) -> None:
        """Delete what an engine that was killed was just copying."""
        for copy in (self._data / _DIRECTORY).glob(f"{_NEW}*"):
            shutil.rmtree(copy, ignore_errors=True)

    def _code(self, version_id: str) -> Path:
        return self._trained.directory(version_id) / CODE

    def _publish(self, served: _Served) -> None:
        for name, version in served.versions.items():
            model = served.models[name]
            if not self._store.add_model(model):
                known: Any = self._store.model(name)
                known.description, known.readme = model.description, model.readme
                known.is_official = True
                self._store.update_model(known)
            existing = self._store.version(version.id, name)
            version.created_at = existing.created_at if existing else version.created_at
            self._store.add_version(version)


def _readme(source: ModelSource) -> str | None:
    """Return the readme of a folder, None for a file, which has none of its own."""
    path = source.folder / "README.md"
    if source.file_was_named or not path.is_file() or path.stat().st_size > 1024 * 1024:
        return None
    return path.read_text("utf-8", "replace")


def _copy(code: Path, target: Path) -> None:
    """Copy the code to its place, whole or not at all, unless it is there since an earlier start or by another name."""
    if target.exists():
        return
    fresh = target.with_name(f"{_NEW}{secrets.token_hex(8)}")
    shutil.copytree(code, fresh)
    try:
        fresh.rename(target)
    except OSError:  # the same code, served under two names, was copied meanwhile
        shutil.rmtree(fresh)
        if not target.exists():
            raise
