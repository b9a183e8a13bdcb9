"""What models may take and what hostile ones can do: they fail, their workers are replaced, the engine goes on."""

import json
import time

import httpx
import pytest
from engine_calls import is_alive, wait_until_gone
from own_engines import serving, write
from replicate_local import cli, limits, runs
from replicate_local.limits import LimitError, Limits, parse_duration, parse_size, parse_workers
from replicate_local.records import Prediction, now
from replicate_local.runs import Run
from replicate_local.workers import messages

LIMITED = """\
import ctypes, os, signal, subprocess, sys, threading, time
from cog import Path
from replicate_local import model

@model(time_limit=2, concurrency=1)
def patient(seconds: float, stubborn: bool = False) -> int:
    if stubborn:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    time.sleep(seconds)
    return os.getpid()

@model(memory_limit="256MiB")
def greedy(size: int) -> int:
    return len(bytearray(size * 1024 * 1024))

@model(memory_limit="256MiB")
class greedy_setup:
    def setup(self):
        print("asking for memory", flush=True)
        self.data = bytearray(1024 ** 3)
    def predict(self) -> str: return ""

@model(setup_timeout=3)
class slow_setup:
    def setup(self):
        print("still loading", flush=True)
        time.sleep(60)
    def predict(self) -> str: return ""

@model()
class failing_setup:
    def setup(self):
        print("looking for the weights")
        raise FileNotFoundError("there are no weights")
    def predict(self) -> str: return ""

@model()
class exiting_setup:
    def setup(self):
        print("about to exit", flush=True)
        os._exit(7)
    def predict(self) -> str: return ""

@model(setup_timeout=3)
class flooding_setup:
    def setup(self):
        for _ in range(20):
            os.write(1, b"x" * 1_000_000)
        time.sleep(60)
    def predict(self) -> str: return ""

@model(concurrency=1)
def single() -> None: time.sleep(60)

@model(concurrency=3)
def triple() -> None: time.sleep(60)

@model(concurrency=1)
def dying(how: str) -> int:
    if how == "exit":
        os._exit(3)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "crash":
        ctypes.string_at(0)
    return os.getpid()
"""

HOSTILE = '''\
import json, os, signal, socket, subprocess, sys, threading, time
from collections.abc import Iterator
from cog import Path, current_scope
from replicate_local import model

def lines(*messages):
    """Write into whatever pipe leads to the engine."""
    for fd in range(3, 64):
        for message in messages:
            try: os.write(fd, message + b"\\n")
            except OSError: pass

@model()
def floods_output() -> Iterator[str]:
    while True:
        yield "x"

@model()
def floods_logs() -> str:
    for _ in range(50):
        os.write(1, b"x" * 1_000_000)
    return "done"

@model()
def binary_logs() -> str:
    os.write(1, bytes(range(256)))
    os.write(2, b"\\xff\\xfe\\x00")
    return "done"

@model()
def floods_metrics() -> str:
    for number in range(3000):
        current_scope().record_metric(f"m{number}", "x" * 1000)
    return "done"

@model()
def closes_everything() -> str:
    os.closerange(0, 64)
    return "done"

@model()
def closes_and_waits() -> str:
    os.closerange(3, 64)
    os.open(os.devnull, os.O_WRONLY)
    time.sleep(60)
    return "done"

@model()
def closes_and_is_interrupted() -> str:
    os.closerange(3, 64)
    os.open(os.devnull, os.O_WRONLY)
    signal.signal(signal.SIGUSR1, lambda *_: None)
    for thread in threading.enumerate():
        signal.pthread_kill(thread.ident, signal.SIGUSR1)
    time.sleep(60)
    return "done"

@model()
def writes_text() -> str: lines(b"nonsense"); return "done"

@model()
def writes_not_a_number() -> str: lines(b'{"type": "output", "value": NaN}'); return "done"

@model()
def writes_infinity() -> str: lines(b'{"type": "output", "value": [1e999]}'); return "done"

@model()
def writes_half_a_character() -> str: lines(b'{"type": "output", "value": "\\\\ud800"}'); return "done"

@model()
def writes_deep_nesting() -> str: lines(b'{"type": "output", "value": ' + b"[" * 300 + b"]" * 300 + b"}"); return "done"

@model()
def writes_no_status() -> str: lines(b'{"type": "done", "status": "processing"}'); return "done"

@model()
def writes_ready() -> str: lines(b'{"type": "ready"}'); return "done"

@model()
def unserialisable() -> str: return object()

@model()
def lying_text() -> str:
    class Text(str):
        def encode(self, *given): raise SystemExit(5)
    return Text("x")

@model()
def unprintable() -> str:
    class Unprintable(Exception):
        def __str__(self): raise RuntimeError
    raise Unprintable

@model()
def deep() -> list:
    value = []
    for _ in range(200):
        value = [value]
    return value

@model()
def link_to_passwd() -> Path:
    os.symlink("/etc/passwd", "/tmp/link")
    return Path("/tmp/link")

@model()
def device() -> Path: return Path("/dev/zero")

@model()
def pipe() -> Path:
    path = os.path.join(os.environ["TMPDIR"], "pipe")
    os.mkfifo(path)
    return Path(path)

@model()
def directory() -> Path: return Path("/etc")

@model()
def made_up_reference() -> dict: return {"$file": "../../engine.sqlite3"}

@model()
def ignores_interrupts() -> str:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    print(os.getpid(), flush=True)
    time.sleep(60)
    return "done"

@model()
def leaves_children(daemon: bool = False) -> str:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=daemon)
    time.sleep(60)
    return "done"

@model()
def leaves_children_and_dies() -> str:
    print(subprocess.Popen(["sleep", "600"], start_new_session=True).pid, flush=True)
    os._exit(9)

@model()
def forks_and_returns() -> int:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    return os.getpid()

@model()
def measures_in_threads() -> Iterator[str]:
    def measure():
        for number in range(300):
            current_scope().record_metric("most", number)
    threads = [threading.Thread(target=measure) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        yield "x" * 200_000
    for thread in threads:
        thread.join()

@model()
def exits_with_threads() -> str:
    threading.Thread(target=time.sleep, args=(600,)).start()
    raise SystemExit("leaving")

@model()
def greedy() -> int: return len(bytearray(4 * 1024 ** 3))

@model()
def replaces_streams() -> str:
    sys.stdout = sys.stderr = None
    sys.exit("gone")
'''


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """An engine of models with limits."""
    with serving(write(tmp_path_factory.mktemp("limited") / "limited.py", LIMITED)) as engine:
        yield engine


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def hostile(directory):
    """An engine of models that mean harm."""
    source = HOSTILE.replace("/tmp/link", f"{directory}/link")
    source = write(directory / "hostile.py", source)
    with serving(source, "--data", directory / "data", "--memory-limit", "1GiB") as engine:
        yield engine


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_prediction_that_takes_too_long_fails_and_the_next_one_runs(limited, stubborn):
    late = limited.run("patient", {"seconds": 60, "stubborn": stubborn})
    assert late["status"] == "failed"
    assert late["error"] == "The prediction took longer than its time limit of 2 seconds and was stopped."
    assert late["metrics"]["predict_time"] < 10
    assert limited.run("patient", {"seconds": 0})["status"] == "succeeded"


def test_waiting_for_a_worker_does_not_count_as_time_of_a_prediction(limited):
    waiting = [limited.create("patient", {"seconds": 0.3}) for _ in range(8)]
    assert [limited.until_ended(one)["status"] for one in waiting] == ["succeeded"] * 8


def test_a_prediction_that_needs_too_much_memory_fails_and_the_next_one_runs(limited):
    failed = limited.run("greedy", {"size": 1024})
    assert failed["status"] == "failed"
    assert failed["error"] == "MemoryError: the model may have 256 MiB of memory (--memory-limit)"
    assert "MemoryError" in failed["logs"]
    assert limited.run("greedy", {"size": 10})["output"] == 10 * 1024 * 1024


SETUPS = [
    ("failing_setup", "there are no weights", "looking for the weights\n"),
    ("exiting_setup", "the worker process exited with status 7", "about to exit\n"),
    ("slow_setup", "it took longer than 3 seconds", "still loading\n"),
    ("flooding_setup", "it took longer than 3 seconds", "x"),
    ("greedy_setup", "MemoryError: the model may have 256 MiB of memory (--memory-limit)", "asking for memory\n"),
]


@pytest.mark.parametrize(("name", "reason", "written"), SETUPS)
def test_a_setup_that_fails_fails_its_predictions_with_what_it_wrote(limited, name, reason, written):
    waiting = [limited.create(name), limited.create(name)]
    for prediction in waiting:
        failed = limited.until_ended(prediction)
        assert (failed["status"], failed["error"]) == ("failed", f"Model setup failed: {reason}")
        assert failed["logs"].startswith(written)
        assert len(failed["logs"]) < 300_000
        assert "started_at" not in failed
    assert limited.is_well()


@pytest.mark.parametrize(("name", "together"), [("single", 1), ("triple", 3)])
def test_as_many_predictions_run_at_a_time_as_were_allowed_and_others_wait(limited, name, together):
    created = [limited.create(name) for _ in range(together + 1)]
    for prediction in created[:together]:
        limited.until_started(prediction)
    assert limited.get(created[-1])["status"] == "starting"
    limited.cancel(created[0])
    limited.until_started(created[-1])
    for prediction in created:
        limited.cancel(prediction)


DEATHS = [("exit", "exited with status 3"), ("kill", "was killed by SIGKILL"), ("crash", "was killed by SIGSEGV")]


@pytest.mark.parametrize(("how", "reason"), DEATHS)
def test_a_worker_that_dies_is_replaced_and_its_prediction_tells_how_it_died(limited, how, reason):
    before = limited.run("dying", {"how": "not"})["output"]
    failed = limited.run("dying", {"how": how})
    assert (failed["status"], failed["error"]) == ("failed", f"Prediction failed: the worker process {reason}")
    after = limited.run("dying", {"how": "not"})
    assert after["status"] == "succeeded"
    assert after["output"] != before


NONSENSE = "Prediction failed: the model wrote something else than messages to its engine, or too much of it"
CLOSED = "Prediction failed: the model closed the pipe to its engine, so its worker process was ended"
ENDS = [
    ("closes_everything", "Prediction failed: the worker process exited with status 1"),
    ("closes_and_waits", CLOSED),
    ("closes_and_is_interrupted", CLOSED),
    ("writes_text", NONSENSE),
    ("writes_not_a_number", NONSENSE),
    ("writes_infinity", NONSENSE),
    ("writes_half_a_character", NONSENSE),
    ("writes_deep_nesting", NONSENSE),
    ("writes_no_status", NONSENSE),
    ("writes_ready", NONSENSE),
    ("deep", NONSENSE),
    ("unserialisable", "the output contains object, which has no JSON form"),
    ("lying_text", "5"),
    ("unprintable", "Unprintable"),
    ("device", "the output /dev/zero is not a file"),
    ("directory", "the output /etc is not a file"),
    ("exits_with_threads", "leaving"),
    ("replaces_streams", "gone"),
]


@pytest.mark.parametrize(("name", "error"), ENDS)
def test_a_hostile_model_only_fails_itself(hostile, name, error):
    failed = hostile.run(name)
    assert (failed["status"], failed["error"]) == ("failed", error)
    assert hostile.is_well()


def test_an_output_that_is_a_pipe_is_refused_and_not_waited_for(hostile):
    assert hostile.run("pipe")["error"].endswith("/pipe is not a file")


def test_a_flood_of_logs_is_cut_and_holds_nobody_up(hostile):
    flooding = hostile.create("floods_logs")
    assert hostile.is_well()
    ended = hostile.until_ended(flooding)
    assert ended["output"] == "done"
    assert len(ended["logs"]) < runs.MAX_LOGS + 100
    assert ended["logs"].endswith("[the rest of the logs was dropped]\n")


def test_logs_that_are_no_text_are_readable_all_the_same(hostile):
    logs = hostile.run("binary_logs")["logs"]
    assert "ABC" in logs
    assert "\0" not in logs


def test_a_flood_of_measurements_is_cut(hostile):
    metrics = hostile.run("floods_metrics")["metrics"]
    assert len(json.dumps(metrics)) < runs.MAX_METRICS * 1.1
    assert "total_time" in metrics


def test_a_copy_of_the_worker_that_a_model_makes_says_nothing(hostile):
    first, second = hostile.run("forks_and_returns"), hostile.run("forks_and_returns")
    assert first["output"] == second["output"]


def test_measurements_of_other_threads_do_not_get_into_the_output(hostile):
    prediction = hostile.run("measures_in_threads")
    assert (prediction["status"], len(prediction["output"])) == ("succeeded", 20)
    assert prediction["metrics"]["most"] == 299


def test_an_output_that_is_a_link_is_stored_as_a_file_of_its_own(hostile, directory):
    output = hostile.run("link_to_passwd")["output"]
    assert "root" in httpx.get(output).text
    stored = [path for path in (directory / "data/outputs").rglob("*") if path.name == "link"]
    assert [path.is_symlink() for path in stored] == [False]


def test_a_made_up_reference_to_a_file_leads_nowhere(hostile):
    output = hostile.run("made_up_reference")["output"]
    assert httpx.get(output).status_code == 404
    assert httpx.get(f"{hostile.url}/files/../../engine.sqlite3").status_code == 404
    assert httpx.get(f"{hostile.url}/files/{'a' * 32}/%2e%2e%2f%2e%2e%2fengine.sqlite3").status_code == 404


def test_a_cancel_ends_a_model_that_ignores_interrupts(hostile):
    running = hostile.create("ignores_interrupts")
    pid = int(hostile.until(running, lambda state: state["logs"])["logs"])
    hostile.cancel(running)
    wait_until_gone(pid)


@pytest.mark.parametrize("daemon", [False, True], ids=["in its process group", "in a session of its own"])
def test_a_cancel_ends_the_child_processes_of_a_model_wherever_they_are(hostile, daemon):
    running = hostile.create("leaves_children", {"daemon": daemon})
    pid = int(hostile.until(running, lambda state: state["logs"])["logs"])
    assert is_alive(pid)
    hostile.cancel(running)
    wait_until_gone(pid)


def test_the_child_processes_of_a_worker_that_dies_end_with_it(hostile):
    failed = hostile.run("leaves_children_and_dies")
    assert failed["error"] == "Prediction failed: the worker process exited with status 9"
    wait_until_gone(int(failed["logs"]))


def test_the_predictions_of_hostile_models_can_be_read_and_listed(hostile):
    predictions = hostile.client.get("predictions").json()["results"]
    assert len(predictions) > 3
    for prediction in predictions:
        assert hostile.get(prediction)["status"] in {"succeeded", "failed", "canceled"}


def test_a_flood_of_output_holds_nobody_up_and_can_be_canceled(hostile):
    flooding = hostile.create("floods_output")
    for _ in range(10):
        began = time.monotonic()
        assert hostile.client.get("models/local/echo").status_code == 200
        assert time.monotonic() - began < 20
    assert hostile.cancel(flooding)["status"] == "canceled"


MESSAGES = [
    b'{"type": "ready"}',
    b'{"type": "iterator"}',
    b'{"type": "output", "value": null}',
    b'{"type": "output", "value": "\\ud83d\\ude00"}',
    b'{"type": "output", "value": %s}' % (b"[" * 99 + b"]" * 99),
    b'{"type": "output", "value": [%s]}' % b",".join([b"{}"] * 500),
    b'{"type": "metric", "name": "a", "mode": "incr", "value": 1.5}',
    b'{"type": "done", "status": "failed", "error": "no"}',
    b'{"type": "done", "status": "succeeded"}',
]
NO_MESSAGES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"type": []}',
    b'{"type": "output"}',
    b'{"type": "output", "value": Infinity}',
    b'{"type": "output", "value": -1e400}',
    b'{"type": "output", "value": "\\udc00"}',
    b'{"type": "output", "value": {"\\uD800": 1}}',
    b'{"type": "output", "value": %s}' % (b"[" * 101 + b"]" * 101),
    b'{"type": "output", "value": %s}' % (b"[" * 100_000 + b"]" * 100_000),
    b'{"type": "output", "value": %s}' % (b"1" * 5000),
    b'{"type": "metric", "name": 1, "mode": "incr", "value": 1}',
    b'{"type": "metric", "name": "a", "mode": "multiply", "value": 1}',
    b'{"type": "done", "status": "failed", "error": {}}',
    b'{"type": "done", "status": "failed", "error": "%s"}' % (b"x" * 200_000),
    b'{"type": "done", "status": ["failed"]}',
    b'{"type": "setup_failed"}',
    b"\xff",
]


@pytest.mark.parametrize("line", MESSAGES)
def test_what_a_worker_says_is_understood(line):
    assert messages.parse(line) == json.loads(line)


@pytest.mark.parametrize("line", NO_MESSAGES, ids=range(len(NO_MESSAGES)))
def test_what_a_worker_would_never_say_is_no_message(line):
    with pytest.raises(ValueError):
        messages.parse(line)


def test_a_sum_of_measurements_that_json_cannot_express_is_dropped(run_async):
    async def work() -> None:
        prediction = Prediction("id", "local/m", "v", {}, now(), "token")
        run = Run(prediction, lambda _: None)
        for _ in range(2):
            run.on_metric("sum", 1e308, "incr")
        assert prediction.metrics == {}

    run_async(work())


DURATIONS = [("90", 90), ("1.5", 1.5), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("1h2m3.5s", 3723.5), (2, 2)]
SIZES = [
    ("64000000", 64_000_000),
    ("500MB", 500_000_000),
    ("500m", 500_000_000),
    ("2GiB", 2 * 1024**3),
    ("1.5 GiB", 3 * 512 * 1024**2),
    ("33554432B", 33_554_432),
    (10**9, 10**9),
]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS)
def test_times_are_written_in_seconds_or_with_units(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_sizes_are_written_in_bytes_or_with_units(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("parse", "text"),
    [(parse_duration, text) for text in ("", "0", "-1", "1x", "m", "1m2h", "nan", "inf")]
    + [(parse_size, text) for text in ("", "0", "31MiB", "-1GB", "2QB", "GiB", "1e9", "infGiB")]
    + [(parse_workers, text) for text in ("", "0", "-1", "1.5", "many")],
)
def test_what_is_no_limit_is_refused(parse, text):
    with pytest.raises(LimitError):
        parse(text)


@pytest.mark.parametrize(
    ("size", "text"), [(2 * 1024**3, "2 GiB"), (3 * 10**9, "3 GB"), (33_554_433, "33554433 bytes")]
)
def test_a_size_is_told_in_the_unit_it_was_probably_given_in(size, text):
    assert limits.describe_size(size) == text


def test_what_a_model_declares_is_stronger_than_the_options():
    options = Limits(workers=2, setup=10, time=20, memory=10**9)
    declared = {"concurrency": 3, "time_limit": "1m", "memory_limit": "2GB"}
    assert options.overruled_by(declared) == Limits(workers=3, setup=10, time=60, memory=2 * 10**9)
    assert options.overruled_by({}) == options


def test_a_limit_that_is_an_option_is_one_for_all_own_models(hostile):
    assert hostile.run("greedy")["error"] == "MemoryError: the model may have 1 GiB of memory (--memory-limit)"


def test_each_option_sets_its_limit(monkeypatch):
    seen = []

    async def run(options, settings, sock, url, models, describing):
        seen.append(settings.limits)
        return 0

    async def nothing(entries):
        return []

    monkeypatch.setattr(cli, "describe", nothing)
    monkeypatch.setattr(cli, "_run", run)
    options = ["--time-limit", "0.2", "--concurrency", "3", "--memory-limit", "1GiB", "--setup-timeout", "30s"]
    assert cli.main(["serve", "--port", "0", *options]) == 0
    assert seen == [Limits(workers=3, setup=30, time=0.2, memory=1024**3)]


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--memory-limit", "lots", "'lots' is no size: write bytes, or like 500MB, 2GiB"),
        ("--time-limit", "0", "'0' is no time: write seconds, or like 90s, 5m, 1h30m"),
        ("--setup-timeout", "soon", "'soon' is no time: write seconds, or like 90s, 5m, 1h30m"),
        ("--concurrency", "0", "'0' is no number of predictions at a time: write a number from 1 on"),
    ],
)
def test_an_option_that_is_no_limit_is_explained(capsys, option, value, reason):
    with pytest.raises(SystemExit):
        cli.main(["serve", option, value])
    assert f"argument {option}: {reason}" in capsys.readouterr().err
