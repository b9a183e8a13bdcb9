"""Noticing the official distribution in the same place: what is said, when, and that it costs nothing otherwise."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import replicate
import replicate_api
from replicate._installation import check_files

PACKAGE = Path(replicate.__file__).parent
MENDED_BY = "pip uninstall replicate replicate-openapi && pip install replicate-openapi"

OFFICIAL_1X = {
    "__about__", "__init__", "account", "client", "collection", "deployment", "exceptions", "file", "hardware",
    "helpers", "identifier", "model", "pagination", "prediction", "resource", "run", "schema", "stream", "training",
    "version", "webhook",
}  # fmt: skip
OFFICIAL_BETA = {
    "__init__", "_base_client", "_client", "_compat", "_constants", "_exceptions", "_files", "_models",
    "_module_client", "_qs", "_resource", "_response", "_streaming", "_types", "_version", "exceptions", "pagination",
}  # fmt: skip
"""The modules at the top of the official package, in 1.0.7 and in 2.0.0b4."""

SHARED = sorted({path.stem for path in PACKAGE.glob("*.py")} & (OFFICIAL_1X | OFFICIAL_BETA) - {"__init__"})
"""Those that this package has too. Where the official `__init__` is, none of this package's code runs."""

MAKE_CLIENTS = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import replicate
    assert not caught, caught
    replicate.Client("t")
    replicate.Client("t")
for warning in caught:
    print(warning.category.__name__, warning.filename, warning.message)
"""


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A directory of installed packages that has a copy of this one."""
    directory = tmp_path_factory.mktemp("pristine")
    for package in (PACKAGE, Path(replicate_api.__file__).parent):
        shutil.copytree(package, directory / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "replicate_openapi-0.1.0.dist-info").mkdir()
    return directory


@pytest.fixture
def packages(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "site-packages")


def run_python(packages, code):
    command = [sys.executable, "-P", "-c", code]
    return subprocess.run(
        command, env={"PYTHONPATH": str(packages)}, cwd=packages.parent, capture_output=True, text=True, check=False
    )


def test_alone_nothing_is_said(packages):
    done = run_python(packages, MAKE_CLIENTS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "metadata", ["replicate-1.0.7.dist-info", "replicate-2.0.0b4.dist-info", "Replicate-0.34.egg-info"]
)
def test_beside_the_official_distribution_the_first_client_warns_once(packages, metadata):
    (packages / metadata).mkdir()
    (packages / "replicate" / "_base_client.py").write_text("from typing import Any\n", encoding="utf-8")
    done = run_python(packages, MAKE_CLIENTS)
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert line.startswith("RuntimeWarning <string> The distributions replicate ")
    assert metadata.lower().removeprefix("replicate-").rpartition(".")[0] in line
    assert line.endswith(MENDED_BY)


@pytest.mark.parametrize("name", ["replicate_stubs-1.0.dist-info", "replicate-client.py", "notreplicate-1.0.dist-info"])
def test_other_distributions_are_not_taken_for_the_official_one(packages, name):
    (packages / name).mkdir()
    assert run_python(packages, MAKE_CLIENTS).stdout == ""


@pytest.mark.parametrize("module", SHARED)
def test_a_file_of_the_other_distribution_is_seen(module, tmp_path):
    package = shutil.copytree(PACKAGE, tmp_path / "replicate")
    check_files(str(package))
    (package / f"{module}.py").write_text("import asyncio\n", encoding="utf-8")
    with pytest.raises(ImportError, match=rf"{module}\.py is not of this distribution.*{re.escape(MENDED_BY)}$"):
        check_files(str(package))


@pytest.mark.parametrize("module", ["__about__", "client", "stream"])
@pytest.mark.parametrize("way_in", ["import replicate", "from replicate.client import Client", "import replicate.run"])
def test_a_mixture_of_files_cannot_be_imported(packages, module, way_in):
    (packages / "replicate" / f"{module}.py").write_text("import asyncio\n", encoding="utf-8")
    done = run_python(packages, way_in)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert last.endswith(MENDED_BY)


def test_each_module_of_this_package_opens_as_the_check_expects():
    for path in PACKAGE.rglob("*.py"):
        assert path.read_bytes().startswith(b'"""'), path


def test_an_installation_of_byte_code_alone_is_not_taken_for_a_mixture(packages):
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-b", packages / "replicate"], check=True)
    for path in (packages / "replicate").rglob("*.py"):
        path.unlink()
    done = run_python(packages, "import replicate; print(replicate.Client)")
    assert (done.stdout, done.stderr) == ("<class 'replicate.client.Client'>\n", "")


def test_looking_for_the_other_distribution_loads_no_metadata_library(packages):
    code = (
        "import sys, replicate; loaded = set(sys.modules); replicate.Client('t'); "
        "print(loaded & {'importlib.metadata', 'httpx', 'pathlib'}, 'importlib.metadata' in sys.modules)"
    )
    done = run_python(packages, code)
    assert (done.stdout, done.stderr) == ("set() False\n", "")
