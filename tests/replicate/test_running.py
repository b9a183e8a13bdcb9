"""`run`: the requests it makes, one by one, what it returns and what it raises."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
import pytest
import replicate
from replicate.exceptions import (
    InvalidArgumentError,
    InvalidReferenceError,
    ModelError,
    NotFoundError,
    PredictionAbortedError,
    PredictionCanceledError,
    UnknownOptionError,
    UnsupportedError,
    WaitTimeoutError,
)
from scripted import Script, answer, events
from wire_objects import FILE_URL, ID, STREAM, VERSION, model, prediction, version

CREATE = "POST /v1/predictions"
CREATE_OFFICIAL = "POST /v1/models/acme/painter/predictions"
LOOK = f"GET /v1/predictions/{ID}"
CANCEL = f"POST /v1/predictions/{ID}/cancel"
LISTEN = f"GET {STREAM}"
VERSIONED = f"acme/painter:{VERSION}"


def silent(status="starting", **members):
    """Return a prediction without an event stream: it has to be polled."""
    data = prediction(status, **members)
    del data["urls"]["stream"]
    return data


def test_a_prediction_that_is_done_when_it_is_created_takes_one_request(colour, open_client, clock):
    script = Script(answer(201, prediction("succeeded", output=["a", "b"])))
    assert colour(open_client(script).run, VERSIONED, {"prompt": "x"}) == ["a", "b"]
    assert script.lines == [CREATE]
    assert script.sent[0].json == {"version": VERSION, "input": {"prompt": "x"}}
    assert script.sent[0].headers["prefer"] == "wait=10"
    assert clock.sleeps == []


def test_an_early_answer_with_output_is_complete_although_it_says_processing(colour, open_client):
    script = Script(answer(201, prediction("processing", output="all of it")))
    assert colour(open_client(script).run, VERSIONED) == "all of it"
    assert script.lines == [CREATE]


def test_an_answer_after_the_hold_is_not_complete_although_it_has_output(colour, open_client, clock):
    def late(_):
        clock.advance(10)
        return silent("processing", output=["half"])

    script = Script(late, silent("succeeded", output=["half", "whole"]))
    assert colour(open_client(script).run, VERSIONED) == ["half", "whole"]
    assert script.lines == [CREATE, LOOK]


@pytest.mark.parametrize("wait", [False, None, 0])
def test_without_a_hold_output_of_what_is_processing_is_never_complete(colour, open_client, wait):
    script = Script(silent("processing", output=["half"]), silent("succeeded", output=["half", "whole"]))
    assert colour(open_client(script).run, VERSIONED, {}, wait=wait) == ["half", "whole"]
    assert "prefer" not in script.sent[0].headers
    assert script.lines == [CREATE, LOOK]


@pytest.mark.parametrize("first", ["starting", "processing", "queued"])
def test_what_is_not_over_is_waited_for(colour, open_client, first):
    script = Script(
        silent(first), silent("processing"), silent("processing", output=["a"]), silent("succeeded", output="b")
    )
    assert colour(open_client(script).run, VERSIONED) == "b"
    assert script.lines == [CREATE, LOOK, LOOK, LOOK]


def test_the_end_is_heard_from_the_event_stream(colour, open_client, clock):
    script = Script(
        prediction(),
        events(b": hi\n\n", b"event: output\nid: 1:0\ndata: a\n\n", b"event: done\ndata: {}\n\n"),
        prediction("succeeded", output=["a"]),
    )
    assert colour(open_client(script).run, VERSIONED) == ["a"]
    assert script.lines == [CREATE, LISTEN, LOOK]
    assert clock.sleeps == []


@pytest.mark.parametrize(
    "deaf",
    [
        answer(404),
        answer(200, "<html>"),
        answer(500),
        httpx.ConnectError("no"),
        httpx.ReadTimeout("no"),
        lambda _: events(),
    ],
)
def test_a_stream_of_no_use_is_opened_once_and_polling_does_the_rest(colour, open_client, deaf):
    script = Script(prediction(), deaf, prediction("processing"), prediction("succeeded", output="x"))
    assert colour(open_client(script).run, VERSIONED) == "x"
    assert script.lines == [CREATE, LISTEN, LOOK, LOOK]


@pytest.mark.parametrize(
    ("wait", "prefer"), [(True, "wait"), (5, "wait=5"), (60, "wait=60"), (600, "wait=60"), (2.5, "wait=3")]
)
def test_the_hold_can_be_set(colour, open_client, wait, prefer):
    script = Script(prediction("succeeded"))
    colour(open_client(script).run, VERSIONED, {}, wait=wait)
    assert script.sent[0].headers["prefer"] == prefer


# How it ends


@pytest.mark.parametrize("when", ["at once", "later"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [("failed", ModelError), ("canceled", PredictionCanceledError), ("aborted", PredictionAbortedError)],
)
def test_a_prediction_without_success_is_an_error_that_carries_it(colour, open_client, status, kind, when):
    end = silent(status, error="CUDA", logs="line", output=["half"])
    script = Script(end) if when == "at once" else Script(silent(), end)
    with pytest.raises(ModelError) as caught:
        colour(open_client(script).run, VERSIONED)
    assert type(caught.value) is kind
    found = caught.value.prediction
    assert (found.id, found.status, found.error, found.output) == (ID, status, "CUDA", ["half"])
    assert ID in str(caught.value)
    assert script.lines == [CREATE, LOOK][: len(script.sent)]


def test_a_wait_that_takes_too_long_cancels_and_names_the_prediction(colour, open_client, clock):
    script = Script(routes={CREATE: silent(), LOOK: silent("processing"), CANCEL: silent("canceled")})
    with pytest.raises(WaitTimeoutError) as caught:
        colour(open_client(script).run, VERSIONED, {}, timeout=30)
    assert script.sent[0].headers["cancel-after"] == "30s"
    assert script.lines[-1] == CANCEL
    assert script.lines.count(CREATE) == script.lines.count(CANCEL) == 1
    assert caught.value.prediction_id == ID
    assert ID in str(caught.value)
    assert clock.elapsed == pytest.approx(30)


def test_a_ctrl_c_in_the_middle_cancels_and_is_passed_on(colour, open_client, clock):
    def interrupt(_):
        raise KeyboardInterrupt

    clock.on_sleep = interrupt
    script = Script(silent(), silent("canceled"))
    with pytest.raises(KeyboardInterrupt) as caught:
        colour(open_client(script).run, VERSIONED)
    assert script.lines == [CREATE, CANCEL]
    assert ID in "".join(caught.value.__notes__)


def test_a_canceled_task_cancels_its_prediction(clock):
    script = Script(silent(), silent("canceled"))
    client = replicate.Client._with_clock(clock, transport=script)

    async def main():
        task = asyncio.current_task()
        clock.on_sleep = lambda _: task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await client.async_run(VERSIONED)

    asyncio.run(main())
    assert script.lines == [CREATE, CANCEL]


def test_trouble_while_waiting_does_not_lose_the_result(colour, open_client):
    trouble = [answer(502, "<html>"), httpx.ReadError("reset"), answer(500), httpx.ConnectError("refused")]
    script = Script(silent(), *trouble, silent("succeeded", output="x"))
    assert colour(open_client(script).run, VERSIONED) == "x"
    assert script.lines.count(CREATE) == 1


# Which endpoint


def test_an_official_model_runs_without_a_version(colour, open_client):
    script = Script(answer(201, prediction("succeeded", output="x")))
    assert colour(open_client(script).run, "acme/painter", {"prompt": "x"}) == "x"
    assert script.lines == [CREATE_OFFICIAL]
    assert script.sent[0].json == {"input": {"prompt": "x"}}


def test_a_model_that_is_not_official_runs_its_latest_version_which_is_remembered(colour, open_client, clock):
    done = answer(201, prediction("succeeded", output="x"))
    script = Script(answer(404), model(), done, done)
    client = open_client(script)
    for _ in range(2):
        assert colour(client.run, "acme/painter", {"prompt": "x"}) == "x"
    assert script.lines == [CREATE_OFFICIAL, "GET /v1/models/acme/painter", CREATE, CREATE]
    assert script.sent[2].json == {"version": VERSION, "input": {"prompt": "x"}}
    clock.advance(61)
    script.answers.extend([answer(404), model(latest_version=version("b2" * 32)), done])
    colour(client.run, "acme/painter")
    assert script.lines[4:] == [CREATE_OFFICIAL, "GET /v1/models/acme/painter", CREATE]
    assert script.sent[6].json["version"] == "b2" * 32


def test_a_model_that_does_not_exist_is_not_found(colour, open_client):
    script = Script(answer(404), answer(404, {"detail": "The requested resource could not be found."}))
    with pytest.raises(NotFoundError):
        colour(open_client(script).run, "acme/painter")
    assert script.lines == [CREATE_OFFICIAL, "GET /v1/models/acme/painter"]


@pytest.mark.parametrize("latest", [None, {}])
def test_a_model_without_a_version_says_so(colour, open_client, latest):
    script = Script(answer(404), model(latest_version=latest))
    with pytest.raises(UnsupportedError, match="acme/painter"):
        colour(open_client(script).run, "acme/painter")
    assert len(script.sent) == 2


@pytest.mark.parametrize(
    "ref",
    [
        VERSIONED,
        VERSION,
        ("acme", "painter", VERSION),
        replicate.Version(**version()),
        replicate.ModelVersionIdentifier("acme", "painter", VERSION),
        f"https://replicate.com/acme/painter/versions/{VERSION}",
    ],
    ids=str,
)
def test_a_version_can_be_named_in_many_ways(colour, open_client, ref):
    script = Script(prediction("succeeded", output="x"))
    assert colour(open_client(script).run, ref) == "x"
    assert script.lines == [CREATE]
    assert script.sent[0].json["version"] == VERSION


def test_a_version_predicts(colour, open_client):
    script = Script(model(), prediction("succeeded", output="x"))
    found = colour(open_client(script).models.get, "acme/painter")
    assert colour(found.latest_version.predict, prompt="x", steps=3) == "x"
    assert script.lines[1:] == [CREATE]
    assert script.sent[1].json == {"version": VERSION, "input": {"prompt": "x", "steps": 3}}


def test_no_metadata_stands_between_the_caller_and_a_result(colour, open_client):
    script = Script(prediction("succeeded", output=[FILE_URL]))
    assert colour(open_client(script).run, VERSIONED) == [FILE_URL]
    assert len(script.sent) == 1


# Output


def test_files_come_as_objects_and_text_stays_text(colour, open_client):
    output = {"image": FILE_URL, "all": [FILE_URL, "https: is a protocol"], "text": "data: none", "n": 1.5, "no": None}
    script = Script(prediction("succeeded", output=output))
    found = colour(open_client(script).run, VERSIONED)
    assert isinstance(found["image"], replicate.FileOutput)
    assert isinstance(found["all"][0], replicate.FileOutput)
    assert type(found["all"][1]) is str
    assert type(found["text"]) is str
    assert found == output


@pytest.mark.parametrize("where", ["call", "client"])
def test_file_objects_can_be_turned_off(colour, open_client, where):
    script = Script(prediction("succeeded", output=[FILE_URL]))
    settings, named = ({}, {"use_file_output": False}) if where == "call" else ({"use_file_output": False}, {})
    found = colour(open_client(script, **settings).run, VERSIONED, {}, **named)
    assert found == [FILE_URL]
    assert type(found[0]) is str


def test_a_call_can_turn_them_on_again(colour, open_client):
    script = Script(prediction("succeeded", output=FILE_URL))
    client = open_client(script, use_file_output=False)
    assert isinstance(colour(client.run, VERSIONED, {}, use_file_output=True), replicate.FileOutput)


@pytest.mark.parametrize("output", [None, "", [], 0, False, {}])
def test_an_empty_output_is_returned_as_it_is(colour, open_client, output):
    script = Script(prediction("succeeded", output=output))
    assert colour(open_client(script).run, VERSIONED) == output


# What is refused before anything is sent


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "acme",
        "a/b/c",
        "../x",
        "acme/..",
        "acme/painter:",
        "acme/pa inter",
        "a//b",
        "acme/painter:xyz:",
        None,
        5,
        (),
        ("a",),
    ],
    ids=repr,
)
def test_a_malformed_reference_is_refused(colour, open_client, ref):
    script = Script()
    client = open_client(script)
    for method in (client.run, client.predictions.create):
        with pytest.raises(InvalidArgumentError) as caught:
            colour(method, ref, input={"prompt": "x"})
        assert isinstance(caught.value, InvalidReferenceError) or ref is None
    assert script.sent == []


@pytest.mark.parametrize(
    ("option", "nearest"),
    [
        ("inputs", "input"),
        ("webhook_event_filter", "webhook_events_filter"),
        ("cancelafter", "cancel_after"),
        ("zzz", ""),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest_name(colour, open_client, option, nearest):
    script = Script()
    client = open_client(script)
    for method in (client.run, client.predictions.create):
        with pytest.raises(UnknownOptionError, match=option) as caught:
            colour(method, VERSIONED, **{option: 1})
        assert nearest in str(caught.value)
        assert isinstance(caught.value, TypeError)
    assert script.sent == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wait", -1), ("wait", "5"), ("wait", float("nan")), ("cancel_after", 1), ("cancel_after", "1d"),
        ("cancel_after", True), ("timeout", 0), ("timeout", -1), ("timeout", "5"), ("timeout", float("nan")),
        ("webhook", "example.com/hook"), ("webhook", "http://example.com/hook"), ("webhook", 5),
        ("webhook_events_filter", "completed"), ("webhook_events_filter", ["done"]), ("webhook_events_filter", 5),
        ("file_encoding_strategy", "gzip"), ("input", "prompt"), ("input", [1]),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_refused_with_the_name_of_its_option(colour, open_client, name, value):
    script = Script()
    client = open_client(script)
    for method in (client.run, client.predictions.create):
        with pytest.raises(InvalidArgumentError) as caught:
            colour(method, VERSIONED, **{name: value})
        assert name in str(caught.value)
    assert script.sent == []


def test_options_reach_the_service(colour, open_client):
    script = Script(prediction("succeeded"))
    colour(
        open_client(script).run,
        VERSIONED,
        {"prompt": "x"},
        webhook="https://example.com/hook?token=1",
        webhook_events_filter=["start", "completed"],
        stream=True,
        cancel_after="1m30s",
        wait=False,
    )
    assert script.sent[0].json == {
        "version": VERSION,
        "input": {"prompt": "x"},
        "webhook": "https://example.com/hook?token=1",
        "webhook_events_filter": ["start", "completed"],
        "stream": True,
    }
    assert script.sent[0].headers["cancel-after"] == "90s"


def test_the_callers_input_is_left_alone(colour, open_client):
    given = {"nested": {"list": [1, (2, 3)], "file": b"abc"}}
    script = Script(prediction("succeeded"))
    colour(open_client(script).run, VERSIONED, given, file_encoding_strategy="data-uri")
    assert given == {"nested": {"list": [1, (2, 3)], "file": b"abc"}}


# Events on the way


def test_a_run_can_be_watched(colour, open_client):
    script = Script(
        silent(),
        silent("processing", logs="a\n", output=["1"]),
        silent("succeeded", logs="a\nb\n", output=["1", "2"]),
    )
    told = []
    assert colour(open_client(script).run, VERSIONED, {}, on_event=told.append) == ["1", "2"]
    assert [event.kind for event in told][-1] == "done"
    assert [event.text for event in told if event.kind == "log"] == ["a\n", "b\n"]
    assert [event.output for event in told if event.kind == "output"] == ["1", "2"]
    assert [event.status for event in told if event.kind == "status"] == ["starting", "processing", "succeeded"]
    assert script.lines == [CREATE, LOOK, LOOK]


def test_a_watcher_that_fails_is_heard(colour, open_client):
    def fail(_):
        raise ZeroDivisionError

    script = Script(silent(), answer(200, prediction("canceled")))
    with pytest.raises(ZeroDivisionError) as caught:
        colour(open_client(script).run, VERSIONED, {}, on_event=fail)
    assert script.lines[1:] == [f"POST /v1/predictions/{ID}/cancel"]
    assert caught.value.__notes__ == [
        f"prediction {ID} was told to cancel, and its status is 'canceled'; what ran so far is billed"
    ]


@pytest.mark.parametrize("watcher", [5, "print", {}])
def test_a_watcher_that_cannot_be_called_is_refused_before_anything_is_sent(colour, open_client, watcher):
    script = Script()
    with pytest.raises(InvalidArgumentError, match="on_event must be a function"):
        colour(open_client(script).run, VERSIONED, {}, on_event=watcher)
    assert not script.sent


def test_a_watcher_that_must_be_awaited_is_refused_where_nothing_is_awaited(open_client):
    async def watch(_):
        pass

    script = Script()
    with pytest.raises(InvalidArgumentError, match="use async_run"):
        open_client(script).run(VERSIONED, {}, on_event=watch)
    assert not script.sent


@pytest.mark.parametrize("forever", [float("inf"), 10**400])
def test_a_total_time_without_an_end_is_none(colour, open_client, forever):
    script = Script(answer(201, prediction("succeeded", output="x")))
    with suppress(InvalidArgumentError):  # the service takes 24 hours at most, which may be said
        assert colour(open_client(script).run, VERSIONED, {}, timeout=forever) == "x"


def test_a_failure_that_is_not_the_predictions_end_does_not_cancel_it(colour, open_client):
    script = Script(silent(), answer(401))
    with pytest.raises(replicate.exceptions.AuthenticationError) as caught:
        colour(open_client(script).run, VERSIONED)
    assert caught.value.prediction_id == ID
    assert script.lines == [CREATE, LOOK]


def test_a_create_that_is_refused_is_not_looked_for(colour, open_client):
    script = Script(answer(402, {"title": "Insufficient credit", "status": 402}))
    with pytest.raises(replicate.exceptions.InsufficientCreditError):
        colour(open_client(script).run, VERSIONED)
    assert script.lines == [CREATE]
