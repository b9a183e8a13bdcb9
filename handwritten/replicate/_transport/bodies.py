"""Responses whose bytes are read as they are asked for: downloads and event streams, in both colours.

The head of such a response is here when it is opened; a failure while its bytes are read is reported as this
client's error, never as httpx's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import aclosing, contextmanager, suppress
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin

import httpx

from .._quoted_values import quote_value
from ..exceptions import DecodeError
from .bounds import Bounds, is_compressed
from .failures import describe, network_failure

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable, Mapping

    from .._clock import Clock


class Body(ABC):
    """The response of an opened URL."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        """The HTTP status, a successful one."""
        return self._response.status_code

    @property
    def request(self) -> str:
        """Method and URL of the request, as they may be shown."""
        return describe(self._response.request)

    @property
    def headers(self) -> Mapping[str, str]:
        """The response headers; names compare without case."""
        return self._response.headers

    @property
    def url(self) -> str:
        """The URL the bytes come from, after redirects."""
        return str(self._response.url)

    @abstractmethod
    def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it arrives, decompressed.

        Raises:
            NetworkError: the connection failed before the end.
        """

    @abstractmethod
    async def close(self) -> None:
        """Give the connection back, or drop it where bytes are left unread."""

    async def read(self, deadline: float | None, clock: Clock) -> bytes:
        """Return the whole body.

        Raises:
            NetworkError: the connection failed before the end, or the body took too long.
            DecodeError: it is larger than any answer.
        """
        bounds = Bounds(self._response.request, deadline, clock)
        with self._failures_reported():
            async with aclosing(self.chunks()) as chunks:
                return b"".join([bounds.check(chunk) async for chunk in chunks])

    @contextmanager
    def _failures_reported(self) -> Generator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise network_failure(error, self._response.request) from error


class BlockingBody(Body):
    """A body read by code that blocks."""

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it arrives, decompressed."""
        response = self._response
        with self._failures_reported():
            if is_compressed(response) or response.is_stream_consumed:
                chunks: Iterable[bytes] = response.iter_bytes()
            else:
                chunks = cast("httpx.SyncByteStream", response.stream)  # past two generators that would change nothing
            for chunk in chunks:
                yield chunk

    async def close(self) -> None:
        """Give the connection back."""
        self._response.close()


class AsyncBody(Body):
    """A body read by code that awaits."""

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it arrives, decompressed."""
        with self._failures_reported():
            chunks = self._response.aiter_bytes()
            try:
                async for chunk in chunks:
                    yield chunk
            finally:
                await self.close()  # before the generators below are dropped: they could no longer await anything

    async def close(self) -> None:
        """Give the connection back."""
        await self._response.aclose()


def absolute_url(base_url: str, url: str) -> str:
    """Return the URL to open for a URL or for a path of the API.

    Raises:
        DecodeError: it is no URL that can be opened.
    """
    with suppress(httpx.InvalidURL, ValueError):
        absolute = urljoin(f"{base_url}/", url.lstrip("/") if url.startswith("/") else url)
        parsed = httpx.URL(absolute)
        if parsed.scheme in {"http", "https"} and parsed.host:
            return absolute
    raise DecodeError(title="The URL cannot be opened", detail=f"{quote_value(url[:40])} is no http or https URL")


def redirect_target(current: str, location: str) -> str | None:
    """Return where a redirect leads, or None where it must not be followed: away from https, or to no web address."""
    if not location:
        return None
    try:
        target = httpx.URL(current).join(location)
    except (httpx.InvalidURL, ValueError):
        return None
    if target.scheme not in {"http", "https"} or not target.host:
        return None
    if target.scheme == "http" and httpx.URL(current).scheme == "https":
        return None
    return str(target)
