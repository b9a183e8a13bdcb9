"""What the fault tests share: servers on a thread, a service, a clock, both colours, and a time limit for each test."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest
import replicate

from .clock import SkippingClock
from .colours import Awaiting, Blocking, Colour
from .service import TOKEN, Service
from .sockets import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TIME_LIMIT = 120.0
"""Real seconds: a test that takes longer hangs, and fails. The longest take six, on a machine that does little else."""

_READ_BY_THE_CLIENT = (
    "REPLICATE_API_TOKEN", "REPLICATE_BASE_URL", "REPLICATE_POLL_INTERVAL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
    "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _READ_BY_THE_CLIENT:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _time_limit() -> Iterator[None]:
    """Break into a test that hangs, wherever it waits; again and again, as an event loop may swallow what is raised."""
    message = f"the test took more than {_TIME_LIMIT:g} s"
    has_expired = False

    def expired(*_: object) -> None:
        nonlocal has_expired
        has_expired = True
        raise AssertionError(message)

    previous = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, _TIME_LIMIT, 1.0)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, previous)
    assert not has_expired, message


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    yield network
    network.stop()


@pytest.fixture
def clock() -> SkippingClock:
    return SkippingClock()


@pytest.fixture
def service(network: Network, clock: SkippingClock) -> Iterator[Service]:
    """The service, not yet faulty. At the end the token must have reached no other origin than its own."""
    service = Service(network, clock)
    service.api.start()
    yield service
    service.check_the_token()


@pytest.fixture(params=[Blocking, Awaiting], ids=["blocking", "awaiting"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """The way the client is used; a test that takes it runs once in each."""
    colour = request.param()
    yield colour
    colour.finish()


@pytest.fixture
def open_client(service: Service, clock: SkippingClock) -> Iterator[Callable[..., replicate.Client]]:
    """A function that opens a client of the service, which sleeps on the test's clock."""
    opened: list[replicate.Client] = []

    def open_client(**settings: Any) -> replicate.Client:
        settings = {"base_url": service.url, "timeout": 10.0, **settings}
        opened.append(replicate.Client._with_clock(clock, TOKEN, **settings))
        return opened[-1]

    yield open_client
    for client in opened:
        client.close()


@pytest.fixture
def punctual_client(service: Service) -> Iterator[replicate.Client]:
    """A client on the machine's clock, for tasks side by side: each would skip the time of all others."""
    with replicate.Client(TOKEN, base_url=service.url, timeout=20.0) as client:
        yield client


@pytest.fixture
def client(open_client: Callable[..., replicate.Client]) -> replicate.Client:
    return open_client()
