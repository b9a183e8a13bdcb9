"""What docs/command.md shows is run, line by line, and what it lists is what there is."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from replicate_local.launcher import start_engine

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
TOKEN = "r8_for_the_command"
START = "python -m replicate "


@pytest.fixture(scope="module")
def hosted():
    """An engine in the place of the hosted service."""
    aliases = {
        "black-forest-labs/flux-schnell": "local/identicon",
        "meta/meta-llama-3-8b-instruct": "local/ngram",
        "nightmareai/real-esrgan": "local/negative",
    }
    engine = start_engine(token=TOKEN, aliases=aliases)
    yield engine
    engine.stop()


def first_column(title):
    _, _, table = TEXT.partition(f"| {title} |")
    return re.findall(r"^\| `?([^`|]+?)`? \|", table.partition("\n\n")[0], re.MULTILINE)[1:]


def test_each_line_of_the_document_runs(command, surroundings, hosted, tmp_path):
    surroundings.setenv("REPLICATE_BASE_URL", hosted.url)
    surroundings.setenv("REPLICATE_API_TOKEN", TOKEN)
    surroundings.chdir(tmp_path)
    surroundings.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    ran = 0
    for block in re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL):
        if any(sign in block for sign in "$|>"):
            done = subprocess.run(["sh", "-e", "-c", block], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), block
            continue
        for line in block.splitlines():
            assert line.startswith(START)
            done = command(*shlex.split(line.removeprefix(START)))
            assert done.status == 0, f"{line}\n{done.err}"
            ran += 1
    assert ran > 15
    assert len(list((tmp_path / "pictures").glob("identicon*.png"))) == 3


def test_the_document_names_the_forms_of_inputs_and_options_that_the_help_names(command):
    told = command("run", "--help").out
    arguments, options = first_column("argument"), first_column("option")
    assert len(arguments) == 5
    assert all(form in told for form in arguments)
    shared = {"-h", "--help", "--base-url", "--verbose"}
    assert {option.split()[0] for option in options} == set(re.findall(r"^  (--?[a-z-]+)", told, re.MULTILINE)) - shared


def test_the_document_names_each_subcommand(command):
    listed = command("--help").out.partition("COMMAND\n")[2].partition("\n\n")[0]
    names = re.findall(r"^    ([a-z]+) ", listed, re.MULTILINE)
    assert len(names) > 10
    assert [name for name in names if not re.search(rf"python -m replicate {name}\b", TEXT)] == []
