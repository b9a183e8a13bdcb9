"""`stream`: the text of a prediction as it is made, whole and once, whatever happens to the connection."""

from __future__ import annotations

import asyncio
import gc
import itertools

import httpx
import pytest
import replicate
from clocks import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st
from replicate.exceptions import (
    ModelError,
    NotFoundError,
    PredictionAbortedError,
    PredictionCanceledError,
    ReplicateError,
    StreamError,
    UnsupportedError,
)
from scripted import Chunks, Script, answer, events
from wire_objects import FILE_URL, ID, STREAM, VERSION, prediction

CREATE = "POST /v1/predictions"
LISTEN = f"GET {STREAM}"
LOOK = f"GET /v1/predictions/{ID}"
CANCEL = f"POST /v1/predictions/{ID}/cancel"
DONE = b"event: done\ndata: {}\n\n"


def event(data, number=None, kind="output"):
    """Return one event as the service writes it."""
    lines = [f"event: {kind}"]
    if number is not None:
        lines.append(f"id: 1735689600:{number}")
    lines += [f"data: {line}" for line in data.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def ended(status="succeeded", **members):
    return prediction(status, **members)


@pytest.fixture
def streaming(colour, open_client):
    """A function that streams a prediction over these answers, and gives the events and the script."""

    def stream(*answers, create=None, **settings):
        script = Script(answer(201, prediction() if create is None else create), *answers)
        named = settings.pop("named", {})
        return colour.iterate(open_client(script, **settings).stream, VERSION, {"prompt": "x"}, **named), script

    return stream


def text(told):
    return "".join(map(str, told))


def test_output_arrives_as_text(streaming):
    told, script = streaming(events(b": hi\n\n", event("Once", 0), event(" upon\na time", 1), DONE))
    assert text(told) == "Once upon\na time"
    assert script.lines == [CREATE, LISTEN]
    assert script.sent[1].headers["accept"] == "text/event-stream"
    assert "last-event-id" not in script.sent[1].headers


def test_nothing_is_sent_before_the_first_event_is_asked_for(streaming):
    told, script = streaming(events(event("a", 0), DONE))
    assert script.sent == []
    list(told)
    assert script.lines[:2] == [CREATE, LISTEN]


def test_every_event_can_be_printed_and_says_what_it_is(streaming):
    told, _ = streaming(
        events(
            event("a", 0), event("line", 1, "logs"), event(FILE_URL, 2), event("{}", 3, "brand-new"), event("", 4), DONE
        )
    )
    seen = [one for one in told if one.event != "done"]
    assert [one.event for one in seen] == ["output", "logs", "output", "brand-new", "output"]
    assert [one.data for one in seen] == ["a", "line", FILE_URL, "{}", ""]
    assert [str(one) for one in seen] == ["a", "", FILE_URL, "", ""]
    assert next(one.id for one in seen) == "1735689600:0"
    assert all(isinstance(one.data, str) for one in seen)
    assert [one.file for one in seen] == [None, None, FILE_URL, None, None]
    assert seen[0].event is replicate.ServerSentEvent.EventType.OUTPUT
    assert "brand-new" in repr(seen[3])


def test_a_file_of_a_stream_can_be_read(colour, streaming):
    told, script = streaming(events(event(FILE_URL, 0), DONE), answer(200, b"png"))
    file = next(one.file for one in list(told) if one.file)
    assert isinstance(file, replicate.FileOutput)
    assert colour(file.read) == b"png"
    assert script.sent[-1].token is None


PIECES = ["a", " b", "\n", "\n\n", "", "ü€🙂", "x\u2028y\u0085z\x0bw\x0c", " lead", "trail ", "a\nb", "\u2028"]
WHOLE = b"\xef\xbb\xbf: hi\n\n" + b"".join(event(piece, n) for n, piece in enumerate(PIECES)) + DONE


@settings(max_examples=300, deadline=None)
@given(
    borders=st.lists(st.integers(0, len(WHOLE)), max_size=40),
    line_end=st.sampled_from([b"\n", b"\r\n", b"\r"]),
    extra=st.booleans(),
)
def test_chunks_may_be_cut_anywhere(borders, line_end, extra):
    content = WHOLE.replace(b"\n\n", b"\n\n\n") if extra else WHOLE
    content = content.replace(b"\n", line_end)
    edges = sorted({0, *borders, len(content)})
    parts = [content[start:end] for start, end in itertools.pairwise(edges)]
    script = Script(answer(201, prediction()), events(*parts))
    client = replicate.Client._with_clock(FakeClock(), "token", transport=script)
    told = [one for one in client.stream(VERSION) if one.event == "output"]
    assert [one.data for one in told] == PIECES


# Broken connections

BREAKS = {
    "reset": [httpx.ReadError("reset")],
    "cut": [httpx.RemoteProtocolError("cut")],
    "silence": [httpx.ReadTimeout("quiet")],
    "the server's own end": [b":408: 408 Request Timeout\n\n"],
    "plain end": [],
    "half an event": [b"event: output\nid: 1735689600:9\ndata: ha"],
    "half an event and a reset": [b"event: output\nid: 1735689600:9\nda", httpx.ReadError("reset")],
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_broken_stream_is_taken_up_after_its_last_event(streaming, broken):
    told, script = streaming(
        events(event("a", 0), event("b", 1), *broken),
        ended("processing"),
        events(event("c", 2), DONE),
    )
    assert text(told) == "abc"
    assert script.lines == [CREATE, LISTEN, LOOK, LISTEN]
    assert script.sent[3].headers["last-event-id"] == "1735689600:1"


def test_a_stream_that_starts_again_from_the_beginning_is_not_told_twice(streaming):
    told, _ = streaming(
        events(event("a", 0), event("b", 1), httpx.ReadError("reset")),
        ended("processing"),
        events(event("a", 0), event("b", 1), event("c", 2), DONE),
    )
    assert text(told) == "abc"


def test_a_long_stream_may_break_many_times_as_long_as_it_goes_on(streaming):
    breaks = []
    for number in range(20):
        breaks += [events(event(f"{number},", number), httpx.ReadError("reset")), ended("processing")]
    told, script = streaming(*breaks, events(DONE))
    assert text(told) == "".join(f"{number}," for number in range(20))
    assert script.lines.count(LISTEN) == 21


@pytest.mark.parametrize("last", [None, "plain"])
def test_events_without_ids_are_delivered_all_and_once(streaming, last):
    first = [event("a", 0), event("b"), event("b"), event("c")]
    rest = [] if last else [DONE]
    answers = [events(*first, *rest)]
    if last:
        answers += [ended("processing"), ended(output=["a", "b", "b", "c", "d"])]
    told, _ = streaming(*answers)
    assert text(told) == ("abbcd" if last else "abbc")


def test_a_stream_without_any_ids_is_finished_from_the_prediction(streaming):
    def listened(sent):
        replay = [event("a"), event("b"), event("c"), DONE]
        return events(event("a"), event("b"), httpx.ReadError("reset")) if len(script.sent) == 2 else events(*replay)

    told, script = streaming(ended("processing"), ended(output=["a", "b", "c"]))
    script.routes[LISTEN] = listened
    assert text(told) == "abc"


def test_a_stream_that_cannot_be_reopened_is_finished_from_the_prediction(streaming):
    told, script = streaming(
        events(event("a", 0), event("b", 1), httpx.ReadError("reset")), ended(output=["a", "b", "c", "d"])
    )
    assert text(told) == "abcd"
    assert script.lines == [CREATE, LISTEN, LOOK]


def test_a_stream_that_never_works_is_replaced_by_the_prediction(streaming, clock):
    told, script = streaming()
    script.routes |= {
        LISTEN: httpx.ConnectError("refused"),
        LOOK: lambda _: ended("succeeded" if clock.elapsed > 90 else "processing", output=["a", "b"]),
    }
    assert text(told) == "ab"
    assert clock.elapsed < 120


def test_a_cold_boot_of_minutes_is_waited_out(streaming, clock):
    def quiet(_):
        clock.advance(30)
        return events(b": hi\n\n", b":408: 408 Request Timeout\n\n")

    told, _script = streaming(*[quiet, ended("starting")] * 10, events(event("a", 0), DONE))
    assert text(told) == "a"
    assert clock.elapsed > 300


def test_reopening_is_paced(streaming, clock):
    told, _script = streaming(*[lambda _: events(b": hi\n\n"), ended("processing")] * 10, events(DONE))
    list(told)
    assert len(clock.sleeps) >= 10
    assert 0 < clock.sleeps[0] <= 1
    assert max(clock.sleeps) <= 10
    assert clock.elapsed > 20


def test_a_silent_end_of_a_failed_prediction_is_its_error(streaming):
    told, _ = streaming(events(event("a", 0)), ended("failed", output=["a", "b"], error="CUDA"))
    assert [str(next(told)), str(next(told))] == ["a", "b"]
    with pytest.raises(ModelError, match="CUDA"):
        next(told)


# Ends

ENDS = {
    "error": (
        event('{"detail": "CUDA"}', 1, "error") + event('{"reason": "error"}', None, "done"),
        "failed",
        ModelError,
    ),
    "error in plain text": (event("CUDA", None, "error"), "failed", ModelError),
    "canceled": (event('{"reason": "canceled"}', 1, "done"), "canceled", PredictionCanceledError),
    "aborted": (event('{"reason": "canceled"}', 1, "done"), "aborted", PredictionAbortedError),
    "a new reason": (event('{"reason": "tired"}', 1, "done"), "failed", ModelError),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_end_without_success_is_the_predictions_error(streaming, end):
    last, status, kind = end
    told, _ = streaming(events(event("a", 0), last), ended("processing"), ended(status, error="CUDA"))
    assert str(next(told)) == "a"
    with pytest.raises(kind) as caught:
        next(told)
    assert caught.value.prediction.id == ID
    assert ID in str(caught.value)


@pytest.mark.parametrize(
    "done", [b"event: done\n\n", b"event: done\ndata: {}\n\n", b"event: done\ndata:\n\n", b"event: done\ndata: ok\n\n"]
)
def test_every_way_to_write_a_good_end_is_one(streaming, done):
    told, script = streaming(events(event("a", 0), done))
    assert text(told) == "a"
    assert script.lines == [CREATE, LISTEN]


def test_what_arrives_after_the_end_is_not_read(colour, open_client):
    body = Chunks(event("a", 0), DONE, event("b", 1))
    told = colour.iterate(open_client(Script(answer(201, prediction()), events(stream=body))).stream, VERSION)
    assert text(told) == "a"
    assert body.delivered == 2
    assert body.closed


def test_an_error_event_of_a_prediction_that_never_becomes_final_is_still_an_error(streaming):
    told, script = streaming(events(event('{"detail": "lost"}', 1, "error")))
    script.routes[LOOK] = ended("processing")
    with pytest.raises(StreamError, match="lost") as caught:
        list(told)
    assert caught.value.prediction_id == ID


def test_a_model_without_a_stream_says_so_and_names_the_prediction(streaming):
    for urls in ({}, None, {"stream": None}, {"stream": ""}):
        told, _script = streaming(create=prediction(urls=urls))
        with pytest.raises(UnsupportedError, match="streaming") as caught:
            list(told)
        assert caught.value.prediction_id == ID


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (answer(404, {"detail": "gone"}), NotFoundError),
        (answer(200, "<html>", headers={"content-type": "text/html"}), StreamError),
        (answer(200, {"id": ID}), StreamError),
        (answer(200, b""), StreamError),
        (answer(302, headers={"location": "ftp://x"}), ReplicateError),
    ],
)
def test_an_answer_that_is_no_stream_is_an_error_that_names_the_prediction(streaming, wrong, kind):
    told, script = streaming(wrong)
    with pytest.raises(kind) as caught:
        list(told)
    assert caught.value.prediction_id == ID
    assert script.lines[:2] == [CREATE, LISTEN]


def test_a_broken_stream_url_is_an_error_and_not_a_crash(streaming):
    for url in ("https://[", "stream", "ftp://stream.example/x", "https://"):
        told, _ = streaming(answer(404), create=prediction(urls={"stream": url}))
        with pytest.raises(ReplicateError):
            list(told)


# Leaving early


def test_leaving_the_loop_closes_the_connection_and_cancels(colour, open_client):
    body = Chunks(event("a", 0), event("b", 1), DONE)
    script = Script(answer(201, prediction()), events(stream=body), prediction("canceled"))
    told = colour.iterate(open_client(script).stream, VERSION)
    assert str(next(told)) == "a"
    told.close()
    assert body.closed
    assert body.delivered == 1
    assert script.lines == [CREATE, LISTEN, CANCEL]


def test_leaving_the_loop_can_leave_the_prediction_alone(colour, open_client):
    body = Chunks(event("a", 0), DONE)
    script = Script(answer(201, prediction()), events(stream=body))
    told = colour.iterate(open_client(script).stream, VERSION, {}, cancel_on_exit=False)
    next(told)
    told.close()
    assert body.closed
    assert script.lines == [CREATE, LISTEN]


def test_breaking_out_of_an_awaiting_loop_closes_the_connection_too(clock):
    body = Chunks(event("a", 0), event("b", 1), DONE)
    script = Script(answer(201, prediction()), events(stream=body), prediction("canceled"))

    async def main():
        client = replicate.Client._with_clock(clock, transport=script)
        async for one in await client.async_stream(VERSION):
            assert str(one) == "a"
            break
        gc.collect()
        for _ in range(20):
            await asyncio.sleep(0)
        assert body.closed

    asyncio.run(main())
    assert script.lines == [CREATE, LISTEN, CANCEL]


def test_the_stream_of_a_prediction_that_already_exists_is_not_canceled(colour, open_client):
    body = Chunks(event("a", 0), DONE)
    script = Script(prediction(), events(stream=body))
    existing = colour(open_client(script).predictions.get, ID)
    told = colour.iterate(existing.stream)
    assert str(next(told)) == "a"
    told.close()
    assert body.closed
    assert script.lines == [LOOK, LISTEN]


def test_an_exception_in_the_loop_cancels_and_is_passed_on(colour, open_client):
    script = Script(answer(201, prediction()), events(event("a", 0), DONE), prediction("canceled"))
    told = colour.iterate(open_client(script).stream, VERSION)
    with pytest.raises(ZeroDivisionError):
        told.throw(next(told) and ZeroDivisionError())
    assert script.lines[-1] == CANCEL


class Waiting(Chunks):
    """A body that says when it is waited for, and whose parts come when it is told."""

    def __init__(self, *parts: bytes) -> None:
        super().__init__(*parts)
        self.awaited, self.come = asyncio.Event(), asyncio.Event()

    async def __aiter__(self):
        self.awaited.set()
        await self.come.wait()
        for part in self:
            yield part


def test_a_stream_whose_task_was_disturbed_by_another_is_closed_with_the_event_loop_all_the_same(clock):
    body = Waiting(event("a", 0), event("b", 1), DONE)
    script = Script(answer(201, prediction()), events(stream=body), prediction("canceled"))

    async def main():
        told = await replicate.Client._with_clock(clock, transport=script).async_stream(VERSION)
        first = asyncio.create_task(anext(told))
        await body.awaited.wait()
        with pytest.raises(RuntimeError, match="already running"):
            await anext(told)
        body.come.set()
        assert str(await first) == "a"
        return told

    told = asyncio.run(main())
    assert body.closed
    assert script.lines == [CREATE, LISTEN, CANCEL]
    del told


def test_options_of_1x_are_accepted(streaming):
    told, script = streaming(
        events(event(FILE_URL, 0), DONE), named={"use_file_output": False, "webhook": "https://example.com/"}
    )
    assert text(told) == FILE_URL
    assert script.sent[0].json["webhook"] == "https://example.com/"


def test_trouble_with_the_prediction_itself_does_not_end_a_stream(streaming):
    told, script = streaming(
        events(event("a", 0), httpx.ReadError("reset")),
        answer(429, headers={"retry-after": "120"}),
        events(event("b", 1), httpx.ReadError("reset")),
        answer(200, "<html>"),
        events(event("c", 2), DONE),
        max_retries=0,
    )
    assert text(told) == "abc"
    assert script.lines.count(LISTEN) == 3


def test_the_server_may_ask_for_a_pause_before_the_next_connection(streaming, clock):
    first = b"retry: 4000\n" + event("a", 0)
    told, _ = streaming(events(first), ended("processing"), events(event("b", 1), DONE))
    assert text(told) == "ab"
    assert clock.sleeps == [4.0]


def test_a_pause_that_the_server_asks_for_beside_its_events_is_kept_too(streaming, clock):
    told, _ = streaming(
        events(b"retry: 4000\n\n" + event("a", 0)), ended("processing"), events(event("b", 1)), ended("processing"),
        events(event("c", 2), DONE),
    )  # fmt: skip
    assert text(told) == "abc"
    assert clock.sleeps == [4.0, 4.0]
