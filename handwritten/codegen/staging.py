"""Building a package in a staging folder. Never touches the committed package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from codegen import completeness, contract
from codegen.layout import PACKAGE, Layout
from codegen.support import guards, json_text, rows


class GenerationError(Exception):
    """The contract could not be compiled; the message says why."""


def stage(layout: Layout, folder: Path) -> Path:
    """Compile the contract into a new package inside `folder` and return its path.

    Raises:
        GenerationError: The generator failed or warned, or what it wrote is not what the contract describes.
    """
    package = folder / PACKAGE
    document = contract.load(layout.contract)
    source = folder / "contract.json"
    source.write_text(contract.as_json(contract.described(document)), encoding="utf-8")
    _run_generator(layout, source, package)
    for module in (guards.__file__, json_text.__file__, rows.__file__):
        shutil.copy(module, package)
    (package / "py.typed").write_bytes(b"")
    (package / "openapi.json").write_text(contract.as_json(document), encoding="utf-8", newline="\n")
    found = completeness.problems(document, package)
    if found:
        raise GenerationError("\n".join(["openapi.yaml and the generated code disagree:", *found]))
    return package


def _run_generator(layout: Layout, source: Path, package: Path) -> None:
    tools = Path(sys.executable).parent
    environment = {**os.environ, "PATH": os.pathsep.join([str(tools), os.environ.get("PATH", "")])}
    # Without ruff the generator only warns; without the templates folder it is silent and uses its own templates.
    if shutil.which("ruff", path=environment["PATH"]) is None:
        raise GenerationError(f"ruff is not installed beside {sys.executable}; run `make install`")
    if not layout.templates.is_dir():
        raise GenerationError(f"{layout.templates} is missing")
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"),
        *("--path", str(source), "--config", str(layout.config)),
        *("--custom-template-path", str(layout.templates), "--output-path", str(package)),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 own command line
    if done.returncode != 0:
        raise GenerationError(f"the generator refused openapi.yaml:\n{done.stdout}{done.stderr}")
