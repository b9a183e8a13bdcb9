"""The wheel as a user has it: installed, imported, type-checked, with and without the extra; never how it is built."""

import subprocess
import sys
from pathlib import Path

import pytest

CONSUMER = Path(__file__).with_name("consumer.py")


def run_installed(python, code, *arguments, cwd):
    """Run code against the installed wheel. `-P` and another directory keep the checkout out."""
    return subprocess.run(
        [python, "-P", "-W", "error", "-c", code, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_the_three_packages_import_from_the_installed_wheel(installed_python, tmp_path):
    code = "import replicate, replicate_api, replicate_local; print(replicate.__file__)"
    done = run_installed(installed_python, code, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()).is_relative_to(installed_python.parents[1])


def test_every_public_name_is_there_in_the_installed_wheel(installed_python, tmp_path):
    code = "import replicate; print(*[n for n in replicate.__all__ if not hasattr(replicate, n)])"
    done = run_installed(installed_python, code, cwd=tmp_path)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_importing_the_client_loads_neither_httpx_nor_the_engine(installed_python, tmp_path):
    code = (
        "import sys, replicate; print(*{'httpx', 'starlette', 'replicate_local', 'replicate_api'} & set(sys.modules))"
    )
    done = run_installed(installed_python, code, cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "")


def test_the_installed_wheel_type_checks_for_a_strict_program(installed_python, tmp_path):
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", installed_python, "--cache-dir", tmp_path]
    done = subprocess.run([*mypy, CONSUMER], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Success: no issues found in 1 source file\n")


def test_a_strict_type_checker_sees_a_wrong_argument(installed_python, tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import replicate\nreplicate.predictions.get(id=1)\n", encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", installed_python, "--cache-dir", tmp_path]
    done = subprocess.run([*mypy, wrong], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'Argument "id" to "get"' in done.stdout


WITHOUT_EXTRA = """
import sys
for name in sys.argv[1:]:
    sys.modules[name] = None  # importing it raises ImportError, as if it were not installed
import replicate
replicate.Client(base_url="local").run("local/echo", input={"text": "hello"})
"""


@pytest.mark.parametrize("missing", [["starlette"], ["uvicorn"], ["jsonschema"], ["python_multipart"]], ids=str)
def test_without_the_extra_the_local_engine_asks_for_it(installed_python, tmp_path, missing):
    done = run_installed(installed_python, WITHOUT_EXTRA, *missing, cwd=tmp_path)
    assert done.returncode == 1
    assert "pip install 'replicate-openapi[local]'" in done.stderr.splitlines()[-1]


def test_the_command_of_the_engine_is_installed(installed_python):
    command = installed_python.with_name("replicate-local")
    done = subprocess.run([command, "serve", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "--port" in done.stdout


def test_pytest_finds_the_fixtures_where_it_is_installed(installed_python):
    program = (
        "from importlib.metadata import entry_points\n"
        "for point in entry_points(group='pytest11'):\n"
        "    if point.dist.name == 'replicate-openapi':\n"
        "        print(point.name, point.value)\n"
    )
    done = subprocess.run([installed_python, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "replicate.testing.pytest_plugin replicate.testing.pytest_plugin\n"


def test_the_command_of_the_client_is_installed(installed_python):
    done = subprocess.run([installed_python, "-m", "replicate", "--help"], capture_output=True, text=True, check=True)
    assert "run" in done.stdout
