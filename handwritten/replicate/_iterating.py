"""What `for` and `async for` get of a flow, so that the flow ends in good order however its loop is left. No HTTP here.

A flow may have something to do at its end: canceling a prediction, giving a connection back. Python closes a generator
that was left behind, mostly. It does not where the program ends first; and asyncio, at the end of its loop, closes all
async generators at once, the inner ones of a flow beside the outer one, or cancels the task that should do it before
it starts. So the flows that are open are kept here, and no event loop gets to know their generators.
"""

from __future__ import annotations

import os
import sys
import types
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from ._blocking import run_blocking, suspended

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Iterator

T = TypeVar("T")
_Flow = Any
"""An async generator; any kind of item."""


class OpenFlows:
    """The flows that are being iterated: those of one event loop, or those of code that blocks."""

    __slots__ = ("_closing", "_flows", "_process")

    def __init__(self) -> None:
        self._flows: set[_Flow] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._process = os.getpid()

    def add(self, flow: _Flow) -> None:
        """Keep a flow until it has ended."""
        self._flows.add(flow)

    def discard(self, flow: _Flow) -> None:
        """Forget a flow that has ended."""
        self._flows.discard(flow)

    def __contains__(self, flow: _Flow) -> bool:
        return flow in self._flows

    async def close(self) -> None:
        """End all flows that are still open, but not those of the process this one was forked from."""
        while self._flows and self._process == os.getpid():
            with suppress(RuntimeError, ValueError):  # another thread or task is inside it
                await unseen(self._flows.pop().aclose)

    def close_soon(self, flow: _Flow) -> None:
        """End a flow in a task of the running event loop. It stays here until then, should the loop end first."""
        import asyncio  # here, because a program that blocks needs none of it

        async def close() -> None:
            await unseen(flow.aclose)
            self.discard(flow)

        task = asyncio.get_running_loop().create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def iterate_blocking(flow: AsyncGenerator[T, None], open_flows: Callable[[], OpenFlows]) -> Generator[T, None, None]:
    """Iterate a flow whose awaits are all answered at once; closing the result ends the flow."""
    flows = open_flows()
    flows.add(flow)
    try:
        while True:
            try:
                flow.__anext__().send(None)  # as `run_blocking` does, whose call would count here
            except StopIteration as stop:
                item: T = stop.value
            except StopAsyncIteration:
                return
            else:
                raise suspended()
            yield item
    finally:
        run_blocking(flow.aclose())
        flows.discard(flow)


def iterate_batches_blocking(
    flow: AsyncGenerator[Iterable[T], None], open_flows: Callable[[], OpenFlows]
) -> Generator[T, None, None]:
    """Iterate the items of a flow's batches; the flow goes on once all items of a batch were taken."""
    with closing(iterate_blocking(flow, open_flows)) as batches:
        for batch in batches:
            yield from batch


class Iteration(AsyncIterator[T]):
    """A flow as `async for` takes it; `aclose()` ends it, and so does dropping it."""

    def __init__(self, flow: AsyncGenerator[T, None], open_flows: Callable[[], OpenFlows]) -> None:
        self._flow: _Flow = flow
        self._find = open_flows
        self._flows: OpenFlows | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __aiter__(self) -> Iteration[T]:
        return self

    async def __anext__(self) -> T:
        if self._flows is None:
            import asyncio

            with suppress(RuntimeError):  # another kind of event loop
                self._loop = asyncio.get_running_loop()
            self._flows = self._find()
            self._flows.add(self._flow)
        try:
            return await unseen(self._flow.__anext__)
        except BaseException:
            if not self._flow.ag_running:  # another task still waits for an item
                self._flows.discard(self._flow)
            raise

    async def aclose(self) -> None:
        """End the flow."""
        await unseen(self._flow.aclose)
        if self._flows is not None:
            self._flows.discard(self._flow)

    def __del__(self) -> None:
        flows, loop = self._flows, self._loop
        if flows is not None and loop is not None and self._flow in flows:
            with suppress(RuntimeError):  # the loop is closed, and with it the flow
                loop.call_soon_threadsafe(flows.close_soon, self._flow)


class BatchIteration(AsyncIterator[T]):
    """The items of a flow's batches as `async for` takes them; the flow goes on once all of a batch were taken."""

    def __init__(self, flow: AsyncGenerator[Iterable[T], None], open_flows: Callable[[], OpenFlows]) -> None:
        self._batches = Iteration(flow, open_flows)
        self._batch: Iterator[T] = iter(())

    def __aiter__(self) -> BatchIteration[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            for item in self._batch:
                return item
            self._batch = iter(await anext(self._batches))

    async def aclose(self) -> None:
        """End the flow; what is left of its batch is dropped."""
        self._batch = iter(())
        await self._batches.aclose()


@types.coroutine
def unseen(start: Callable[[], Awaitable[T]]) -> Generator[Any, Any, T]:
    """Await what a function returns; no async generator that starts meanwhile becomes known to the event loop."""
    steps: Any = None

    def first_step() -> Any:
        nonlocal steps
        steps = start().__await__()
        return next(steps)

    step: Callable[[], Any] = first_step
    while True:
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(None, None)
        try:
            waits_for = step()
        except StopIteration as stop:
            result: T = stop.value
            return result
        finally:
            sys.set_asyncgen_hooks(*hooks)
        try:
            sent = yield waits_for
        except BaseException as error:  # noqa: BLE001 - a cancellation, among others, is handed on
            step = _throwing(steps, error)
        else:
            step = _sending(steps, sent)


def _throwing(steps: Any, error: BaseException) -> Callable[[], Any]:
    return lambda: steps.throw(error)


def _sending(steps: Any, value: Any) -> Callable[[], Any]:
    return lambda: steps.send(value) if value is not None else next(steps)
