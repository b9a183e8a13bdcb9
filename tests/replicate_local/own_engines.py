"""Engines that serve models of a test's own, written into a directory; no assertions about what they answer."""

import contextlib
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from engine_calls import TERMINAL, Calls


class OwnEngine(Calls):
    """Calls to an engine of one's own, and what it writes to standard error."""

    def __init__(self, client: httpx.Client, process: subprocess.Popen[str], errors: Any) -> None:
        super().__init__(client)
        self.process = process
        self._errors = errors

    @property
    def url(self) -> str:
        """Where it listens, without `/v1`."""
        return self.origin

    def told(self) -> str:
        """Return what it has written to standard error."""
        return os.pread(self._errors.fileno(), 1 << 20, 0).decode()

    def post(self, model: str, given: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Create a prediction of a model; without an owner it is `local`."""
        return self.client.post(
            f"models/{model if '/' in model else f'local/{model}'}/predictions",
            json={"input": given or {}},
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def run(self, model: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        """Create a prediction and return it as it is stored when it has ended."""
        prediction = self.create(model, given, Prefer="wait")
        return prediction if prediction["status"] in TERMINAL else self.until_ended(prediction)

    def version(self, model: str) -> dict[str, Any]:
        """Return the latest version of a model."""
        return self.client.get(f"models/{model if '/' in model else f'local/{model}'}").json()["latest_version"]

    def is_well(self) -> bool:
        """Whether it still serves a model that comes with it."""
        return self.process.poll() is None and self.run("echo", {"text": "fine"})["output"]["text"] == "fine"


@contextlib.contextmanager
def serving(*arguments: object, **variables: str) -> Iterator[OwnEngine]:
    """Run `replicate-local serve` with these arguments."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "replicate_local", "serve", "--port", "0", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | variables,
        )
        try:
            url = process.stdout.readline().strip()
            assert url, os.pread(errors.fileno(), 10_000, 0).decode()
            with httpx.Client(base_url=f"{url}/v1/", timeout=30) as client:
                yield OwnEngine(client, process, errors)
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()


def write(path: Path, source: str) -> Path:
    """Write a source text, with the indentation of the test taken away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(source), "utf-8")
    return path
