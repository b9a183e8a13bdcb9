"""One validated call of an operation, and the register of handlers by operationId; never what a handler does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

    from replicate_local.engine import Engine


@dataclass(frozen=True)
class Call:
    """One validated call of an operation."""

    engine: Engine
    request: Request
    origin: str
    path: dict[str, str]
    query: dict[str, Any]
    headers: dict[str, str]
    body: Any


Handler = Callable[[Call], Awaitable[Response]]
HandlerT = TypeVar("HandlerT", bound=Handler)

HANDLERS: dict[str, Handler] = {}


def handles(operation_id: str) -> Callable[[HandlerT], HandlerT]:
    """Register the handler of an operation."""

    def register(handler: HandlerT) -> HandlerT:
        HANDLERS[operation_id] = handler
        return handler

    return register
