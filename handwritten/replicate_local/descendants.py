"""Finding and ending the processes that a worker started, even those that left its process group; never workers."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

MARK = "_REPLICATE_LOCAL_WORKER"
"""The environment variable that marks a worker and, as it is inherited, everything a worker starts."""


def marked(mark: str) -> list[int]:
    """Return the ids of the processes with this mark, zombies left out; empty where there is no /proc."""
    wanted = f"{MARK}={mark}".encode()
    found: list[int] = []
    with contextlib.suppress(OSError):
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # it belongs to somebody else, or has just ended
                if wanted in environment.read_bytes().split(b"\0"):
                    found.append(int(environment.parent.name))
    return found


def end_marked(mark: str) -> None:
    """Kill the processes with this mark, and what they start meanwhile."""
    for _ in range(3):
        found = marked(mark)
        if not found:
            return
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
