"""On what terms an engine serves, as options of its command: calls a minute, how long data is kept; never doing it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

from replicate_local.limits import LimitError, parse_duration

CREATES = 600
"""Creates of predictions a minute that the service takes."""

KEPT = 3600.0
"""Seconds after its end for which the service keeps the data of a prediction."""


@dataclass(frozen=True)
class Terms:
    """On what terms an engine serves."""

    creates_per_minute: int | None = None
    """None to refuse no call, however many there are."""
    data_kept: float | None = KEPT
    """Seconds after their end for which predictions keep input, output and logs; None for good."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `terms` reads."""
    parser.add_argument(
        "--rate-limit",
        type=_creates,
        nargs="?",
        const=CREATES,
        metavar="CREATES",
        help="refuse calls as the service does, with status 429: more than so many creates of predictions a minute "
        "(%(const)s if no number is given), and more than 3000 other calls (default: refuse none)",
    )
    parser.add_argument(
        "--keep-data",
        type=_duration,
        default=KEPT,
        metavar="TIME",
        help="how long after their end predictions keep input, output and logs: like 30s, 24h, or forever "
        "(default: an hour, as the service)",
    )


def terms(options: argparse.Namespace) -> Terms:
    """Return what the command line says."""
    given: Any = options
    return Terms(given.rate_limit, given.keep_data)


def _creates(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of calls a minute: write a number from 1 on")
    return int(text)


def _duration(text: str) -> float | None:
    if text == "forever":
        return None
    try:
        return parse_duration(text)
    except LimitError as error:
        raise argparse.ArgumentTypeError(f"{error}, or forever") from error
