"""Turning what httpx raises into this client's errors, and telling what surely never reached the server; no I/O."""

from __future__ import annotations

import httpx

from ..exceptions import NetworkError, ReplicateError, RequestTimeoutError

_LONGEST_PART = 30

# The connection was never made, or was not free in time: the server cannot have seen the request.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)

_WHAT_HAPPENED: tuple[tuple[type[httpx.HTTPError | httpx.InvalidURL], str], ...] = (
    (httpx.ConnectTimeout, "No connection could be made in time"),
    (httpx.PoolTimeout, "No connection of the pool became free in time; raise `limits` or run fewer calls at once"),
    (httpx.ReadTimeout, "The server did not answer in time"),
    (httpx.WriteTimeout, "The request could not be sent in time"),
    (httpx.ProxyError, "The proxy refused the connection"),
    (httpx.ConnectError, "No connection could be made"),
    (httpx.RemoteProtocolError, "The connection was cut, or the answer was not HTTP"),
    (httpx.InvalidURL, "The answer redirects to something that is no URL"),
)


def describe(request: httpx.Request) -> str:
    """Return a request's method and URL for a message or a log, without what may be secret.

    That is the query, a user name, and long parts of the path: the URL of a stream or a file is all it takes to read
    it.
    """
    url = request.url
    path = "/".join(part if len(part) <= _LONGEST_PART else f"{part[:6]}…" for part in url.path.split("/"))
    port = "" if url.port is None else f":{url.port}"
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{request.method} {url.scheme}://{host}{port}{path}"


def was_sent(error: httpx.HTTPError | httpx.InvalidURL) -> bool:
    """Return whether the request may have reached the server before this error."""
    return not isinstance(error, _NEVER_SENT)


def is_malformed(failure: ReplicateError) -> bool:
    """Return whether the request or its answer is malformed, so that sending it again would end the same way."""
    return isinstance(failure.__cause__, (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL))


def network_failure(error: httpx.HTTPError | httpx.InvalidURL, request: httpx.Request) -> NetworkError:
    """Return this client's error for one of httpx's."""
    kind = RequestTimeoutError if isinstance(error, httpx.TimeoutException) else NetworkError
    what = next((text for type_, text in _WHAT_HAPPENED if isinstance(error, type_)), "The request failed on the way")
    cause = str(error).strip()
    failure = kind(
        title=what,
        detail=cause or None,
        request=describe(request),
    )
    failure.sent = was_sent(error)
    return failure


def deadline_passed(request: httpx.Request) -> RequestTimeoutError:
    """Return the error for a request that was not tried because its deadline had passed."""
    failure = RequestTimeoutError(
        title="The deadline passed before the request could be sent", request=describe(request)
    )
    failure.sent = False
    return failure
