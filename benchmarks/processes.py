"""Starting the server and the clients, each in a process of its own, and handing work to the clients by turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .environments import python

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_HERE = Path(__file__).parent

# No proxies, no settings of the official clients and no development modes from the surroundings.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.upper().endswith("_PROXY") and not name.startswith(("REPLICATE_", "PYTHON"))
}


@contextmanager
def server() -> Generator[str]:
    """Run the server meanwhile; yield its base URL."""
    command = [sys.executable, _HERE / "server.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"  # type: ignore[union-attr]
        finally:
            process.communicate()


class Child:
    """One client at one kind of work."""

    def __init__(self, subject: str, kind: str, base: str, given: dict[str, Any], extra: str = "") -> None:
        command = [python(subject, extra), _HERE / "child.py", subject, kind, base, json.dumps(given)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=ENVIRONMENT)
        self.subject = subject

    def read(self) -> str:
        """Return the next line it prints.

        Raises:
            RuntimeError: it ended instead.
        """
        line = self._process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise RuntimeError(f"the process of {self.subject} ended with status {self._process.wait()}")
        return line

    def start(self) -> None:
        """Let it do its work once."""
        print(file=self._process.stdin, flush=True)

    def result(self) -> dict[str, float]:
        """Return the figures of the work it was told to do."""
        return json.loads(self.read())

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def by_turns(children: Sequence[Child], rounds: int, *, at_once: bool) -> dict[str, list[dict[str, float]]]:
    """Return the figures of each client: one works after the other, round by round, or all of them at once."""
    found: dict[str, list[dict[str, float]]] = {child.subject: [] for child in children}
    try:
        for child in children:
            child.read()
        for _ in range(rounds):
            for group in [children] if at_once else [[child] for child in children]:
                for child in group:
                    child.start()
                for child in group:
                    found[child.subject].append(child.result())
    finally:
        for child in children:
            child.close()
    return found


def processor_seconds(subject: str, code: str) -> float:
    """Return the processor time that a new interpreter takes for a few lines of code, from its start to its end."""
    command = [python(subject), "-c", code]
    process = subprocess.Popen(command, env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise RuntimeError(f"a new process of {subject} ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime
