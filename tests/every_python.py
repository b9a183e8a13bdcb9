"""`make test-all`: the test suite on every CPython from 3.11 on that this machine has; never the tests themselves.

    python3 tests/every_python.py [argument of pytest …]

Each version gets an environment of its own, `.venv-3.12` and so on, and one line that says how it went. The exit status
is 0 only if every version passed, and there was at least one. Needs nothing but the standard library.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = 11, 20
"""Minor versions that are looked for. The newest one is in the future: what does not exist is not found."""

_TAIL = 40
"""Lines of a failed run that are shown; all of them are in its log."""

_QUESTION = """
import ensurepip, platform, sys, venv
print(platform.python_implementation(), *sys.version_info[:2], platform.python_version(), sys.executable)
"""


def places(variables: Mapping[str, str], home: Path) -> list[Path]:
    """Return the directories that may hold interpreters: those on PATH first, then those of pyenv, asdf and uv.

    Of what pyenv has installed, only the versions it is set to use answer by their names on PATH.
    """
    directories = [Path(entry) for entry in variables.get("PATH", os.defpath).split(os.pathsep) if entry]
    pyenv = Path(variables.get("PYENV_ROOT") or home / ".pyenv")
    for installed in (pyenv / "versions", home / ".asdf/installs/python", home / ".local/share/uv/python"):
        directories += sorted(installed.glob("*/bin"), reverse=True)
    return directories


def find_pythons(directories: list[Path]) -> dict[int, tuple[str, Path]]:
    """Return for each minor version a CPython that can make environments: its full version, and where it is.

    A file named `python3.12` may be a shim for something that is not installed, so each one is asked.
    """
    found: dict[int, tuple[str, Path]] = {}
    for minor in range(OLDEST, NEWEST + 1):
        for directory in directories:
            answer = _ask(directory / f"python3.{minor}", minor)
            if answer is not None:
                found[minor] = answer
                break
    return found


def _ask(program: Path, minor: int) -> tuple[str, Path] | None:
    if not os.access(program, os.X_OK):
        return None
    try:
        done = subprocess.run(
            [program, "-I", "-c", _QUESTION], capture_output=True, text=True, timeout=300, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.strip().split(" ", 4)
    if done.returncode != 0 or words[:3] != ["CPython", "3", str(minor)]:
        return None
    return words[3], Path(words[4])


def run_suite(minor: int, python: Path, arguments: list[str]) -> tuple[bool, str]:
    """Run the suite in the environment of a version, made or renewed first; return whether it passed, and a summary."""
    environment = ROOT / f".venv-3.{minor}"
    own = environment / "bin" / "python"
    log = environment / "test-all.log"
    steps: list[list[str | Path]] = [
        [own, "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1"],
        [own, "-m", "pip", "install", "--quiet", "--editable", ".[local]", "--group", "dev"],
        [own, "-m", "pytest", *(arguments or ["-n", "auto"])],
    ]
    subprocess.run([python, "-m", "venv", environment], check=True)
    variables = os.environ | {"PATH": f"{own.parent}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(environment)}
    variables.pop("PYTHONHOME", None)
    with log.open("w+", encoding="utf-8") as output:
        for step in steps:
            done = subprocess.run(step, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=variables, check=False)
            if done.returncode != 0:
                break
    lines = log.read_text("utf-8", "replace").rstrip().splitlines() or ["no output"]
    if done.returncode != 0:
        print("\n".join(lines[-_TAIL:]), file=sys.stderr)
        return False, f"{lines[-1].strip('= ')}, see {log.relative_to(ROOT)}"
    return True, lines[-1].strip("= ")


def main(arguments: list[str]) -> int:
    """Run the suite on each version and return the exit status."""
    pythons = find_pythons(places(os.environ, Path.home()))
    if not pythons:
        print(f"no CPython from 3.{OLDEST} on was found", file=sys.stderr)
        return 1
    failures = 0
    for minor, (version, python) in pythons.items():
        began = time.monotonic()
        passed, summary = run_suite(minor, python, arguments)
        failures += not passed
        print(
            f"{version:<10} {'passed' if passed else 'FAILED'}  {time.monotonic() - began:4.0f} s  {summary}",
            flush=True,
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
