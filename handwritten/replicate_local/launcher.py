"""Starting an engine as a child of the running program, and stopping it with the program; never HTTP.

Only the standard library is imported here, so that client code can import this module at no cost.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import selectors
import subprocess
import sys
import tempfile
import threading
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START_LIMIT = 30.0
"""Seconds an engine may take until it is ready. Usual is less than one."""

MODELS_START_LIMIT = 660.0
"""The same for an engine that has models of the user's own: it imports them first, which it allows ten minutes."""

_STOP_LIMIT = 10.0
"""Seconds an engine may take to end before it is killed, which leaves its files behind. Usual is less than one."""

_TAIL = 4000
_NEEDED = ("jsonschema", "python_multipart", "starlette", "uvicorn")
_TOKEN_VARIABLE = "REPLICATE_LOCAL_TOKEN"  # noqa: S105  a variable's name
_MODELS_VARIABLE = "REPLICATE_LOCAL_MODELS"
_RESET_KEY_VARIABLE = "REPLICATE_LOCAL_RESET_KEY"
_NOT_HANDED_ON = frozenset({_TOKEN_VARIABLE, "REPLICATE_API_TOKEN"})
"""The account's token is none of the engine's business: it runs models, and those run anybody's code."""


class EngineNotInstalledError(ImportError):
    """The packages that the engine needs are not installed."""


class EngineStartError(RuntimeError):
    """The engine ended, or did not get ready in time; the message holds the end of what it wrote."""


class RunningEngine:
    """An engine that runs as a child process.

    Attributes:
        url: where it listens, without `/v1`.
        process: the child process.
    """

    def __init__(self, url: str, process: subprocess.Popen[str], errors: IO[bytes]) -> None:
        self.url = url
        self.process = process
        self._errors = errors
        self._owner = os.getpid()
        self._last_words: str | None = None

    @property
    def alive(self) -> bool:
        """Whether it still runs, as a child of this very process."""
        return os.getpid() == self._owner and self.process.poll() is None

    def log(self) -> str:
        """Return the end of what it wrote to standard error: warnings, and tracebacks of its own failures."""
        return _tail(self._errors) if self._last_words is None else self._last_words

    def stop(self) -> None:
        """Stop it and wait for its end; does nothing a second time, or in a process that was forked off later."""
        if os.getpid() != self._owner or self._last_words is not None:
            return
        _hang_up(self.process)
        try:
            self.process.wait(_STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _close_output(self.process)
        self._last_words = _tail(self._errors)
        self._errors.close()
        _running.discard(self)


_running: set[RunningEngine] = set()
_shared: RunningEngine | None = None
_shared_lock = threading.Lock()


def start_engine(
    *,
    data: str | None = None,
    token: str | None = None,
    aliases: Mapping[str, str] | None = None,
    models: Sequence[str] = (),
    reset_key: str | None = None,
) -> RunningEngine:
    """Start an engine on a free loopback port and wait until it is ready, usually less than a second.

    It ends with this process, even if this process is killed. `data` is a directory that keeps predictions and files;
    without it they are forgotten at the end. With `token`, calls must carry that token. `aliases` serves models under
    further names, so that a program that names hosted models runs unchanged: `{"owner/name": "local/julia"}`, or
    `"owner/name:version_id"` as the key. `models` are models of your own, written as on the command line:
    `["predict.py:Predictor=owner/name"]`. With `reset_key`, tests can put the engine back to how it was (`resetting`).

    Raises:
        EngineNotInstalledError: the extra `local` is not installed.
        EngineStartError: it did not get ready.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise EngineNotInstalledError(
            f"The local engine needs {', '.join(missing)}. Install it with: pip install 'replicate-openapi[local]'"
        )
    command = [sys.executable, "-P", "-m", "replicate_local", "serve", "--port", "0", "--exit-with-stdin"]
    if data is not None:
        command += ["--data", os.fspath(data)]
    for name, model in (aliases or {}).items():
        command += ["--alias", f"{name}={model}"]
    command += ["--", *models]
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}
    if token is not None:
        environment[_TOKEN_VARIABLE] = token
    if reset_key is not None:
        environment[_RESET_KEY_VARIABLE] = reset_key
    errors = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the engine
    try:
        limit = MODELS_START_LIMIT if models or _MODELS_VARIABLE in environment else START_LIMIT
        process, url = _start(command, environment, errors, limit)
    except BaseException:
        errors.close()
        raise
    engine = RunningEngine(url, process, errors)
    _running.add(engine)
    return engine


def _start(
    command: list[str], environment: dict[str, str], errors: IO[bytes], limit: float
) -> tuple[subprocess.Popen[str], str]:
    """Start the child process and return it with the URL it tells when it is ready."""
    process = subprocess.Popen(  # noqa: S603  our own module, run by this very interpreter
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        text=True,
        start_new_session=True,  # Ctrl-C in a terminal is for the program, which then cancels what it started
    )
    try:
        return process, _wait_for_url(process, errors, limit)
    except BaseException:
        process.kill()
        process.wait()
        _hang_up(process)
        _close_output(process)
        raise


def shared_engine() -> RunningEngine:
    """Return this process's engine, which is started at the first call and again if it has died."""
    global _shared  # noqa: PLW0603  one per process is the point
    with _shared_lock:
        if _shared is None or not _shared.alive:
            _shared = start_engine()
        return _shared


def _wait_for_url(process: subprocess.Popen[str], errors: IO[bytes], limit: float) -> str:
    line = ""
    if process.stdout is not None:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline().strip() if selector.select(limit) else ""
    if line.startswith("http://"):
        return line
    raise EngineStartError(f"The local engine did not start. {_tail(errors).strip() or 'It wrote nothing.'}")


def _tail(errors: IO[bytes]) -> str:
    size = os.fstat(errors.fileno()).st_size
    data = os.pread(errors.fileno(), _TAIL, max(0, size - _TAIL))
    return data.decode("utf-8", "replace")


def _hang_up(process: subprocess.Popen[str]) -> None:
    """Close the pipe whose end tells the engine to leave."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _close_output(process: subprocess.Popen[str]) -> None:
    if process.stdout is not None:
        process.stdout.close()


def _stop_all() -> None:
    for engine in list(_running):
        engine.stop()


def _after_fork_in_child() -> None:
    """Let go of the parent's engines: they must end with the parent, however long this process lives."""
    global _shared, _shared_lock
    for engine in _running:
        _hang_up(engine.process)
    _running.clear()
    _shared, _shared_lock = None, threading.Lock()


atexit.register(_stop_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
