"""`doctor`: looking at what a client needs, and saying in plain lines what is missing; it works offline too."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .options import add_json_lines
from .printing import safe, write_json_line

if TYPE_CHECKING:
    import argparse

    from .diagnoses import Finding
    from .parser import Commands


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add("doctor", doctor, "check the installation, the token and the way to the service", more=_MORE)
    add_json_lines(parser)


_MORE = "The token itself is never shown. Nothing is created and nothing is billed."


def doctor(options: argparse.Namespace) -> int:
    """Write what was found, and return 1 if something is wrong."""
    from .diagnoses import Diagnosis

    wrong = False
    for finding in Diagnosis(options.base_url).findings():
        wrong = wrong or finding.verdict == "problem"
        _show(options, finding)
    return 1 if wrong else 0


def _show(options: argparse.Namespace, finding: Finding) -> None:
    if options.json:
        write_json_line(finding._asdict())
        return
    first, *more = safe(finding.told).splitlines() or [""]
    sys.stdout.write(f"{finding.verdict:7}  {finding.topic:13}  {first}\n")
    for line in more:
        sys.stdout.write(f"{'':7}  {'':13}  {line}\n")
    sys.stdout.flush()
