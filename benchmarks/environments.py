"""The environments the clients are measured in: one for each, under `.build/benchmarks`, made once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIRECTORY = ROOT / ".build" / "benchmarks"

REQUIREMENTS = {
    "floor": [],
    "v1": ["replicate==1.0.7"],
    "beta": ["replicate==2.0.0b4"],
    "ours": ["--editable", str(ROOT)],
    "ours-fast": ["--editable", f"{ROOT}[fast]"],
}
"""What is installed for each. The floor runs in the environment of this client, with the same httpx."""

_TOLD = ("httpx", "httpcore", "h11", "anyio", "attrs", "pydantic", "msgspec")


def python(subject: str, extra: str = "") -> Path:
    """Return the interpreter of a client's environment, making the environment first if need be.

    With an `extra` it is that of this client installed so; the other clients have none.

    Raises:
        SystemExit: it cannot be made.
    """
    if subject == "floor":
        subject = "ours"
    elif subject == "ours" and extra:
        subject = f"ours-{extra}"
    directory = DIRECTORY / subject
    interpreter = directory / "bin" / "python"
    stamp = directory / ".installed"
    wanted = " ".join(REQUIREMENTS[subject])
    if stamp.exists() and stamp.read_text() == wanted:
        return interpreter
    print(f"Installing {wanted} into {directory.relative_to(ROOT)} …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", directory], check=True)
    install = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*install, *REQUIREMENTS[subject]], check=False).returncode:
        raise SystemExit(f"{wanted} could not be installed for Python {sys.version.split()[0]}; set PYTHON=…")
    stamp.write_text(wanted)
    return interpreter


def versions(subject: str) -> dict[str, str]:
    """Return the versions of the interpreter and of the libraries below a client."""
    code = (
        "import json, platform, sys\nfrom importlib import metadata\n"
        "found = {'python': platform.python_version()}\n"
        f"for name in {_TOLD!r}:\n"
        "    try:\n        found[name] = metadata.version(name)\n"
        "    except metadata.PackageNotFoundError:\n        pass\n"
        "print(json.dumps(found))"
    )
    command = [python(subject), "-c", code]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
