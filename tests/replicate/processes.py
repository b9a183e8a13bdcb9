"""Running code in a process of its own, where nothing has been imported and every warning is an error."""

from __future__ import annotations

import json
import subprocess
import sys


def in_a_new_process(code, **environment):
    """Run Python code in a process of its own, where nothing has been imported, and return the JSON it prints."""
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", **environment},
    )
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    return json.loads(told.stdout)
