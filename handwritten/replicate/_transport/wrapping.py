"""Sending through an httpx client the caller made: its proxies, hooks, certificates and limits stay in force."""

from __future__ import annotations

import httpx


class ClientTransport(httpx.BaseTransport):
    """A transport that hands each request to a caller's `httpx.Client`. It never closes that client."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as the caller's client does, without its redirects."""
        _add_headers(request, self._client.headers)
        return self._client.send(request, stream=True, auth=None, follow_redirects=False)


class AsyncClientTransport(httpx.AsyncBaseTransport):
    """`ClientTransport` for a caller's `httpx.AsyncClient`."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as the caller's client does, without its redirects."""
        _add_headers(request, self._client.headers)
        return await self._client.send(request, stream=True, auth=None, follow_redirects=False)


def _add_headers(request: httpx.Request, headers: httpx.Headers) -> None:
    """Add the caller's headers, but none that says who the caller is: that is decided for each request's origin."""
    for name, value in headers.items():
        if name not in request.headers and name not in {"authorization", "cookie"}:
            request.headers[name] = value
