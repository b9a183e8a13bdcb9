"""Building the distribution from a source tree; what is then tested stands in the test modules."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Built(NamedTuple):
    """The two archives of one build."""

    wheel: Path
    sdist: Path


def build(source, target, *formats):
    """Build a source tree with the backend alone: no isolation, so no network."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", target]
    for name in formats:
        command += ["--target", name]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
