"""Both ways to use a client, so that one test of the kit runs blocking and awaiting."""

from __future__ import annotations

import asyncio
from typing import Any

from replicate import Page


class Blocking:
    """Calls methods as they are."""

    def call(self, method: Any, *args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    def list(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Return all that an iterator yields, or that is on the pages of a list."""
        found = method(*args, **kwargs)
        return list(found.auto_paging_iter() if isinstance(found, Page) else found)


class Awaiting:
    """Calls the twins that await, each on an event loop of its own, as programs with `asyncio.run` do."""

    def call(self, method: Any, *args: Any, **kwargs: Any) -> Any:
        async def flow() -> Any:
            return await _twin(method)(*args, **kwargs)

        return asyncio.run(flow())

    def list(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        async def flow() -> list[Any]:
            iterator = _twin(method)(*args, **kwargs)
            if asyncio.iscoroutine(iterator):
                iterator = await iterator
            if isinstance(iterator, Page):
                iterator = iterator.async_auto_paging_iter()
            return [item async for item in iterator]

        return asyncio.run(flow())


Colour = Blocking | Awaiting


def _twin(method: Any) -> Any:
    if method.__name__ == "read":
        return method.__self__.aread
    return getattr(method.__self__, f"async_{method.__name__}")
