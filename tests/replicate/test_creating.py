"""Creating predictions: never twice, whatever happens to the answer; and what can be said when the answer is lost."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest
import replicate
from clocks import START
from replicate.exceptions import (
    AmbiguousCreateError,
    InvalidArgumentError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    ReplicateError,
)
from scripted import Chunks, Script, answer
from wire_objects import ID, VERSION, model, page, prediction, version

CREATE = "POST /v1/predictions"
VERSIONED = f"acme/painter:{VERSION}"
INPUT = {"prompt": "a lighthouse"}

LOST = {
    "no answer in time": httpx.ReadTimeout("slow"),
    "reset": httpx.ReadError("reset"),
    "cut": httpx.RemoteProtocolError("cut"),
    "cut inside the body": lambda _: httpx.Response(201, stream=Chunks(b'{"id', httpx.ReadError("reset"))),
    "500": answer(500),
    "502 with a page": answer(502, "<html>"),
    "503": answer(503),
    "504": answer(504),
    "520": answer(520),
    "408": answer(408),
    "a page instead": answer(200, "<html>"),
    "nothing": answer(201, b""),
    "no id": answer(201, {"status": "starting"}),
}


def made(created=0.0, **members):
    """Return a prediction as the list shows it: made for VERSION with INPUT, so many seconds after the test began."""
    moment = datetime.fromtimestamp(START + created, UTC).isoformat().replace("+00:00", "Z")
    return prediction(version=VERSION, created_at=moment, **members)


def creates(script):
    return [line for line in script.lines if line.startswith("POST") and line.endswith("/predictions")]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_create_whose_answer_was_lost_is_found_and_not_sent_again(colour, open_client, lost):
    script = Script(lost, page(made(), prediction(id="other", input={"prompt": "else"})))
    found = colour(open_client(script).predictions.create, VERSIONED, input=INPUT)
    assert found.id == ID
    assert creates(script) == [CREATE]
    assert [sent.method for sent in script.sent] == ["POST", "GET"]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_create_that_cannot_be_found_is_reported_as_unknown(colour, open_client, clock, lost):
    script = Script(lost, *[page()] * 4)
    with pytest.raises(AmbiguousCreateError) as caught:
        colour(open_client(script).predictions.create, VERSIONED, input=INPUT)
    error = caught.value
    assert creates(script) == [CREATE]
    assert clock.sleeps == [1.0, 2.0, 4.0]
    assert (error.model, error.version, error.input) == ("acme/painter", VERSION, INPUT)
    assert (error.candidates, error.prediction_id) == ([], None)
    assert error.created_after == "2025-03-01T12:00:00Z"
    assert "predictions.list(created_after='2025-03-01T12:00:00Z')" in str(error)
    assert isinstance(error.__cause__, ReplicateError)


def test_a_prediction_that_shows_up_late_is_found(colour, open_client, clock):
    script = Script(httpx.ReadTimeout("slow"), page(), page(), page(made()))
    assert colour(open_client(script).predictions.create, VERSIONED, input=INPUT).id == ID
    assert clock.sleeps == [1.0, 2.0]


def test_several_that_fit_are_named_and_none_is_chosen(colour, open_client):
    script = Script(httpx.ReadTimeout("slow"), *[page(made(id="one"), made(id="two"))] * 4)
    with pytest.raises(AmbiguousCreateError, match="one, two") as caught:
        colour(open_client(script).predictions.create, VERSIONED, input=INPUT)
    assert caught.value.candidates == ["one", "two"]


def test_a_prediction_of_an_earlier_call_is_not_taken_for_the_lost_one(colour, open_client):
    script = Script(made(id="earlier"), httpx.ReadTimeout("slow"), page(made(id="earlier"), made(id="mine")))
    client = open_client(script)
    colour(client.predictions.create, VERSIONED, input=INPUT)
    assert colour(client.predictions.create, VERSIONED, input=INPUT).id == "mine"


@pytest.mark.parametrize(
    "other",
    [
        made(input={"prompt": "another"}),
        made(input={"prompt": "a lighthouse", "seed": 1}),
        {**made(), "version": "b2" * 32, "model": "acme/sculptor"},
        made(created=-3600),
        made(webhook="https://example.com/other"),
    ],
    ids=["input", "more input", "version", "older", "webhook"],
)
def test_a_prediction_that_differs_is_not_taken_for_the_lost_one(colour, open_client, other):
    script = Script(httpx.ReadTimeout("slow"), *[page(other)] * 4)
    with pytest.raises(AmbiguousCreateError):
        colour(
            open_client(script).predictions.create, VERSIONED, input=INPUT, webhook="https://example.com/hook?token=1"
        )


def test_the_search_starts_by_the_services_own_clock(colour, open_client, clock):
    ahead = datetime.fromtimestamp(START + 600, UTC)
    date = ahead.strftime("%a, %d %b %Y %H:%M:%S GMT")
    script = Script(answer(200, model(), headers={"date": date}), httpx.ReadTimeout("slow"), page(made(created=600)))
    client = open_client(script)
    colour(client.models.get, "acme/painter")
    assert colour(client.predictions.create, VERSIONED, input=INPUT).id == ID
    after = datetime.fromisoformat(parse_qs(script.sent[-1].url.query.decode())["created_after"][0])
    assert timedelta(0) <= ahead - after <= timedelta(seconds=10)


def test_the_search_goes_through_the_pages_and_past_odd_rows(colour, open_client):
    next_page = "https://api.replicate.com/v1/predictions?cursor=2"
    script = Script(
        httpx.ReadTimeout("slow"), page({}, prediction(id="x", input={}), next=next_page), page(None, made())
    )
    assert colour(open_client(script).predictions.create, VERSIONED, input=INPUT).id == ID


def test_trouble_with_the_search_is_not_the_last_word(colour, open_client):
    script = Script(httpx.ReadTimeout("slow"), answer(401), page(made()))
    assert colour(open_client(script).predictions.create, VERSIONED, input=INPUT).id == ID


def test_an_official_model_is_found_by_its_name(colour, open_client):
    script = Script(httpx.ReadTimeout("slow"), page(prediction(version="hidden", model="acme/painter")))
    client = open_client(script)
    assert colour(client.predictions.create, model="acme/painter", input=INPUT).id == ID
    assert creates(script) == ["POST /v1/models/acme/painter/predictions"]


def test_a_run_goes_on_with_the_prediction_it_found(colour, open_client):
    found = made(status="succeeded", output="x")
    script = Script(httpx.ReadTimeout("slow"), page(found))
    assert colour(open_client(script).run, VERSIONED, INPUT) == "x"
    assert creates(script) == [CREATE]


def test_an_error_of_a_lost_create_can_look_again(colour, open_client):
    script = Script(httpx.ReadTimeout("slow"), *[page()] * 4, page(made()))
    with pytest.raises(AmbiguousCreateError) as caught:
        colour(open_client(script).predictions.create, VERSIONED, input=INPUT)
    found = colour(caught.value.recover)
    assert isinstance(found, replicate.Prediction)
    assert found.id == ID
    assert creates(script) == [CREATE]


def test_looking_again_without_luck_is_the_same_error(colour, open_client):
    script = Script(httpx.ReadTimeout("slow"), *[page()] * 8)
    with pytest.raises(AmbiguousCreateError) as caught:
        colour(open_client(script).predictions.create, VERSIONED, input=INPUT)
    with pytest.raises(AmbiguousCreateError):
        colour(caught.value.recover)
    unpickled = pickle.loads(pickle.dumps(caught.value))
    assert unpickled.input == INPUT
    with pytest.raises(AmbiguousCreateError):
        colour(unpickled.recover)


@pytest.mark.parametrize(
    "refusal", [answer(status) for status in (400, 401, 402, 403, 404, 409, 413, 422)], ids=lambda _: ""
)
def test_a_create_that_was_refused_is_neither_repeated_nor_looked_for(colour, open_client, refusal):
    script = Script(refusal)
    with pytest.raises(ReplicateError) as caught:
        colour(open_client(script).predictions.create, VERSIONED, input=INPUT)
    assert not isinstance(caught.value, AmbiguousCreateError)
    assert script.lines == [CREATE]


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), answer(429)])
def test_a_create_that_was_surely_not_accepted_is_sent_again(colour, open_client, failure):
    script = Script(failure, failure, answer(201, prediction()))
    assert colour(open_client(script).predictions.create, VERSIONED, input=INPUT).id == ID
    assert script.lines == [CREATE] * 3


def test_a_create_that_never_got_through_is_a_plain_error(colour, open_client):
    with pytest.raises(NetworkError):
        colour(open_client(Script(*[httpx.ConnectError("refused")] * 6)).predictions.create, VERSIONED, input=INPUT)
    with pytest.raises(RateLimitError):
        colour(open_client(Script(answer(429, {"retry_after": 600}))).predictions.create, VERSIONED, input=INPUT)


# How it is called


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((VERSIONED, None, INPUT), {}),
        ((VERSIONED, INPUT), {}),
        ((), {"version": VERSION, "input": INPUT}),
        ((), {"version": VERSIONED, "input": INPUT}),
        ((), {"version": replicate.Version(**version()), "input": INPUT}),
        ((VERSION, INPUT), {}),
        ((), {"model": "acme/painter", "version": VERSION, "input": INPUT}),
    ],
)
def test_a_version_is_created_for_in_many_ways(colour, open_client, arguments, named):
    script = Script(answer(201, prediction()))
    created = colour(open_client(script).predictions.create, *arguments, **named)
    assert (created.id, created.status) == (ID, "starting")
    assert script.lines == [CREATE]
    assert script.sent[0].json == {"version": VERSION, "input": INPUT}


@pytest.mark.parametrize(
    ("named", "prefer"), [({}, None), ({"wait": True}, "wait"), ({"wait": 5}, "wait=5"), ({"wait": False}, None)]
)
@pytest.mark.parametrize("what", [{"model": "acme/painter"}, {"version": VERSION}], ids=["model", "version"])
def test_all_options_count_for_models_and_versions_alike(colour, open_client, what, named, prefer):
    script = Script(answer(201, prediction()))
    options = {"file_encoding_strategy": "base64", "cancel_after": 60, "webhook": "https://example.com/hook", **named}
    colour(open_client(script).predictions.create, input={"image": b"png"}, **what, **options)
    assert len(script.sent) == 1
    sent = script.sent[0]
    assert sent.headers.get("prefer") == prefer
    assert sent.headers["cancel-after"] == "60s"
    assert sent.json["webhook"] == "https://example.com/hook"
    assert sent.json["input"]["image"].startswith("data:application/octet-stream;base64,")


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"input": INPUT},
        {"model": "acme/painter", "version": f"acme/sculptor:{VERSION}"},
        {"model": "acme/painter", "version": "acme/painter"},
    ],
)
def test_what_to_run_must_be_said_and_fit_together(colour, open_client, named):
    script = Script()
    with pytest.raises(InvalidArgumentError):
        colour(open_client(script).predictions.create, **named)
    assert script.sent == []


def test_input_given_twice_is_refused(colour, open_client):
    with pytest.raises(InvalidArgumentError, match="input"):
        colour(open_client(Script()).predictions.create, VERSIONED, INPUT, input=INPUT)


def test_the_webhook_of_1x_for_completion_still_works(colour, open_client):
    script = Script(answer(201, prediction()))
    colour(open_client(script).predictions.create, VERSIONED, INPUT, webhook_completed="https://example.com/done")
    assert script.sent[0].json["webhook"] == "https://example.com/done"
    assert script.sent[0].json["webhook_events_filter"] == ["completed"]


@pytest.mark.parametrize("seconds", [3, 30, timedelta(minutes=1)])
def test_a_total_time_is_told_to_the_service(colour, open_client, seconds):
    script = Script(answer(201, prediction()))
    colour(open_client(script).predictions.create, VERSIONED, INPUT, timeout=seconds)
    assert script.sent[0].headers["cancel-after"] == {3: "5s", 30: "30s"}.get(seconds, "60s")


@pytest.mark.parametrize("status", ["starting", "processing", "succeeded", "failed"])
def test_leaving_a_with_block_cancels_what_is_not_over(colour, open_client, status):
    script = Script(answer(201, prediction(status)), prediction("canceled"))
    created = colour(open_client(script).predictions.create, VERSIONED, INPUT)

    def leave():
        with created as entered:
            assert entered is created

    async def leave_awaiting():
        async with created as entered:
            assert entered is created

    colour.settle(leave_awaiting if colour.awaits else leave)
    over = status in {"succeeded", "failed"}
    assert script.lines == ([CREATE] if over else [CREATE, f"POST /v1/predictions/{ID}/cancel"])
    assert created.status == (status if over else "canceled")


def test_a_cancel_that_fails_does_not_hide_what_happened_in_the_block(colour, open_client, clock):
    script = Script(answer(201, prediction()), *[answer(503)] * 9)
    created = colour(open_client(script).predictions.create, VERSIONED, INPUT)

    def fail():
        with created:
            raise ZeroDivisionError

    async def fail_awaiting():
        async with created:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        colour.settle(fail_awaiting if colour.awaits else fail)
    assert clock.elapsed <= 5


def test_canceling_what_does_not_exist_is_not_found(colour, open_client):
    with pytest.raises(NotFoundError):
        colour(open_client(Script(answer(404))).predictions.cancel, ID)
