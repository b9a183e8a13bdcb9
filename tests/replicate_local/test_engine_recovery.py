"""What an engine that was killed did not come to is done by the next one on the same data: telling ends by webhook."""

import contextlib
import sqlite3

from engine_calls import wait_until

REFUSED = (500, {})


def create(api, receiver, model, given, events=("completed",)):
    version = api.client.get(f"models/local/{model}").json()["latest_version"]["id"]
    body = {"version": version, "input": given, "webhook": receiver.url, "webhook_events_filter": list(events)}
    return api.client.post("predictions", json=body).raise_for_status().json()


def kill(engine):
    engine.process.kill()
    engine.process.wait()


def test_an_end_that_was_not_taken_before_the_kill_is_told_by_the_next_engine_under_the_same_id(serve, receiver):
    receiver.answers = [REFUSED]
    engine, api = serve()
    secret = api.client.get("webhooks/default/secret").json()["key"]
    created = create(api, receiver, "echo", {"text": "kept"})
    first = receiver.next()
    kill(engine)
    serve()
    again = receiver.next()
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    assert again.is_signed_with(secret)
    assert again.json["id"] == created["id"]
    assert (again.json["status"], again.json["output"]) == ("succeeded", first.json["output"])
    assert again.json["urls"] == created["urls"]


def test_the_receiver_of_a_prediction_that_died_with_its_engine_is_told_that_it_failed(serve, receiver):
    engine, api = serve()
    created = create(api, receiver, "sleeper", {"seconds": 60})
    api.until_started(created)
    kill(engine)
    serve()
    told = receiver.next().json
    assert (told["id"], told["status"]) == (created["id"], "failed")
    assert "create it again" in told["error"]


def calls_to_make(tmp_path):
    """Return the predictions whose ends the engine would still tell if it were started again."""
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "engine.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT prediction FROM last_calls")]


def test_an_end_that_was_taken_or_not_asked_for_is_not_told_again(serve, receiver, tmp_path):
    engine, api = serve()
    create(api, receiver, "echo", {"text": "taken"})
    assert receiver.next().json["status"] == "succeeded"
    started = create(api, receiver, "sleeper", {"seconds": 60}, events=["start"])
    assert receiver.next().json["status"] == "processing"
    wait_until(lambda: calls_to_make(tmp_path) == [], "it has not noted that the call was taken")
    receiver.answers = [REFUSED]
    last = create(api, receiver, "echo", {"text": "last"})
    assert receiver.next().json["id"] == last["id"]
    kill(engine)
    _, api = serve()
    assert receiver.next().json["id"] == last["id"]
    assert api.client.get(f"predictions/{started['id']}").json()["status"] == "failed"
    create(api, receiver, "echo", {"text": "afterwards"})
    assert receiver.next().json["input"] == {"text": "afterwards"}
    assert receiver.calls.empty()


def test_an_end_that_could_not_be_told_before_the_engine_was_stopped_is_told_by_the_next(serve, receiver):
    engine, api = serve()
    receiver.answers = [REFUSED]
    created = create(api, receiver, "echo", {"text": "x"})
    receiver.next()
    engine.stop()
    serve()
    assert receiver.next().json["id"] == created["id"]
