"""What is in the wheel and in the sdist; whether it works once installed is in `test_installed`."""

import tarfile
from email import message_from_string
from zipfile import ZipFile

import pytest
from building import ROOT, build

PACKAGES = ("replicate", "replicate_api", "replicate_local")


@pytest.fixture(scope="session")
def wheel_names(built):
    with ZipFile(built.wheel) as wheel:
        return set(wheel.namelist())


@pytest.fixture(scope="session")
def metadata(built):
    with ZipFile(built.wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_string(wheel.read(name).decode("utf-8"))


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_in_the_wheel_says_that_it_is_typed(wheel_names, package):
    assert f"{package}/py.typed" in wheel_names


def test_the_wheel_holds_the_contract_it_was_compiled_from(built):
    with ZipFile(built.wheel) as wheel:
        shipped = wheel.read("replicate_api/openapi.json")
    assert shipped == (ROOT / "generated/replicate_api/openapi.json").read_bytes()


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel_names):
    expected = set()
    for package, room in zip(PACKAGES, ("handwritten", "generated", "handwritten"), strict=True):
        files = (path for path in (ROOT / room / package).rglob("*") if path.is_file())
        expected |= {
            path.relative_to(ROOT / room).as_posix()
            for path in files
            if "__pycache__" not in path.parts and path.suffix != ".pyc"
        }
    assert {name for name in wheel_names if ".dist-info/" not in name} == expected


def test_the_metadata_names_licence_python_and_extras(metadata):
    assert metadata["Name"] == "replicate-openapi"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert sorted(metadata.get_all("Provides-Extra")) == ["fast", "local"]
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_the_client_alone_needs_only_httpx_attrs_and_dateutil(metadata):
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert sorted(line.split("<")[0].split(">")[0] for line in needed) == ["attrs", "httpx", "python-dateutil"]


def test_the_version_is_the_one_the_package_tells(metadata):
    import replicate

    assert metadata["Version"] == replicate.__version__


def test_the_sdist_builds_the_same_wheel(built, wheel_names, tmp_path):
    with tarfile.open(built.sdist) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    build(source, tmp_path / "dist", "wheel")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with ZipFile(wheel) as rebuilt:
        assert set(rebuilt.namelist()) == wheel_names


@pytest.mark.parametrize(
    "name", ["Makefile", "openapi.yaml", "generator-config.yaml", ".importlinter", "handwritten/codegen/__main__.py"]
)
def test_the_sdist_holds_what_is_needed_to_generate_and_check(built, name):
    with tarfile.open(built.sdist) as sdist:
        names = {member.partition("/")[2] for member in sdist.getnames()}
    assert name in names


def test_the_sdist_holds_nothing_that_make_made(built):
    with tarfile.open(built.sdist) as sdist:
        parts = {part for member in sdist.getnames() for part in member.split("/")}
    assert not parts & {".venv", ".build", "build", "dist", "__pycache__", ".mypy_cache", "run-output"}
