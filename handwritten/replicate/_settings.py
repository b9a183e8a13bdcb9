"""What a client is told when it is made, checked and put into one value; nothing here opens or sends anything."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, NamedTuple

from ._clock import Clock
from ._quoted_values import quote_value
from ._retries import RetryPolicy
from ._tokens import EnvironmentToken, GivenToken, TokenSource
from .exceptions import InvalidArgumentError, UnknownOptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from .budget import Budget

DEFAULT_BASE_URL = "https://api.replicate.com/v1"
LOCAL = "local"

# Constructor arguments of `httpx.Client` that are passed on as they are. `transport`, `http_client` and their async
# twins are arguments of their own; `timeout`, `headers` and `base_url` are read here. What is
# said of redirects changes nothing: they are followed one by one, so that the token does not go along.
HTTPX_OPTIONS = frozenset(
    {
        "cert", "cookies", "default_encoding", "event_hooks", "follow_redirects", "http1", "http2", "limits",
        "max_redirects", "mounts", "proxy", "trust_env", "verify",
    }
)  # fmt: skip


class Timeouts(NamedTuple):
    """Seconds each phase of one HTTP exchange may take without progress; a total is the business of deadlines.

    The defaults: 10 s to connect, 60 s without a byte read or written, 60 s for a free connection of the pool. Where
    a request asks the server to hold it (`Prefer: wait`), reading may take the hold and `hold_slack` more.
    """

    connect: float | None = 10.0
    read: float | None = 60.0
    write: float | None = 60.0
    pool: float | None = 60.0

    @classmethod
    def of(cls, value: object) -> Timeouts:
        """Return time-outs from seconds, from an `httpx.Timeout`, or the default from None.

        Raises:
            InvalidArgumentError: it is neither, or not positive.
        """
        if value is None:
            return cls()
        if isinstance(value, Timeouts):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if not value > 0:
                raise InvalidArgumentError(
                    f"timeout must be a positive number of seconds, not {value}", argument="timeout"
                )
            seconds = None if value == float("inf") else float(value)  # a socket knows None, and no infinity
            return cls(connect=min(value, 10.0), read=seconds, write=seconds, pool=seconds)
        if all(hasattr(value, phase) for phase in cls._fields):
            return cls(*(getattr(value, phase) for phase in cls._fields))
        raise InvalidArgumentError(
            f"timeout must be seconds or an httpx.Timeout, not {type(value).__name__}", argument="timeout"
        )


UPLOAD_STRATEGIES = frozenset({"upload", "url"})
DATA_URI_STRATEGIES = frozenset({"base64", "data-uri"})
AUTOMATIC_STRATEGY = "auto"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CallOptions:
    """What may differ from call to call: time-outs, retries, extra headers and the moment by which all must be over."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    deadline: float | None = None
    """On the monotonic clock; no try starts and no pause ends after it."""

    def until(self, deadline: float | None) -> CallOptions:
        """Return these options with a deadline, the earlier one where there is one already."""
        if deadline is None or (self.deadline is not None and self.deadline <= deadline):
            return self
        return replace(self, deadline=deadline)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Settings:
    """Everything a client was told."""

    base_url: str = DEFAULT_BASE_URL
    token: TokenSource = field(default_factory=EnvironmentToken, repr=False)
    options: CallOptions = field(default_factory=CallOptions)
    poll_interval: float | None = None
    """Seconds between two polls, where the caller fixed them; None lets the interval follow the age of the job."""
    use_file_output: bool = True
    file_encoding_strategy: str | None = None
    budget: Budget | None = None
    clock: Clock = field(default_factory=Clock, repr=False)
    httpx_options: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    transport: Any = field(default=None, repr=False)
    async_transport: Any = field(default=None, repr=False)
    http_client: Any = field(default=None, repr=False)
    async_http_client: Any = field(default=None, repr=False)


def read_base_url(given: str | None, environment: Mapping[str, str] | None = None) -> str:
    """Return the base URL as given, from `REPLICATE_BASE_URL`, or the service's own; `local` stays `local`."""
    from ._origins import parse_base_url

    environment = os.environ if environment is None else environment
    url = given or environment.get("REPLICATE_BASE_URL", "").strip()
    if not isinstance(url, str):
        raise InvalidArgumentError(f"base_url must be a text, not {quote_value(url)}", argument="base_url")
    if not url:
        return DEFAULT_BASE_URL
    return LOCAL if url == LOCAL else parse_base_url(url)


def read_poll_interval(given: float | None, environment: Mapping[str, str] | None = None) -> float | None:
    """Return seconds between polls as given or from `REPLICATE_POLL_INTERVAL`, None where neither says."""
    environment = os.environ if environment is None else environment
    value = given if given is not None else environment.get("REPLICATE_POLL_INTERVAL", "").strip() or None
    if value is None:
        return None
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise InvalidArgumentError(
            f"poll_interval (or REPLICATE_POLL_INTERVAL) must be seconds, not {quote_value(value)}",
            argument="poll_interval",
        )
    return seconds


def read_token(given: str | Callable[[], str] | None) -> TokenSource:
    """Return where the token comes from: what was given, otherwise the surroundings."""
    return EnvironmentToken() if given is None else GivenToken(given)


def read_headers(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers to send with each request.

    Raises:
        InvalidArgumentError: they are no mapping of texts, or cannot be sent. The message repeats no value.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidArgumentError(f"headers must be a mapping, not {quote_value(given)}", argument="headers")
    for name, value in given.items():
        if not isinstance(name, str) or re.fullmatch(_HEADER_NAME, name) is None:
            raise InvalidArgumentError(f"headers: {quote_value(name)} cannot be a header's name", argument="headers")
        if not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise InvalidArgumentError(
                f"headers: the value of {name!r} must be a text of printable ASCII characters", argument="headers"
            )
    return dict(given)


def check_senders(senders: Mapping[str, Any]) -> None:
    """Check what requests are to be sent through: transports and httpx clients, by the names of their arguments.

    Raises:
        InvalidArgumentError: one of them is something else, or of the other colour.
    """
    for name, value in senders.items():
        if value is None:
            continue
        awaits = name.startswith("async_")
        if name.endswith("transport"):
            methods = ("handle_async_request",) if awaits else ("handle_request", "handle_async_request")
            fits = any(callable(getattr(value, method, None)) for method in methods)
        else:
            fits = callable(getattr(value, "send", None)) and iscoroutinefunction(value.send) == awaits
        if isinstance(value, type) or not fits:
            raise InvalidArgumentError(f"{name} must be {_SENDERS[name]}, not {quote_value(value)}", argument=name)


_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_SENDERS = {
    "transport": "an httpx transport",
    "async_transport": "an async httpx transport",
    "http_client": "an httpx.Client",
    "async_http_client": "an httpx.AsyncClient",
}


def check_httpx_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options meant for httpx.

    Raises:
        UnknownOptionError: one of them is no option of this client; the message names the nearest that is.
    """
    check_known("Client", options, HTTPX_OPTIONS, _CLIENT_OPTIONS)
    return dict(options)


_CLIENT_OPTIONS = frozenset(
    {
        "api_token", "async_http_client", "async_transport", "base_url", "file_encoding_strategy", "headers",
        "http_client", "max_retries", "poll_interval", "timeout", "transport", "use_file_output",
    }
)  # fmt: skip


def check_known(call: str, options: Iterable[str], known: Collection[str], others: Iterable[str] = ()) -> None:
    """Check the names of a call's options; `others` are arguments of it that are not among them.

    Raises:
        UnknownOptionError: there is no such option; the message names the nearest option or argument that is.
    """
    for name in options:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, sorted({*known, *others}), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UnknownOptionError(f"{call}() has no option {name!r}{hint}", argument=name)


def check_strategy(strategy: str | None) -> None:
    """Check the name of a file encoding strategy.

    Raises:
        InvalidArgumentError: nobody knows it.
    """
    known = UPLOAD_STRATEGIES | DATA_URI_STRATEGIES | {AUTOMATIC_STRATEGY}
    if strategy is not None and strategy not in known:
        raise InvalidArgumentError(
            f"file_encoding_strategy must be one of {', '.join(sorted(known))}, not {quote_value(strategy)}",
            argument="file_encoding_strategy",
        )
