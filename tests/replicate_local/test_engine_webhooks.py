"""Webhooks: signed calls for the events that were asked for, throttled, repeated at the end only, never redirected."""

import asyncio
import datetime as dt
import json
import time

import httpx
import pytest
from engine_calls import wait_until_gone
from replicate_local.launcher import start_engine
from replicate_local.records import Prediction
from replicate_local.runs import Run
from replicate_local.signing import SigningKeys
from replicate_local.webhooks import EVENTS, Hook, Webhooks, is_callable


@pytest.fixture
def secret(api):
    return api.client.get("webhooks/default/secret").json()["key"]


def start(api, receiver, model="echo", given=None, **members):
    body = {"input": given or {}, "webhook": f"{receiver.url}?mine=1", **members}
    response = api.client.post(f"models/local/{model}/predictions", json=body)
    assert response.status_code == 201, response.text
    return response.json()


def test_the_secret_has_one_underscore_and_a_key_in_standard_base64(secret):
    assert secret.count("_") == 1
    assert secret.startswith("whsec_")


def test_a_prediction_without_a_filter_calls_at_its_start_for_progress_and_at_its_end(api, receiver, secret):
    prediction = start(api, receiver, "ngram", {"prompt": "the", "max_tokens": 3})
    calls = receiver.until_ended()
    assert [call.json["status"] for call in calls] == ["processing"] * (len(calls) - 1) + ["succeeded"]
    assert len(calls) >= 3
    assert {call.json["id"] for call in calls} == {prediction["id"]}
    assert "output" not in calls[0].json
    assert len(calls[-1].json["output"]) == 3
    assert calls[-1].json["webhook_events_filter"] == ["start", "completed", "logs", "output"]
    assert all(call.is_signed_with(secret) for call in calls)
    assert len({call.headers["webhook-id"] for call in calls}) == len(calls)


def test_a_call_is_a_post_of_sorted_json_with_the_query_of_the_url(api, receiver):
    start(api, receiver, webhook_events_filter=["completed"])
    call = receiver.next()
    assert call.path == "/hook?mine=1"
    assert call.headers["content-type"] == "application/json"
    assert list(call.json) == sorted(call.json)
    assert abs(int(call.headers["webhook-timestamp"]) - time.time()) < 60


FILTERS = [
    (["start"], ["processing"]),
    (["completed"], ["succeeded"]),
    (["start", "completed"], ["processing", "succeeded"]),
    (["output"], ["processing"]),
]


@pytest.mark.parametrize(("wanted", "statuses"), FILTERS)
def test_only_the_events_that_were_asked_for_are_called(api, receiver, wanted, statuses):
    start(api, receiver, given={"text": "x"}, webhook_events_filter=wanted)
    first = start(api, receiver, webhook_events_filter=["completed"])["id"]
    calls = []
    while len(calls) < len(statuses) + 1:
        calls.append(receiver.next().json)
    assert [call["status"] for call in calls if call["id"] != first] == statuses


def test_a_canceled_prediction_calls_at_its_end(api, receiver):
    prediction = start(api, receiver, "sleeper", {"seconds": 60}, webhook_events_filter=["start", "completed"])
    assert receiver.next().json["status"] == "processing"
    api.cancel(prediction)
    assert receiver.next().json["status"] == "canceled"


def test_a_webhook_that_would_not_be_called_is_refused(api):
    response = api.client.post(
        "models/local/echo/predictions", json={"input": {}, "webhook": "http://receiver.example/hook"}
    )
    assert response.status_code == 422
    assert response.json()["invalid_fields"][0]["field"] == "webhook"


URLS = [
    ("https://receiver.example/hook", True),
    ("http://127.0.0.1:8080/", True),
    ("http://[::1]/", True),
    ("http://localhost:1/", True),
    ("http://receiver.example/hook", False),
    ("http://127.0.0.1.receiver.example/", False),
    ("http://127.0.0.1@receiver.example/", False),
    ("ftp://127.0.0.1/", False),
    ("https:///hook", False),
    ("https://receiver.example:99999/", False),
    ("https://[/", False),
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_webhooks_are_called_over_https_or_on_this_machine(url, expected):
    assert is_callable(url) is expected


def test_an_engine_ends_in_time_while_a_receiver_does_not_answer(receiver):
    engine = start_engine()
    receiver.may_answer.clear()
    body = {"input": {}, "webhook": receiver.url}
    httpx.post(f"{engine.url}/v1/models/local/echo/predictions", json=body).raise_for_status()
    receiver.next()
    began = time.monotonic()
    engine.stop()
    assert engine.process.returncode == 0
    assert time.monotonic() - began < 4.5  # the receiver would be waited for five seconds
    wait_until_gone(engine.process.pid)


# The sender itself, without an engine around it


class Sender:
    """A sender that repeats at once, and a run to follow."""

    def __init__(self, tmp_path, receiver, events=EVENTS):
        self.keys = SigningKeys(tmp_path / "keys")
        self.webhooks = Webhooks(self.keys, delays=(0.01, 0.01), answer_limit=5)
        prediction = Prediction("p1", "local/echo", "v", {}, dt.datetime.now(dt.UTC), "token")
        self.run = Run(prediction, lambda _prediction: None)
        self.webhooks.follow(self.run, Hook(receiver.url, events, self._body))

    def _body(self) -> bytes:
        prediction = self.run.prediction
        return json.dumps({"status": prediction.status, "output": prediction.output, "logs": prediction.logs}).encode()

    async def next(self, receiver):
        return await asyncio.to_thread(receiver.next)


REFUSALS = [(500, {}), (404, {}), (302, {"Location": "/elsewhere"})]


@pytest.mark.parametrize("answer", REFUSALS, ids=[str(status) for status, _ in REFUSALS])
def test_the_last_call_is_repeated_with_the_same_id_until_it_is_taken_and_no_redirect_is_followed(
    tmp_path, receiver, run_async, caplog, answer
):
    async def work():
        sender = Sender(tmp_path, receiver, {"completed"})
        receiver.answers = [answer]
        sender.run.end("succeeded")
        calls = [await sender.next(receiver), await sender.next(receiver)]
        await sender.webhooks.close()
        return sender.keys.webhook_secret, calls

    secret, calls = run_async(work())
    assert {call.path for call in calls} == {"/hook"}
    assert len({call.headers["webhook-id"] for call in calls}) == 1
    assert all(call.is_signed_with(secret) for call in calls)
    assert receiver.calls.empty()
    assert "It will be tried again" in caplog.text


def test_a_receiver_that_refuses_for_good_is_given_up_with_a_warning(tmp_path, receiver, run_async, caplog):
    async def work():
        sender = Sender(tmp_path, receiver, {"completed"})
        receiver.answers = [(500, {})] * 3
        sender.run.end("failed", "no")
        for _ in range(3):
            await sender.next(receiver)
        await asyncio.gather(*sender.webhooks._tasks)
        await sender.webhooks.close()

    run_async(work())
    assert receiver.calls.empty()
    assert "p1 was given up: it answered 500" in caplog.text


def test_a_call_for_progress_is_made_once_only(tmp_path, receiver, run_async):
    async def work():
        sender = Sender(tmp_path, receiver)
        receiver.answers = [(500, {})]
        sender.run.start()
        first = await sender.next(receiver)
        sender.run.end("succeeded")
        second = await sender.next(receiver)
        await sender.webhooks.close()
        return [first.json["status"], second.json["status"]]

    assert run_async(work()) == ["processing", "succeeded"]


def test_many_changes_make_few_calls_and_the_last_tells_everything(tmp_path, receiver, run_async):
    async def work():
        sender = Sender(tmp_path, receiver, {"output", "logs", "completed"})
        sender.run.start()
        sender.run.on_iterator()
        for number in range(50):
            sender.run.on_output(number, 1)
            sender.run.on_log(b"x")
        sender.run.end("succeeded")
        calls = [await sender.next(receiver), await sender.next(receiver)]
        await sender.webhooks.close()
        return [call.json for call in calls]

    first, last = run_async(work())
    assert (first["status"], first["output"]) == ("processing", [0])
    assert (last["output"], last["logs"]) == (list(range(50)), "x" * 50)
    assert receiver.calls.empty()


def test_what_came_between_two_calls_is_told_when_it_is_time(tmp_path, receiver, run_async):
    async def work():
        sender = Sender(tmp_path, receiver, {"output"})
        sender.run.start()
        sender.run.on_iterator()
        began = time.monotonic()
        sender.run.on_output("a", 1)
        sender.run.on_output("b", 1)
        calls = [await sender.next(receiver), await sender.next(receiver)]
        took = time.monotonic() - began
        sender.run.end("succeeded")
        await sender.webhooks.close()
        return [call.json["output"] for call in calls], took

    outputs, took = run_async(work())
    assert outputs == [["a"], ["a", "b"]]
    assert took >= 0.45


def test_an_empty_filter_means_no_calls(tmp_path, receiver, run_async):
    async def work():
        sender = Sender(tmp_path, receiver, frozenset())
        sender.run.start()
        sender.run.on_output("a", 1)
        sender.run.end("succeeded")
        await sender.webhooks.close()

    run_async(work())
    assert receiver.calls.empty()
