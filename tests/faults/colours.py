"""Both ways to use the client, so that one test body runs blocking and awaiting."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TWINS = {"read": "aread", "save": "asave", "iter_bytes": "aiter_bytes", "close": "aclose"}


class Blocking:
    """Calls methods as they are."""

    awaits = False

    def call(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a method and return what it returns."""
        return method(*args, **kwargs)

    def iterate(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Yield what a method that makes an iterator yields; closing the result closes it."""
        return method(*args, **kwargs)

    def inside(self, manager: Any, body: Callable[[Any], Any]) -> Any:
        """Run a function inside a `with` statement."""
        with manager as entered:
            return body(entered)

    def finish(self) -> None:
        pass


class Awaiting:
    """Calls the twin of a method that awaits, on one event loop for the whole test."""

    awaits = True

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def call(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self._run(_twin(method)(*args, **kwargs))

    def iterate(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        iterator = _twin(method)(*args, **kwargs)
        if asyncio.iscoroutine(iterator):
            iterator = self._run(iterator)
        try:
            while True:
                try:
                    yield self._run(anext(iterator))
                except StopAsyncIteration:
                    return
        finally:
            self._run(iterator.aclose())

    def inside(self, manager: Any, body: Callable[[Any], Any]) -> Any:
        entered = self._run(manager.__aenter__())
        try:
            return body(entered)
        finally:
            self._run(manager.__aexit__(*sys.exc_info()))

    def _run(self, awaitable: Any) -> Any:
        async def flow() -> Any:
            return await awaitable

        return self._runner.run(flow())

    def finish(self) -> None:
        self._runner.close()


Colour = Blocking | Awaiting


def _twin(method: Callable[..., Any]) -> Callable[..., Any]:
    name = method.__name__
    return getattr(method.__self__, _TWINS.get(name, f"async_{name}"))  # type: ignore[attr-defined]
