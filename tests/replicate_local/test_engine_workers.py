"""Worker processes: what predictors can do, what they cannot do to the engine, and that canceling really kills."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from engine_calls import PATIENCE, is_alive, wait_until_gone
from replicate_local.worker.reporting import WholeWrites
from replicate_local.workers import process as process_module
from replicate_local.workers.pipes import PipeReader
from replicate_local.workers.pool import Pool
from replicate_local.workers.process import Job, Outcome, SetupError, WorkerDied, WorkerProcess


class Recorder:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.outputs: list[Any] = []
        self.logs = b""
        self.metrics: list[tuple[str, Any, str]] = []
        self.iterates = False
        self.heard = asyncio.Event()

    def on_iterator(self) -> None:
        self.iterates = True

    def on_output(self, value: Any, size: int) -> None:
        self.outputs.append(value)
        self.heard.set()

    def on_log(self, data: bytes) -> None:
        self.logs += data
        self.heard.set()

    def on_metric(self, name: str, value: Any, mode: str) -> None:
        self.metrics.append((name, value, mode))


class Bench:
    """Runs predictors in one worker."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.worker: WorkerProcess

    async def start(self, entry: str) -> WorkerProcess:
        self.worker = WorkerProcess()
        await self.worker.start(entry, self.directory)
        return self.worker

    async def run(self, given: dict[str, Any] | None = None) -> tuple[Outcome, Recorder]:
        recorder = Recorder()
        return await self.worker.run(self.job(given), recorder), recorder

    def job(self, given: dict[str, Any] | None = None) -> Job:
        (self.directory / "scratch").mkdir(exist_ok=True)
        return Job(given or {}, self.directory / "scratch", self.directory / "outputs")


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
def run_predictor(bench, predictor, run_async):
    """Runs a predictor once in a worker of its own."""

    def run(source: str, given: dict[str, Any] | None = None) -> tuple[Outcome, Recorder]:
        async def work() -> tuple[Outcome, Recorder]:
            await bench.start(predictor(source))
            try:
                return await bench.run(given)
            finally:
                await bench.worker.kill()

        return run_async(work())

    return run


HEADER = "from cog import BasePredictor, BaseModel, Input, Path, File, Secret, ConcatenateIterator, current_scope\n"


def predict(body: str, signature: str = "self", setup: str = "") -> str:
    lines = [HEADER, "class Predictor(BasePredictor):"]
    if setup:
        lines += ["    def setup(self):", *("        " + line for line in setup.splitlines())]
    lines += [f"    def predict({signature}):", *("        " + line for line in body.splitlines())]
    return "\n".join(lines) + "\n"


RESULTS = [
    pytest.param("return 'hi'", ["hi"], id="text"),
    pytest.param("return None", [None], id="nothing"),
    pytest.param("return 3", [3], id="integer"),
    pytest.param("return [1.5, True]", [[1.5, True]], id="list"),
    pytest.param("return (1, {2})", [[1, [2]]], id="tuple and set"),
    pytest.param("return {1: 'a'}", [{"1": "a"}], id="dict"),
    pytest.param("return 'a\\ud800b'", ["a?b"], id="half a surrogate pair"),
    pytest.param("import enum\nreturn enum.Enum('E', {'A': 5}).A", [5], id="enum"),
    pytest.param("import datetime\nreturn datetime.date(2025, 3, 1)", ["2025-03-01"], id="date"),
    pytest.param("return Secret('x')", ["**********"], id="secret"),
    pytest.param(
        "class R(BaseModel):\n    a: int\n    b: str = 'c'\nreturn R(a=1)", [{"a": 1, "b": "c"}], id="structured output"
    ),
    pytest.param("yield 'a'\nyield ''\nyield 'b'", ["a", "", "b"], id="generator"),
    pytest.param("return iter(['a'])", ["a"], id="iterator"),
]


@pytest.mark.parametrize(("body", "expected"), RESULTS)
def test_whatever_predict_returns_arrives_as_json(run_predictor, body, expected):
    outcome, recorder = run_predictor(predict(body))
    assert (outcome.status, recorder.outputs) == ("succeeded", expected)


FAILURES = [
    pytest.param("raise ValueError('no')", "no", id="exception"),
    pytest.param("raise ValueError", "ValueError", id="exception without text"),
    pytest.param("raise SystemExit('bye')", "bye", id="SystemExit"),
    pytest.param("return object()", "the output contains object, which has no JSON form", id="no JSON form"),
    pytest.param("return float('nan')", "the output contains nan, which JSON cannot express", id="not a number"),
    pytest.param("yield 1\nraise KeyError('k')", "'k'", id="exception after output"),
    pytest.param("return Path('/nonexistent/file')", "No such file or directory", id="file that is not there"),
    pytest.param("a = []\na.append(a)\nreturn a", "maximum recursion depth", id="endless nesting"),
]


@pytest.mark.parametrize(("body", "error"), FAILURES)
def test_a_predictor_that_fails_says_why_and_its_worker_goes_on(bench, predictor, run_async, body, error):
    async def work() -> None:
        await bench.start(
            predictor(predict(f"if fail:\n{_indented(body)}\nelse:\n    yield 'fine'", "self, fail: bool"))
        )
        outcome, recorder = await bench.run({"fail": True})
        assert outcome.status == "failed"
        assert error in str(outcome.error)
        assert b"Traceback" in recorder.logs or b"Error" in recorder.logs or b"SystemExit" in recorder.logs
        assert b"replicate_local" not in recorder.logs
        assert (await bench.run({"fail": False}))[1].outputs == ["fine"]
        await bench.worker.kill()

    if "return" in body:
        body = body.replace("return ", "yield ")
    run_async(work())


def _indented(body: str) -> str:
    return "\n".join("    " + line for line in body.splitlines())


DEATHS = [
    pytest.param("import os\nos._exit(7)", "exited with status 7", id="exit"),
    pytest.param("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL", id="killed"),
    pytest.param("import ctypes\nctypes.string_at(0)", "killed by SIGSEGV", id="crash in C code"),
    pytest.param(
        "import os\nif os.fork() == 0:\n    import time\n    time.sleep(60)\nos._exit(7)",
        "status 7",
        id="child left behind",
    ),
]


@pytest.mark.parametrize(("body", "reason"), DEATHS)
def test_a_worker_that_dies_fails_its_prediction_with_its_exit_status(run_predictor, body, reason):
    with pytest.raises(WorkerDied, match=reason):
        run_predictor(predict(body))


def test_what_a_dead_worker_has_left_running_is_killed(bench, predictor, run_async):
    async def work() -> None:
        body = "import os, subprocess\nprint(subprocess.Popen(['sleep', '600']).pid, flush=True)\nos._exit(1)"
        await bench.start(predictor(predict(body)))
        recorder = Recorder()
        with pytest.raises(WorkerDied):
            await bench.worker.run(bench.job(), recorder)
        await asyncio.to_thread(wait_until_gone, int(recorder.logs))

    run_async(work())


def test_a_worker_ends_when_nobody_can_send_it_commands_any_more(predictor):
    entry = predictor(predict("return 1"))
    (messages, their_messages), (their_lifeline, lifeline) = os.pipe(), os.pipe()
    worker = subprocess.Popen(
        [sys.executable, "-m", "replicate_local.worker", "serve", str(their_messages), str(their_lifeline), entry],
        stdin=subprocess.PIPE,
        pass_fds=(their_messages, their_lifeline),
        start_new_session=True,
    )
    for fd in (their_messages, their_lifeline):
        os.close(fd)
    assert os.read(messages, 100) == b'{"type":"ready"}\n'
    worker.stdin.close()
    assert worker.wait(PATIENCE) == -signal.SIGKILL
    for fd in (messages, lifeline):
        os.close(fd)


GARBAGE = [
    pytest.param(
        "import os\nfor fd in range(3, 256):\n    try: os.write(fd, b'nonsense\\n')\n    except OSError: pass",
        id="text",
    ),
    pytest.param(
        "import os\nfor fd in range(3, 256):\n    try: os.write(fd, b'[1]\\n')\n    except OSError: pass",
        id="wrong JSON",
    ),
    pytest.param(
        "import os\nfor fd in range(3, 256):\n    try: os.write(fd, b'[' * 100000 + b'\\n')\n    except OSError: pass",
        id="deeply nested JSON",
    ),
]


@pytest.mark.parametrize("body", GARBAGE)
def test_a_predictor_that_writes_into_the_engines_pipe_only_fails_itself(run_predictor, body):
    with pytest.raises(WorkerDied, match="something else than messages"):
        run_predictor(predict(body))


def test_a_message_above_the_limit_only_fails_its_prediction(run_predictor, monkeypatch):
    monkeypatch.setattr(process_module, "LineSplitter", _small_splitter)
    with pytest.raises(WorkerDied, match="too much of it"):
        run_predictor(predict("return 'x' * 100000"))


def _small_splitter(on_line):
    from replicate_local.workers.pipes import LineSplitter

    return LineSplitter(on_line, limit=1000)


LOGS = [
    pytest.param("print('a')", b"a\n", id="print"),
    pytest.param("import sys\nsys.stderr.write('a')", b"a", id="standard error without newline"),
    pytest.param("import os\nos.write(1, b'\\xff\\xfe')", b"\xff\xfe", id="bytes that are no text"),
    pytest.param("import subprocess\nsubprocess.run(['echo', 'child'], check=True)", b"child\n", id="child process"),
    pytest.param("print('x' * 300000)", b"x" * 300000 + b"\n", id="more than a pipe holds"),
    pytest.param("import sys\nsys.stdout.close()\nsys.stderr.write('still')", b"still", id="closed standard output"),
    pytest.param("import sys\nsys.stdout = None\nsys.stderr.write('still')", b"still", id="removed standard output"),
    pytest.param("import sys\nprint(repr(sys.stdin.read()))", b"''\n", id="reading standard input"),
]


def test_no_line_is_missing_although_outputs_and_logs_alternate(run_predictor):
    body = "for n in range(500):\n    print(n)\n    yield n\nprint('end')"
    for _ in range(5):
        _, recorder = run_predictor(predict(body))
        assert recorder.outputs == [*range(500)]
        assert recorder.logs.decode().split() == [*map(str, range(500)), "end"]


@pytest.mark.parametrize(("body", "logs"), LOGS)
def test_all_that_is_written_to_the_terminal_is_in_the_logs_when_predict_ends(run_predictor, body, logs):
    outcome, recorder = run_predictor(predict(body))
    assert outcome.status == "succeeded"
    assert recorder.logs == logs


def test_a_long_line_is_printed_whole_although_a_signal_comes_between():
    came = threading.Event()
    read, write = os.pipe()
    before = signal.signal(signal.SIGALRM, lambda *_: came.set())
    try:
        with os.fdopen(read, "rb") as reader, ThreadPoolExecutor() as threads:
            told = threads.submit(lambda: came.wait(20) and reader.read())
            with WholeWrites(write, "w") as raw:
                signal.setitimer(signal.ITIMER_REAL, 0.05)
                assert raw.write(b"x" * 300_000) == 300_000
            assert told.result() == b"x" * 300_000
    finally:
        signal.signal(signal.SIGALRM, before)


INPUTS = [
    pytest.param("n: int", {"n": 19.0}, "int 19", id="whole float for int"),
    pytest.param("n: float", {"n": 3}, "float 3.0", id="int for float"),
    pytest.param("n: int = 4", {}, "int 4", id="plain default"),
    pytest.param("n: int = Input(default=5)", {}, "int 5", id="default"),
    pytest.param("n: str | None = Input()", {}, "NoneType None", id="optional without default"),
    pytest.param("n: str | None = Input(default='d')", {"n": None}, "str d", id="null for optional with default"),
    pytest.param("n: list[int]", {"n": [1, 2.0]}, "list [1, 2]", id="list"),
    pytest.param("n: Secret", {"n": "s"}, "Secret **********", id="secret"),
    pytest.param("n", {"n": {"a": 1}}, "dict {'a': 1}", id="no type"),
]


@pytest.mark.parametrize(("parameter", "given", "expected"), INPUTS)
def test_inputs_arrive_as_the_types_predict_names(run_predictor, parameter, given, expected):
    _, recorder = run_predictor(predict("return f'{type(n).__name__} {n}'", f"self, {parameter}"), given)
    assert recorder.outputs == [expected]


FILES = [
    pytest.param("data:text/plain;base64,aGVsbG8=", "hello", id="base64"),
    pytest.param("data:text/plain,hello%20there", "hello there", id="percent encoded"),
    pytest.param("data:,", "", id="empty"),
]


class ReadsOnlyWhenAsked(PipeReader):
    """Never hears that something has arrived."""

    def __init__(self, fd, on_data):
        super().__init__(fd, on_data)
        if on_data.__name__ == "_on_log":
            self._loop.remove_reader(fd)


def test_logs_that_are_still_in_the_pipe_when_predict_ends_are_read(run_predictor, monkeypatch):
    monkeypatch.setattr(process_module, "PipeReader", ReadsOnlyWhenAsked)
    _, recorder = run_predictor(predict("print('late')"))
    assert recorder.logs == b"late\n"


@pytest.mark.parametrize(("uri", "content"), FILES)
def test_a_data_uri_is_a_file_when_it_reaches_predict(run_predictor, uri, content):
    _, recorder = run_predictor(predict("return f.read_text()", "self, f: Path"), {"f": uri})
    assert recorder.outputs == [content]


def test_a_file_input_keeps_its_name_and_cannot_be_changed_by_the_predictor(run_predictor, tmp_path):
    original = tmp_path / "letter.txt"
    original.write_text("dear")
    body = "f.write_text('changed')\nreturn f.name"
    _, recorder = run_predictor(predict(body, "self, f: Path"), {"f": original.as_uri()})
    assert recorder.outputs == ["letter.txt"]
    assert original.read_text() == "dear"


def test_a_file_input_can_be_handed_over_opened(run_predictor):
    _, recorder = run_predictor(predict("return f.read().decode()", "self, f: File"), {"f": "data:,opened"})
    assert recorder.outputs == ["opened"]


def test_a_file_that_cannot_be_fetched_fails_the_prediction(run_predictor):
    outcome, _ = run_predictor(predict("return 1", "self, f: Path"), {"f": "http://127.0.0.1:1/x.png"})
    assert outcome.status == "failed"
    assert "could not fetch http://127.0.0.1:1/x.png" in str(outcome.error)


def test_each_yielded_file_is_kept_although_the_predictor_reuses_its_path(run_predictor, tmp_path):
    body = (
        "import pathlib, tempfile\np = pathlib.Path(tempfile.gettempdir(), 'out.txt')\n"
        "for n in 'ab':\n    p.write_text(n)\n    yield Path(p)"
    )
    _, recorder = run_predictor(predict(body))
    names = [output["$file"] for output in recorder.outputs]
    assert [name.rpartition("/")[2] for name in names] == ["out.txt", "out.txt"]
    assert [(tmp_path / "outputs" / name).read_text() for name in names] == ["a", "b"]


def test_temporary_files_lie_in_the_directory_that_is_removed_afterwards(run_predictor, tmp_path):
    body = "import os, tempfile\nreturn [tempfile.gettempdir(), os.environ['TMPDIR']]"
    _, recorder = run_predictor(predict(body))
    assert recorder.outputs == [[str(tmp_path / "scratch")] * 2]


def test_measurements_reach_the_engine_with_their_mode(run_predictor):
    body = "current_scope().record_metric('a', 1)\ncurrent_scope().record_metric('b', 2, mode='incr')"
    _, recorder = run_predictor(predict(body))
    assert recorder.metrics == [("a", 1, "replace"), ("b", 2, "incr")]


def test_the_callers_tokens_are_hidden_from_model_code(run_predictor, monkeypatch):
    monkeypatch.setenv("REPLICATE_API_TOKEN", "r8_secret")
    monkeypatch.setenv("REPLICATE_LOCAL_TOKEN", "secret")
    _, recorder = run_predictor(predict("import os\nreturn [n for n in os.environ if n.startswith('REPLICATE')]"))
    assert recorder.outputs == [[]]


ASYNC = """
from collections.abc import AsyncIterator
class Predictor:
    async def setup(self):
        self.ready = 'ready'
    async def predict(self, n: int) -> AsyncIterator[str]:
        import asyncio
        for number in range(n):
            await asyncio.sleep(0)
            yield f'{self.ready} {number}'
"""


def test_an_async_predictor_is_run_and_its_pieces_arrive_one_by_one(run_predictor):
    _, recorder = run_predictor(ASYNC, {"n": 2})
    assert recorder.outputs == ["ready 0", "ready 1"]
    assert recorder.iterates


def test_an_async_predictor_can_also_return(run_predictor):
    _, recorder = run_predictor("class Predictor:\n    async def predict(self):\n        return 'once'\n")
    assert (recorder.outputs, recorder.iterates) == (["once"], False)


def test_a_function_can_be_a_predictor(run_predictor):
    _, recorder = run_predictor("def Predictor(text: str) -> str:\n    return text.upper()\n", {"text": "a"})
    assert recorder.outputs == ["A"]


SETUPS = [
    pytest.param(
        predict("return 1", setup="print('loading')\nraise OSError('no weights')"), "no weights", id="exception"
    ),
    pytest.param("import nonexistent_module\n", "No module named 'nonexistent_module'", id="import"),
    pytest.param("def (", "invalid syntax", id="syntax"),
    pytest.param("class Other:\n    pass\n", "has no 'Predictor'", id="name"),
    pytest.param("class Predictor:\n    pass\n", "has no predict method", id="no predict"),
    pytest.param(predict("return 1", setup="import os\nos._exit(9)"), "exited with status 9", id="exit"),
]


@pytest.mark.parametrize(("source", "reason"), SETUPS)
def test_a_predictor_that_cannot_be_set_up_says_why(run_predictor, source, reason):
    with pytest.raises(SetupError, match=reason):
        run_predictor(source)


def test_what_setup_writes_is_told_when_it_fails(run_predictor):
    with pytest.raises(SetupError) as caught:
        run_predictor(predict("return 1", setup="print('loading')\nraise OSError('no weights')"))
    assert caught.value.logs.startswith("loading\n")
    assert "OSError: no weights" in caught.value.logs


def test_an_interrupted_worker_stays_warm(bench, predictor, run_async):
    async def work() -> None:
        body = "import time\nprint('on')\ntime.sleep(seconds)\nreturn 'slept'"
        await bench.start(predictor(predict(body, "self, seconds: float")))
        recorder = Recorder()
        running = asyncio.ensure_future(bench.worker.run(bench.job({"seconds": 60}), recorder))
        await recorder.heard.wait()
        bench.worker.interrupt()
        assert (await running).status == "canceled"
        assert bench.worker.reusable
        assert (await bench.run({"seconds": 0}))[1].outputs == ["slept"]
        await bench.worker.kill()

    run_async(work())


def test_an_interrupt_between_predictions_does_no_harm(bench, predictor, run_async):
    async def work() -> None:
        await bench.start(predictor(predict("return 'fine'")))
        bench.worker.interrupt()
        assert (await bench.run())[1].outputs == ["fine"]
        await bench.worker.kill()

    run_async(work())


def test_an_interrupted_worker_with_a_stubborn_child_is_not_used_again(bench, predictor, run_async):
    async def work() -> None:
        body = (
            "import subprocess, sys, time\n"
            "code = 'import signal, time; signal.signal(2, signal.SIG_IGN); print(1, flush=True); time.sleep(60)'\n"
            "child = subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.PIPE)\n"
            "child.stdout.readline()\nprint(child.pid, flush=True)\ntime.sleep(60)"
        )
        await bench.start(predictor(predict(body)))
        recorder = Recorder()
        running = asyncio.ensure_future(bench.worker.run(bench.job(), recorder))
        await recorder.heard.wait()
        bench.worker.interrupt()
        assert (await running).status == "canceled"
        assert not bench.worker.reusable
        await bench.worker.kill()
        wait_until_gone(int(recorder.logs))

    run_async(work())


BUSY = [
    pytest.param("while True:\n    try: time.sleep(60)\n    except BaseException: pass", id="swallows interrupts"),
    pytest.param("re.match('(a+)+$', 'a' * 40 + 'b')", id="holds the interpreter lock in C code"),
    pytest.param(
        "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\ntime.sleep(60)", id="blocks signals"
    ),
]


@pytest.mark.parametrize("body", BUSY)
def test_killing_ends_a_worker_that_cannot_be_interrupted(bench, predictor, run_async, body):
    async def work() -> None:
        await bench.start(predictor(predict(f"import re, signal, time\nprint('on', flush=True)\n{body}")))
        recorder = Recorder()
        running = asyncio.ensure_future(bench.worker.run(bench.job(), recorder))
        await recorder.heard.wait()
        pid = bench.worker.pid
        await bench.worker.kill()
        assert not is_alive(pid)
        with pytest.raises(WorkerDied, match="SIGKILL"):
            await running

    run_async(work())


def test_a_worker_that_died_while_idle_refuses_the_next_prediction(bench, predictor, run_async):
    async def work() -> None:
        await bench.start(predictor(predict("return 1")))
        await bench.worker.kill()
        with pytest.raises(WorkerDied, match="idle"):
            await bench.run()

    run_async(work())


ORPHANS = [
    pytest.param("time.sleep(600)", id="sleeping"),
    pytest.param(
        "re.match('(a+)+$', 'a' * 40 + 'b')",
        id="holding the interpreter lock",
        marks=pytest.mark.skipif(
            sys.platform != "linux", reason="only the Linux kernel kills a process that never looks"
        ),
    ),
]


@pytest.mark.parametrize("body", ORPHANS)
def test_workers_and_their_children_die_with_an_engine_that_is_killed(predictor, tmp_path, body):
    entry = predictor(
        predict(
            "import os, re, subprocess, time\nchild = subprocess.Popen(['sleep', '600'])\n"
            f"print(os.getpid(), child.pid, flush=True)\n{body}"
        )
    )
    engine = subprocess.Popen(
        [sys.executable, "-c", ENGINE_THAT_WAITS, entry, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in engine.stdout.readline().split()]
    assert all(is_alive(pid) for pid in pids)
    engine.send_signal(signal.SIGKILL)
    engine.wait()
    engine.stdout.close()
    for pid in pids:
        wait_until_gone(pid)


ENGINE_THAT_WAITS = """
import asyncio, pathlib, sys
from replicate_local.workers.process import Job, WorkerProcess
class Listener:
    def on_log(self, data):
        print(data.decode(), end='', flush=True)
async def main():
    worker = WorkerProcess()
    directory = pathlib.Path(sys.argv[2])
    await worker.start(sys.argv[1], directory)
    await worker.run(Job({}, directory, directory), Listener())
asyncio.run(main())
"""


def test_a_pool_hands_out_its_warm_worker_again(predictor, tmp_path, run_async):
    async def work() -> None:
        pool = Pool(predictor(predict("return 1")), tmp_path, size=2)
        first = await pool.acquire()
        pool.release(first)
        assert await pool.acquire() is first
        await pool.close()

    run_async(work())


def test_a_full_pool_serves_those_who_wait_in_turn(predictor, tmp_path, run_async):
    async def work() -> None:
        pool = Pool(predictor(predict("return 1")), tmp_path, size=1)
        worker = await pool.acquire()
        turns = [asyncio.ensure_future(pool.acquire()) for _ in range(3)]
        await asyncio.sleep(0)
        turns[0].cancel()
        await asyncio.sleep(0)
        for turn in turns[1:]:
            assert not turn.done()
            pool.release(worker)
            assert await turn is worker
        await pool.close()

    run_async(work())


def test_a_worker_that_was_granted_to_somebody_who_just_left_is_not_lost(predictor, tmp_path, run_async):
    async def work() -> None:
        pool = Pool(predictor(predict("return 1")), tmp_path, size=1)
        worker = await pool.acquire()
        turn = asyncio.ensure_future(pool.acquire())
        await asyncio.sleep(0)
        pool.release(worker)
        turn.cancel()
        assert await pool.acquire() is worker
        await pool.close()

    run_async(work())


def test_a_pool_replaces_a_worker_that_died_for_those_who_wait(predictor, tmp_path, run_async):
    async def work() -> None:
        pool = Pool(predictor(predict("return 1")), tmp_path, size=1)
        worker = await pool.acquire()
        turn = asyncio.ensure_future(pool.acquire())
        await asyncio.sleep(0)
        await worker.kill()
        pool.release(worker)
        replacement = await turn
        assert replacement.pid != worker.pid
        await pool.close()
        assert not is_alive(replacement.pid)

    run_async(work())


def test_every_one_who_waits_learns_that_the_setup_fails(predictor, tmp_path, run_async):
    async def work() -> None:
        pool = Pool(predictor(predict("return 1", setup="raise OSError('no')")), tmp_path, size=1)
        results = await asyncio.gather(*(pool.acquire() for _ in range(3)), return_exceptions=True)
        assert [type(result) for result in results] == [SetupError] * 3
        await pool.close()

    run_async(work())


def test_a_setup_that_never_ends_is_given_up(predictor, tmp_path, run_async, monkeypatch):
    monkeypatch.setattr("replicate_local.workers.pool.SETUP_LIMIT", 0.3)

    async def work() -> None:
        pool = Pool(predictor(predict("return 1", setup="import time\ntime.sleep(60)")), tmp_path, size=1)
        with pytest.raises(SetupError, match=r"longer than 0\.3 seconds"):
            await pool.acquire()
        await pool.close()

    run_async(work())


def test_a_worker_that_stays_idle_gives_its_memory_back(predictor, tmp_path, run_async, monkeypatch):
    monkeypatch.setattr("replicate_local.workers.pool.IDLE_LIMIT", 0.05)

    async def work() -> None:
        pool = Pool(predictor(predict("return 1")), tmp_path, size=1)
        worker = await pool.acquire()
        pool.release(worker)
        await asyncio.to_thread(wait_until_gone, worker.pid)
        assert (await pool.acquire()).pid != worker.pid
        await pool.close()

    run_async(work())


def test_pipes_of_a_worker_are_closed_when_it_ends(bench, predictor, run_async):
    def open_files() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    async def work() -> None:
        before = open_files()
        for _ in range(3):
            worker = WorkerProcess()
            await worker.start(predictor(predict("return 1")), bench.directory)
            await worker.kill()
        await asyncio.sleep(0)
        assert open_files() == before

    run_async(work())
