"""Leading the clients of this process to a service of a test, those that were made long before; it plays no service.

Programs make clients where they like: when a module is imported, or once and for all in a cached function. So what is
led elsewhere is not the environment alone, but each client that would go to the hosted service, or that was made for
the service of an earlier test.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from weakref import WeakKeyDictionary, WeakSet

from replicate._clock import Clock
from replicate._memory import Memory
from replicate._settings import DEFAULT_BASE_URL, read_base_url
from replicate.client import Client

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._time import SkippingTime

_LOOPBACK = "127.0.0.1,localhost"
_of_tests: WeakSet[Client] = WeakSet()
"""The clients that were made for the services of tests so far. Their URLs tell nothing: ports are used again."""


@contextmanager
def lead_clients_to(url: str, token: str) -> Generator[None]:
    """Lead every client that would reach the hosted service to another one, inside a `with` statement.

    Clients with a base URL, a transport or an HTTP client of their own are left alone.
    """
    base_url = f"{url}/v1"
    meant = {DEFAULT_BASE_URL, read_base_url(None)} - {base_url}
    no_proxy = {name: ",".join(filter(None, (os.environ.get(name), _LOOPBACK))) for name in ("NO_PROXY", "no_proxy")}
    had_default_client = "default_client" in vars(sys.modules["replicate"])
    stand_ins = _StandIns(base_url, frozenset(meant))
    with ExitStack() as stack:
        stack.enter_context(
            patch.dict(os.environ, {"REPLICATE_BASE_URL": url, "REPLICATE_API_TOKEN": token, **no_proxy})
        )
        for name in ("api", "wire", "async_wire", "origin"):
            stack.enter_context(patch.object(Client, name, _redirected(vars(Client)[name], name, stand_ins)))
        # an attribute of each client otherwise, which is kept where it was while this property hides it
        stack.enter_context(patch.object(Client, "memory", _redirected_memory(stand_ins), create=True))
        try:
            yield
        finally:
            stand_ins.close()
            if not had_default_client:
                _forget_default_client()


class _StandIns:
    """For each client that goes elsewhere, the one that does not."""

    def __init__(self, base_url: str, meant: frozenset[str]) -> None:
        self._base_url = base_url
        self._meant = meant
        self._of_earlier_tests = WeakSet(_of_tests)
        self._clients: WeakKeyDictionary[Client, Client] = WeakKeyDictionary()
        self._lock = RLock()

    def of(self, client: Client) -> Client | None:
        """Return the client that stands in for another, None for one that goes where it should."""
        settings = client._settings  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the kit is part of the client
        own = (settings.transport, settings.async_transport, settings.http_client, settings.async_http_client)
        is_led = settings.base_url in self._meant or client in self._of_earlier_tests
        if not is_led or any(sender is not None for sender in own):
            return None
        with self._lock:
            if client not in self._clients:
                twin = type(client).__new__(type(client))
                led = replace(settings, base_url=self._base_url)
                self._clients[client] = twin._assemble(led, Memory(), None)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as above
            return self._clients[client]

    def note_made(self, client: Client, memory: Memory) -> None:
        """Note a client that was made for the service of this test, or from a client of an earlier one."""
        if client._settings.base_url == self._base_url:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as above
            _of_tests.add(client)
        with self._lock:
            if any(memory is vars(twin)["memory"] for twin in self._clients.values()):
                self._of_earlier_tests.add(client)
                _of_tests.add(client)

    def close(self) -> None:
        """Close the connections of all."""
        for client in list(self._clients.values()):
            client.close()


def _redirected(original: Any, name: str, stand_ins: _StandIns) -> property:
    """Return a property that is that of the client standing in, where there is one."""

    def read(client: Client) -> Any:
        twin = stand_ins.of(client)
        return original.__get__(client, type(client)) if twin is None else getattr(twin, name)

    return property(read)


def _redirected_memory(stand_ins: _StandIns) -> property:
    """Return a property that is the memory of the client standing in: nothing of one test is known to another."""

    def read(client: Client) -> Any:
        twin = stand_ins.of(client)
        return vars(client if twin is None else twin)["memory"]

    def write(client: Client, memory: Memory) -> None:
        vars(client)["memory"] = memory
        stand_ins.note_made(client, memory)

    return property(read, write)


def _forget_default_client() -> None:
    """Drop the default client of `replicate`, so that the next use makes a new one."""
    package: Any = sys.modules["replicate"]
    for name in ("default_client", *package._OF_THE_DEFAULT_CLIENT):  # noqa: SLF001
        package.__dict__.pop(name, None)


@contextmanager
def skip_pauses(skipping: SkippingTime) -> Generator[None]:
    """Let the clients of this process take their time from a clock whose pauses are skipped, in a `with` statement."""
    sleep, async_sleep = Clock.sleep, Clock.async_sleep

    def monotonic(_: Clock) -> float:
        return skipping.monotonic()

    def skipping_sleep(clock: Clock, seconds: float) -> None:
        skipping.pause(seconds)
        sleep(clock, seconds if skipping.is_real else 0)

    async def skipping_async_sleep(clock: Clock, seconds: float) -> None:
        skipping.pause(seconds)
        await async_sleep(clock, seconds if skipping.is_real else 0)

    with (
        patch.object(Clock, "monotonic", monotonic),
        patch.object(Clock, "sleep", skipping_sleep),
        patch.object(Clock, "async_sleep", skipping_async_sleep),
    ):
        yield
