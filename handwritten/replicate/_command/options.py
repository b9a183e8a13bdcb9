"""What several subcommands take: counts, times, an output for machines; and the client that the options ask for."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..client import Client

_TIME = re.compile(r"(?P<plain>\d+(?:\.\d+)?)|(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?", re.ASCII)
_LONGEST_NUMBER = 20

PAGE = 100
"""Rows a list has unless it is told otherwise: a page of the service's."""


def seconds(text: str) -> float:
    """Return the seconds that a text such as `90`, `2m` or `1h30m` means, for argparse."""
    match = _TIME.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 90, 90s, 2m or 1h30m")
    if match["plain"]:
        return float(match["plain"])
    hours, minutes, rest = (float(part or 0) for part in match.group(2, 3, 4))
    return 3600 * hours + 60 * minutes + rest


def row_limit(text: str) -> int | None:
    """Return how many rows are asked for, None for all of them, for argparse."""
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit() and int(text[:_LONGEST_NUMBER]) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rows; write one from 1 on, or all")
    return int(text[:_LONGEST_NUMBER])


def add_limit(parser: argparse.ArgumentParser) -> None:
    """Add the option that says how many rows a list has."""
    parser.add_argument(
        "--limit",
        type=row_limit,
        default=PAGE,
        metavar="N",
        help=f"rows at most, or all (default: {PAGE})",
    )


def add_json(parser: argparse.ArgumentParser, what: str = "one JSON document") -> None:
    """Add the option that asks for an output that machines read."""
    parser.add_argument("--json", action="store_true", help=f"write {what}, for machines")


def add_json_lines(parser: argparse.ArgumentParser) -> None:
    """Add the option that asks for a list that machines read."""
    add_json(parser, "one JSON object per line")


def open_client(options: argparse.Namespace) -> Client:
    """Return the client of a subcommand; its token comes from the environment."""
    from ..client import Client

    return Client(base_url=options.base_url)
