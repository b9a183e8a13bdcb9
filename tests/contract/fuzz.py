"""`make fuzz`: ten times the cases of the contract tests, all phases of schemathesis, from a seed that is printed.

    python tests/contract/fuzz.py [seed [examples]]

The same seed makes the same cases, but for sequences, which depend on what the engine answers.
"""

# ruff: noqa: T201  it speaks to a person

from __future__ import annotations

import secrets
import sys
import time
from collections import Counter
from typing import Any

import httpx
import schemathesis
from engine_contract import ROOT, furnish, narrowed_contract
from replicate_local.launcher import start_engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

TOKEN = "a-token-of-the-conformance-tests"
EXAMPLES = 200
"""For each operation; the contract tests make 20."""


def load(url: str, seed: int, examples: int) -> Any:
    """Return the contract with the settings of schemathesis.toml, and more examples."""
    config = SchemathesisConfig.from_path(ROOT / "schemathesis.toml")
    config.update(seed=seed, max_failures=None)
    schema = schemathesis.openapi.from_dict(narrowed_contract(), config=config)
    schema.config.update(base_url=url)
    schema.config.generation.update(max_examples=examples)
    return schema


def main(arguments: list[str]) -> int:
    """Run it and return the exit status."""
    seed, examples, *_ = [int(text) for text in arguments] + [secrets.randbelow(10**6), EXAMPLES][len(arguments) :]
    print(f"seed {seed}, {examples} examples for each operation; the same again: make fuzz SEED={seed}", flush=True)
    engine = start_engine(token=TOKEN)
    try:
        with httpx.Client(base_url=f"{engine.url}/v1/", headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            furnish(client)
        findings, sent = run(load(f"{engine.url}/v1", seed, examples))
        log = "\n".join(line for line in engine.log().splitlines() if line.startswith("ERROR"))
    finally:
        engine.stop()
    for text, number in findings.most_common():
        print(f"\nFINDING, {number} times: {text}")
    if log:
        print(f"\nThe engine wrote:\n{log}")
    print(f"\n{sum(sent.values())} cases of {len(sent)} operations, {len(findings)} findings")
    return 1 if findings or log else 0


def run(schema: Any) -> tuple[Counter[str], Counter[str]]:
    """Send everything, and tell each phase as it ends."""
    findings: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    began = time.monotonic()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                sent.update(case.value.operation.label for case in event.recorder.cases.values())
            case events.PhaseFinished():
                print(
                    f"{time.monotonic() - began:5.0f} s  {event.phase.name.value}: {sum(sent.values())} cases so far",
                    flush=True,
                )
            case events.NonFatalError():
                findings[f"{event.label}: {event.value}"] += 1
            case events.FatalError():
                findings[f"schemathesis itself: {event.exception}"] += 1
            case events.EngineFinished():
                findings.update(str(failure) for failure in event.failures)
            case _:
                pass
    return findings, sent


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
