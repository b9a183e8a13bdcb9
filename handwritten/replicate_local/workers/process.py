"""One worker process, seen from the engine: start it, give it one prediction at a time, interrupt it, end it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from replicate_local.descendants import MARK, end_marked
from replicate_local.workers import messages
from replicate_local.workers.jobs import Conditions, Job, Listener, Outcome, SetupError, WorkerDied
from replicate_local.workers.pipes import LineSplitter, PipeReader

if TYPE_CHECKING:
    from replicate_local.jsontypes import JsonObject

INTERRUPT_GRACE = 0.5
"""Seconds a worker has to react to an interrupt before it is killed."""

_MAX_SETUP_LOGS = 256 * 1024
"""Bytes of what a setup writes that are kept, from the end: that is where it says why it failed."""

_HANG_UP_GRACE = 1.0
"""Seconds a worker has to end after it has closed its pipe, which it does by ending."""

_SECRETS = ("REPLICATE_API_TOKEN", "REPLICATE_LOCAL_TOKEN", "REPLICATE_LOCAL_RESET_KEY")
"""Environment variables that model code has no business reading."""


@dataclass
class _Pipes:
    """The worker's ends of its pipes, to be closed here once it has them."""

    theirs: list[int] = field(default_factory=list[int])
    ours: list[int] = field(default_factory=list[int])

    def to_worker(self) -> tuple[int, int]:
        read, write = os.pipe()
        self.theirs.append(read)
        self.ours.append(write)
        return read, write

    def from_worker(self) -> tuple[int, int]:
        read, write = os.pipe()
        self.theirs.append(write)
        self.ours.append(read)
        return read, write


class WorkerProcess:
    """A worker process with its predictor set up; `start` makes one."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._commands: asyncio.WriteTransport
        self._lifeline: int
        self._listener: Listener | None = None
        self._setup_logs = bytearray()
        self._mark = secrets.token_hex(16)
        self._hung_up = False
        self._ended: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.reusable = True

    @property
    def pid(self) -> int | None:
        """The process id, which is also that of its process group; None before the start."""
        return None if self._process is None else self._process.pid

    @property
    def setup_logs(self) -> str:
        """What the predictor has written while it was loaded and set up, or the end of it."""
        return self._setup_logs[-_MAX_SETUP_LOGS:].decode("utf-8", "replace")

    async def start(self, entry: str, directory: Path, conditions: Conditions | None = None) -> None:
        """Start the process and wait until its predictor is set up.

        Raises:
            SetupError: it could not be loaded or set up.
        """
        options = (conditions or Conditions()).options(directory)
        self._process = process = await self._spawn(entry, directory, options)
        self._watcher = asyncio.create_task(self._watch(process))
        try:
            message = await self._ended
        except WorkerDied as error:
            await self.kill()
            raise SetupError(str(error), self.setup_logs) from error
        if message["type"] != "ready":
            self._log_reader.drain()
            await self.kill()
            raise SetupError(str(message.get("error")), self.setup_logs)
        self._setup_logs.clear()

    async def run(self, job: Job, listener: Listener) -> Outcome:
        """Run one prediction to its end.

        Raises:
            WorkerDied: the process ended before the prediction did.
        """
        if not self.reusable:
            raise WorkerDied("the worker process ended while it was idle")
        self._ended = asyncio.get_running_loop().create_future()
        self._listener = listener
        command = {"input": job.input, "scratch": str(job.scratch), "outputs": str(job.outputs)}
        try:
            self._commands.write(json.dumps(command).encode("ascii") + b"\n")
            message = await self._ended
            self._log_reader.drain()
        except BaseException:
            self.reusable = False
            raise
        finally:
            self._listener = None
        self.reusable = bool(message.get("reusable", True))
        return Outcome(str(message.get("status")), message.get("error"))

    def interrupt(self) -> None:
        """Send the process group what Ctrl-C sends."""
        self._signal(signal.SIGINT)

    async def kill(self) -> None:
        """End the process and everything it started; can be called twice."""
        self.reusable = False
        self._signal(signal.SIGKILL)
        if self._watcher is not None:
            await asyncio.shield(self._watcher)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    async def _spawn(self, entry: str, directory: Path, options: JsonObject) -> asyncio.subprocess.Process:
        pipes = _Pipes()
        command_read, command_write = pipes.to_worker()
        lifeline_read, self._lifeline = pipes.to_worker()
        message_read, message_write = pipes.from_worker()
        log_read, log_write = pipes.from_worker()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-u", "-m", "replicate_local.worker"),
                *("serve", str(message_write), str(lifeline_read), entry, json.dumps(options)),
                stdin=command_read,
                stdout=log_write,
                stderr=log_write,
                pass_fds=(message_write, lifeline_read),
                cwd=directory,
                env=environment() | {MARK: self._mark},
                start_new_session=True,
            )
        except BaseException:
            for fd in pipes.ours:
                os.close(fd)
            raise
        finally:
            for fd in pipes.theirs:
                os.close(fd)
        self._commands, _ = await asyncio.get_running_loop().connect_write_pipe(
            asyncio.BaseProtocol, os.fdopen(command_write, "wb", buffering=0)
        )
        self._log_reader = PipeReader(log_read, self._on_log)
        self._message_reader = PipeReader(message_read, LineSplitter(self._on_line).feed)
        self._message_reader.on_end = self._on_hang_up
        return process

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Notice the end of the process, whoever caused it, and clean up after it."""
        code = await process.wait()
        self.reusable = False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
        self._message_reader.drain()
        self._log_reader.drain()
        self._message_reader.close()
        self._log_reader.close()
        if not self._commands.is_closing():
            self._commands.abort()
        os.close(self._lifeline)
        self._finish(WorkerDied(_HUNG_UP if self._hung_up else _exit_sentence(code)))
        await asyncio.to_thread(end_marked, self._mark)  # what left the process group

    def _on_hang_up(self) -> None:
        """End a worker that can say nothing any more; mostly it is just ending by itself."""
        asyncio.get_running_loop().call_later(_HANG_UP_GRACE, self._end_if_alive)

    def _end_if_alive(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._hung_up = True
            self._signal(signal.SIGKILL)

    def _on_log(self, data: bytes) -> None:
        if self._listener is not None:
            self._listener.on_log(data)
        elif not self._ended.done():
            self._setup_logs += data
            if len(self._setup_logs) > 4 * _MAX_SETUP_LOGS:
                del self._setup_logs[:-_MAX_SETUP_LOGS]

    def _on_line(self, line: bytes | None) -> None:
        try:
            message = messages.parse(line if line is not None else b"too long a line")
        except ValueError:
            self._finish(WorkerDied(_NONSENSE))
        else:
            self._on_message(message, len(line or b""))

    def _on_message(self, message: dict[str, Any], size: int) -> None:
        match message["type"]:
            case "ready" | "setup_failed" if self._listener:
                self._finish(WorkerDied(_NONSENSE))
            case "ready" | "setup_failed" | "done":
                self._finish(message)
            case "iterator" if self._listener:
                self._listener.on_iterator()
            case "output" if self._listener:
                self._listener.on_output(message["value"], size)
            case "metric" if self._listener:
                self._listener.on_metric(message["name"], message["value"], message["mode"])
            case _:
                pass

    def _finish(self, result: dict[str, Any] | Exception) -> None:
        if self._ended.done():
            return
        if isinstance(result, Exception):
            self._ended.set_exception(result)
            self._ended.exception()  # it is read by whoever waits; nobody does while the worker idles
        else:
            self._ended.set_result(result)


_NONSENSE = "the model wrote something else than messages to its engine, or too much of it"
_HUNG_UP = "the model closed the pipe to its engine, so its worker process was ended"


def environment() -> dict[str, str]:
    """Return the environment variables for model code, which runs in another directory than the engine."""
    result = {key: value for key, value in os.environ.items() if key not in _SECRETS} | {"PYTHONUNBUFFERED": "1"}
    if path := result.get("PYTHONPATH"):
        result["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in path.split(os.pathsep) if entry)
    return result


def _exit_sentence(code: int) -> str:
    if code >= 0:
        return f"the worker process exited with status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the worker process was killed by {name}"


async def describe(entries: list[str]) -> list[dict[str, Any]]:
    """Return the schemas of predictors, in the order of `entries`, as told by one short-lived process."""
    read, write = os.pipe()
    lines: list[bytes | None] = []
    splitter = LineSplitter(lines.append)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "replicate_local.worker", "describe", str(write), *entries),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            pass_fds=(write,),
        )
    finally:
        os.close(write)
    reader = PipeReader(read, splitter.feed)
    await process.wait()
    reader.drain()
    reader.close()
    return [json.loads(line) for line in lines if line]
