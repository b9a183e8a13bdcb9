"""Finding the interpreters of this machine for `make test-all`; running the suite on them is what that does itself."""

import stat
import sys

import every_python
import pytest


def place(directory, name, script):
    directory.mkdir(parents=True, exist_ok=True)
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def answer(version, implementation="CPython"):
    major, minor, _ = version.split(".")
    return f"echo {implementation} {major} {minor} {version} /opt/python {version}/bin/python"


def test_each_version_is_found_once_the_first_on_the_path(tmp_path):
    place(tmp_path / "a", "python3.12", answer("3.12.7"))
    place(tmp_path / "b", "python3.12", answer("3.12.1"))
    place(tmp_path / "b", "python3.13", answer("3.13.0"))
    found = every_python.find_pythons([tmp_path / "a", tmp_path / "b"])
    assert {minor: version for minor, (version, _) in found.items()} == {12: "3.12.7", 13: "3.13.0"}


def test_an_interpreter_may_lie_in_a_directory_with_a_blank(tmp_path):
    place(tmp_path, "python3.12", answer("3.12.7"))
    assert str(every_python.find_pythons([tmp_path])[12][1]) == "/opt/python 3.12.7/bin/python"


def test_a_shim_of_a_version_that_is_not_installed_is_passed_over_for_a_real_one(tmp_path):
    place(tmp_path / "shims", "python3.12", "echo 'command not found' >&2; exit 127")
    place(tmp_path / "real", "python3.12", answer("3.12.1"))
    found = every_python.find_pythons([tmp_path / "shims", tmp_path / "real"])
    assert found[12][0] == "3.12.1"


@pytest.mark.parametrize(
    "place_of", [".pyenv/versions/3.12.1", ".asdf/installs/python/3.12.1", ".local/share/uv/python/x"]
)
def test_a_version_that_a_version_manager_installed_is_found_though_it_is_not_on_the_path(tmp_path, place_of):
    place(tmp_path / place_of / "bin", "python3.12", answer("3.12.1"))
    found = every_python.find_pythons(every_python.places({"PATH": str(tmp_path)}, tmp_path))
    assert found[12][0] == "3.12.1"


def test_what_is_on_the_path_goes_before_what_a_version_manager_installed(tmp_path):
    place(tmp_path / "bin", "python3.12", answer("3.12.7"))
    place(tmp_path / "root/versions/3.12.1/bin", "python3.12", answer("3.12.1"))
    variables = {"PATH": str(tmp_path / "bin"), "PYENV_ROOT": str(tmp_path / "root")}
    assert every_python.find_pythons(every_python.places(variables, tmp_path))[12][0] == "3.12.7"


def test_versions_before_3_11_and_other_implementations_are_not_found(tmp_path):
    place(tmp_path, "python3.10", answer("3.10.1"))
    place(tmp_path, "python3.11", answer("3.11.1", "PyPy"))
    assert every_python.find_pythons([tmp_path]) == {}


def test_a_program_that_is_another_version_than_its_name_says_is_not_taken(tmp_path):
    place(tmp_path, "python3.13", answer("3.12.1"))
    assert every_python.find_pythons([tmp_path]) == {}


def test_this_very_interpreter_answers_as_itself(tmp_path):
    minor = sys.version_info.minor
    (tmp_path / f"python3.{minor}").symlink_to(getattr(sys, "_base_executable", sys.executable))
    version, _ = every_python.find_pythons([tmp_path])[minor]
    assert version == ".".join(map(str, sys.version_info[:3]))


def test_no_interpreter_at_all_is_a_failure(tmp_path, monkeypatch, capsys):
    for name in ("PATH", "PYENV_ROOT", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert every_python.main([]) == 1
    assert "3.11" in capsys.readouterr().err
