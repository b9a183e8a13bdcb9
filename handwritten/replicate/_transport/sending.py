"""Sending one request under this client's rules: token, time-outs, retries, errors. Both colours run this one flow."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

import httpx

from .._origins import Origin
from .._problems import read_problem
from .._retries import classify, is_already_deleted
from .._tokens import missing_token
from ..exceptions import ReplicateError, error_from_problem
from .failures import deadline_passed, describe, is_malformed, network_failure
from .logs import log_exchange, log_retry
from .uploads import is_replayable

if TYPE_CHECKING:
    from .._clock import Clock
    from .._retries import RequestKind
    from .._settings import CallOptions, Timeouts
    from .._tokens import TokenSource

_HOLD_SLACK = 15.0
"""Seconds an answer may come later than the hold the request asked for."""

_THROTTLED = 429

_SIGNED_LINK = r"/files/[^/]+/download\Z"
"""The one path of the API that needs no token: the signature in its query gives access."""

_LONGEST_HOLD = 60.0
"""Seconds the service holds a request with a bare `Prefer: wait`."""

_LONGEST_PHASE = 24 * 60 * 60.0
"""Seconds; a socket takes no time-out of millennia, and a wait may have no end."""


class Exchange(Protocol):
    """The network in one colour: one try of one request, and the pause between two tries."""

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request once and return the response."""
        ...

    async def read(self, response: httpx.Response) -> bytes:
        """Read the body of an error response and let the connection go."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Pause."""
        ...


class Access:
    """Which origin is the API's, and the token for it. The token is attached here and nowhere else."""

    __slots__ = ("_origin", "_seen_date", "_token", "_token_needed")

    def __init__(self, base_url: str, token: TokenSource) -> None:
        url = httpx.URL(base_url)
        self._origin = _origin(url)
        self._token = token
        self._token_needed = not self._origin.is_loopback
        self._seen_date: tuple[str, float] | None = None

    @property
    def is_here(self) -> bool:
        """Whether the API is on this machine, where no proxy leads."""
        return self._origin.is_loopback

    def is_api(self, url: httpx.URL) -> bool:
        """Return whether a URL has the API's scheme, host and port."""
        return _origin(url) == self._origin

    def authorize(self, request: httpx.Request) -> None:
        """Attach the token if the request goes to the API's own origin; otherwise see that it carries none.

        Raises:
            AuthenticationError: the API needs a token and there is none. A server on this machine needs none, and
                neither does a signed link to a file.
        """
        if not self.is_api(request.url):
            for name in ("authorization", "cookie"):
                request.headers.pop(name, None)
            return
        token = self._token()
        if token is not None:
            request.headers["Authorization"] = f"Bearer {token}"
        elif self._needs_token(request.url.path) and "authorization" not in request.headers:
            raise missing_token()

    def _needs_token(self, path: str) -> bool:
        return self._token_needed and re.search(_SIGNED_LINK, path) is None

    def note_date(self, response: httpx.Response, now: float) -> None:
        """Remember the service's clock as a response tells it."""
        date = response.headers.get("date")
        if date is not None and self.is_api(response.request.url):
            self._seen_date = (date, now)

    def server_offset(self) -> float | None:
        """Return by how many seconds the service's clock is ahead of this machine's, None if it has not told."""
        if self._seen_date is None:
            return None
        from email.utils import parsedate_to_datetime

        date, now = self._seen_date
        try:
            return parsedate_to_datetime(date).timestamp() - now
        except ValueError:
            return None

    def __repr__(self) -> str:
        return f"Access({self._origin.host!r})"


async def deliver(
    request: httpx.Request, exchange: Exchange, options: CallOptions, access: Access, clock: Clock
) -> httpx.Response:
    """Send a request, again where that is safe, and return the successful response.

    Raises:
        APIStatusError: the last answer had an error status.
        NetworkError: no answer came back.
        AuthenticationError: there is no token; nothing was sent.
    """
    access.authorize(request)
    kind = classify(request.method, request.url.path)
    attempt, previous, executed = 0, None, False
    while True:
        _set_timeouts(request, options, clock)
        started = clock.monotonic()
        outcome = await _try_once(request, exchange, clock)
        log_exchange(
            request, outcome if isinstance(outcome, httpx.Response) else outcome.error, clock.monotonic() - started
        )
        if isinstance(outcome, httpx.Response):
            access.note_date(outcome, clock.time())
            return outcome
        if is_already_deleted(kind, status=outcome.error.status or 0, retried=executed):
            return httpx.Response(204, request=request)
        delay = None
        if is_replayable(request) and not is_malformed(outcome.error):
            delay = outcome.delay(options, kind, attempt, previous, clock)
        if delay is None or _too_late(delay, options, clock):
            raise outcome.error
        log_retry(request, attempt + 1, delay)
        await exchange.sleep(delay)
        attempt, previous, executed = attempt + 1, delay, executed or outcome.may_have_executed
        access.authorize(request)


class _Failure(NamedTuple):
    """One try that brought no successful response."""

    error: ReplicateError
    headers: httpx.Headers
    body: bytes

    @property
    def may_have_executed(self) -> bool:
        """Whether the service may have done what it was asked."""
        return self.error.status != _THROTTLED and getattr(self.error, "sent", True)

    def delay(
        self, options: CallOptions, kind: RequestKind, attempt: int, previous: float | None, clock: Clock
    ) -> float | None:
        """Return the seconds before the next try, None where there should be none."""
        return options.retries.plan(
            attempt=attempt,
            kind=kind,
            status=self.error.status,
            sent=getattr(self.error, "sent", True),
            headers=self.headers,
            body=self.body,
            now=clock.time(),
            random=random.uniform,
            previous=previous,
        )


async def _try_once(request: httpx.Request, exchange: Exchange, clock: Clock) -> httpx.Response | _Failure:
    """Return the successful response, or the error with the headers and the body that came with it."""
    try:
        response = await exchange.send(request)
        if response.is_success:
            return response
        body = await exchange.read(response)
    except (httpx.HTTPError, httpx.InvalidURL) as error:  # httpx reads where a redirect leads although it may not go
        failure = network_failure(error, request)
        failure.__cause__ = error
        return _Failure(failure, httpx.Headers(), b"")
    problem = read_problem(response.status_code, response.headers, body, now=clock.time())
    return _Failure(error_from_problem(problem, request=describe(request)), response.headers, body)


def _origin(url: httpx.URL) -> Origin:
    return Origin.of(url.scheme, url.host, url.port)


def _too_late(delay: float, options: CallOptions, clock: Clock) -> bool:
    return options.deadline is not None and clock.monotonic() + delay >= options.deadline


def _set_timeouts(request: httpx.Request, options: CallOptions, clock: Clock) -> None:
    """Give the request time-outs that fit the hold it asks for and the deadline it has.

    Raises:
        RequestTimeoutError: the deadline has passed.
    """
    timeouts = _with_hold(options.timeouts, request.headers.get("prefer"))
    longest, endless = _LONGEST_PHASE, None
    if options.deadline is not None:
        left = options.deadline - clock.monotonic()
        if left <= 0:
            raise deadline_passed(request)
        longest = endless = min(left, _LONGEST_PHASE)
    phases = {name: endless if value is None else min(value, longest) for name, value in timeouts._asdict().items()}
    request.extensions = {**request.extensions, "timeout": phases}


def _with_hold(timeouts: Timeouts, prefer: str | None) -> Timeouts:
    """Return the time-outs with room for the server to hold the request as `Prefer: wait[=n]` asks."""
    if prefer is None or not prefer.startswith("wait") or timeouts.read is None:
        return timeouts
    seconds = prefer.partition("=")[2]
    hold = float(seconds) if seconds.isdigit() else _LONGEST_HOLD
    return timeouts._replace(read=max(timeouts.read, hold + _HOLD_SLACK))
