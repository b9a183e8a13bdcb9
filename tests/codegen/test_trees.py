"""Comparing generated folders, and making one like the other."""

import pytest
from codegen.trees import Drift, compare, mirror


@pytest.fixture
def expected(tmp_path):
    return write(tmp_path / "expected", {"a.py": "a", "api/b.py": "b", "api/deep/c.py": "c"})


@pytest.fixture
def actual(tmp_path):
    return write(tmp_path / "actual", {"a.py": "a", "api/b.py": "b", "api/deep/c.py": "c"})


def write(folder, contents):
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_equal_folders_do_not_differ(expected, actual):
    assert not compare(expected, actual)


def test_an_edited_file_is_named(expected, actual):
    write(actual, {"api/b.py": "B"})
    assert compare(expected, actual) == Drift(edited=("api/b.py",), missing=(), stray=())


def test_a_missing_file_is_named(expected, actual):
    (actual / "api/deep/c.py").unlink()
    assert compare(expected, actual) == Drift(edited=(), missing=("api/deep/c.py",), stray=())


def test_a_stray_file_is_named(expected, actual):
    write(actual, {"api/old/d.py": "", ".keep": ""})
    assert compare(expected, actual) == Drift(edited=(), missing=(), stray=(".keep", "api/old/d.py"))


def test_byte_code_caches_are_not_strays(expected, actual):
    write(actual, {"api/__pycache__/b.cpython-311.pyc": "x"})
    assert not compare(expected, actual)


def test_line_ends_count(expected, actual):
    (expected / "a.py").write_bytes(b"a\n")
    (actual / "a.py").write_bytes(b"a\r\n")
    assert compare(expected, actual).edited == ("a.py",)


def test_a_difference_is_printed_one_file_per_line(expected, actual):
    write(actual, {"a.py": "A", "z.py": ""})
    (actual / "api/b.py").unlink()
    assert str(compare(expected, actual)) == "  edited: a.py\n  missing: api/b.py\n  stray: z.py"


def test_mirroring_repairs_every_kind_of_difference_and_says_what_it_was(expected, actual):
    write(actual, {"a.py": "A", "old/z.py": "", "old/__pycache__/z.pyc": ""})
    (actual / "api/deep/c.py").unlink()
    assert mirror(expected, actual) == Drift(("a.py",), ("api/deep/c.py",), ("old/z.py",))
    assert not compare(expected, actual)
    assert not (actual / "old").exists()


def test_mirroring_leaves_equal_files_alone(expected, actual):
    before = (actual / "a.py").stat().st_mtime_ns
    write(actual, {"api/b.py": "B"})
    mirror(expected, actual)
    assert (actual / "a.py").stat().st_mtime_ns == before


def test_mirroring_into_a_folder_that_does_not_exist_creates_it(expected, tmp_path):
    mirror(expected, tmp_path / "new")
    assert not compare(expected, tmp_path / "new")
