"""Durations as the API's request headers write them, checked before anything is sent; nothing here waits.

`Cancel-After` is an integer of seconds, or integers with the units `h`, `m` and `s` in this order, such as `1h30m`; the
service takes 5 seconds to 24 hours, counted from the creation, so queueing counts. `Prefer` is `wait`, which holds the
request for up to 60 seconds, or `wait=N` for N seconds.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ._quoted_values import quote_value
from .exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from datetime import timedelta

SHORTEST_CANCEL_AFTER = 5.0
LONGEST_CANCEL_AFTER = 24 * 60 * 60.0
LONGEST_HOLD = 60

_CANCEL_AFTER = re.compile(r"(?P<plain>[0-9]{1,9})|(?=.)(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")


def format_cancel_after(seconds: float | timedelta | str, *, argument: str = "cancel_after") -> str:
    """Return the `Cancel-After` header for a deadline so many seconds after the creation.

    A fraction of a second is rounded up. A text in the header's own form, such as `1m30s`, is taken too.

    Raises:
        InvalidArgumentError: it is no duration, or outside 5 seconds to 24 hours.
    """
    if isinstance(seconds, str):
        return f"{parse_cancel_after(seconds, argument=argument):.0f}s"
    return f"{math.ceil(_checked_range(_seconds(seconds, argument), seconds, argument))}s"


def parse_cancel_after(text: str, *, argument: str = "cancel_after") -> float:
    """Return the seconds that a `Cancel-After` header means.

    Raises:
        InvalidArgumentError: it is malformed, or outside 5 seconds to 24 hours.
    """
    match = _CANCEL_AFTER.fullmatch(text)
    if match is None:
        raise InvalidArgumentError(
            f"{argument}: {quote_value(text)} is not a duration; write seconds, or units in descending order, "
            "such as 90, 90s, 5m or 1h30m",
            argument=argument,
        )
    if match["plain"]:
        return _checked_range(float(match["plain"]), text, argument)
    hours, minutes, seconds = (int(part or 0) for part in match.group(2, 3, 4))
    return _checked_range(3600.0 * hours + 60.0 * minutes + seconds, text, argument)


def format_prefer_wait(wait: float | bool | None, *, argument: str = "wait") -> str | None:
    """Return the `Prefer` header that asks the service to hold a request until the prediction is done.

    True leaves the length of the hold to the service, 60 seconds. A fraction of a second is rounded up. None, False
    and 0 ask for no hold: the answer is None.

    Raises:
        InvalidArgumentError: it is not a number from 1 to 60.
    """
    if wait is None or wait is False:
        return None
    if wait is True:
        return "wait"
    if not isinstance(wait, (int, float)) or not (wait == 0 or 1 <= wait <= LONGEST_HOLD):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise InvalidArgumentError(
            f"{argument} must be True, False or a number of seconds from 1 to {LONGEST_HOLD}, not {quote_value(wait)}; "
            "it limits one HTTP request, not the prediction",
            argument=argument,
        )
    return f"wait={math.ceil(wait)}" if wait else None


def _seconds(value: object, argument: str) -> float:
    """Return a number or a timedelta as seconds; NaN, which no range check lets pass, for what is too large."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.nan
    total_seconds = getattr(value, "total_seconds", None)
    if callable(total_seconds) and isinstance(seconds := total_seconds(), float):
        return seconds
    raise InvalidArgumentError(
        f"{argument} must be seconds, a timedelta or a text such as '5m', not {quote_value(value)}", argument=argument
    )


def _checked_range(seconds: float, given: object, argument: str) -> float:
    if not SHORTEST_CANCEL_AFTER <= seconds <= LONGEST_CANCEL_AFTER:
        raise InvalidArgumentError(
            f"{argument} must be from 5 seconds to 24 hours, not {quote_value(given)}", argument=argument
        )
    return seconds
