"""The command `replicate-local`: its line when it is ready, its refusals, and its end."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from engine_calls import PATIENCE, Calls

COMMAND = [sys.executable, "-m", "replicate_local"]


@contextlib.contextmanager
def serving(*options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command until its line has been read; yields the process and the line."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, **environment},
    )


def test_the_url_is_the_only_line_of_standard_output_and_answers_at_once():
    with serving() as (process, line):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+\n", line)
        assert httpx.get(f"{line.strip()}/v1/models").status_code == 200
        process.terminate()
        out, err = process.communicate(timeout=PATIENCE)
    assert (out, err, process.returncode) == ("", "", 0)


def test_the_url_of_an_ipv6_address_is_written_in_brackets():
    with serving("--host", "::1") as (_, line):
        assert re.fullmatch(r"http://\[::1\]:\d+\n", line)
        assert httpx.get(f"{line.strip()}/v1/models").status_code == 200


def test_a_port_that_is_taken_is_named_and_the_exit_status_tells():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"replicate-local: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


def test_a_host_that_is_none_of_this_machine_is_named():
    result = run("serve", "--host", "192.0.2.1", "--token", "t", "--port", "0")
    assert result.returncode == 1
    assert result.stderr.startswith("replicate-local: cannot listen on 192.0.2.1 port 0: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_an_address_that_others_can_reach_needs_a_token(host):
    result = run("serve", "--host", host, "--port", "0")
    assert result.returncode == 1
    assert "--token is needed" in result.stderr


def test_with_a_token_the_engine_listens_to_others_and_insists_on_it():
    with serving("--host", "0.0.0.0", "--token", "secret") as (_, line):
        url = f"{line.strip()}/v1/models"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer secret"}).status_code == 200


def test_a_token_can_be_given_without_showing_it_in_the_list_of_processes():
    with serving(REPLICATE_LOCAL_TOKEN="secret") as (_, line):
        assert httpx.get(f"{line.strip()}/v1/models").status_code == 401


@pytest.mark.parametrize("options", [[], ["nonsense"], ["serve", "--port", "x"], ["serve", "--nonsense"]])
def test_wrong_usage_is_explained(options):
    result = run(*options)
    assert result.returncode == 2
    assert "usage: replicate-local" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_the_engine_and_its_open_streams_although_a_model_still_runs(number):
    with serving() as (process, line), httpx.Client(base_url=f"{line.strip()}/v1/", timeout=20) as client:
        api = Calls(client)
        prediction = api.until_started(api.create("sleeper", {"seconds": 600, "stubborn": True}))
        with httpx.stream("GET", prediction["urls"]["stream"], timeout=20) as stream:
            reading = stream.iter_text()
            assert next(reading) == ": hi\n\n"
            process.send_signal(number)
            rest = "".join(reading)
        assert process.wait(PATIENCE) == 0  # the model would sleep for ten minutes
        assert "event: error" in rest
        assert rest.endswith('data: {"reason":"error"}\n\n')
        assert process.stderr.read() == ""


def test_a_reader_that_does_not_read_cannot_hold_up_the_end():
    with serving() as (process, line), httpx.Client(base_url=f"{line.strip()}/v1/", timeout=20) as client:
        api = Calls(client)
        prediction = api.create("ngram", {"prompt": "the", "max_tokens": 512, "delay": 0.2})
        url = httpx.URL(prediction["urls"]["stream"])
        with socket.create_connection((url.host, url.port)) as deaf:
            deaf.sendall(f"GET {url.path} HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode())
            api.until(prediction, lambda state: state.get("output"))
            process.terminate()
            assert process.wait(PATIENCE) == 0


def test_closing_standard_input_ends_the_engine_where_that_was_asked_for():
    with serving("--exit-with-stdin") as (process, _):
        process.stdin.write("anything\n")
        process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
        process.stdin = None


def test_closing_standard_input_means_nothing_otherwise():
    with serving() as (process, line):
        process.stdin.close()
        assert httpx.get(f"{line.strip()}/v1/models").status_code == 200
        process.stdin = None


def test_the_installed_command_is_the_same():
    from importlib.metadata import entry_points

    [script] = entry_points(group="console_scripts", name="replicate-local")
    assert script.value == "replicate_local.cli:main"
