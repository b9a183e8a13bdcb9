"""The low-level handle: what generated endpoint functions are called with, as `client=`, to get this client's rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from replicate_api import Client as GeneratedClient
from replicate_api.types import Response

from .._settings import Timeouts
from .decoding import Answer, decode
from .failures import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from .._settings import CallOptions
    from .clients import GuardedAsyncClient, GuardedClient
    from .connection import Connection

T = TypeVar("T")


class Api(GeneratedClient):
    """A handle for the endpoint functions of `replicate_api`, as `client.api`.

    Calls made with it share the connections, the token rule, the time-outs, the retries and the errors of the client it
    belongs to::

        from replicate_api.api.predictions import predictions_get

        prediction = predictions_get.sync("…", client=client.api)
    """

    def __init__(self, base_url: str, connection: Connection, options: CallOptions) -> None:
        super().__init__(base_url=base_url)
        self._connection = connection
        self._options = options

    @property
    def connection(self) -> Connection:
        """The connections this handle shares with its client."""
        return self._connection

    @property
    def base_url(self) -> str:
        """The URL the paths of the API are appended to."""
        return self._base_url

    @property
    def call_options(self) -> CallOptions:
        """The time-outs, retries, headers and deadline of calls made with this handle."""
        return self._options

    def with_call_options(self, options: CallOptions) -> Api:
        """Return a handle with other options and the same connections."""
        return self if options is self._options else Api(self._base_url, self._connection, options)

    def with_headers(self, headers: Mapping[str, str]) -> Api:
        """Return a handle that sends these headers too; this one stays as it is."""
        return self.with_call_options(replace(self._options, headers={**self._options.headers, **headers}))

    def with_cookies(self, cookies: Mapping[str, str]) -> Api:
        """Return a handle that sends these cookies too, to the API only; this one stays as it is."""
        return self.with_headers({"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})

    def with_timeout(self, timeout: object) -> Api:
        """Return a handle with another time-out, seconds or an `httpx.Timeout`; this one stays as it is."""
        return self.with_call_options(replace(self._options, timeouts=Timeouts.of(timeout)))

    def get_httpx_client(self) -> GuardedClient:
        """Return the blocking HTTP client, opening it on first use."""
        return self._connection.blocking(self._options)

    def get_async_httpx_client(self) -> GuardedAsyncClient:
        """Return the async HTTP client of the running event loop, opening it on first use."""
        return self._connection.awaiting(self._options)

    def set_httpx_client(self, client: httpx.Client) -> Self:  # noqa: ARG002 - the signature of the generated class
        """Refuse: the rules of this client would be lost. Pass `http_client=` to `replicate.Client` instead."""
        raise TypeError("pass http_client= to replicate.Client; a client set here would not keep its rules")

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:  # noqa: ARG002 - the signature of the generated class
        """Refuse: the rules of this client would be lost. Pass `async_http_client=` to `replicate.Client` instead."""
        raise TypeError("pass async_http_client= to replicate.Client; a client set here would not keep its rules")

    def build_response(self, response: httpx.Response, parse: Callable[[httpx.Response], T]) -> Response[T]:
        """Return a successful response with its body decoded.

        Raises:
            DecodeError: the body is not what the API describes.
        """
        answer = Answer(describe(response.request), response.status_code, response.headers, response.content)
        parsed = decode(answer, lambda _: parse(response))
        return Response(answer.status, answer.content, answer.headers, parsed)

    def __enter__(self) -> Self:
        """Return the handle; its connections are closed with the client it belongs to."""
        return self

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Leave the connections open: they are closed with the client."""

    async def __aenter__(self) -> Self:
        """Return the handle; its connections are closed with the client it belongs to."""
        return self

    async def __aexit__(self, *args: object, **kwargs: Any) -> None:
        """Leave the connections open: they are closed with the client."""

    def __repr__(self) -> str:
        return f"<Api {self._base_url}>"
