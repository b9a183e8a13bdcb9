"""Running one program written for 1.x against a live engine, by any interpreter; what it must do is not known here."""

import os
import subprocess
from pathlib import Path

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.py"))

_NOT_PASSED_ON = ("PYTHONPATH", "PYTHONWARNINGS", "REPLICATE_POLL_INTERVAL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def run_program(program, *, python, engine_url, cwd, options=(), certificate=None):
    """Run a program in a process of its own. `-P` keeps its own directory, and so the checkout, off the path."""
    environment = {name: value for name, value in os.environ.items() if name.upper() not in _NOT_PASSED_ON}
    environment |= {"REPLICATE_BASE_URL": engine_url, "REPLICATE_API_TOKEN": "r8_for_the_engine"}
    if certificate is not None:
        environment["SSL_CERT_FILE"] = str(certificate)
    return subprocess.run(
        [python, "-P", *options, program],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
