"""What outlives an engine: data of a directory, interrupted predictions, one engine per directory, pages by cursor."""

import base64
import contextlib
import datetime as dt
import sqlite3
from pathlib import Path

import httpx
import pytest
from engine_calls import Calls, wait_until
from hypothesis import given
from hypothesis import strategies as st
from replicate_local.cursors import Cursor, decode
from replicate_local.database import Selection
from replicate_local.launcher import EngineStartError, start_engine
from replicate_local.problems import Problem
from replicate_local.records import Prediction, StoredFile, TerminalError
from replicate_local.store import Store

BEGIN = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)


def path_of(url: str) -> str:
    return httpx.URL(url).raw_path.decode()


def test_predictions_files_and_models_survive_a_restart(serve):
    engine, api = serve()
    picture = api.run("julia", {"prompt": "x", "width": 16, "height": 16})
    file = api.client.post("files", files={"content": ("a.txt", b"one two")}).json()
    api.client.post("models", json={"owner": "local", "name": "mine", "visibility": "private", "hardware": "cpu"})
    content = httpx.get(picture["output"][0]).content
    before = api.client.get("models/local/julia").json()
    engine.stop()

    _, api = serve()
    again = api.client.get(f"predictions/{picture['id']}").json()
    assert {key: again[key] for key in ("status", "logs", "metrics", "completed_at")} == {
        key: picture[key] for key in ("status", "logs", "metrics", "completed_at")
    }
    assert again["output"][0].startswith(api.origin)
    assert httpx.get(again["output"][0]).content == content
    assert [event.name for event in api.events(again)] == ["output", "done"]
    assert api.run("wordcount", {"text": f"{api.origin}{path_of(file['urls']['get'])}"})["output"]["words"] == 2
    assert api.client.get("models/local/mine").status_code == 200
    after = api.client.get("models/local/julia").json()
    assert (after["run_count"], after["created_at"], after["latest_version"]) == (
        *(before["run_count"], before["created_at"], before["latest_version"]),
    )
    assert len(api.client.get("models/local/julia/examples").json()["results"]) == 1


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_what_ran_or_waited_when_the_engine_ended_comes_back_failed_with_the_reason(serve, how):
    engine, api = serve()
    predictions = [api.create("sleeper", {"seconds": 600}) for _ in range(6)]
    api.until_started(predictions[0])
    engine.stop() if how == "stopped" else engine.process.kill()
    engine.process.wait()
    engine.stop()

    _, api = serve()
    for prediction in predictions:
        state = api.client.get(f"predictions/{prediction['id']}").json()
        assert state["status"] == "failed"
        assert state["error"] == "The engine was stopped while this prediction was waiting or running; create it again."
        assert "completed_at" in state
    assert "started_at" in api.client.get(f"predictions/{predictions[0]['id']}").json()
    assert "started_at" not in api.client.get(f"predictions/{predictions[-1]['id']}").json()


def test_output_that_was_seen_half_a_second_ago_is_not_lost_when_the_engine_is_killed(serve):
    engine, api = serve()
    prediction = api.create("ngram", {"prompt": "the", "max_tokens": 500, "delay": 0.02})
    seen = api.until(prediction, lambda state: state.get("output"))
    api.until(prediction, lambda state: len(state["output"]) > len(seen["output"]) + 75)  # of which each takes 0.02 s
    engine.process.kill()
    engine.process.wait()

    _, api = serve()
    state = api.client.get(f"predictions/{prediction['id']}").json()
    assert state["output"][: len(seen["output"])] == seen["output"]
    assert state["logs"].startswith("Using seed: ")


def test_a_data_directory_belongs_to_one_engine_at_a_time(serve, tmp_path):
    serve()
    with pytest.raises(EngineStartError, match="is used by another engine; choose another --data directory"):
        start_engine(data=str(tmp_path / "data"))


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineStartError, match="file"):
        start_engine(data=str(tmp_path / "file" / "data"))


def test_a_version_whose_source_has_changed_does_not_run(serve, tmp_path):
    engine, _ = serve()
    engine.stop()
    with sqlite3.connect(tmp_path / "data" / "engine.sqlite3") as database:
        old = "0" * 64
        database.execute(
            "INSERT INTO versions (id, created_at, model, doc) SELECT ?, '2025-01-01', model,"
            " json_set(doc, '$.id', ?, '$.source_hash', ?) FROM versions WHERE model = 'local/echo'",
            (old, old, old),
        )
    database.close()
    _, api = serve()
    body = {"version": old, "input": {}}
    prediction = api.client.post("predictions", json=body, headers={"Prefer": "wait"}).json()
    assert prediction["error"] == f"The source of version {old} has changed or is gone; run the latest version."
    assert api.run("echo")["status"] == "succeeded"


def test_the_data_of_an_engine_without_a_directory_is_gone_at_its_end(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    engine = start_engine()
    assert len(list(tmp_path.iterdir())) == 1
    with httpx.Client(base_url=f"{engine.url}/v1/") as client:
        Calls(client).run("julia", {"prompt": "x", "width": 16, "height": 16})
    engine.stop()
    assert list(tmp_path.iterdir()) == []


def test_scratch_files_of_a_prediction_are_removed_with_its_end(serve, tmp_path):
    _, api = serve()
    api.run("julia", {"prompt": "x", "width": 16, "height": 16})
    api.run("wordcount", {"text": "data:,a"})
    api.run("echo")
    scratch = tmp_path / "data" / "scratch"
    wait_until(lambda: not list(scratch.iterdir()), "there are files left")


def test_what_has_expired_is_deleted(tmp_path):
    from replicate_local.files import Uploads

    store = Store(tmp_path / "db")
    uploads = Uploads(tmp_path / "uploads", store)
    for name, expires in (("old", BEGIN), ("new", dt.datetime.max.replace(tzinfo=dt.UTC))):
        store.add_file(StoredFile(name, "a.txt", "text/plain", 1, "", "", {}, BEGIN, expires))
        (tmp_path / "uploads" / name).mkdir()
    assert uploads.get("old") is None
    uploads.purge()
    assert store.file("old") is None
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["new"]
    assert uploads.get("new") is not None
    store.close()


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "db")
    yield store
    store.close()


def add(store: Store, number: int, created_at: dt.datetime) -> None:
    store.add_prediction(Prediction(str(number), "local/echo", "v", {}, created_at, f"token {number}"))


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("apart", [0, 1], ids=["all of one moment", "a millisecond apart"])
def test_pages_show_every_row_once_in_both_directions(store, ascending, apart):
    for number in range(7):
        add(store, number, BEGIN + dt.timedelta(milliseconds=apart * number))
    selection = Selection("predictions", size=3, ascending=ascending)
    expected = [str(number) for number in (range(7) if ascending else reversed(range(7)))]
    pages, cursor = [], None
    while True:
        page = store.predictions(selection, cursor)
        pages.append([row.id for row in page.rows])
        if page.next is None:
            break
        cursor = page.next
    assert [name for rows in pages for name in rows] == expected
    assert [len(rows) for rows in pages] == [3, 3, 1]
    backwards = [pages[-1]]
    while page.previous is not None:
        page = store.predictions(selection, page.previous)
        backwards.insert(0, [row.id for row in page.rows])
    assert backwards == [expected[0:3], expected[3:6], expected[6:]]
    assert page.next is not None


def test_rows_that_come_in_while_paging_do_not_shift_the_pages(store):
    for number in range(4):
        add(store, number, BEGIN + dt.timedelta(seconds=number))
    selection = Selection("predictions", size=2)
    first = store.predictions(selection, None)
    add(store, 9, BEGIN + dt.timedelta(seconds=9))
    second = store.predictions(selection, first.next)
    assert [row.id for row in first.rows + second.rows] == ["3", "2", "1", "0"]


def test_an_empty_list_has_no_neighbours(store):
    page = store.predictions(Selection("predictions"), None)
    assert (page.rows, page.next, page.previous) == ([], None, None)


def test_a_cursor_looks_like_those_of_the_service():
    cursor = Cursor("2025-03-01 12:00:00.123456+00:00", 5, backwards=True)
    assert cursor.encode() == "cj0xJm89NSZwPTIwMjUtMDMtMDErMTIlM0EwMCUzQTAwLjEyMzQ1NiUyQjAwJTNBMDA="


@given(st.builds(Cursor, st.text(min_size=1), st.integers(0, 10**18 - 1), backwards=st.booleans()))
def test_a_cursor_is_read_as_it_was_written(cursor):
    assert decode(cursor.encode()) == cursor


@given(st.text() | st.binary().map(lambda data: base64.b64encode(data).decode()))
def test_any_other_cursor_is_refused(text):
    with pytest.raises(Problem) as caught:
        assert decode(text).row < 0
    assert (caught.value.status, caught.value.detail) == (404, "Invalid cursor")


CHANGES = [
    lambda prediction: prediction.start(BEGIN),
    lambda prediction: prediction.begin_iteration(),
    lambda prediction: prediction.add_output("x"),
    lambda prediction: prediction.add_logs("x"),
    lambda prediction: prediction.record_metric("a", 1, "replace"),
    lambda prediction: prediction.end("succeeded", BEGIN),
    lambda prediction: prediction.end("canceled", BEGIN),
]


@pytest.mark.parametrize("status", ["succeeded", "failed", "canceled", "aborted"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_prediction_that_has_ended_never_changes_again(status, change):
    prediction = Prediction("p", "m", "v", {}, BEGIN, "t")
    prediction.end(status, BEGIN)
    before = dict(vars(prediction))
    with pytest.raises(TerminalError, match="p is"):
        change(prediction)
    assert vars(prediction) == before


ENDS = [
    ("succeeded", True, {"predict_time": 2.0, "total_time": 3.0}),
    ("failed", True, {"predict_time": 2.0, "total_time": 3.0}),
    ("canceled", True, {"predict_time": 2.0, "total_time": 3.0}),
    ("canceled", False, {"predict_time": 0.0, "total_time": 3.0}),
    ("failed", False, {}),
    ("aborted", False, {}),
]


@pytest.mark.parametrize(("status", "started", "metrics"), ENDS)
def test_the_end_of_a_prediction_sets_the_times_the_service_sets(status, started, metrics):
    prediction = Prediction("p", "m", "v", {}, BEGIN, "t")
    if started:
        prediction.start(BEGIN + dt.timedelta(seconds=1))
    prediction.end(status, BEGIN + dt.timedelta(seconds=3))
    assert prediction.metrics == metrics
    assert (prediction.started_at is None) == (not metrics)
    assert prediction.completed_at == BEGIN + dt.timedelta(seconds=3)


def test_a_clock_that_goes_backwards_makes_no_negative_times():
    prediction = Prediction("p", "m", "v", {}, BEGIN, "t")
    prediction.start(BEGIN - dt.timedelta(seconds=5))
    prediction.end("succeeded", BEGIN - dt.timedelta(seconds=9))
    assert prediction.metrics == {"predict_time": 0.0, "total_time": 0.0}


MODES = [
    (["replace", "replace"], 2),
    (["incr", "incr"], 3),
    (["append", "append"], [1, 2]),
]


@pytest.mark.parametrize(("modes", "expected"), MODES)
def test_measurements_are_replaced_counted_up_or_collected(modes, expected):
    prediction = Prediction("p", "m", "v", {}, BEGIN, "t")
    for value, mode in enumerate(modes, start=1):
        prediction.record_metric("n", value, mode)
    assert prediction.metrics == {"n": expected}


def test_data_of_an_engine_that_had_no_trainings_is_taken_up(tmp_path):
    Store(tmp_path / "db").close()
    with contextlib.closing(sqlite3.connect(tmp_path / "db")) as database:
        database.execute("ALTER TABLE predictions DROP COLUMN training")
    for _ in range(2):
        store = Store(tmp_path / "db")
        assert store.predictions(Selection("predictions", ["NOT training"]), None).rows == []
        store.close()
