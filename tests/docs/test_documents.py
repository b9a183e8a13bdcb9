"""What the documents claim besides their programs: links, commands, tables of names. Programs: `test_examples`."""

import re
import subprocess
import sys

import pytest
from documents import DOCUMENTS, ROOT, anchors, blocks, first_column, local_links, programs, read

README = ROOT / "README.md"
FEATURES = ROOT / "docs" / "features.md"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_each_link_to_a_file_of_the_project_leads_to_it(document):
    for path, anchor in local_links(document):
        target = document.parent / path if path else document
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_each_target_of_make_that_a_document_names_is_there(document):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", read(document)))
    named |= set(re.findall(r"^make ([a-z-]+)", "\n".join(blocks(document, "sh")), re.MULTILINE))
    assert named <= targets


def test_each_option_of_the_engine_that_the_readme_names_is_there():
    command = [sys.executable, "-m", "replicate_local", "serve", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [line for block in blocks(README, "sh") for line in block.splitlines() if "replicate-local" in line]
    options = {option for line in lines for option in re.findall(r"--[a-z]+", line)}
    assert options
    assert all(option in told for option in options)


def test_the_table_of_errors_names_all_of_them():
    from replicate import exceptions

    assert {*first_column(README, "error"), "ReplicateException", "APIStatusError"} == set(exceptions.__all__)


def test_the_table_of_models_names_all_of_them():
    from replicate_local.catalog import builtins

    assert first_column(README, "model") == [f"local/{builtin.name}" for builtin in builtins()]


def test_the_changelog_tells_the_version_that_the_package_tells():
    import replicate

    assert re.search(rf"^## {re.escape(replicate.__version__)} ", read(ROOT / "CHANGELOG.md"), re.MULTILINE)


def test_each_feature_that_is_there_names_a_test_that_exists():
    rows = re.findall(
        r"^\| (\d+) \| .+ \| (yes|partly|no) \| (?:`(.+)::(test_\w+)`)? *\|$", read(FEATURES), re.MULTILINE
    )
    assert [int(number) for number, *_ in rows] == list(range(1, 128))
    for number, there, module, test in rows:
        assert there == "no" or re.search(rf"def {test}\b", read(ROOT / "tests" / module)), number


def test_a_program_keeps_the_line_numbers_of_its_document(tmp_path):
    document = tmp_path / "a.md"
    document.write_text("# One\n\n```python\na = 1\n```\ntext\n```python\nb = a\n```\n\n## Two\n\n```sh\n# no\n```\n")
    (program,) = programs(document)
    assert program.section == "One"
    assert program.source.splitlines() == ["", "", "", "a = 1", "", "", "", "b = a"]


def test_the_architecture_gives_each_module_of_the_client_a_row():
    _, _, table = read(ROOT / "docs/architecture.md").partition("| row | modules |")
    rows = table.partition("\n\n")[0].splitlines()[2:]
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[2])}
    client = ROOT / "handwritten/replicate"
    there = {path.stem for path in client.glob("*.py")} | {path.parent.name for path in client.glob("*/__init__.py")}
    assert told == there, f"give a row to {sorted(there - told)}, strike out {sorted(told - there)}"
