"""Following changed model code before a call is answered, for people at work on it; never how it is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send


class Reloading:
    """An application that looks at the code of models first, so that a prediction never runs what was there before."""

    def __init__(self, app: ASGIApp, refresh: Callable[[], Awaitable[None]]) -> None:
        self._app = app
        self._refresh = refresh

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; polling a prediction costs no look."""
        if scope["type"] == "http" and (scope["method"] != "GET" or scope["path"].startswith("/v1/models")):
            await self._refresh()
        await self._app(scope, receive, send)
