"""The command as a process: its streams, its signals and its exit status, as a shell sees them."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

PYTHON = [sys.executable, "-W", "error", "-m", "replicate"]


@pytest.fixture
def start(engine_url, tmp_path):
    """A function that starts the command in a directory of its own, against the live engine."""
    started = []

    def start(*arguments, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        environment = {"PATH": os.environ["PATH"], "REPLICATE_BASE_URL": engine_url, "COLUMNS": "80", "LANG": "C.UTF-8"}
        process = subprocess.Popen([*PYTHON, *arguments], cwd=tmp_path, env=environment, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def ask(start):
    def ask(*arguments):
        process = start(*arguments)
        return process.wait(30), *process.communicate()

    return ask


def on_a_terminal(start, *arguments):
    """Run the command on a terminal of its own, and return its exit status with all that the terminal got."""
    master, slave = pty.openpty()
    process = start(*arguments, stdin=slave, stdout=slave, stderr=slave, text=False)
    os.close(slave)
    shown = b""
    while select.select([master], [], [], 30)[0]:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # how Linux tells that the other side is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(master)
    return process.wait(30), shown.decode()


def test_a_run_writes_its_output_and_nothing_else(ask):
    status, out, err = ask("run", "local/ngram", "prompt=The value", "max_tokens:=5", "seed:=1")
    assert (status, err) == (0, "")
    assert out.endswith("\n")
    assert len(out.split()) >= 3


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_interrupted_cancels_and_says_so(start, ask, number, status):
    process = start("--verbose", "run", "local/sleeper", "seconds:=60")
    assert "POST" in process.stderr.readline()
    assert "GET" in process.stderr.readline()  # the prediction is created, and it knows that
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (status, "")
    told = err.splitlines()[-1]
    assert told.startswith("replicate: interrupted; prediction ")
    prediction = json.loads(ask("predictions", "get", told.split()[3], "--json")[1])
    assert prediction["status"] == "canceled"


def test_a_stream_that_is_interrupted_cancels_and_says_so(start, ask):
    process = start("stream", "local/ngram", "prompt=The", "max_tokens:=512", "delay:=0.2")
    assert process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out.endswith("\n")
    prediction_id = err.removeprefix("replicate: interrupted; prediction ").removesuffix(" was told to cancel\n")
    assert json.loads(ask("predictions", "get", prediction_id, "--json")[1])["status"] == "canceled"


def test_a_reader_who_leaves_ends_the_command_quietly(start, ask):
    process = start("stream", "local/ngram", "prompt=The", "max_tokens:=512", "delay:=0.2", "--json")
    assert json.loads(process.stdout.readline())["event"] == "output"
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(30), err) == (141, "")
    (listed,) = map(json.loads, ask("predictions", "list", "--limit", "1", "--json")[1].splitlines())
    assert listed["status"] == "canceled"


def test_a_terminal_is_shown_progress_and_never_obeys_what_a_model_wrote(start):
    status, shown = on_a_terminal(start, "run", "local/fail", "message=\x1b[31mred\x07")
    assert status == 1
    assert "starting" in shown
    assert "failed: \\x1b[31mred\\x07" in shown
    assert "\x1b[31m" not in shown
    assert "\x07" not in shown


def test_help_is_there_before_the_client_is_loaded():
    code = "import sys; sys.argv[1:] = ['--help']\ntry:\n import replicate.__main__\nexcept SystemExit: pass\n"
    code += "print([name for name in ('httpx', 'replicate_api', 'replicate.client') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "panic" not in told
    assert told.splitlines()[-1] == "[]"


def test_the_package_does_not_load_the_command():
    code = "import replicate, sys; replicate.Client('t'); print([name for name in sys.modules if '_command' in name])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_an_engine_of_its_own_can_be_asked_for(tmp_path):
    began = time.monotonic()
    command = [*PYTHON, "--base-url", "local", "run", "local/identicon", "prompt=hello", "--save", "pictures"]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "pictures/identicon.png\n", "")
    assert (tmp_path / "pictures/identicon.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["identicon.png"]
    assert time.monotonic() - began < 60
