"""Time as this client sees it: what the clocks say and how to let time pass. The only module that sleeps.

Everything above takes its clock from the client's settings, so that tests replace it and no test has to wait.
"""

from __future__ import annotations

import time


class Clock:
    """The machine's clocks, and sleeping for code that blocks and for code that awaits."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        return time.monotonic()

    def time(self) -> float:
        """Return seconds since 1970, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Block this thread for so many seconds."""
        time.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Suspend this task for so many seconds, on whatever event loop runs."""
        import anyio

        await anyio.sleep(seconds)
