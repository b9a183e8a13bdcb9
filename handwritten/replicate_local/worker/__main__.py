"""The worker process: `serve` runs one predictor for the engine, `describe` prints the schemas of several.

This is run by the engine, which hands over the pipes; a person never calls it.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import sys
import tempfile
import traceback
from typing import Any

sys.path.append(str(pathlib.Path(__file__).with_name("standin")))

import cog

from replicate_local.worker import schema, values
from replicate_local.worker.channel import Channel
from replicate_local.worker.predictor import Predictor


class Interrupts:
    """Turns SIGINT into KeyboardInterrupt while a prediction runs, and ignores it otherwise."""

    def __init__(self) -> None:
        self.armed = False
        signal.signal(signal.SIGINT, self._on_interrupt)

    def _on_interrupt(self, _signal: int, _frame: Any) -> None:
        if self.armed:
            self.armed = False
            raise KeyboardInterrupt


def serve(entry: str, messages_fd: int, lifeline_fd: int, weights: str | None) -> int:
    """Load and set up the predictor, then run one prediction after another."""
    interrupts = Interrupts()
    channel = Channel(messages_fd, lifeline_fd)
    try:
        predictor = Predictor(entry)
        predictor.setup(weights)
    except BaseException as error:  # noqa: BLE001  sys.exit in a predictor's setup is a failed setup too
        _print(error)
        channel.send({"type": "setup_failed", "error": _text(error)})
        return 1
    channel.send({"type": "ready"})
    while True:
        command = channel.receive()
        outcome = _run(predictor, channel, interrupts, command)
        _flush()
        channel.send({"type": "done", **outcome})


def _run(predictor: Predictor, channel: Channel, interrupts: Interrupts, command: dict[str, Any]) -> dict[str, Any]:
    os.environ["TMPDIR"] = tempfile.tempdir = command["scratch"]
    scope = cog.Scope(lambda name, value, mode: channel.send(_metric(name, value, mode)))
    cog.scopes.append(scope)
    try:
        interrupts.armed = True
        _predict(predictor, channel, command)
        interrupts.armed = False
    except KeyboardInterrupt:
        return {"status": "canceled", "reusable": not predictor.is_async and not _has_children()}
    except BaseException as error:  # noqa: BLE001  whatever a predictor raises, the worker goes on
        interrupts.armed = False
        _print(error)
        return {"status": "failed", "error": _text(error)}
    finally:
        cog.scopes.clear()
    return {"status": "succeeded"}


def _predict(predictor: Predictor, channel: Channel, command: dict[str, Any]) -> None:
    encoder = values.Encoder(command["outputs"])
    iterates, results = predictor.call(values.arguments(predictor.predict, command["input"]))
    if iterates:
        channel.send({"type": "iterator"})
    for result in results:
        channel.send({"type": "output", "value": encoder.encode(result)})
        _flush()


def _metric(name: str, value: Any, mode: str) -> dict[str, Any]:
    return {"type": "metric", "name": str(name), "value": value, "mode": mode}


def _text(error: BaseException) -> str:
    return (str(error) or type(error).__name__).encode("utf-8", "replace").decode("utf-8")


def _print(error: BaseException) -> None:
    """Write the traceback to the logs, from the predictor's own code on."""
    frames = error.__traceback__
    while frames is not None and _is_ours(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)


def _is_ours(filename: str) -> bool:
    return filename.startswith((str(pathlib.Path(__file__).parent), "<frozen"))


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # a predictor may have closed or replaced it
            stream.flush()


def _has_children() -> bool:
    """Whether other processes of this session are left, which only killing the process group would end."""
    session = os.getsid(0)
    with contextlib.suppress(OSError):
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError, IndexError):  # the process may end while it is looked at
                state, _parent, _group, its_session = status.read_text().rpartition(")")[2].split()[:4]
                if int(its_session) == session and state != "Z" and int(status.parent.name) != os.getpid():
                    return True
    with contextlib.suppress(ChildProcessError):
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    return False


def describe(entries: list[str], messages_fd: int) -> int:
    """Send the schema of each predictor, or why there is none."""
    for entry in entries:
        message: dict[str, Any] = {"entry": entry}
        try:
            predictor = Predictor(entry)
            message["schema"] = schema.describe(predictor.predict, predictor.train)
        except BaseException as error:  # noqa: BLE001  a predictor that cannot be imported is a finding, not a crash
            message["error"] = f"{type(error).__name__}: {_text(error)}"
        os.write(messages_fd, values.dumps(message))
    return 0


if __name__ == "__main__":
    command, messages, *rest = sys.argv[1:]
    if command == "describe":
        sys.exit(describe(rest, int(messages)))
    sys.exit(serve(rest[1], int(messages), int(rest[0]), rest[2] if len(rest) > 2 else None))
