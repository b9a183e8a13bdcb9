"""A transport that sends failed requests again, by the name and the arguments of 1.x; this client does not need it.

`Client` retries above its transport, by what a request does. This is for programs that build a transport of their own.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Protocol

import httpx

from .._blocking import run_blocking
from .._clock import Clock
from .._retries import Backoff, delay_from_response

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Sender(Protocol):
    async def send(self, request: httpx.Request) -> httpx.Response: ...
    async def close(self, response: httpx.Response) -> None: ...
    async def sleep(self, seconds: float) -> None: ...


class RetryTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Sends through another transport, and again where the answer has one of some statuses."""

    RETRYABLE_METHODS = frozenset({"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"})
    RETRYABLE_STATUS_CODES = frozenset({429, 503, 504})
    MAX_BACKOFF_WAIT = 60

    def __init__(
        self,
        wrapped_transport: httpx.BaseTransport | httpx.AsyncBaseTransport,
        *,
        max_attempts: int = 10,
        max_backoff_wait: float = MAX_BACKOFF_WAIT,
        backoff_factor: float = 0.1,
        jitter_ratio: float = 0.1,
        retryable_methods: Iterable[str] | None = None,
        retry_status_codes: Iterable[int] | None = None,
    ) -> None:
        """Wrap a transport.

        Args:
            wrapped_transport: what sends; a blocking one serves an `httpx.Client`, an async one an
                `httpx.AsyncClient`.
            max_attempts: how often one request is sent in all.
            max_backoff_wait: seconds of the longest pause, also where the server asks for more.
            backoff_factor: seconds of the first pause; each is up to three times the one before.
            jitter_ratio: accepted as in 1.x; the pauses are random as they are.
            retryable_methods: the methods of requests that are sent again, otherwise `RETRYABLE_METHODS`.
            retry_status_codes: the statuses on which they are, otherwise `RETRYABLE_STATUS_CODES`.
        """
        del jitter_ratio
        self.wrapped_transport = wrapped_transport
        self._max_attempts = max_attempts
        self._backoff = Backoff(backoff_factor, max_backoff_wait)
        self._methods = frozenset(retryable_methods or self.RETRYABLE_METHODS)
        self._statuses = frozenset(retry_status_codes or self.RETRYABLE_STATUS_CODES)
        self._clock = Clock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, again where that is called for, and return the last response."""
        return run_blocking(self._send(request, _BlockingSender(self.wrapped_transport, self._clock)))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as `handle_request` does."""
        return await self._send(request, _AsyncSender(self.wrapped_transport, self._clock))

    def close(self) -> None:
        """Close the wrapped transport."""
        if isinstance(self.wrapped_transport, httpx.BaseTransport):
            self.wrapped_transport.close()

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        if isinstance(self.wrapped_transport, httpx.AsyncBaseTransport):
            await self.wrapped_transport.aclose()

    async def _send(self, request: httpx.Request, sender: _Sender) -> httpx.Response:
        pause: float | None = None
        for _ in range(self._max_attempts - 1):
            response = await sender.send(request)
            if request.method not in self._methods or response.status_code not in self._statuses:
                return response
            await sender.close(response)
            asked = delay_from_response(response.headers, None, now=self._clock.time(), status=response.status_code)
            pause = self._backoff.next(pause, random.uniform)
            await sender.sleep(pause if asked is None else min(max(asked, pause), self._backoff.cap))
        return await sender.send(request)


class _BlockingSender:
    def __init__(self, transport: object, clock: Clock) -> None:
        if not isinstance(transport, httpx.BaseTransport):
            raise TypeError("the wrapped transport cannot send for a blocking client; wrap an httpx.BaseTransport")
        self._transport = transport
        self._clock = clock

    async def send(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)

    async def close(self, response: httpx.Response) -> None:
        response.close()

    async def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)


class _AsyncSender:
    def __init__(self, transport: object, clock: Clock) -> None:
        if not isinstance(transport, httpx.AsyncBaseTransport):
            raise TypeError("the wrapped transport cannot send for an async client; wrap an httpx.AsyncBaseTransport")
        self._transport = transport
        self._clock = clock

    async def send(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)

    async def close(self, response: httpx.Response) -> None:
        await response.aclose()

    async def sleep(self, seconds: float) -> None:
        await self._clock.async_sleep(seconds)
