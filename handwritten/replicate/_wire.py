"""The wire: the one place that chooses between the blocking and the async function of an endpoint.

Every flow above is an `async def` over a `Wire`. `BlockingWire` answers each await at once (see `_blocking`);
`AsyncWire` awaits. What a prediction is, is not known here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from replicate_api.json_text import read_json

from ._iterating import BatchIteration, Iteration, iterate_batches_blocking, iterate_blocking
from ._quoted_values import quote_value
from ._transport.bodies import AsyncBody, BlockingBody, Body, absolute_url, redirect_target
from ._transport.decoding import Answer
from ._transport.decoding import decode as decode_answer
from .exceptions import InvalidArgumentError, ReplicateError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterable, Mapping, Sequence

    from replicate_api.types import Response

    from ._clock import Clock
    from ._settings import CallOptions
    from ._transport.api import Api

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Endpoint(Protocol[P, T_co]):
    """A generated endpoint module: `replicate_api.api.predictions.predictions_get`, for one."""

    @property
    def sync_detailed(self) -> Callable[P, Response[T_co]]: ...

    @property
    def asyncio_detailed(self) -> Callable[P, Awaitable[Response[T_co]]]: ...


class Wire(ABC):
    """One client's way to the service, in one colour."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self.api = api
        self.clock = clock

    def with_options(self, options: CallOptions) -> Wire:
        """Return this wire with other time-outs, retries or a deadline."""
        return type(self)(self.api.with_call_options(options), self.clock)

    def until(self, deadline: float | None) -> Wire:
        """Return this wire with a moment, on the clock's monotonic time, by which each call must be over."""
        return self if deadline is None else self.with_options(self.api.call_options.until(deadline))

    @abstractmethod
    async def call(self, endpoint: Endpoint[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a generated endpoint and return its decoded answer."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""

    @abstractmethod
    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]], *, at_once: int = 4) -> list[T]:
        """Run flows and return their results in order, so many at once where the colour allows it."""

    @abstractmethod
    async def shielded(self, flow: Callable[[], Coroutine[Any, Any, None]], *, seconds: float) -> None:
        """Run a flow even while the calling task is being canceled, for so many seconds at most.

        It must be one that can be run twice: a task that is canceled again meanwhile starts it anew.
        """

    @abstractmethod
    async def off_loop(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that reads or writes files, without holding up an event loop."""

    @abstractmethod
    async def reading(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function as `off_loop` does; a canceled task leaves it, for it may read what never comes."""

    @abstractmethod
    async def _send(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Body:
        """Send a request and return its response, the body unread."""

    async def request(
        self,
        method: str,
        url: str,
        decode: Callable[[Any], T],
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Send what no endpoint function can, a QUERY or a URL the service made, and return its decoded JSON.

        As for an endpoint function, a redirect is an error.
        """
        body = await self._send(method, absolute_url(self.api.base_url, url), content, headers or {})
        try:
            text = await body.read(self.api.call_options.deadline, self.clock)
        finally:
            await body.close()
        answer = Answer(body.request, body.status, body.headers, text)
        return decode_answer(answer, lambda text: decode(read_json(text)))

    @asynccontextmanager
    async def open(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[Body, None]:
        """Open a URL, of the API or of another host, following redirects. The token goes to the API's origin only.

        Raises:
            ReplicateError: the answer has an error status, or none came.
        """
        body = await self._follow(absolute_url(self.api.base_url, url), headers or {})
        try:
            yield body
        finally:
            await body.close()

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Body:
        redirects = 0
        while True:
            try:
                return await self._send("GET", url, None, headers)
            except ReplicateError as error:
                if error.status not in _REDIRECTS:
                    raise
                target = redirect_target(url, error.headers.get("location", ""))
                redirects += 1
                if redirects > _MOST_REDIRECTS:
                    error.detail = f"gave up after {_MOST_REDIRECTS} redirects"
                if target is None or redirects > _MOST_REDIRECTS:
                    raise
                url = target


def _unsendable(error: UnicodeEncodeError) -> InvalidArgumentError:
    """Return the error for an argument that no request can be made of."""
    text = quote_value(error.object)
    return InvalidArgumentError(f"{text} cannot be sent: it has half of a surrogate pair, which is no text")


class BlockingWire(Wire):
    """The wire of code that blocks. None of its coroutines ever suspends."""

    def iterate(self, flow: AsyncGenerator[T, None]) -> Generator[T, None, None]:
        """Return a flow as `for` takes it."""
        return iterate_blocking(flow, lambda: self.api.get_httpx_client().open_flows)

    def iterate_batches(self, flow: AsyncGenerator[Iterable[T], None]) -> Generator[T, None, None]:
        """Return the items of a flow's batches as `for` takes them."""
        return iterate_batches_blocking(flow, lambda: self.api.get_httpx_client().open_flows)

    async def call(self, endpoint: Endpoint[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the endpoint's blocking function."""
        try:
            return endpoint.sync_detailed(*args, **kwargs).parsed
        except UnicodeEncodeError as error:
            raise _unsendable(error) from error

    async def sleep(self, seconds: float) -> None:
        """Block this thread for so many seconds."""
        self.clock.sleep(seconds)

    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]], *, at_once: int = 4) -> list[T]:
        """Run the flows one after another."""
        del at_once
        try:
            return [await flow for flow in flows]
        finally:
            for flow in flows:  # those a failure has left out
                flow.close()

    async def shielded(self, flow: Callable[[], Coroutine[Any, Any, None]], *, seconds: float) -> None:
        """Run the flow; its calls carry their own deadline."""
        del seconds
        await flow()

    async def off_loop(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function here: there is no event loop to hold up."""
        return function(*args, **kwargs)

    async def reading(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function here."""
        return function(*args, **kwargs)

    async def _send(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Body:
        client = self.api.get_httpx_client()
        request = client.build_request(method, url, content=content, headers=headers)
        return BlockingBody(client.send(request, stream=True))


class AsyncWire(Wire):
    """The wire of code that awaits, on whatever event loop runs."""

    def iterate(self, flow: AsyncGenerator[T, None]) -> Iteration[T]:
        """Return a flow as `async for` takes it."""
        return Iteration(flow, lambda: self.api.get_async_httpx_client().open_flows)

    def iterate_batches(self, flow: AsyncGenerator[Iterable[T], None]) -> BatchIteration[T]:
        """Return the items of a flow's batches as `async for` takes them."""
        return BatchIteration(flow, lambda: self.api.get_async_httpx_client().open_flows)

    async def call(self, endpoint: Endpoint[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await the endpoint's async function."""
        try:
            return (await endpoint.asyncio_detailed(*args, **kwargs)).parsed
        except UnicodeEncodeError as error:
            raise _unsendable(error) from error

    async def sleep(self, seconds: float) -> None:
        """Suspend this task for so many seconds."""
        await self.clock.async_sleep(seconds)

    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]], *, at_once: int = 4) -> list[T]:
        """Run the flows side by side, so many at once; the first failure cancels the others and is raised."""
        import anyio

        limit = anyio.Semaphore(at_once)
        results: dict[int, T] = {}

        async def run(place: int, flow: Coroutine[Any, Any, T]) -> None:
            async with limit:
                results[place] = await flow

        try:
            async with anyio.create_task_group() as group:
                for place, flow in enumerate(flows):
                    group.start_soon(run, place, flow)
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            for flow in flows:
                flow.close()
        return [results[place] for place in range(len(flows))]

    async def shielded(self, flow: Callable[[], Coroutine[Any, Any, None]], *, seconds: float) -> None:
        """Run the flow where cancellation does not reach it."""
        import anyio

        try:
            with anyio.move_on_after(seconds, shield=True):
                await flow()
        except anyio.get_cancelled_exc_class():  # asyncio, at the end of its loop, cancels a task a second time
            with anyio.move_on_after(seconds, shield=True):
                await flow()
            raise

    async def off_loop(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function in a worker thread."""
        import anyio.to_thread

        return await anyio.to_thread.run_sync(partial(function, *args, **kwargs))

    async def reading(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function in a worker thread, which goes on by itself where this task is canceled."""
        import anyio.to_thread

        return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), abandon_on_cancel=True)

    async def _send(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Body:
        client = self.api.get_async_httpx_client()
        request = client.build_request(method, url, content=content, headers=headers)
        return AsyncBody(await client.send(request, stream=True))
