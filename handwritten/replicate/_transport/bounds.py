"""How much of an answer is read into memory, and for how long; downloads and event streams are not read that way.

A read time-out notices silence only. An answer that comes in drops, or never ends, is given up here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from ..exceptions import DecodeError
from .failures import describe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .._clock import Clock

LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes of an answer, before decompression. The largest there are hold a hundred predictions with inlined files."""

_READ_TIMEOUTS = 10
"""An answer may take so many times the time-out of one read, from its head to its end."""


class Bounds:
    """How much of one answer is still read, and until when."""

    def __init__(self, request: httpx.Request, deadline: float | None, clock: Clock) -> None:
        self._request = request
        self._clock = clock
        self._left = LARGEST_ANSWER
        read: float | None = request.extensions["timeout"]["read"]
        ends = [deadline] if read is None else [deadline, clock.monotonic() + _READ_TIMEOUTS * read]
        self._end = min((end for end in ends if end is not None), default=None)

    def check(self, chunk: bytes) -> bytes:
        """Return a chunk that may be read.

        Raises:
            DecodeError: there is more than an answer can have.
            httpx.ReadTimeout: it came too late.
        """
        self._left -= len(chunk)
        if self._left < 0:
            raise DecodeError(
                title="The answer is too large",
                detail=f"it has more than {LARGEST_ANSWER} bytes; reading was stopped",
                request=describe(self._request),
            )
        if self._end is not None and self._clock.monotonic() >= self._end:
            raise httpx.ReadTimeout("The answer came too slowly", request=self._request)
        return chunk


class BoundedStream(httpx.SyncByteStream):
    """A body that ends with an error at its bounds."""

    def __init__(self, stream: httpx.SyncByteStream, bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            yield self._bounds.check(chunk)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()


class BoundedAsyncStream(httpx.AsyncByteStream):
    """`BoundedStream` for code that awaits."""

    def __init__(self, stream: httpx.AsyncByteStream, bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield self._bounds.check(chunk)

    async def aclose(self) -> None:
        """Close the stream below."""
        await self._stream.aclose()
