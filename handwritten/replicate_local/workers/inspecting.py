"""Asking a short-lived process what a file of a person's own offers; never which files, nor what to do with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from replicate_local.descendants import MARK, end_marked
from replicate_local.jsontypes import is_array, is_object
from replicate_local.workers.pipes import LineSplitter, PipeReader
from replicate_local.workers.process import environment

if TYPE_CHECKING:
    from pathlib import Path

    from replicate_local.jsontypes import JsonObject

_MAX_LOGS = 64 * 1024


class InspectionError(Exception):
    """A file could not be imported, or offers nothing; `logs` is what it wrote meanwhile."""

    def __init__(self, message: str, logs: str = "") -> None:
        super().__init__(message)
        self.logs = logs


@dataclass(frozen=True)
class Question:
    """Which file of a folder, what of it if that is known, and where the folder's code has been copied to."""

    folder: Path
    file: str
    target: str | None
    train: str | None
    code: Path
    memory: int | None = None

    def options(self) -> JsonObject:
        """Return what the worker process is told."""
        paths = {"folder": str(self.folder), "code": str(self.code)}
        return {"file": self.file, "target": self.target, "train": self.train, "memory": self.memory, **paths}


@dataclass(frozen=True)
class Answer:
    """What a file offers."""

    models: list[JsonObject]
    cog_version: str | None


async def inspect_file(question: Question, limit: float) -> Answer:
    """Return the models of a file with their schemas, within a number of seconds.

    Raises:
        InspectionError: the file cannot be imported, has no such model, or takes too long.
    """
    lines: list[bytes | None] = []
    logs = bytearray()
    mark = secrets.token_hex(16)
    process, readers, lifeline = await _spawn(question, mark, LineSplitter(lines.append), logs)
    late = False
    try:
        async with asyncio.timeout(limit):
            await process.wait()
    except TimeoutError:
        late = True
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())
        await asyncio.to_thread(end_marked, mark)
        os.close(lifeline)
        for reader in readers:
            reader.drain()
            reader.close()
    written = logs[-_MAX_LOGS:].decode("utf-8", "replace")
    if late:
        raise InspectionError(f"{question.file} took longer than {limit:g} seconds to be imported", written)
    return _answer(question, lines, process.returncode, written)


async def _spawn(
    question: Question, mark: str, splitter: LineSplitter, logs: bytearray
) -> tuple[asyncio.subprocess.Process, list[PipeReader], int]:
    def on_log(data: bytes) -> None:
        logs.extend(data)
        if len(logs) > 4 * _MAX_LOGS:
            del logs[:-_MAX_LOGS]

    message_read, message_write = os.pipe()
    log_read, log_write = os.pipe()
    lifeline_read, lifeline = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-u", "-m", "replicate_local.worker"),
            *("inspect", str(message_write), str(lifeline_read), json.dumps(question.options())),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log_write,
            stderr=log_write,
            pass_fds=(message_write, lifeline_read),
            cwd=question.folder,
            env=environment() | {MARK: mark},
            start_new_session=True,
        )
    except OSError as error:
        for fd in (message_read, log_read, lifeline):
            os.close(fd)
        raise InspectionError(f"no worker process could be started in {question.folder}: {error}") from error
    finally:
        for fd in (message_write, log_write, lifeline_read):
            os.close(fd)
    return process, [PipeReader(message_read, splitter.feed), PipeReader(log_read, on_log)], lifeline


def _answer(question: Question, lines: list[bytes | None], code: int | None, logs: str) -> Answer:
    try:
        message: Any = json.loads(lines[-1]) if lines and lines[-1] else None
    except (ValueError, RecursionError):
        message = None
    if is_object(message) and isinstance(message.get("error"), str):
        raise InspectionError(message["error"], logs)
    if not is_object(message) or not _is_complete(message):
        raise InspectionError(f"{question.file} ended its process with status {code} when it was imported", logs)
    return Answer(message["models"], message.get("cog_version"))


def _is_complete(message: JsonObject) -> bool:
    models: Any = message.get("models")
    return (
        is_array(models)
        and bool(models)
        and all(
            is_object(model) and {"target", "name", "limits", "train", "schema"} <= model.keys() for model in models
        )
    )
