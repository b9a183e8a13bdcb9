"""Each Python program of the documents is run as it stands there; what else they claim is in `test_documents`."""

import os
import re
import subprocess
import sys

import pytest
from documents import DOCUMENTS, ROOT, programs

PROGRAMS = [program for document in DOCUMENTS for program in programs(document)]


def run(script, *, cwd, **variables):
    return subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_of_the_documents_runs_as_it_stands_there(program, surroundings, tmp_path):
    script = tmp_path / "program.py"
    script.write_text(program.source, encoding="utf-8")
    done = run(script, cwd=tmp_path, **surroundings)
    assert (done.returncode, done.stderr) == (0, ""), f"{program.document.name}, lines as in {script.name}"


def test_the_readme_has_a_program_for_each_way_of_use():
    sections = {program.section for program in PROGRAMS if program.document.name == "README.md"}
    assert sections >= {
        "Without a token", "With a token", "Run", "Stream", "Create, watch, wait, cancel", "Files", "Async", "Webhooks",
        "Errors", "Typed endpoint functions",
    }  # fmt: skip


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    directory = tmp_path_factory.mktemp("first-run")
    done = run(ROOT / "docs/examples/first_run.py", cwd=directory, REPLICATE_API_TOKEN="", REPLICATE_BASE_URL="")
    assert (done.returncode, done.stderr) == (0, "")
    return directory, done.stdout


def test_the_first_run_needs_no_token_and_says_what_it_does(first_run):
    _, output = first_run
    for told in ("no network", "The value of", "pieces", "status: canceled", "predictions_get: HTTP 200"):
        assert told in output


def test_the_first_run_saves_a_picture_and_says_where(first_run):
    directory, output = first_run
    picture = directory / "run-output" / "out-0.png"
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert "run-output/out-0.png" in output


def test_the_first_run_fails_where_its_directory_cannot_be_made(tmp_path):
    (tmp_path / "run-output").write_text("in the way", encoding="utf-8")
    done = run(ROOT / "docs/examples/first_run.py", cwd=tmp_path)
    assert done.returncode == 1


def test_the_receiver_is_told_of_a_prediction_and_refuses_a_forged_message(tmp_path):
    done = run(ROOT / "docs/examples/webhook_receiver.py", cwd=tmp_path, REPLICATE_API_TOKEN="", REPLICATE_BASE_URL="")
    assert (done.returncode, done.stderr) == (0, "")
    events = re.findall(r"^[0-9:]{8}  (msg_\w+)  (\w+) +([0-9]+) pieces", done.stdout, re.MULTILINE)
    statuses = [status for _, status, _ in events]
    assert statuses == ["processing"] * (len(events) - 1) + ["succeeded"]
    assert len(events) > 2
    assert len({message for message, _, _ in events}) == len(events)
    assert events[-1][2] == "24"
    assert "A forged message gets HTTP 400: No signature" in done.stdout
