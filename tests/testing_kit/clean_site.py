"""A directory of packages where pytest finds this distribution as it is installed, and nothing else of this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
CLIENT = ("attrs", "httpx", "python-dateutil")
ENGINE = ("jsonschema", "python-multipart", "starlette", "uvicorn")


def make_site(directory: Path, *distributions: str) -> Path:
    """Link distributions, with all they need, into a directory, and this one with its entry points."""
    directory.mkdir()
    for name in _closure(distributions):
        _link(metadata.distribution(name), directory)
    for name in ("replicate", "replicate_api", "replicate_local"):
        (directory / name).symlink_to(Path(importlib.util.find_spec(name).origin).parent)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    information = directory / "replicate_openapi-0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: replicate-openapi\nVersion: 0\n", encoding="utf-8"
    )
    plugins = "\n".join(f"{name} = {value}" for name, value in project["entry-points"]["pytest11"].items())
    (information / "entry_points.txt").write_text(f"[pytest11]\n{plugins}\n", encoding="utf-8")
    return directory


def _closure(names: Iterable[str]) -> set[str]:
    """Return distributions and all that they need here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        try:
            requires = [] if name in found else metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # needed on another system, or by another version of Python
        found.add(name)
        waiting += [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requires if "extra ==" not in line]
    return found


def _link(distribution: metadata.Distribution, directory: Path) -> None:
    tops = {
        file.parts[0] for file in distribution.files or () if file.suffix in {".py", ".so"} and ".." not in file.parts
    }
    for top in tops:
        (directory / top).symlink_to(distribution.locate_file(top))


def run_pytest(site: Path, tests: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on a directory of tests, with the packages of a site and those of the standard library alone."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", "-q", *arguments, "."],
        cwd=tests,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
