"""Reads moments: the service's timestamps, and dates as a person writes them in filters; it has no clock of its own.

The service writes RFC 3339 in UTC with zero to nine digits of fraction. In what a person writes, a date or a time
without an offset is local, as it is for Python's own naive datetimes.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from ._quoted_values import quote_value
from .exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

_RFC_3339 = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_UNIT = r"(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?=[^a-z]|ago|$)"
_AMOUNT = rf"([0-9]+(?:\.[0-9]+)?)\s*{_UNIT}"
_AGO = rf"(?:{_AMOUNT}[\s,]*(?:and\s)?)+(?:ago)?"
_LONGEST_TEXT = 100
_EXAMPLES = "'2025-03-03', '2025-03-03T14:00:00Z', 'Mar 3 2025 14:00', '14:00', 'yesterday', '2 days ago' or '24h'"


def parse_timestamp(text: str) -> datetime:
    """Return a timestamp of the service as an aware datetime in UTC, cut after microseconds.

    Raises:
        ValueError: it is not RFC 3339.
    """
    match = re.fullmatch(_RFC_3339, text)
    if match is None:
        raise ValueError(f"{quote_value(text)} is not an RFC 3339 timestamp")
    day, clock, second, fraction, offset = match.groups()
    leap = second == "60"  # a leap second becomes the second after it, which no datetime can tell apart
    seconds = f"{clock}:59" if leap else f"{clock}:{second}"
    micros = (fraction or "")[:6].ljust(6, "0")
    try:
        moment = datetime.fromisoformat(f"{day}T{seconds}.{micros}{offset.upper()}").astimezone(UTC)
        return moment + timedelta(seconds=1) if leap else moment
    except OverflowError as error:
        raise ValueError(f"{quote_value(text)} is outside the years 1 to 9999") from error


def parse_filter_date(
    value: datetime | date | timedelta | str | None, *, argument: str, now: Callable[[], datetime]
) -> datetime | None:
    """Return the moment that a date filter means, as an aware datetime in UTC; None stays None.

    - A datetime or a date without a time zone is local; a date means its first moment.
    - A timedelta is that long ago, and so is a text such as `24h`, `7d` or `2 days ago`.
    - `now`, `today` and `yesterday` are known; a time alone is a time of today.
    - Any other text must hold a whole date, with its year, that can be read in one way only: `03/04/2025` cannot.

    Args:
        value: What the caller gave.
        argument: The name the caller knows it by, for error messages.
        now: Tells the time as an aware datetime.

    Raises:
        InvalidArgumentError: it is not a moment, or is ambiguous.
    """
    if value is None:
        return None
    try:
        return _moment(value, now).astimezone(UTC)
    except _UnreadableError as error:
        raise InvalidArgumentError(f"{argument}: {quote_value(value)} {error}", argument=argument) from None
    except (ArithmeticError, OSError, ValueError):
        raise InvalidArgumentError(
            f"{argument}: {quote_value(value)} is outside the years 1 to 9999", argument=argument
        ) from None


class _UnreadableError(Exception):
    """Why a value is not a moment, as the rest of a sentence that starts with the value."""


def _moment(value: object, now: Callable[[], datetime]) -> datetime:
    """Return the moment meant, a naive datetime for one in local time."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, timedelta):
        if value < timedelta():
            raise _UnreadableError("lies in the future; a timedelta means that long ago")
        return now() - value
    if isinstance(value, str) and len(value) <= _LONGEST_TEXT:
        return _written_moment(" ".join(value.split()), now)
    raise _UnreadableError(f"is not a date; give a datetime, a date, a timedelta, or a text such as {_EXAMPLES}")


def _written_moment(text: str, now: Callable[[], datetime]) -> datetime:
    lowered = text.lower()
    if lowered == "now":
        return now()
    if lowered in {"today", "yesterday"}:
        today = now().astimezone().date()
        return datetime.combine(today - timedelta(days=lowered == "yesterday"), time())
    if re.fullmatch(_AGO, lowered):
        amounts = re.findall(_AMOUNT, lowered)
        return now() - sum((timedelta(**{_UNITS[unit[0]]: float(amount)}) for amount, unit in amounts), timedelta())
    for read in (parse_timestamp, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return _freely_written_moment(text, now)


def _freely_written_moment(text: str, now: Callable[[], datetime]) -> datetime:
    """Return the moment that dateutil reads in a text, if the text leaves it nothing to guess.

    What a text does not say, dateutil takes from a default date: two defaults that share nothing show what was said.
    """
    saturday, monday = datetime(2000, 1, 1), datetime(2004, 2, 2, 1)  # noqa: DTZ001 - a local time until told otherwise
    read, reread = _dateutil_reads(text, saturday), _dateutil_reads(text, monday)
    if read is None or reread is None:
        raise _UnreadableError(f"is not a date; write it as in {_EXAMPLES}")
    if read.date() == saturday.date() and reread.date() == monday.date() and read.hour == reread.hour:
        return datetime.combine(now().astimezone(read.tzinfo).date(), read.timetz())
    if read.date() != reread.date():
        raise _UnreadableError("is not a whole date; write day, month and year, as in '3 Mar 2025'")
    others = [_dateutil_reads(text, saturday, year_first=True)]
    if not re.match("[0-9]{4}", text):  # with the year in front nobody writes the day before the month
        others.append(_dateutil_reads(text, saturday, day_first=True))
    if any(other is not None and other != read for other in others):
        raise _UnreadableError("can be read as several dates; write the month as a word, or as in '2025-03-04'")
    return read


def _dateutil_reads(
    text: str, default: datetime, *, day_first: bool = False, year_first: bool = False
) -> datetime | None:
    from dateutil.parser import parse

    try:
        return parse(text, default=default, dayfirst=day_first, yearfirst=year_first, tzinfos=_time_zone)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _time_zone(name: str | None, offset: int | None) -> timezone | None:
    """Return the time zone of a text: none, or an offset. A name alone stands for different zones in the world."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name:
        raise _UnreadableError(f"names the time zone {quote_value(name)}; write its offset instead, such as +02:00")
    return None
