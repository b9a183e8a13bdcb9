"""Running a coroutine that never suspends, which is how the blocking colour shares its logic with the awaiting one.

Every flow of this client is written once, as `async def` over a wire. A blocking wire answers each await at once, so
one `send(None)` runs such a flow to its end on the calling thread, with no event loop. No event loop is ever used here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


def run_blocking(flow: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine whose awaits are all answered at once, and return what it returns."""
    try:
        flow.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    flow.close()
    raise suspended()


def suspended() -> RuntimeError:
    """Return the error for a flow that awaited something that is not its wire's."""
    return RuntimeError("a flow of the blocking colour suspended; it awaited something that is not its wire's")
