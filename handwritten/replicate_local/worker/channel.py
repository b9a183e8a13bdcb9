"""The pipes between a worker and its engine, seen from the worker: commands, messages, and dying with the engine."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import queue
import signal
import sys
import threading
from typing import Any

from replicate_local.worker.values import dumps


class Channel:
    """Reads commands from the pipe at standard input and writes messages to another; predictors see neither."""

    def __init__(self, messages_fd: int, lifeline_fd: int) -> None:
        self._messages = messages_fd
        self._commands: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        os.set_inheritable(messages_fd, False)
        os.set_inheritable(lifeline_fd, False)
        die_with_the_engine(lifeline_fd)
        commands_fd = os.dup(0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        threading.Thread(target=self._read, args=(commands_fd,), name="commands", daemon=True).start()

    def receive(self) -> dict[str, Any]:
        """Return the next command, waiting as long as it takes."""
        return self._commands.get()

    def send(self, message: dict[str, Any]) -> None:
        """Write one message whole: an interrupt is held back until it is out."""
        line = dumps(message)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            while line:
                line = line[os.write(self._messages, line) :]
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def _read(self, fd: int) -> None:
        with os.fdopen(fd, "rb") as commands, contextlib.suppress(OSError, ValueError):
            for line in commands:
                self._commands.put(json.loads(line))
        os.killpg(0, signal.SIGKILL)  # the engine is gone, so nobody waits for this process and its children


def die_with_the_engine(lifeline_fd: int) -> None:
    """Let the kernel kill this process group when the other end of the lifeline closes.

    Even a predictor that holds the interpreter lock in C code forever cannot outlive its engine this way. Where the
    kernel does not offer it, the thread that reads commands does the same as soon as it gets to run.
    """
    if sys.platform == "linux":
        fcntl.fcntl(lifeline_fd, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline_fd, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(lifeline_fd, fcntl.F_GETFL)
        fcntl.fcntl(lifeline_fd, fcntl.F_SETFL, flags | os.O_ASYNC)
