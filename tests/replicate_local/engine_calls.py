"""Short ways to say what the tests of the engine do over HTTP; no assertions about bodies."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

TERMINAL = {"succeeded", "failed", "canceled", "aborted"}

PATIENCE = 30.0
"""Seconds that anything may take on a busy machine; only what is broken takes them."""


class Calls:
    """The operations of the engine, by name."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.origin = str(client.base_url).removesuffix("/v1/")

    def post(self, model: str, given: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Create a prediction of a model under `local/`; headers are given with underscores."""
        return self.client.post(
            f"models/local/{model}/predictions",
            json={"input": given or {}},
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def create(self, model: str, given: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """Create a prediction and return it."""
        response = self.post(model, given, **headers)
        assert response.is_success, response.text
        return response.json()

    def run(self, model: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        """Create a prediction and return it when it has ended."""
        return self.create(model, given, Prefer="wait")

    def get(self, prediction: dict[str, Any]) -> dict[str, Any]:
        """Read a prediction again."""
        return self.client.get(prediction["urls"]["get"]).json()

    def cancel(self, prediction: dict[str, Any]) -> dict[str, Any]:
        """Cancel a prediction."""
        return self.client.post(prediction["urls"]["cancel"]).json()

    def until(self, prediction: dict[str, Any], condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Poll a prediction until a condition holds."""
        until = time.monotonic() + PATIENCE
        while not condition(prediction := self.get(prediction)):
            assert time.monotonic() < until, f"gave up waiting; the last state was {prediction}"
            time.sleep(0.005)
        return prediction

    def until_newest(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Poll the list of predictions until a condition holds for the newest."""
        until = time.monotonic() + PATIENCE
        while not (rows := self.client.get("predictions").json()["results"]) or not condition(rows[0]):
            assert time.monotonic() < until, f"gave up waiting; the newest is {rows[:1]}"
            time.sleep(0.005)
        return rows[0]

    def until_ended(self, prediction: dict[str, Any]) -> dict[str, Any]:
        """Poll a prediction until it has ended."""
        return self.until(prediction, lambda state: state["status"] in TERMINAL)

    def until_started(self, prediction: dict[str, Any]) -> dict[str, Any]:
        """Poll a prediction until its code runs."""
        return self.until(prediction, lambda state: state["status"] == "processing")

    def events(self, prediction: dict[str, Any], last_event_id: str | None = None) -> list["Event"]:
        """Read the stream of a prediction to its end."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        with httpx.stream("GET", prediction["urls"]["stream"], headers=headers, timeout=20) as response:
            return list(read_events(response))


@dataclass
class Event:
    """One server-sent event."""

    name: str = ""
    id: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def data(self) -> str:
        """Its data."""
        return "\n".join(self.lines)


def read_events(response: httpx.Response) -> Iterator[Event]:
    """Yield the events of a stream, comments left out."""
    event = Event()
    for line in response.iter_lines():
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if event.name:
                yield event
            event = Event()
        elif name == "event":
            event.name = value
        elif name == "id":
            event.id = value
        elif name == "data":
            event.lines.append(value)


def is_alive(pid: int) -> bool:
    """Whether a process exists and is not just waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        pass
    if Path("/proc/self").exists():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid: int) -> None:
    """Wait for the end of a process."""
    wait_until(lambda: not is_alive(pid), f"process {pid} is still alive")


def wait_until(condition: Callable[[], object], problem: str) -> None:
    """Wait for something that nothing tells of."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, problem
        time.sleep(0.005)
