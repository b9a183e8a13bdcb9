"""The engine keeps the wire contract: schemathesis sends what openapi.yaml allows and forbids, and reads answers."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
import schemathesis
from engine_contract import ROOT, furnish, narrowed_contract
from replicate_local.launcher import start_engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

if TYPE_CHECKING:
    from schemathesis.engine.errors import EngineErrorInfo

TOKEN = "a-token-of-the-conformance-tests"
DOCUMENT = narrowed_contract()
SEEDS = (1, 2, 3)
"""Sequences depend on what the engine answers, which is different each time, and then schemathesis gives up a run after
some twenty sequences; several runs reach further."""


def load(seed: int | None = None):
    """Return the contract with the settings of schemathesis.toml."""
    config = SchemathesisConfig.from_path(ROOT / "schemathesis.toml")
    if seed is not None:
        config.update(seed=seed, max_failures=None)
    return schemathesis.openapi.from_dict(DOCUMENT, config=config)


schema = load()
schema.config.update(base_url="http://127.0.0.1:1/v1")
sent: Counter[str] = Counter()


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """An engine that insists on the token."""
    engine = start_engine(token=TOKEN)
    with httpx.Client(base_url=f"{engine.url}/v1/", headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        furnish(client)
    yield f"{engine.url}/v1"
    engine.stop()


@pytest.fixture(autouse=True)
def count_cases(record_property) -> Iterator[None]:
    """Tell how many cases a test sent, for the summary at the end."""
    sent.clear()
    yield
    record_property("schemathesis cases", sent.total())


@schema.parametrize()
def test_each_operation_keeps_the_contract(case, base_url):
    sent[case.operation.label] += 1
    case.call_and_validate(base_url=base_url)


@pytest.mark.parametrize("seed", SEEDS)
def test_operations_linked_by_the_contract_keep_it_in_sequence(seed, base_url):
    linked = load(seed)
    linked.config.update(base_url=base_url)
    linked.config.phases.update(phases=["stateful"])
    problems: list[BaseException | EngineErrorInfo] = []
    for event in from_schema(linked).execute():
        match event:
            case events.ScenarioFinished():
                sent.update(case.value.operation.label for case in event.recorder.cases.values())
            case events.NonFatalError():
                problems.append(event.value)
            case events.FatalError():
                problems.append(event.exception)
            case events.EngineFinished():
                problems += event.failures
            case _:
                pass
    assert not problems
    assert sent.total() > len(DOCUMENT["paths"])
