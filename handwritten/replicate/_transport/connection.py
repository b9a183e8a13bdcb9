"""The connections of one client: a blocking one, and one for each event loop that uses it; opened late, closed once.

An asyncio client belongs to the loop it was first used on. A program that calls `asyncio.run` twice, or runs loops in
several threads, gets a client for each; when a loop ends, its client is closed with it.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import httpx

from .._blocking import run_blocking
from .._iterating import OpenFlows
from ..exceptions import InvalidArgumentError
from .clients import GuardedAsyncClient, GuardedClient
from .logs import log_as_environment_asks
from .pooling import PooledAsyncTransport, PooledTransport
from .sending import Access
from .wrapping import AsyncClientTransport, ClientTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping

    from .._settings import CallOptions, Settings

# As many connections as a program may run calls at once: a waiting create holds one for up to a minute, and httpx's
# default of 100 makes the 101st call fail while it waits for a free one.
_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=30.0)


class Connection:
    """What a client's requests travel through. Safe to use from many threads and from one event loop after another."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._access = Access(settings.base_url, settings.token)
        self._lock = threading.Lock()
        self._blocking: GuardedClient | None = None
        self._by_loop: weakref.WeakKeyDictionary[Any, tuple[GuardedAsyncClient, AsyncGenerator[None, None]]]
        self._by_loop = weakref.WeakKeyDictionary()
        self._closed = False
        log_as_environment_asks()

    @property
    def access(self) -> Access:
        """Which origin is the API's, and who gets the token."""
        return self._access

    def blocking(self, options: CallOptions) -> GuardedClient:
        """Return the blocking client, viewed with these options."""
        client = self._blocking
        if client is None:
            with self._lock:
                self._check_open()
                client = self._blocking = self._blocking or self._open_blocking()
        return client if options is client.call_options else client.with_options(options)

    def awaiting(self, options: CallOptions) -> GuardedAsyncClient:
        """Return the async client of the running event loop, viewed with these options."""
        loop = _running_loop()
        found = self._by_loop.get(loop)
        if found is None:
            with self._lock:
                self._check_open()
                found = self._by_loop[loop] = self._open_awaiting()
        client = found[0]
        return client if options is client.call_options else client.with_options(options)

    def close(self) -> None:
        """Close the blocking client. Async clients are closed by `aclose`, or with the event loop they belong to."""
        client = self._blocking
        if client is not None:
            run_blocking(client.open_flows.close())
        with self._lock:
            self._closed = True
            client, self._blocking = self._blocking, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the blocking client and the async client of the running event loop."""
        loop = _running_loop()
        found = self._by_loop.get(loop)
        if found is not None:
            await found[0].open_flows.close()
        self.close()
        found = self._by_loop.pop(loop, None)
        if found is not None:
            await found[1].aclose()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("this client is closed; make a new one")

    def _open_blocking(self) -> GuardedClient:
        settings = self._settings
        transport = settings.transport if hasattr(settings.transport, "handle_request") else None
        if settings.http_client is not None:
            transport = ClientTransport(settings.http_client)
        if transport is None:
            _see_that_nothing_is_bypassed(settings, missing="transport= or http_client=", calls="blocking")
        with _blamed_on_the_options():
            arguments = self._arguments(transport, PooledTransport)
            client = GuardedClient(**arguments)
        if isinstance(arguments.get("transport"), PooledTransport):
            client.pool = arguments["transport"]
        client.open_flows = OpenFlows()
        weakref.finalize(self, _close, client.open_flows, client.close)  # also when the program ends
        return client.guard(self._access, settings.options, settings.clock)

    def _open_awaiting(self) -> tuple[GuardedAsyncClient, AsyncGenerator[None, None]]:
        settings = self._settings
        transport = settings.async_transport or _if_async(settings.transport)
        if settings.async_http_client is not None:
            transport = AsyncClientTransport(settings.async_http_client)
        if transport is None:
            _see_that_nothing_is_bypassed(settings, missing="async_transport= or async_http_client=", calls="async")
        with _blamed_on_the_options():
            arguments = self._arguments(transport, PooledAsyncTransport)
            client = GuardedAsyncClient(**arguments)
        if isinstance(arguments.get("transport"), PooledAsyncTransport):
            client.pool = arguments["transport"]
        client.open_flows = OpenFlows()
        client.guard(self._access, settings.options, settings.clock)
        return client, _held_until_the_loop_ends(client)

    def _arguments(
        self, transport: Any, pooled: Callable[[Callable[[], ssl.SSLContext], httpx.Limits], Any]
    ) -> dict[str, Any]:
        options = dict(self._settings.httpx_options)
        limits = options.setdefault("limits", _LIMITS)
        if transport is None:
            tls = _tls_contexts(options)
            if not _is_for_httpx(options):
                transport = pooled(tls, limits)
            else:
                options["verify"] = tls()
                if self._access.is_here and not (options.get("proxy") or options.get("mounts")):
                    options["mounts"] = {_host_pattern(self._settings.base_url): None}  # no proxy leads to this machine
        if transport is not None:
            options["transport"] = transport
        return {**options, "base_url": self._settings.base_url, "follow_redirects": False}


@contextmanager
def _blamed_on_the_options() -> Generator[None]:
    """Raise this client's error for what httpx makes of options it cannot use: a file that is missing, a wrong type."""
    try:
        yield
    except (OSError, ValueError, TypeError, AttributeError, ImportError) as error:
        if isinstance(error, InvalidArgumentError):
            raise
        raise InvalidArgumentError(
            "one of the options for httpx cannot be used (verify, cert, proxy, limits, mounts, http2, cookies, "
            f"event_hooks): {type(error).__name__}: {error}",
            argument="httpx_options",
        ) from error


def _is_for_httpx(options: Mapping[str, Any]) -> bool:
    """Return whether requests need what only httpx's own transports do: proxies, or another HTTP than 1.1."""
    asked = any(options.get(name) for name in ("proxy", "mounts", "http2", "default_encoding"))
    return (
        asked
        or not options.get("http1", True)
        or (options.get("trust_env", True) and any(name != "no" for name in getproxies()))
    )


def _host_pattern(base_url: str) -> str:
    """Return what httpx calls all URLs of the API's host."""
    host = httpx.URL(base_url).host
    return f"all://[{host}]" if ":" in host else f"all://{host}"


def _tls_contexts(options: Mapping[str, Any]) -> Callable[[], ssl.SSLContext]:
    """Return what gives the TLS context; the one that options ask for is made at once, so that they can be blamed."""
    verify, cert, trust_environment = options.get("verify", True), options.get("cert"), options.get("trust_env", True)
    if verify is True and cert is None:
        return partial(_shared_tls_context, trust_environment=trust_environment)
    context = httpx.create_ssl_context(verify=verify, cert=cert, trust_env=trust_environment)  # 0.27 has another order
    return lambda: context


@cache
def _shared_tls_context(*, trust_environment: bool) -> ssl.SSLContext:
    """Return one TLS context for all clients, made for the first URL that needs it.

    Reading the certificate store takes 20 to 30 ms, more than a hundred requests to a server on this machine.

    Raises:
        InvalidArgumentError: the environment names a store that cannot be read.
    """
    with _blamed_on_the_options():
        return httpx.create_ssl_context(verify=True, trust_env=trust_environment)


def _close(open_flows: OpenFlows, close_connections: Callable[[], None]) -> None:
    """Close a blocking client; what is being iterated through it ends before its connections do."""
    run_blocking(open_flows.close())
    close_connections()


def _see_that_nothing_is_bypassed(settings: Settings, *, missing: str, calls: str) -> None:
    """Refuse calls of one colour where a transport or a client was given for the other alone.

    What was given may be a proxy or a guard; to send past it, unasked, would be worse than not to send.

    Raises:
        InvalidArgumentError: there is such a one.
    """
    given = (settings.transport, settings.async_transport, settings.http_client, settings.async_http_client)
    if any(one is not None for one in given):
        raise InvalidArgumentError(
            f"this client was given no transport for {calls} calls; pass {missing} too", argument="transport"
        )


def _if_async(transport: Any) -> Any:
    """Return a transport given for both colours if it can serve the async one."""
    return transport if hasattr(transport, "handle_async_request") else None


def _running_loop() -> Any:
    """Return what identifies the running event loop: asyncio's loop, or trio's token.

    Raises:
        RuntimeError: no event loop is running.
    """
    import asyncio  # here, because a program that blocks needs none of it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        import sys

        trio: Any = sys.modules.get("trio")
        if trio is None:
            raise
        return trio.lowlevel.current_trio_token()


def _held_until_the_loop_ends(client: GuardedAsyncClient) -> AsyncGenerator[None, None]:
    """Return an async generator, suspended, that closes the client when the running loop shuts its generators down.

    `asyncio.run` and trio finalise every suspended async generator before their loop ends, which is the one moment at
    which connections of that loop can still be closed properly.
    """

    async def hold() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await client.open_flows.close()
            await client.aclose()

    holder = hold()
    with suppress(StopIteration):
        holder.__anext__().send(None)
    return holder
