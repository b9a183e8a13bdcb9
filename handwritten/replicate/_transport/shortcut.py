"""Sending straight through the pool, past what httpx's client adds to each request, where it adds nothing.

That is a third of what a call costs besides the network. Hooks, a user name in the URL, and whoever reads httpx's log
get all of httpx.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import lru_cache
from typing import Any

import httpx

_log_of_httpx = logging.getLogger("httpx")


def leads_past_httpx(client: httpx.Client | httpx.AsyncClient, request: httpx.Request) -> bool:
    """Return whether httpx's client would do nothing for this request but send it."""
    hooks = client.event_hooks
    return not (
        hooks["request"]
        or hooks["response"]
        or request.url.userinfo
        or client.is_closed
        or _log_of_httpx.isEnabledFor(logging.INFO)
    )


def taken(
    client: httpx.Client | httpx.AsyncClient, request: httpx.Request, response: httpx.Response, started: float
) -> httpx.Response:
    """Return a response as httpx's client would hand it out, having kept the cookies that came with it.

    Raises:
        httpx.RemoteProtocolError: it redirects to something that is no URL.
    """
    response.request = request
    response.elapsed = timedelta(seconds=time.perf_counter() - started)
    if "set-cookie" in response.headers:
        client.cookies.extract_cookies(response)
    if response.has_redirect_location:
        try:
            request.url.join(response.headers["location"])
        except httpx.InvalidURL as error:
            problem = f"Invalid URL in location header: {error}."
            raise httpx.RemoteProtocolError(problem, request=request) from error
    return response


def beneath(
    base_url: httpx.URL, url: httpx.URL | str, options: dict[str, Any]
) -> tuple[httpx.URL | str, dict[str, Any]]:
    """Return the URL for a path of the API, which is parsed once, and the options without those that say nothing.

    Anything else is left to httpx.
    """
    if not isinstance(url, str) or not url.startswith("/") or url.startswith("//"):
        return url, options
    if not options.get("params") and "?" not in url:  # httpx would put no parameters into the URL, in as long again
        options.pop("params", None)
    return _parsed(f"{base_url}{url[1:]}"), options


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx.URL:
    """Return a URL, which nothing changes; one look at a prediction after another has the same."""
    return httpx.URL(url)
