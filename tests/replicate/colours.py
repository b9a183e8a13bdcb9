"""Running one test body in both colours: blocking calls as they are, or their awaiting twins on an event loop."""

from __future__ import annotations

import asyncio
import inspect
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import replicate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TWINS = {
    "read": "aread",
    "info": "ainfo",
    "save": "asave",
    "iter_bytes": "aiter_bytes",
    "close": "aclose",
    "sync": "asyncio",
    "sync_detailed": "asyncio_detailed",
    "get_httpx_client": "get_async_httpx_client",
}


def on_the_loop(colour: Colour, function: Callable[[], Any]) -> Any:
    """Call a plain function whose twin needs a running event loop, but is not awaited itself."""
    twin = colour.twin(function)

    async def call() -> Any:
        return twin()

    return colour.run(call()) if colour.awaits else twin()


class Colour:
    """One way to use the client. `colour(client.run, …)` blocks, or runs the twin `async_run` on a loop of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._opened = ExitStack()
        self._runner: asyncio.Runner | None = None

    @property
    def awaits(self) -> bool:
        return self.name == "awaiting"

    def __repr__(self) -> str:
        return self.name

    def __call__(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a method and return what it returns."""
        return self.settle(lambda: self.twin(method)(*args, **kwargs))

    def settle(self, call: Callable[[], Any]) -> Any:
        """Make a call that is awaitable in one colour only, and return what it returns in the end."""
        result = call()
        return self.run(result) if inspect.isawaitable(result) else result

    def iterate(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Call a method that gives an iterator, and yield its items."""
        return self.over(self(method, *args, **kwargs))

    def over(self, iterable: Any) -> Iterator[Any]:
        """Yield the items of what can be iterated in both colours, or in this one."""
        if not self.awaits:
            yield from iterable
            return
        iterator = aiter(iterable)
        try:
            while True:
                try:
                    yield self.run(anext(iterator))
                except StopAsyncIteration:
                    return
        finally:
            if hasattr(iterator, "aclose"):
                self.run(iterator.aclose())

    def twin(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method, in the awaiting colour the one that awaits."""
        if not self.awaits:
            return method
        owner = getattr(method, "__self__", None)
        owner = sys.modules[method.__module__] if owner is None else owner
        return getattr(owner, _TWINS.get(method.__name__, f"async_{method.__name__}"))

    def run(self, awaitable: Any) -> Any:
        """Await something on this test's event loop."""
        if self._runner is None:
            self._runner = self._opened.enter_context(asyncio.Runner())

        async def flow() -> Any:
            return await awaitable

        return self._runner.run(flow())

    def client(self, script: Any, clock: Any, **settings: Any) -> replicate.Client:
        """Return a client that sends through a script and takes its time from a fake clock."""
        client = replicate.Client._with_clock(clock, **{"transport": script, **settings})
        self._opened.callback(client.close)
        return client

    def finish(self) -> None:
        self._opened.close()
