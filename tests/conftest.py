"""What all tests share: a live engine per test process, and time for examples; never a client under test."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from replicate_local.launcher import RunningEngine, start_engine

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # run in the background of a shell: programs of the tests inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Properties are about results: an example that a busy machine lets wait for 200 ms is no failure.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def engine() -> Iterator[RunningEngine]:
    """An engine of this test process alone; tests must not depend on what other tests left in it."""
    running = start_engine()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def engine_url(engine: RunningEngine) -> str:
    """Where that engine listens, without `/v1`."""
    return engine.url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases schemathesis made; each of its tests tells its own number."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    properties = [
        pair for report in reports if getattr(report, "when", "") == "teardown" for pair in report.user_properties
    ]
    counts = [value for name, value in properties if name == "schemathesis cases"]
    if counts:
        terminalreporter.write_line(f"schemathesis: {sum(counts)} cases in {len(counts)} tests")
