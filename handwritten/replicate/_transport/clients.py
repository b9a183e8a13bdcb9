"""The two httpx clients the generated code talks to: httpx's own, with `send` put under this client's rules."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any, cast

import httpx

from .._blocking import run_blocking
from .bounds import BoundedAsyncStream, BoundedStream, Bounds, is_compressed, longest_head, unpacked
from .http_connection import LONGEST_HEAD_SECONDS
from .sending import Access, deliver
from .shortcut import beneath, leads_past_httpx, taken
from .uploads import off_loop

if TYPE_CHECKING:
    from .._clock import Clock
    from .._iterating import OpenFlows
    from .._settings import CallOptions
    from .pooling import PooledAsyncTransport, PooledTransport

_LONGEST_ERROR_BODY = 1024 * 1024
"""Bytes of an error response that are read; what follows is left to the server."""

_REPLACEABLE = frozenset({"accept", "accept-encoding", "connection", "user-agent"})


class GuardedClient(httpx.Client):
    """A blocking httpx client whose every request passes `deliver`. Made by `Connection`, one per client."""

    access: Access
    call_options: CallOptions
    clock: Clock

    open_flows: OpenFlows
    """What is being iterated through this client; it ends before the connections are closed."""

    pool: PooledTransport | None = None
    """What requests may be sent through without the rest of httpx; None where a transport of another kind is used."""

    def guard(self, access: Access, options: CallOptions, clock: Clock) -> GuardedClient:
        """Set the rules this client sends under, and return it."""
        self.access, self.call_options, self.clock = access, options, clock
        return self

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """Build a request as httpx does; the paths of the API are put behind the base URL here, in half the time."""
        url, options = beneath(self.base_url, url, options)
        return super().build_request(method, url, **options)

    def with_options(self, options: CallOptions) -> GuardedClient:
        """Return a view of this client with other options and the same connections. Close the original only."""
        return copy.copy(self).guard(self.access, options, self.clock)

    def send(self, request: httpx.Request, *, stream: bool = False, **_: Any) -> httpx.Response:
        """Send a request under this client's rules; `auth` and `follow_redirects` of httpx have no part in them.

        Raises:
            APIStatusError: the answer has an error status, after the retries that are safe.
            NetworkError: no answer came back.
            AuthenticationError: there is no token; nothing was sent.
        """
        add_headers(request, self.call_options)
        exchange = _BlockingExchange(self, stream=stream)
        return run_blocking(deliver(request, exchange, self.call_options, self.access, self.clock))

    def send_once(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Send a request as httpx does, once, following no redirect; what is read at once is read within bounds."""
        response = self._head(request)
        if stream:
            return response
        try:
            if not is_compressed(response):
                self.bounded(response).read()
                return response
            bounds = Bounds(response.request, self.call_options.deadline, self.clock)
            content = b"".join([bounds.check(chunk) for chunk in response.iter_bytes()])
        except BaseException:
            response.close()
            raise
        return unpacked(response, content)

    def _head(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, the body unread."""
        seconds = longest_head(request, self.call_options.deadline, self.clock)
        request.extensions = {**request.extensions, LONGEST_HEAD_SECONDS: seconds}
        if self.pool is None or not leads_past_httpx(self, request):
            return super().send(request, stream=True, auth=_auth(request), follow_redirects=False)
        started = time.perf_counter()
        response = self.pool.handle_request(request)
        try:
            return taken(self, request, response, started)
        except BaseException:
            response.close()
            raise

    def bounded(self, response: httpx.Response) -> httpx.Response:
        """Return a response, not read yet, with bounds to its body."""
        bounds = Bounds(response.request, self.call_options.deadline, self.clock)
        response.stream = BoundedStream(cast("httpx.SyncByteStream", response.stream), bounds)
        return response

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} of {self.base_url.host}>"


class GuardedAsyncClient(httpx.AsyncClient):
    """`GuardedClient` for one event loop."""

    access: Access
    call_options: CallOptions
    clock: Clock

    open_flows: OpenFlows
    """What is being iterated through this client; it ends before the connections are closed."""

    pool: PooledAsyncTransport | None = None
    """What requests may be sent through without the rest of httpx; None where a transport of another kind is used."""

    def guard(self, access: Access, options: CallOptions, clock: Clock) -> GuardedAsyncClient:
        """Set the rules this client sends under, and return it."""
        self.access, self.call_options, self.clock = access, options, clock
        return self

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """Build a request as httpx does; the paths of the API are put behind the base URL here, in half the time."""
        url, options = beneath(self.base_url, url, options)
        return super().build_request(method, url, **options)

    def with_options(self, options: CallOptions) -> GuardedAsyncClient:
        """Return a view of this client with other options and the same connections. Close the original only."""
        return copy.copy(self).guard(self.access, options, self.clock)

    async def send(self, request: httpx.Request, *, stream: bool = False, **_: Any) -> httpx.Response:
        """Send a request under this client's rules, as `GuardedClient.send` does."""
        add_headers(request, self.call_options)
        exchange = _AwaitingExchange(self, stream=stream)
        return await deliver(request, exchange, self.call_options, self.access, self.clock)

    async def send_once(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Send a request as httpx does, once, following no redirect; what is read at once is read within bounds."""
        response = await self._head(request)
        if stream:
            return response
        try:
            if not is_compressed(response):
                await self.bounded(response).aread()
                return response
            bounds = Bounds(response.request, self.call_options.deadline, self.clock)
            content = b"".join([bounds.check(chunk) async for chunk in response.aiter_bytes()])
        except BaseException:
            await response.aclose()
            raise
        return unpacked(response, content)

    async def _head(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, the body unread."""
        import anyio

        try:
            with anyio.fail_after(longest_head(request, self.call_options.deadline, self.clock)):
                if self.pool is None or not leads_past_httpx(self, request):
                    return await super().send(request, stream=True, auth=_auth(request), follow_redirects=False)
                started = time.perf_counter()
                response = await self.pool.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("The answer came too slowly", request=request) from error
        try:
            return taken(self, request, response, started)
        except BaseException:
            await response.aclose()
            raise

    def bounded(self, response: httpx.Response) -> httpx.Response:
        """Return a response, not read yet, with bounds to its body."""
        bounds = Bounds(response.request, self.call_options.deadline, self.clock)
        response.stream = BoundedAsyncStream(cast("httpx.AsyncByteStream", response.stream), bounds)
        return response

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} of {self.base_url.host}>"


class _BlockingExchange:
    """One try on the network for the blocking colour."""

    __slots__ = ("_client", "_stream")

    def __init__(self, client: GuardedClient, *, stream: bool) -> None:
        self._client = client
        self._stream = stream

    async def send(self, request: httpx.Request) -> httpx.Response:
        return self._client.send_once(request, stream=self._stream)

    async def read(self, response: httpx.Response) -> bytes:
        if not self._stream:
            return response.content
        try:
            body = b""
            for chunk in self._client.bounded(response).iter_bytes():
                body += chunk
                if len(body) > _LONGEST_ERROR_BODY:
                    break
        finally:
            response.close()
        return body

    async def sleep(self, seconds: float) -> None:
        self._client.clock.sleep(seconds)


class _AwaitingExchange:
    """One try on the network for the awaiting colour."""

    __slots__ = ("_client", "_stream")

    def __init__(self, client: GuardedAsyncClient, *, stream: bool) -> None:
        self._client = client
        self._stream = stream

    async def send(self, request: httpx.Request) -> httpx.Response:
        off_loop(request)
        return await self._client.send_once(request, stream=self._stream)

    async def read(self, response: httpx.Response) -> bytes:
        if not self._stream:
            return response.content
        try:
            body = b""
            chunks = self._client.bounded(response).aiter_bytes()  # kept until the response is closed
            async for chunk in chunks:
                body += chunk
                if len(body) > _LONGEST_ERROR_BODY:
                    break
        finally:
            await response.aclose()
        return body

    async def sleep(self, seconds: float) -> None:
        await self._client.clock.async_sleep(seconds)


def _auth(request: httpx.Request) -> httpx.Auth | None:
    """Return what keeps httpx from replacing the token by a user name that stands in the URL."""
    return httpx.Auth() if "authorization" in request.headers else None


def add_headers(request: httpx.Request, options: CallOptions) -> None:
    """Add the caller's headers, which replace httpx's own defaults but nothing an endpoint says about its request."""
    for name, value in options.headers.items():
        if name.lower() in _REPLACEABLE or name not in request.headers:
            request.headers[name] = value
