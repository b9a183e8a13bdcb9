"""The distribution, built once for these tests, and an environment it is installed in; never the checkout itself."""

import subprocess
import sys
import sysconfig

import pytest
from building import ROOT, Built, build


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    target = tmp_path_factory.mktemp("dist")
    build(ROOT, target, "sdist", "wheel")
    (wheel,) = target.glob("*.whl")
    (sdist,) = target.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="session")
def installed_python(built, tmp_path_factory):
    """The interpreter of an environment that has the wheel; what the wheel depends on is borrowed from this one."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = home / "bin" / "python"
    # Entries of a .pth file are put on the path without their own .pth files, so the editable install stays out.
    packages = home / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, built.wheel], check=True, capture_output=True)
    return python
