"""Events that arrive many at once are read, remembered and handed out together, with the same result as one by one."""

from __future__ import annotations

import itertools
import tracemalloc

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from replicate._delivery import Delivery
from replicate._server_sent_events import EventParser, Outputs
from replicate.exceptions import ModelError
from replicate.stream import EventSource
from scripted import Chunks, Script, answer, events
from wire_objects import ID, STREAM, VERSION, prediction

CREATE = "POST /v1/predictions"
LISTEN = f"GET {STREAM}"
LOOK = f"GET /v1/predictions/{ID}"
CANCEL = f"POST /v1/predictions/{ID}/cancel"
DONE = b"event: done\ndata: {}\n\n"


def output(number: int, text: str | None = None) -> bytes:
    lines = [f"data: {line}" for line in (f"word{number} " if text is None else text).split("\n")]
    return "\n".join(["event: output", f"id: 1735689600:{number}", *lines, "", ""]).encode()


def outputs(*numbers: int) -> bytes:
    return b"".join(map(output, numbers))


def words(*numbers: int) -> list[str]:
    return [f"word{number} " for number in numbers]


# Reading


def test_outputs_that_arrive_together_are_read_together():
    parser = EventParser()
    assert parser.read(outputs(1, 2)) == Outputs(["1735689600:1", "1735689600:2"], ["word1 ", "word2 "])
    assert parser.last_event_id == "1735689600:2"


# Remembering


batches = st.lists(st.sampled_from(["", "1", "2", "3", "4", "5"]), min_size=1, max_size=5)


@given(connections=st.lists(st.lists(batches, max_size=4), max_size=4))
@example(connections=[[["1", "2"]], [["2", "3"]]])
@example(connections=[[["1"], ["1", "2"]]])
@example(connections=[[["1", "", "2"], ["2"]]])
def test_outputs_remembered_together_are_those_remembered_one_by_one(connections):
    together, one_by_one = Delivery(), Delivery()
    numbers = itertools.count()
    for connection in connections:
        together.connect()
        one_by_one.connect()
        for ids in connection:
            found = Outputs(ids, [f"text {next(numbers)}" for _ in ids])
            news = together.news(found)
            news = news.events() if isinstance(news, Outputs) else news
            assert news == [event for event in found.events() if one_by_one.is_new(event)]
            for name in ("last_id", "outputs", "resumable"):
                assert getattr(together, name) == getattr(one_by_one, name), name


# Handing out


@pytest.fixture
def streaming(colour, open_client):
    """A function that streams a new prediction over these answers, and gives the events and the script."""

    def stream(*answers, **named):
        script = Script(answer(201, prediction()), *answers)
        return colour.iterate(open_client(script).stream, VERSION, {"prompt": "x"}, **named), script

    return stream


def texts(told):
    return [event.data for event in told if event.event == "output"]


def test_events_that_arrived_at_once_are_delivered_all_and_in_order(streaming):
    told, _ = streaming(events(b": hi\n\n" + outputs(*range(3000)), outputs(*range(3000, 5000)) + DONE))
    told = list(told)
    assert texts(told) == words(*range(5000))
    assert [event.id for event in told[:-1]] == [f"1735689600:{number}" for number in range(5000)]
    assert {event.retry for event in told} == {None}
    assert told[-1].event == "done"


def test_events_are_delivered_before_the_next_ones_are_waited_for(colour, open_client):
    body = Chunks(outputs(0, 1, 2), output(3), DONE)
    script = Script(answer(201, prediction()), events(stream=body))
    told = colour.iterate(open_client(script).stream, VERSION)
    assert [body.delivered for _ in told] == [1, 1, 1, 2, 3]


def test_what_arrived_before_an_error_is_delivered_before_it_is_raised(streaming):
    broken = outputs(0, 1, 2) + b"event: error\ndata: CUDA\n\n" + outputs(3)
    told, script = streaming(events(broken), prediction("failed", error="CUDA"))
    assert [str(next(told)) for _ in range(3)] == words(0, 1, 2)
    assert script.lines == [CREATE, LISTEN]
    with pytest.raises(ModelError, match="CUDA"):
        next(told)


def test_what_arrived_after_the_end_is_not_delivered(streaming):
    told, _ = streaming(events(outputs(0, 1) + DONE + b"event: logs\ndata: l\n\n" + outputs(2, 3)))
    assert [event.data for event in told] == [*words(0, 1), "{}"]


def test_a_stream_that_breaks_after_many_events_is_taken_up_after_the_last_of_them(streaming):
    told, script = streaming(
        events(outputs(0, 1, 2), httpx.ReadError("reset")), prediction("processing"), events(outputs(3, 4) + DONE)
    )
    assert texts(told) == words(0, 1, 2, 3, 4)
    assert script.sent[3].headers["last-event-id"] == "1735689600:2"


def test_events_repeated_among_new_ones_are_not_delivered_again(streaming):
    told, _ = streaming(
        events(outputs(0, 1, 2), httpx.ReadError("reset")),
        prediction("processing"),
        events(outputs(1, 2, 3, 4), httpx.ReadError("reset")),
        prediction("processing"),
        events(outputs(0, 1, 2, 3, 4, 5) + DONE),
    )
    assert texts(told) == words(0, 1, 2, 3, 4, 5)


def test_leaving_the_loop_amid_what_arrived_cancels_and_delivers_no_more(colour, open_client):
    body = Chunks(outputs(0, 1, 2), DONE)
    script = Script(answer(201, prediction()), events(stream=body), prediction("canceled"))
    client = open_client(script)
    told = colour(client.stream, VERSION)
    first = colour.run(anext(told)) if colour.awaits else next(told)
    assert str(first) == "word0 "
    colour.run(told.aclose()) if colour.awaits else told.close()
    with pytest.raises((StopIteration, StopAsyncIteration)):
        colour.run(anext(told)) if colour.awaits else next(told)
    assert body.closed
    assert script.lines == [CREATE, LISTEN, CANCEL]


def test_an_exception_thrown_in_amid_what_arrived_cancels_and_is_passed_on(open_client, colour):
    script = Script(answer(201, prediction()), events(outputs(0, 1, 2), DONE), prediction("canceled"))
    told = colour.iterate(open_client(script).stream, VERSION)
    next(told)
    with pytest.raises(ZeroDivisionError):
        told.throw(ZeroDivisionError())
    assert script.lines[-1] == CANCEL


def test_a_long_stream_takes_little_memory(colour, open_client):
    parts = [b"".join(output(first + more, "x" * 2000) for more in range(30)) for first in range(0, 1800, 30)]
    script = Script(answer(201, prediction()), events(*parts, DONE))
    told = colour.iterate(open_client(script).stream, VERSION)
    next(told)
    tracemalloc.start()
    try:
        for _ in told:
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000, f"of {sum(map(len, parts))} bytes"


def test_a_response_of_ones_own_gives_the_same_events(colour, open_client):
    client = open_client(Script())
    headers = {"content-type": "text/event-stream"}
    content = outputs(0, 1, 2) + output(3, "a\nb") + DONE + outputs(4)
    told = list(colour.over(EventSource(client, httpx.Response(200, headers=headers, content=content))))
    assert [event.data for event in told] == [*words(0, 1, 2), "a\nb", "{}"]


def test_a_wait_hears_the_end_amid_other_events(colour, open_client):
    body = Chunks(outputs(0, 1), outputs(2, 3) + DONE, output(4))
    script = Script(answer(201, prediction()), events(stream=body), prediction("succeeded", output=["a"]))
    created = colour(open_client(script).predictions.create, VERSION, {"prompt": "x"})
    assert colour(created.wait).status == "succeeded"
    assert script.lines == [CREATE, LISTEN, LOOK]
    assert body.delivered == 2
