"""The life of a prediction over HTTP: its states and members, waiting, canceling, deadlines, lists."""

import datetime as dt
import json
import re
import socket
import time

import httpx
import pytest
from engine_calls import is_alive, wait_until_gone

EDGE = ["id", "model", "version", "input", "logs", "output", "data_removed", "error", "status", "created_at"]


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_a_create_answers_at_once_with_the_edge_form_and_its_location(api):
    response = api.post("sleeper", {"seconds": 60})
    prediction = response.json()
    assert response.status_code == 201
    assert [*prediction] == [*EDGE, "urls"]
    assert prediction | {"id": "", "version": "", "created_at": "", "urls": {}} == {
        "id": "",
        "model": "local/sleeper",
        "version": "",
        "input": {"seconds": 60},
        "logs": "",
        "output": None,
        "data_removed": False,
        "error": None,
        "status": "starting",
        "created_at": "",
        "urls": {},
    }
    assert re.fullmatch("[0-9a-hjkmnp-tv-z]{26}", prediction["id"])
    assert re.fullmatch("[0-9a-f]{64}", prediction["version"])
    assert response.headers["Location"] == prediction["urls"]["get"]
    assert "Preference-Applied" not in response.headers
    api.cancel(prediction)


def test_the_urls_of_a_prediction_name_the_host_that_was_called(api):
    port = api.client.base_url.port
    own = {"Host": f"localhost:{port}"}
    response = api.client.post("models/local/echo/predictions", json={"input": {}}, headers=own)
    prediction = response.json()
    origin = f"http://localhost:{port}"
    assert prediction["urls"] == {
        "cancel": f"{origin}/v1/predictions/{prediction['id']}/cancel",
        "get": f"{origin}/v1/predictions/{prediction['id']}",
        "stream": prediction["urls"]["stream"],
        "web": f"{origin}/p/{prediction['id']}",
    }
    assert prediction["urls"]["stream"].startswith(f"{origin}/v1/streams/")


def test_the_page_of_a_prediction_leads_to_it(api):
    prediction = api.run("echo")
    assert httpx.get(prediction["urls"]["web"], follow_redirects=True).json()["id"] == prediction["id"]


def test_a_prediction_that_was_waited_for_is_complete(api):
    response = api.post("echo", {"text": "hi"}, Prefer="wait=10")
    prediction = response.json()
    assert response.status_code == 201
    assert response.headers["Preference-Applied"] == "wait=10"
    assert [*prediction] == [*EDGE, "started_at", "completed_at", "metrics", "urls"]
    assert (prediction["status"], prediction["output"]["text"]) == ("succeeded", "hi")
    assert prediction["logs"] == "Received 2 characters\n"


def test_a_wait_that_runs_out_answers_starting_although_the_model_runs(api):
    assert api.run("sleeper", {"seconds": 0})["status"] == "succeeded"  # a worker is there
    response = api.post("sleeper", {"seconds": 60, "steps": 1000}, Prefer="wait=1")
    prediction = response.json()
    assert response.status_code == 202
    assert (prediction["status"], prediction["output"], prediction["logs"]) == ("starting", None, "")
    assert "started_at" not in prediction
    assert api.until_started(prediction)["status"] == "processing"
    api.cancel(prediction)


def test_a_wait_above_the_maximum_is_shortened(api):
    assert api.post("echo", Prefer="wait=600").headers["Preference-Applied"] == "wait=60"


def test_the_work_goes_on_when_the_client_that_waits_goes_away(api):
    body = json.dumps({"input": {"seconds": 0.4, "steps": 1, "mark": "left alone"}}).encode()
    url = api.client.base_url
    head = f"POST /v1/models/local/sleeper/predictions HTTP/1.1\r\nHost: {url.host}:{url.port}\r\nPrefer: wait\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((url.host, url.port)) as waiting:
        waiting.sendall(head.encode() + body)
        newest = api.until_newest(lambda state: state["input"].get("mark") == "left alone")
    assert newest["model"] == "local/sleeper"
    assert api.until_ended(newest)["status"] == "succeeded"


def test_times_and_measurements_agree(api):
    prediction = api.run("echo")
    created, started, completed = (moment(prediction[f"{name}_at"]) for name in ("created", "started", "completed"))
    assert created <= started <= completed
    assert prediction["metrics"]["predict_time"] == pytest.approx((completed - started).total_seconds(), abs=1e-9)
    assert prediction["metrics"]["total_time"] == pytest.approx((completed - created).total_seconds(), abs=1e-9)


def test_a_model_can_add_measurements_of_its_own(api):
    metrics = api.run("ngram", {"prompt": "the value of", "max_tokens": 4, "seed": 1})["metrics"]
    assert (metrics["input_token_count"], metrics["output_token_count"]) == (3, 4)


def test_output_and_logs_grow_while_the_model_runs(api):
    prediction = api.create("ngram", {"prompt": "the", "max_tokens": 512, "delay": 0.1, "seed": 1})
    some = api.until(prediction, lambda state: state.get("output"))
    assert some["status"] == "processing"
    assert some["logs"] == "Using seed: 1\n"
    assert "metrics" not in some
    more = api.until(prediction, lambda state: len(state["output"]) > len(some["output"]))
    assert more["output"][: len(some["output"])] == some["output"]
    stopped = api.cancel(prediction)
    assert stopped["output"][: len(more["output"])] == more["output"]
    whole = api.run("ngram", {"prompt": "the", "max_tokens": 512, "seed": 1})["output"]
    assert len(whole) == 512
    assert whole[: len(stopped["output"])] == stopped["output"]


def test_defaults_are_used_but_not_shown_in_the_input(api):
    prediction = api.run("echo", {"text": "hi", "unknown": 1})
    assert prediction["input"] == {"text": "hi", "unknown": 1}
    assert prediction["output"] == {
        "text": "hi",
        "number": 0,
        "count": 1,
        "flag": False,
        "choice": "a",
        "word": None,
        "items": [],
    }


TEXTS = ["", "ünï", "a\nb\r\n", "\u2028\x85\x0c", "\0", "🙂", '{"$file": "x"}', "x" * 100_000]


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_unchanged(api, text):
    assert api.run("echo", {"text": text})["output"]["text"] == text


def test_half_a_surrogate_pair_in_an_input_breaks_nothing(api):
    response = api.client.post(
        "models/local/echo/predictions",
        content=b'{"input": {"text": "\\ud800"}}',
        headers={"Content-Type": "application/json", "Prefer": "wait"},
    )
    assert response.json()["status"] == "succeeded"
    assert response.json()["output"]["text"] == "?"


def test_a_model_that_raises_makes_a_failed_prediction_with_the_traceback_in_its_logs(api):
    response = api.post("fail", {"message": "out of memory"}, Prefer="wait")
    prediction = response.json()
    assert response.status_code == 201
    assert (prediction["status"], prediction["error"], prediction["output"]) == ("failed", "out of memory", None)
    assert prediction["logs"].startswith("About to fail\nTraceback")
    assert prediction["logs"].endswith("RuntimeError: out of memory\n")


DEATHS = [
    ("exit", "Prediction failed: the worker process exited with status 3"),
    ("kill", "Prediction failed: the worker process was killed by SIGKILL"),
]


@pytest.mark.parametrize(("how", "error"), DEATHS)
def test_a_model_that_crashes_fails_its_prediction_and_is_started_again_for_the_next(api, how, error):
    for _ in range(2):
        prediction = api.run("fail", {"how": how})
        assert (prediction["status"], prediction["error"], prediction["logs"]) == ("failed", error, "About to fail\n")
    assert api.run("fail")["error"] == "This model always fails."


def test_a_canceled_prediction_is_shown_as_such_at_once(api):
    prediction = api.until_started(api.create("sleeper", {"seconds": 60}))
    response = api.client.post(prediction["urls"]["cancel"])
    canceled = response.json()
    assert response.status_code == 200
    assert [*canceled] == [
        *("completed_at", "created_at", "data_removed", "error", "id", "input", "logs", "metrics", "output", "source"),
        *("started_at", "status", "urls", "model", "version", "webhook"),
    ]
    assert (canceled["status"], canceled["error"], canceled["output"]) == ("canceled", None, None)
    assert canceled["metrics"].keys() == {"predict_time", "total_time"}
    assert re.fullmatch(r".*\.\d{6}Z", canceled["completed_at"])


def test_canceling_keeps_the_output_so_far(api):
    prediction = api.create("ngram", {"prompt": "the", "max_tokens": 512, "delay": 0.1})
    api.until(prediction, lambda state: state.get("output"))
    canceled = api.cancel(prediction)
    assert canceled["status"] == "canceled"
    assert canceled["output"]


def test_canceling_what_has_ended_changes_nothing(api):
    prediction = api.run("echo", {"text": "kept"})
    canceled = api.cancel(prediction)
    assert (canceled["status"], canceled["output"]["text"]) == ("succeeded", "kept")
    assert api.get(prediction) == prediction
    assert api.cancel(api.run("fail"))["status"] == "failed"


def test_canceling_twice_does_no_harm(api):
    prediction = api.create("sleeper", {"seconds": 60})
    first = api.cancel(prediction)
    assert api.cancel(prediction) == first


def test_canceling_before_the_start_sets_the_start_to_the_moment_of_the_cancel(api):
    running = [api.create("sleeper", {"seconds": 60}) for _ in range(8)]
    waiting = api.cancel(running[-1])
    assert waiting["status"] == "canceled"
    assert waiting["started_at"] == waiting["completed_at"]
    assert waiting["metrics"]["predict_time"] == 0
    for prediction in running:
        api.cancel(prediction)


def test_what_waits_is_started_in_turn_when_something_is_canceled(api):
    predictions = [api.create("sleeper", {"seconds": 60}) for _ in range(6)]
    for prediction in predictions:
        api.until_started(prediction)
        api.cancel(prediction)


def test_canceling_ends_the_child_processes_of_the_model(api):
    prediction = api.create("sleeper", {"seconds": 600, "child": True})
    state = api.until(prediction, lambda state: state["logs"])
    pid = int(state["logs"].removeprefix("Child process: "))
    assert is_alive(pid)
    api.cancel(prediction)
    wait_until_gone(pid)


def test_canceling_ends_a_model_that_ignores_interrupts(api):
    prediction = api.until_started(api.create("sleeper", {"seconds": 600, "stubborn": True, "steps": 1}))
    assert api.cancel(prediction)["status"] == "canceled"
    # Its worker is killed half a second later, and nothing of it comes through any more.
    assert api.run("sleeper", {"seconds": 0})["status"] == "succeeded"
    assert api.get(prediction)["status"] == "canceled"


def test_a_deadline_cancels_what_runs_and_aborts_what_still_waits(api):
    assert api.run("ngram", {"prompt": "the", "max_tokens": 1})["status"] == "succeeded"  # a worker is there
    began = time.monotonic()
    blocking = [api.create("sleeper", {"seconds": 60}) for _ in range(5)]
    waiting = api.create("sleeper", {"seconds": 60}, Cancel_After="5")
    running = api.create("ngram", {"prompt": "the", "max_tokens": 512, "delay": 0.2}, Cancel_After="5s")
    assert moment(running["deadline"]) - moment(running["created_at"]) == dt.timedelta(seconds=5)
    assert api.until_started(running)["deadline"] == running["deadline"]
    for prediction in (running, waiting):
        assert api.events(prediction)[-1].data == '{"reason":"canceled"}'
    assert time.monotonic() - began > 4.5
    ended, aborted = api.get(running), api.get(waiting)
    assert (ended["status"], ended["error"]) == ("canceled", None)
    assert aborted["status"] == "aborted"
    assert not {"started_at", "metrics"} & aborted.keys()
    assert "completed_at" in aborted
    for prediction in blocking:
        api.cancel(prediction)


REFERENCES = [
    pytest.param("{id}", id="version"),
    pytest.param("local/echo:{id}", id="model and version"),
    pytest.param("local/echo", id="official model"),
]


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_version_can_be_named_in_three_ways(api, reference):
    version = api.client.get("models/local/echo").json()["latest_version"]["id"]
    body = {"version": reference.format(id=version), "input": {}}
    prediction = api.client.post("predictions", json=body, headers={"Prefer": "wait"}).json()
    assert (prediction["model"], prediction["version"]) == ("local/echo", version)


def test_what_was_sent_along_is_echoed(api):
    body = {"input": {}, "stream": True, "webhook_events_filter": ["completed"]}
    prediction = api.client.post("models/local/echo/predictions", json=body).json()
    assert (prediction["stream"], prediction["webhook_events_filter"]) == (True, ["completed"])


def test_predictions_are_listed_newest_first_in_pages_of_a_hundred(api):
    since = dt.datetime.now(dt.UTC).isoformat()
    time.sleep(0.002)  # times of creation are cut to milliseconds
    made = [api.create("echo", {"count": number % 100})["id"] for number in range(103)]
    first = api.client.get("predictions", params={"created_after": since}).json()
    second = api.client.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"])) == (100, 3)
    assert [row["id"] for row in first["results"] + second["results"]] == made[::-1]
    assert (first["previous"], second["next"]) == (None, None)
    back = api.client.get(second["previous"]).json()
    assert [row["id"] for row in back["results"]] == made[:2:-1]
    assert back["previous"] is None
    assert [row["id"] for row in api.client.get(back["next"]).json()["results"]] == made[2::-1]


def test_lists_are_filtered_by_the_time_of_creation(api):
    made = []
    for _ in range(3):
        made.append(api.run("echo"))
        time.sleep(0.002)  # the resolution of the time is a millisecond
    after, before = made[1]["created_at"], made[2]["created_at"]
    page = api.client.get("predictions", params={"created_after": after, "created_before": before}).json()
    assert [row["id"] for row in page["results"]] == [made[1]["id"]]


def test_predictions_made_over_http_are_not_listed_as_made_on_the_web(api):
    api.run("echo")
    assert api.client.get("predictions", params={"source": "web"}).json()["results"] == []


def test_lists_show_the_present_state_of_what_runs(api):
    prediction = api.create("ngram", {"prompt": "the", "max_tokens": 512, "delay": 0.1})
    api.until(prediction, lambda state: state.get("output"))
    rows = {row["id"]: row for row in api.client.get("predictions").json()["results"]}
    assert rows[prediction["id"]]["status"] == "processing"
    assert rows[prediction["id"]]["output"]
    api.cancel(prediction)


def test_an_example_can_be_read_like_a_prediction_but_is_not_listed(api):
    [example] = api.client.get("models/local/echo/examples").json()["results"]
    assert example["source"] == "web"
    assert api.get(example) == example
    page = api.client.get("predictions").json()
    assert example["id"] not in {row["id"] for row in page["results"]}
