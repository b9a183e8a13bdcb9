"""Engines as children of a program: they start with it, end with it, and are shared within it."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading

import httpx
import pytest
from engine_calls import is_alive, wait_until, wait_until_gone
from replicate_local import launcher
from replicate_local.launcher import (
    EngineNotInstalledError,
    EngineStartError,
    RunningEngine,
    shared_engine,
    start_engine,
)


@pytest.fixture
def shared():
    """The shared engine, ended afterwards so that tests do not see each other's."""
    yield shared_engine
    if launcher._shared is not None:
        launcher._shared.stop()


def test_an_engine_answers_from_its_start_to_its_stop_and_ends_without_a_complaint():
    engine = start_engine()
    assert httpx.get(f"{engine.url}/v1/models").status_code == 200
    assert engine.alive
    engine.stop()
    assert (engine.alive, engine.process.returncode, engine.log()) == (False, 0, "")
    engine.stop()


def test_what_an_engine_complains_about_can_be_read():
    engine = start_engine()
    body = {"input": {}, "webhook": "http://127.0.0.1:9/nobody-listens"}
    httpx.post(f"{engine.url}/v1/models/local/echo/predictions", json=body)
    wait_until(lambda: "could not be called" in engine.log(), "it does not complain")
    engine.stop()
    assert "could not be called" in engine.log()


def test_one_engine_is_shared_by_all_threads_of_a_process(shared):
    engines = []
    threads = [threading.Thread(target=lambda: engines.append(shared())) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({engine.url for engine in engines}) == 1


def test_a_shared_engine_that_died_is_started_again(shared):
    first = shared()
    first.process.kill()
    first.process.wait()
    second = shared()
    assert second.process is not first.process  # its URL may be the same: the port has become free
    assert second.alive
    first.stop()


SCRIPT = """
import sys, time
from replicate_local.launcher import shared_engine
engine = shared_engine()
print(engine.process.pid, flush=True)
{then}
"""


def start_script(then: str) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(then=then)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return process, int(process.stdout.readline())


ENDS = [
    pytest.param("", 0, id="its end"),
    pytest.param("sys.exit(3)", 3, id="exit"),
    pytest.param("raise RuntimeError", 1, id="exception"),
    pytest.param("import os; os._exit(4)", 4, id="hard exit"),
]


@pytest.mark.parametrize(("then", "status"), ENDS)
def test_an_engine_ends_with_its_program(then, status):
    process, engine = start_script(then)
    process.communicate(timeout=120)
    assert process.returncode == status
    wait_until_gone(engine)


def test_an_engine_ends_with_its_program_even_if_that_is_killed():
    process, engine = start_script("time.sleep(60)")
    assert is_alive(engine)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=120)
    wait_until_gone(engine)


def test_a_ctrl_c_in_the_terminal_is_left_to_the_program():
    process, engine = start_script("time.sleep(60)")
    assert os.getsid(engine) != os.getsid(process.pid)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    wait_until_gone(engine)


def _in_forked_child(engine: RunningEngine, queue) -> None:
    engine.stop()
    answers = httpx.get(f"{engine.url}/v1/models").status_code == 200
    queue.put((engine.alive, launcher._shared is None, answers))


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")  # that it is risky is the point
def test_a_forked_process_does_not_stop_the_engine_of_its_parent(shared):
    engine = shared()
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=_in_forked_child, args=(engine, queue))
    child.start()
    assert queue.get() == (False, True, True)
    child.join()
    assert engine.alive
    assert httpx.get(f"{engine.url}/v1/models").status_code == 200
    queue.close()
    child.close()


def test_a_forked_process_that_lives_longer_does_not_keep_the_engine_alive():
    process, engine = start_script(
        "import os\nif os.fork() == 0:\n    print(os.getpid(), flush=True)\n    time.sleep(30)\n    os._exit(0)\n"
        "time.sleep(60)"
    )
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until_gone(engine)
    assert is_alive(child)
    os.kill(child, signal.SIGKILL)
    process.communicate(timeout=120)


def test_a_missing_extra_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(launcher, "_NEEDED", ("starlette", "a_package_that_is_not_there"))
    with pytest.raises(EngineNotInstalledError) as caught:
        start_engine()
    assert isinstance(caught.value, ImportError)
    assert str(caught.value) == (
        "The local engine needs a_package_that_is_not_there. Install it with: pip install 'replicate-openapi[local]'"
    )


def test_an_engine_that_cannot_start_says_why(tmp_path):
    (tmp_path / "engine.sqlite3").write_text("this is no database, whatever its name says" * 100)
    with pytest.raises(EngineStartError, match="file is not a database"):
        start_engine(data=str(tmp_path))


def test_an_engine_that_does_not_get_ready_in_time_is_given_up(monkeypatch, tmp_path):
    never_ready = tmp_path / "python"
    never_ready.write_text("#!/bin/sh\nexec sleep 60\n")
    never_ready.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(never_ready))
    monkeypatch.setattr(launcher, "START_LIMIT", 0.05)
    with pytest.raises(EngineStartError, match="did not start"):
        start_engine()


def test_the_launcher_imports_nothing_heavy():
    code = (
        "import sys; import replicate_local.launcher; "
        "print([n for n in ('asyncio', 'httpx', 'starlette', 'uvicorn', 'jsonschema', 'sqlite3') if n in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
