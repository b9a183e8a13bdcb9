"""The wheel and the official distribution in one environment, installed by pip in either order; no network.

The official one is a stand-in of the same name and with files of the same names, made here.
"""

import hashlib
import subprocess
import sys
import sysconfig
import zipfile

import pytest

MENDED_BY = "pip uninstall replicate replicate-openapi && pip install replicate-openapi"

FILES = {
    "replicate/__init__.py": "from replicate.client import Client\n",
    "replicate/client.py": "import asyncio\n\n\nclass Client(str):\n    official = True\n",
    "replicate/account.py": "from typing import Any\n",
    "replicate-1.0.7.dist-info/METADATA": "Metadata-Version: 2.1\nName: replicate\nVersion: 1.0.7\n",
    "replicate-1.0.7.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}

PROGRAM = "import replicate; print(hasattr(replicate.Client, 'official')); replicate.Client('t')"


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    wheel = tmp_path_factory.mktemp("official") / "replicate-1.0.7-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
        rows = [
            f"{name},sha256={hashlib.sha256(text.encode()).hexdigest()},{len(text)}" for name, text in FILES.items()
        ]
        archive.writestr("replicate-1.0.7.dist-info/RECORD", "\n".join([*rows, "replicate-1.0.7.dist-info/RECORD,,"]))
    return wheel


class Environment:
    """A virtual environment that borrows what the wheel depends on from the one of the tests."""

    def __init__(self, home):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
        self.python = home / "bin" / "python"
        self.packages = home / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
        (self.packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    def pip(self, *arguments):
        command = [sys.executable, "-m", "pip", "--python", self.python, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def install(self, *wheels):
        for wheel in wheels:
            self.pip("install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel)

    def run(self):
        return subprocess.run(
            [self.python, "-P", "-c", PROGRAM], cwd=self.packages.parent, capture_output=True, text=True, check=False
        )


@pytest.fixture
def environment(tmp_path):
    return Environment(tmp_path / "environment")


def test_installed_after_the_official_one_it_works_and_warns(environment, official, built):
    environment.install(official, built.wheel)
    done = environment.run()
    assert (done.returncode, done.stdout) == (0, "False\n")
    assert "RuntimeWarning: The distributions replicate 1.0.7 and replicate-openapi are both installed" in done.stderr
    assert MENDED_BY in done.stderr


def test_installed_before_the_official_one_it_is_overwritten(environment, official, built):
    environment.install(built.wheel, official)
    done = environment.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_a_reinstallation_that_left_a_file_of_the_official_one_is_refused(environment, official, built):
    environment.install(official, built.wheel)
    left = environment.packages / "replicate" / "client.py"
    left.write_text(FILES["replicate/client.py"], encoding="utf-8")
    done = environment.run()
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"ImportError: {left} is not of this distribution.")
    assert MENDED_BY in done.stderr


@pytest.mark.parametrize("first", ["official", "this"])
def test_the_command_that_is_named_mends_it(environment, official, built, first):
    environment.install(*([official, built.wheel] if first == "official" else [built.wheel, official]))
    environment.pip("uninstall", "--yes", "replicate", "replicate-openapi")
    assert not list((environment.packages / "replicate").rglob("*.py"))
    environment.install(built.wheel)
    done = environment.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")
