"""Measure this client beside the official ones and a few lines of httpx, in one run: `python -m benchmarks [--quick]`.

Each client works in an environment and a process of its own, by turns with the others, against a local server. The
table is printed, and written as JSON to `.build/benchmarks/results.json`. The exit status is 1 if a mark that must be
reached was not.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import sys
import time
from typing import TYPE_CHECKING, Any

from . import environments, processes, report
from .answers import PREDICTION
from .rows import ALL, ROWS

if TYPE_CHECKING:
    from .report import Rounds
    from .rows import Row


def main() -> int:
    """Measure what is asked for, and return the exit status."""
    asked = _arguments()
    rows = [row for row in ROWS if not asked.rows or row.key in asked.rows]
    for subject in asked.subjects:
        for extra in {row.extra for row in rows}:
            environments.python(subject, extra)
    began = time.monotonic()
    lines: list[dict[str, Any]] = []
    with processes.server() as base:
        for row in rows:
            print(f"{time.monotonic() - began:5.0f} s  {row.key} …", file=sys.stderr, flush=True)
            subjects = [subject for subject in row.subjects if subject in asked.subjects]
            lines += report.lines_of(row, _measure(row, base, subjects, row.quick if asked.quick else row.rounds))
    print(report.table(lines))
    versions = {subject: environments.versions(subject) for subject in asked.subjects}
    for subject, found in versions.items():
        print(f"{subject}: " + ", ".join(f"{name} {version}" for name, version in found.items()))
    print(f"{platform.system()}, {os.cpu_count()} processors; {time.monotonic() - began:.0f} s in all")
    path = environments.DIRECTORY / "results.json"
    path.write_text(json.dumps({"quick": asked.quick, "versions": versions, "lines": lines}, indent=1) + "\n")
    missed = [line["what"] for line in lines if (line["must"] or {}).get("reached") is False]
    for what in missed:
        print(f"MISSED: {what}", file=sys.stderr)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds: under three minutes")
    parser.add_argument("--rows", nargs="+", choices=[row.key for row in ROWS], help="measure these rows only")
    parser.add_argument("--subjects", nargs="+", choices=ALL, default=list(ALL), help="measure these clients only")
    return parser.parse_args()


def _measure(row: Row, base: str, subjects: list[str], rounds: int) -> Rounds:
    """Return what the clients took, round by round."""
    if row.kind in {"import", "cold"}:
        return _new_processes(row, base, subjects, rounds)
    given = {**row.given, "directory": str(environments.DIRECTORY)}
    found: Rounds = {subject: [] for subject in subjects}
    for _ in range(rounds if row.fresh else 1):
        children = [processes.Child(subject, row.kind, base, given, row.extra) for subject in subjects]
        results = processes.by_turns(children, 1 if row.fresh else rounds, at_once=row.at_once)
        for subject, figures in results.items():
            found[subject] += figures
    for results in found.values():
        for result in results:
            if "seconds" in result:
                result["rate"] = given["size"] / 1024 / 1024 / result["seconds"]
    return found


def _new_processes(row: Row, base: str, subjects: list[str], rounds: int) -> Rounds:
    """Return the processor time of new processes, that of an empty one taken off where only the import counts."""
    codes = {subject: _constant(subject, "IMPORT" if row.kind == "import" else "COLD") for subject in subjects}
    empty: dict[str, list[float]] = {subject: [] for subject in subjects}
    full: dict[str, list[float]] = {subject: [] for subject in subjects}
    for _ in range(rounds):
        for subject, code in codes.items():
            full[subject].append(processes.processor_seconds(subject, code.format(base=base, id=PREDICTION)))
            if row.kind == "import":
                empty[subject].append(processes.processor_seconds(subject, "pass"))
    return {
        subject: [{"cpu": value - min(empty[subject], default=0.0)} for value in values]
        for subject, values in full.items()
    }


def _constant(subject: str, name: str) -> str:
    """Return a program of a client's module without importing it: it needs the client's own environment."""
    import ast

    origin = importlib.util.find_spec("benchmarks.subjects").submodule_search_locations[0]  # type: ignore[union-attr,index]
    with open(f"{origin}/{subject}.py", encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", None) == name:
            return ast.literal_eval(statement.value)
    raise LookupError(name)


if __name__ == "__main__":
    sys.exit(main())
