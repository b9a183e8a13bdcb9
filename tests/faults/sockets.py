"""The loopback servers of the testing kit, with a record of what came in, and closed at first; no API here."""

from __future__ import annotations

from typing import Self

from replicate.testing import _network
from replicate.testing._network import Connection, Handler
from replicate.testing._network import Incoming as Request

__all__ = ["Connection", "Handler", "Listener", "Network", "Request"]


class Listener(_network.Listener):
    """One origin that keeps its requests; until it is started, connections to it are refused."""

    def __init__(self, network: Network, handler: Handler, host: str) -> None:
        super().__init__(self._record, host)
        self._network = network
        self._answer = handler
        self.requests: list[Request] = []

    @property
    def lines(self) -> list[str]:
        return [request.line for request in self.requests]

    def start(self) -> Self:
        self._network.call(self.open())
        return self

    async def _record(self, request: Request, connection: Connection) -> None:
        self.requests.append(request)
        await self._answer(request, connection)


class Network(_network.Network):
    """An event loop in a thread of its own, on which all listeners of a test run."""

    def listener(self, handler: Handler, host: str = "127.0.0.1") -> Listener:
        self._listeners.append(listener := Listener(self, handler, host))
        return listener
