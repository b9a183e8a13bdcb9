"""Which host names a call may be addressed to, and which addresses are this machine's own; never tokens."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from starlette.requests import Request

from replicate_local.problems import Problem
from replicate_local.responses import problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    host = host.removeprefix("[").removesuffix("]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class LoopbackOnly:
    """Refuses calls that were addressed to another name than this machine's.

    An engine without a token runs code for whoever reaches it. A page in a browser can reach it under a name of its
    own that was made to resolve to 127.0.0.1, and only the `Host` header gives that away.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host = _host(Request(scope))
            if host is None or not is_loopback(host):
                detail = f'This engine has no token and answers to calls for this machine only, not for "{host}".'
                await problem_response(Problem(403, detail))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _host(request: Request) -> str | None:
    try:
        return request.url.hostname
    except ValueError:  # a `Host` header that is none
        return None
