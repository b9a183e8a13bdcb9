"""Whether a failed request may be sent again, and after which delay: arithmetic only. Nothing here sends or sleeps.

What decides is whether sending again could do something twice. The API has no idempotency key, so a request that
creates is sent again only when the service surely did not execute it: it never left, or was answered with 429.
"""

from __future__ import annotations

import math
import re
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_CANCEL_PATH = r"/(?:predictions|trainings)/[^/]+/cancel\Z"
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})
_NEVER_TRANSIENT = frozenset({501, 505})
_NUMBER = r"[0-9]+(?:\.[0-9]*)?"
_WAITING_TEXT = r"(?i)(?:~|\bin\s+~?)\s*([0-9]+(?:\.[0-9]+)?)\s*s(?:ec(?:ond)?s?)?\b"
"""`Expected available in 1 second.` and `Your rate limit resets in ~30s.`, the service's two wordings."""

_LARGEST_BODY_READ = 64 * 1024


class RequestKind(Enum):
    """What sending a request twice would do."""

    READ = "read"
    """Nothing."""

    CREATE = "create"
    """A second thing exists, and is billed."""

    CANCEL = "cancel"
    """Nothing: canceling what is canceled has no effect."""

    UPDATE = "update"
    """The same values are set again; a deployment may get a second release."""

    DELETE = "delete"
    """Nothing, but the answer is 404."""


def classify(method: str, path: str) -> RequestKind:
    """Return the kind of a request to this API, by method and path without query. What is unknown counts as CREATE."""
    method = method.upper()
    if method in _READING_METHODS:
        return RequestKind.READ
    if method == "DELETE":
        return RequestKind.DELETE
    if method in {"PATCH", "PUT"}:
        return RequestKind.UPDATE
    return RequestKind.CANCEL if method == "POST" and re.search(_CANCEL_PATH, path) else RequestKind.CREATE


def may_retry(kind: RequestKind, *, status: int | None = None, sent: bool = True) -> bool:
    """Return whether sending a failed request again is useful and does nothing twice.

    Args:
        kind: What the request does.
        status: The status of the answer, None when no answer came.
        sent: Without an answer: False when the request surely never reached the server (connection refused, name
            not resolved, TLS failure, no free connection).
    """
    if status is None:
        return not sent or kind is not RequestKind.CREATE
    if status == 429:  # throttled before it was executed
        return True
    if kind in {RequestKind.CREATE, RequestKind.UPDATE}:
        return False
    return status == 408 or (status >= 500 and status not in _NEVER_TRANSIENT)


def is_already_deleted(kind: RequestKind, *, status: int, retried: bool) -> bool:
    """Return whether this answer means success: a DELETE that was sent again finds nothing left (404)."""
    return kind is RequestKind.DELETE and status == 404 and retried


def delay_from_response(
    headers: Mapping[str, str], body: bytes | None, *, now: float, status: int | None = None
) -> float | None:
    """Return for how many seconds a response asks to wait, None if it does not say.

    The first of these that makes sense counts: the headers `retry-after-ms` and `Retry-After` (seconds or an HTTP
    date), the body's `retry_after`, the header `ratelimit-reset`, and the waiting time inside the body's `detail`.

    Args:
        headers: The response's headers.
        body: The response's body, whatever it is.
        now: Seconds since 1970, to measure an HTTP date by where the response has no `Date` of its own.
        status: The response's status where known. `ratelimit-reset` comes with every answer and counts only with
            429 or when nothing remains; `detail` counts for 429 and 503.
    """
    asked = _asked_delays({name.lower(): value for name, value in headers.items()}, body, now, status)
    return next((seconds for seconds in asked if seconds is not None), None)


class Backoff(NamedTuple):
    """Delays that grow at random, so that many clients failing together do not come back together.

    Each is drawn between `base` and three times the one before ("decorrelated jitter"), and is at most `cap`.
    """

    base: float = 0.5
    """Seconds of the shortest delay."""

    cap: float = 8.0
    """Seconds of the longest delay."""

    def next(self, previous: float | None, random: Callable[[float, float], float]) -> float:
        """Return the next delay; `random(low, high)` draws evenly between two numbers."""
        longest = 3 * max(self.base, self.base if previous is None else previous)
        return min(self.cap, random(self.base, longest))


class RetryPolicy(NamedTuple):
    """How often, and how patiently, a failed request is sent again.

    The defaults: five retries bridge about 15 seconds of trouble, enough for a restart behind a load balancer, and
    with delays the server asks for several windows of the tightest rate limit (6 per minute).
    """

    max_retries: int = 5
    """How many times one request is sent again; 0 for never."""

    backoff: Backoff = Backoff()
    """The delays where the server names none."""

    longest_server_delay: float = 60.0
    """Seconds. If the server asks for more, its answer is reported at once instead of being waited out."""

    @classmethod
    def of(cls, value: object) -> RetryPolicy:
        """Return a policy as it is, with that many retries, or the default from None.

        Raises:
            InvalidArgumentError: it is none of these; the argument is called `max_retries`.
        """
        if value is None:
            return cls()
        if isinstance(value, RetryPolicy):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return cls(max_retries=value)
        from ._quoted_values import quote_value
        from .exceptions import InvalidArgumentError  # late: the exceptions read delays with this module

        raise InvalidArgumentError(
            f"max_retries must be a whole number from 0 up, not {quote_value(value)}", argument="max_retries"
        )

    def plan(
        self,
        *,
        attempt: int,
        kind: RequestKind,
        status: int | None,
        sent: bool,
        headers: Mapping[str, str],
        body: bytes | None,
        now: float,
        random: Callable[[float, float], float],
        previous: float | None,
    ) -> float | None:
        """Return the seconds to wait before sending again, None to give up.

        A delay the server asks for is never shortened; up to `backoff.base` is added at random.

        Args:
            attempt: How many times the request was sent again already; 0 after the first failure.
            kind: What the request does.
            status: The status of the answer, None when no answer came.
            sent: Without an answer: whether the request may have reached the server.
            headers: The answer's headers.
            body: The answer's body.
            now: Seconds since 1970.
            random: Draws evenly between two numbers.
            previous: The delay before this attempt.
        """
        if attempt >= self.max_retries or not may_retry(kind, status=status, sent=sent):
            return None
        asked = delay_from_response(headers, body, now=now, status=status)
        if asked is None:
            return self.backoff.next(previous, random)
        if asked > self.longest_server_delay:
            return None
        return asked + random(0.0, self.backoff.base)


def _asked_delays(
    headers: Mapping[str, str], body: bytes | None, now: float, status: int | None
) -> Iterator[float | None]:
    """Yield what each place says, in order of precedence, None where it says nothing sensible."""
    milliseconds = _number(headers.get("retry-after-ms"))
    yield None if milliseconds is None else milliseconds / 1000
    yield _retry_after(headers.get("retry-after"), headers.get("date"), now)
    members = _members(body)
    yield _number(members.get("retry_after"))
    if status == 429 or _number(headers.get("ratelimit-remaining")) == 0:
        yield _number(headers.get("ratelimit-reset"))
    if status in {None, 429, 503}:
        waiting = re.search(_WAITING_TEXT, str(members.get("detail", "")))
        yield _number(waiting and waiting[1])


def _number(value: object) -> float | None:
    """Return a finite number of at least zero; texts may only have digits and a decimal point."""
    if isinstance(value, str):
        value = float(text) if re.fullmatch(_NUMBER, text := value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if 0 <= number < math.inf else None


def _retry_after(value: str | None, date: str | None, now: float) -> float | None:
    """Return what `Retry-After` asks for: seconds, or the time until a date by the server's own clock if it told it."""
    seconds = _number(value)
    moment = _http_date(value) if value is not None and seconds is None else None
    if moment is None:
        return seconds
    server_now = None if date is None else _http_date(date)
    return max(0.0, moment - (now if server_now is None else server_now))


def _http_date(text: str) -> float | None:
    """Return an HTTP date, in today's form or one of the two obsolete ones, as seconds since 1970.

    HTTP dates are always GMT, also the form that does not say so.
    """
    from datetime import UTC, datetime
    from email.utils import parsedate_tz

    try:
        parsed = parsedate_tz(text)
        return None if parsed is None else datetime(*parsed[:6], tzinfo=UTC).timestamp() - (parsed[9] or 0)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _members(body: bytes | None) -> dict[str, Any]:
    """Return the members of a body that is a JSON object, none for any other body."""
    if not body or len(body) > _LARGEST_BODY_READ:
        return {}
    import json

    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
