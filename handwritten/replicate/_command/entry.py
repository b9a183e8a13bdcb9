"""From arguments to an exit status: choosing the subcommand, telling errors, ending well when interrupted."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parser import make_parser, parse
from .printing import complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator, Sequence

FAILED = 1
"""The exit status where a model failed, the service refused or could not be reached, or the time was up."""

MISUSED = 2
"""The exit status where an argument cannot be used; nothing was sent."""

INTERRUPTED = 128 + 2
"""The exit status after Ctrl-C, as of any program that SIGINT ends."""

_NOBODY_READS = 128 + 13
"""The exit status where the reader of standard output has left, as of any program that SIGPIPE ends."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: what stands behind `python -m replicate`; by default that of this process.
    """
    _make_streams_take_anything()
    try:
        with _termination_as_interruption(), _warnings_told_plainly():
            status = _run(sys.argv[1:] if arguments is None else arguments)
            sys.stdout.flush()
            return status
    except BrokenPipeError:
        _let_go_of_output()
        return _NOBODY_READS
    except KeyboardInterrupt as interruption:
        with contextlib.suppress(BrokenPipeError):
            complain("; ".join(["interrupted", *getattr(interruption, "__notes__", [])]))
        return interruption.status if isinstance(interruption, _Termination) else INTERRUPTED


def _make_streams_take_anything() -> None:
    """See that a closed stream, or one of few characters, does not end a run that is paid for."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the shell closed it: `>&-`
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: Sequence[str]) -> int:
    parser = make_parser()
    if not arguments:
        parser.print_help(sys.stderr)
        return MISUSED
    try:
        options = parse(parser, arguments)
    except SystemExit as end:  # --help and --version, or a usage that argparse has told of
        return end.code if isinstance(end.code, int) else 0
    with _logging_to_standard_error() if options.verbose else contextlib.nullcontext():
        return _call(options)


def _call(options: argparse.Namespace) -> int:
    from ..exceptions import InvalidArgumentError, ReplicateException

    try:
        status: int = options.call(options)
        return status
    except InvalidArgumentError as error:
        complain(str(error))
        return MISUSED
    except BrokenPipeError as error:
        if not isinstance(error, ReplicateException):
            raise
        complain(str(error))
    except (ReplicateException, OSError) as error:
        complain("\n".join([str(error), *getattr(error, "__notes__", [])]))
    return FAILED


class _Termination(KeyboardInterrupt):
    """The system or a person told this process to end by another signal than that of Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


@contextlib.contextmanager
def _termination_as_interruption() -> Generator[None]:
    """End like after Ctrl-C where a terminal is closed or a time limit of the shell is up: what runs is billed."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number, handler in before.items() if handler is signal.SIG_DFL]  # nohup ignores one of them
    for number in ours:
        signal.signal(number, _raise_termination)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _raise_termination(number: int, _: object) -> None:
    raise _Termination(number)


@contextlib.contextmanager
def _warnings_told_plainly() -> Generator[None]:
    """Write warnings as this command writes anything else, without a line of somebody's source."""

    def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        complain(f"{category.__name__}: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


@contextlib.contextmanager
def _logging_to_standard_error() -> Generator[None]:
    logger, handler = logging.getLogger("replicate"), logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def _let_go_of_output() -> None:
    """See that Python does not try, at exit, to write what is left to a reader who has gone."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
