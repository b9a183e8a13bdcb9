"""Data of predictions is removed some time after their end, as the service does it; the predictions stay."""

import datetime as dt
import sqlite3

import httpx
import pytest
from own_engines import serving
from replicate_local.outputs import OutputFiles
from replicate_local.records import Prediction
from replicate_local.retention import Retention
from replicate_local.store import Store

BEGIN = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
TOKEN = "a" * 32


class Data:
    """A store and a directory of outputs, and a clock that is set by hand."""

    def __init__(self, directory):
        self.store = Store(directory / "db")
        self.outputs = OutputFiles(directory / "outputs")
        self.now = BEGIN

    def add(self, name="p1", *, ended=True, source="api", destination=None, output="text", **more):
        prediction = Prediction(
            name,
            "local/echo",
            "v",
            {"text": "private"},
            BEGIN,
            f"stream-{name}",
            source=source,
            destination=destination,
        )
        self.store.add_prediction(prediction, example=source == "web")
        prediction.start(BEGIN)
        prediction.output, prediction.logs = output, "told\n"
        if ended:
            prediction.end("succeeded", BEGIN)
        self.store.update_prediction(prediction)
        return prediction

    async def remove(self, kept=3600.0):
        return await Retention(self.store, self.outputs, kept, clock=lambda: self.now).remove()


@pytest.fixture
def data(tmp_path):
    data = Data(tmp_path)
    yield data
    data.store.close()


def test_what_went_in_and_came_out_goes_an_hour_after_the_end_and_the_rest_stays(data, run_async):
    before = data.add()
    data.now = BEGIN + dt.timedelta(minutes=59, seconds=59)
    assert run_async(data.remove()) == 0
    assert data.store.prediction("p1") == before
    data.now = BEGIN + dt.timedelta(hours=1)
    assert run_async(data.remove()) == 1
    after = data.store.prediction("p1")
    assert (after.input, after.output, after.logs, after.data_removed) == ({}, None, "", True)
    assert (after.status, after.metrics, after.completed_at) == (before.status, before.metrics, before.completed_at)
    assert run_async(data.remove()) == 0


def test_output_files_go_with_their_prediction_and_no_others(data, run_async):
    for token in (TOKEN, "b" * 32):
        (data.outputs.directory / token).mkdir()
        (data.outputs.directory / token / "a.png").write_bytes(b"picture")
    output = {"pictures": [{"$file": f"{TOKEN}/a.png"}], "link": {"$file": "../../db"}, "other": {"$file": "x"}}
    data.add(output=output)
    data.now = BEGIN + dt.timedelta(days=1)
    run_async(data.remove())
    assert [path.name for path in data.outputs.directory.iterdir()] == ["b" * 32]
    assert (data.outputs.directory.parent / "db").is_file()


KEPT = [
    ("one that runs", {"ended": False}),
    ("an example of a model", {"source": "web"}),
    ("a training", {"destination": "local/mine"}),
]


@pytest.mark.parametrize("what", [what for _, what in KEPT], ids=[name for name, _ in KEPT])
def test_what_the_service_keeps_is_kept(data, run_async, what):
    data.add(**what)
    data.now = BEGIN + dt.timedelta(days=365)
    assert run_async(data.remove()) == 0
    assert data.store.prediction("p1").output == "text"


def test_more_predictions_than_fit_into_one_batch_are_removed_at_once(data, run_async):
    for number in range(401):
        data.add(f"p{number}")
    data.now = BEGIN + dt.timedelta(hours=2)
    assert run_async(data.remove()) == 401


def test_nothing_is_removed_where_data_is_kept_for_good(data, run_async):
    data.add()
    data.now = BEGIN + dt.timedelta(days=365)
    assert run_async(data.remove(kept=None)) == 0


def test_data_of_an_engine_that_removed_none_gets_its_time_from_now_on(tmp_path, run_async):
    data = Data(tmp_path)
    data.add()
    data.add("running", ended=False)
    data.store.close()
    with sqlite3.connect(tmp_path / "db") as database:
        database.executescript("DROP INDEX data_by_age; ALTER TABLE predictions DROP COLUMN data_since")
    database.close()
    data = Data(tmp_path)
    data.now = dt.datetime.now(dt.UTC)
    assert run_async(data.remove()) == 0
    data.now += dt.timedelta(hours=1, seconds=1)
    assert run_async(data.remove()) == 1
    data.store.close()


def test_an_engine_removes_data_after_the_time_it_was_told_and_says_so_everywhere():
    with serving("--keep-data", "0.01s") as api:
        created = api.create("julia", {"prompt": "a", "width": 16, "height": 16}, Prefer="wait")
        removed = api.until(created, lambda state: state["data_removed"])
        assert (removed["status"], removed["input"], removed["output"]) == ("succeeded", {}, None)
        assert not removed["logs"]
        assert removed["metrics"]["total_time"] >= 0
        [listed] = api.client.get("predictions").json()["results"]
        assert (listed["data_removed"], listed["input"], listed["output"]) == (True, {}, None)
        [url] = created["output"]
        assert httpx.get(url).status_code == 404
        assert httpx.get(created["urls"]["stream"]).text == ": hi\n\n:408: 408 Request Timeout\n\n"
        example = api.client.get("models/local/julia").json()["default_example"]
        assert example["data_removed"] is False
        assert example["output"]


@pytest.mark.parametrize("text", ["soon", "0", "-1h"])
def test_a_time_that_is_none_is_refused(text, capsys):
    from replicate_local.cli import main

    with pytest.raises(SystemExit):
        main(["serve", f"--keep-data={text}"])
    assert "or forever" in capsys.readouterr().err
