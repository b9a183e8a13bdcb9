"""What a model may take, as people write it: processes, seconds, bytes; never enforcing it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) *(?:([kmgt])(i?)b?|b)?", re.IGNORECASE)
_MIN_MEMORY = 32 * 1024 * 1024


class LimitError(ValueError):
    """A limit is not written as one."""


@dataclass(frozen=True)
class Limits:
    """What one model may take; None leaves a limit to the engine, or sets none."""

    workers: int | None = None
    """How many predictions of a version run at a time, each in a worker of its own."""
    setup: float | None = None
    """Seconds for loading and setting up a predictor."""
    time: float | None = None
    """Seconds for one prediction, from the start of the model's code on."""
    memory: int | None = None
    """Bytes, for each process."""

    def overruled_by(self, given: dict[str, Any]) -> Limits:
        """Return these limits with those that a model declares in their place.

        Raises:
            LimitError: one of them is not written as a limit.
        """
        workers, setup = given.get("concurrency"), given.get("setup_timeout")
        time, memory = given.get("time_limit"), given.get("memory_limit")
        return Limits(
            self.workers if workers is None else parse_workers(workers),
            self.setup if setup is None else parse_duration(setup),
            self.time if time is None else parse_duration(time),
            self.memory if memory is None else parse_size(memory),
        )


def parse_workers(text: str | float) -> int:
    """Return a number of workers.

    Raises:
        LimitError: it is not a number from 1 on.
    """
    if re.fullmatch(r"[1-9]\d{0,3}", str(text)) is None:
        raise LimitError(f"{text!r} is no number of predictions at a time: write a number from 1 on")
    return int(text)


def parse_duration(text: str | float) -> float:
    """Return the seconds of `90`, `1.5`, `90s`, `5m` or `1h30m`.

    Raises:
        LimitError: it is not written like that, or is zero.
    """
    match = _DURATION.fullmatch(str(text))
    hours, minutes, seconds = (float(part or 0) for part in match.groups()) if match else (0.0, 0.0, 0.0)
    result = hours * 3600 + minutes * 60 + seconds
    if result <= 0:
        raise LimitError(f"{text!r} is no time: write seconds, or like 90s, 5m, 1h30m")
    return result


def parse_size(text: str | float) -> int:
    """Return the bytes of `500MB`, `2GiB` or a bare number.

    Raises:
        LimitError: it is not written like that, or is too little for a Python process.
    """
    match = _SIZE.fullmatch(str(text).strip())
    if match is None:
        raise LimitError(f"{text!r} is no size: write bytes, or like 500MB, 2GiB")
    base = 1024 if match[3] else 1000
    result = int(float(match[1]) * base ** " kmgt".index((match[2] or " ").lower()))
    if result < _MIN_MEMORY:
        raise LimitError(f"{text!r} is too little memory: Python itself needs {_MIN_MEMORY // 1024**2}MiB")
    return result


def describe_size(size: int) -> str:
    """Return a number of bytes as people write it."""
    for factor, unit in ((1024**3, "GiB"), (1024**2, "MiB"), (10**9, "GB"), (10**6, "MB")):
        if size % factor == 0:
            return f"{size // factor} {unit}"
    return f"{size} bytes"
