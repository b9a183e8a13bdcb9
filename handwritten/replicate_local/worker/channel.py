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
from typing import TYPE_CHECKING, Any

from replicate_local.worker.values import dumps

if TYPE_CHECKING:
    from collections.abc import Callable


class Channel:
    """Reads commands from the pipe at standard input and writes messages to another; predictors see neither."""

    def __init__(self, messages_fd: int, lifeline_fd: int) -> None:
        self._messages = messages_fd
        self._pid = os.getpid()
        self._turn = threading.Lock()
        self._is_sending = False
        self._held: Callable[[], None] | None = None
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
        """Write one message whole: an interrupt is held back until it is out, and other threads wait for their turn.

        A process that was forked off says nothing: it is no worker.
        """
        if self.is_forked:
            return
        line = dumps(message)
        in_main_thread = threading.current_thread() is threading.main_thread()
        self._is_sending = self._is_sending or in_main_thread
        try:
            with self._turn:
                while line:
                    line = line[os.write(self._messages, line) :]
        finally:
            if in_main_thread:
                self._is_sending = False
                held, self._held = self._held, None
                if held is not None:
                    held()

    def when_idle(self, interrupt: Callable[[], None]) -> None:
        """Do this now, from a signal handler, or as soon as the message that is being written is out."""
        if self._is_sending:
            self._held = interrupt
        else:
            interrupt()

    @property
    def is_forked(self) -> bool:
        """Whether this process is a copy of the worker that its predictor has made."""
        return os.getpid() != self._pid

    def _read(self, fd: int) -> None:
        try:
            with os.fdopen(fd, "rb") as commands, contextlib.suppress(ValueError):
                for line in commands:
                    self._commands.put(json.loads(line))
        except OSError:  # the predictor has closed this pipe; with the other closed too, the engine gets to know it
            with contextlib.suppress(OSError):
                os.close(self._messages)
            return
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
