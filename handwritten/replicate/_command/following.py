"""Showing on standard error, where a person reads it, what happens to a prediction while it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from .._progress import parse_progress
from .._watching import LogEvent, ProgressEvent, StatusEvent
from .printing import safe

if TYPE_CHECKING:
    from .._progress import Progress
    from .._watching import PredictionEvent

_CLEAR = "\r\x1b[K"
_BAR = 20


class Follower:
    """Writes logs as they come, and below them one line that tells the status and how far it is."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._status = ""
        self._progress: Progress | None = None
        self._unfinished = ""

    def __call__(self, event: PredictionEvent) -> None:
        """Show an event."""
        if isinstance(event, StatusEvent):
            self._status = event.status
        elif isinstance(event, ProgressEvent):
            self._progress = event.progress
        elif isinstance(event, LogEvent):
            self.log(event.text)
        if not event.prediction.is_terminal:
            self._show_status()

    def log(self, text: str) -> None:
        """Write new logs; half a line is kept until its rest comes."""
        *lines, self._unfinished = f"{self._unfinished}{text}".split("\n")
        for line in lines:
            self._write_log(line)

    def finish(self) -> None:
        """Write what is left, and take the line of the status away."""
        if self._unfinished:
            self._write_log(self._unfinished)
            self._unfinished = ""
        self._write(_CLEAR)

    def _write_log(self, line: str) -> None:
        """Write one line of logs, but no progress bar: those are shown in the line of the status."""
        shown = next((part for part in reversed(line.split("\r")) if part.strip()), "")
        if shown and parse_progress(shown) is None:
            self._write(f"{_CLEAR}{safe(shown)}\n")

    def _show_status(self) -> None:
        told = safe(self._status)
        if self._progress is not None:
            done = round(self._progress.percentage * _BAR)
            bar = "#" * done + "." * (_BAR - done)
            told = f"{told} [{bar}] {self._progress.percentage:.0%} {self._progress.current}/{self._progress.total}"
        self._write(f"{_CLEAR}{told}")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
