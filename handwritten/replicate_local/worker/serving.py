"""Serving one predictor for the engine, one prediction after another; never how the process is started.

The predictor is imported and run in the main thread, as signals want it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from replicate_local.descendants import MARK, marked
from replicate_local.limits import describe_size
from replicate_local.worker import values
from replicate_local.worker.channel import Channel, die_with_the_engine
from replicate_local.worker.cog_package import Scope, cancelation, install_scope
from replicate_local.worker.describing import Question, describe, inspect_file
from replicate_local.worker.predictor import Predictor
from replicate_local.worker.reporting import flush, print_error, print_whole, text_of


class Interrupts:
    """Turns SIGINT into the end of the prediction that runs, and ignores it otherwise."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.predictor: Predictor | None = None
        self.came = False
        self._canceled = cancelation()
        signal.signal(signal.SIGINT, self._on_interrupt)

    def arm(self, predictor: Predictor) -> None:
        """Stop this predictor from now on."""
        self.came = False
        self.predictor = predictor

    def disarm(self) -> None:
        """Let interrupts do nothing."""
        self.predictor = None

    def _on_interrupt(self, _signal: int, _frame: Any) -> None:
        self._channel.when_idle(self._interrupt)

    def _interrupt(self) -> None:
        predictor, self.predictor = self.predictor, None
        if predictor is not None:
            self.came = True
            if not predictor.cancel():
                raise self._canceled


def serve(entry: str, messages_fd: int, lifeline_fd: int, options: dict[str, Any]) -> int:
    """Load and set up the predictor, then run one prediction after another."""
    channel = Channel(messages_fd, lifeline_fd)
    interrupts = Interrupts(channel)
    install_scope(Scope(lambda name, value, mode: channel.send(_metric(name, value, mode))))
    try:
        _limit(options)
        predictor = Predictor(entry, _kept(options))
        predictor.setup(options.get("weights"))
    except BaseException as error:  # noqa: BLE001  sys.exit in a predictor's setup is a failed setup too
        print_error(error)
        flush()
        channel.send({"type": "setup_failed", "error": _reason(error, options)})
        return 1
    flush()
    channel.send({"type": "ready"})
    mark = os.environ.get(MARK)
    while True:
        outcome = _run(predictor, channel, interrupts, channel.receive(), options)
        if channel.is_forked:
            os._exit(0)
        if interrupts.came:
            outcome["reusable"] = not _has_children(mark)
        flush()
        channel.send({"type": "done", **outcome})


def _run(
    predictor: Predictor,
    channel: Channel,
    interrupts: Interrupts,
    command: dict[str, Any],
    options: dict[str, Any],
) -> dict[str, Any]:
    os.environ["TMPDIR"] = tempfile.tempdir = command["scratch"]
    try:
        interrupts.arm(predictor)
        _predict(predictor, channel, command)
        interrupts.disarm()
    except BaseException as error:  # noqa: BLE001  whatever a predictor raises, the worker goes on
        interrupts.disarm()
        if isinstance(error, KeyboardInterrupt) or (interrupts.came and not isinstance(error, Exception)):
            return {"status": "canceled"}
        print_error(error)
        return {"status": "failed", "error": _reason(error, options), "reusable": not isinstance(error, MemoryError)}
    return {"status": "succeeded"}


def _predict(predictor: Predictor, channel: Channel, command: dict[str, Any]) -> None:
    encoder = values.Encoder(command["outputs"])

    def on_result(result: Any) -> None:
        channel.send({"type": "output", "value": encoder.encode(result)})
        flush()

    given = values.arguments(predictor.predict, command["input"])
    predictor.call(given, lambda: channel.send({"type": "iterator"}), on_result)


def _reason(error: BaseException, options: dict[str, Any]) -> str:
    limit: int | None = options.get("memory")
    if isinstance(error, MemoryError) and limit is not None:
        return f"MemoryError: the model may have {describe_size(limit)} of memory (--memory-limit)"
    return text_of(error)


def _metric(name: str, value: Any, mode: str) -> dict[str, Any]:
    return {"type": "metric", "name": str(name), "value": value, "mode": mode}


def _kept(options: dict[str, Any]) -> Any:
    """Let the predictor's folder be searched for modules, or rather the copy of its code."""
    folder: str | None = options.get("folder")
    if folder is None:
        return None
    from replicate_local.worker.kept import KeptCode

    sys.path.insert(0, folder)
    kept = KeptCode(Path(folder), Path(options["code"]))
    kept.install()
    return kept


def _limit(options: dict[str, Any]) -> None:
    memory: int | None = options.get("memory")
    if memory is not None:
        from replicate_local.worker.limits import limit_memory

        limit_memory(memory)


def _has_children(mark: str | None) -> bool:
    """Whether there are other processes that this one started, which only killing would end."""
    if mark is not None and set(marked(mark)) - {os.getpid()}:
        return True
    with contextlib.suppress(ChildProcessError):
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    return False


def main(arguments: list[str]) -> int:
    """Do what the engine asks for."""
    command, messages, *rest = arguments
    print_whole()
    install_scope(Scope(lambda _name, _value, _mode: None))  # for code that looks for it when it is imported
    if command == "describe":
        return describe(rest, int(messages))
    options: dict[str, Any] = json.loads(rest[-1]) if rest[-1].startswith("{") else {}
    if command == "inspect":
        os.set_inheritable(int(rest[0]), False)
        die_with_the_engine(int(rest[0]))
        _limit(options)
        sys.path.insert(0, options["folder"])
        return inspect_file(Question(**{name: options[name] for name in Question.__dataclass_fields__}), int(messages))
    return serve(rest[1], int(messages), int(rest[0]), options)
