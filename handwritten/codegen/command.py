"""The commands of the compiler step, `generate`, `check` and `compare`, and what they print. Compiles nothing."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from codegen import comparison, contract, trees
from codegen.layout import Layout
from codegen.staging import GenerationError, stage

DESCRIPTION_VARIABLE = "SERVICE_DESCRIPTION"


def main(arguments: Sequence[str] | None = None, layout: Layout | None = None) -> int:
    """Run one command and return its exit status: 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="codegen", description="Compile openapi.yaml into generated/replicate_api.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("generate", help="write the package")
    commands.add_parser("check", help="compare the package with what would be written")
    compare = commands.add_parser("compare", help="compare openapi.yaml with the service's own description")
    compare.add_argument(
        "path", nargs="?", help=f"a copy of that description; otherwise the variable {DESCRIPTION_VARIABLE} names it"
    )
    chosen = parser.parse_args(arguments)
    layout = layout or Layout.of_this_checkout()
    try:
        if chosen.command == "compare":
            return _compare(layout, chosen.path or os.environ.get(DESCRIPTION_VARIABLE))
        return _generate(layout) if chosen.command == "generate" else _check(layout)
    except (GenerationError, contract.UnreadableDescriptionError) as error:
        print(error, file=sys.stderr)  # noqa: T201 a command speaks to a person
        return 1


def _generate(layout: Layout) -> int:
    layout.staging.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="generate-", dir=layout.staging) as folder:
        drift = trees.mirror(stage(layout, Path(folder)), layout.target)
    print(f"{layout.target.relative_to(layout.root)} {'changed:' if drift else 'is up to date'}")  # noqa: T201 as above
    if drift:
        print(drift)  # noqa: T201 as above
    return 0


def _check(layout: Layout) -> int:
    layout.staging.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="check-", dir=layout.staging) as folder:
        drift = trees.compare(stage(layout, Path(folder)), layout.target)
    if not drift:
        return 0
    name = layout.target.relative_to(layout.root)
    message = f"{name} is not what openapi.yaml compiles to; edit openapi.yaml and run `make generate`:\n{drift}"
    print(message, file=sys.stderr)  # noqa: T201 as above
    return 1


def _compare(layout: Layout, description: str | None) -> int:
    if not description:
        message = (
            f"Nothing to compare with: give a copy of the service's own description, or set {DESCRIPTION_VARIABLE}"
        )
        print(message, file=sys.stderr)  # noqa: T201 as above
        return 1
    theirs = contract.load_description(Path(description))
    findings = comparison.judge(
        comparison.differences(contract.load(layout.contract), theirs), contract.load_reasons(layout.reasons)
    )
    print(findings.as_text())  # noqa: T201 as above
    if findings.is_settled:
        return 0
    print(findings.complaint(layout.reasons.name), file=sys.stderr)  # noqa: T201 as above
    return 1
