"""The server-sent events of a prediction: framing, replay, resume, and arrival while the model runs."""

import httpx
import pytest
from engine_calls import read_events

WORDS = {"prompt": "the value of", "max_tokens": 5, "seed": 1}


def test_a_stream_begins_with_a_comment_and_frames_each_piece_as_the_service_does(api):
    prediction = api.run("ngram", WORDS)
    response = httpx.get(prediction["urls"]["stream"])
    epoch = api.events(prediction)[0].id.partition(":")[0]
    pieces = "".join(
        f"event: output\nid: {epoch}:{number}\ndata: {piece}\n\n" for number, piece in enumerate(prediction["output"])
    )
    assert response.text == f": hi\n\n{pieces}event: done\nid: {epoch}:5\ndata: {{}}\n\n"
    assert response.headers["Content-Type"].partition(";")[0] == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert epoch.isdigit()


def test_pieces_arrive_while_the_model_runs(api):
    prediction = api.create("ngram", WORDS | {"max_tokens": 512, "delay": 0.1})
    with httpx.stream("GET", prediction["urls"]["stream"], timeout=20) as response:
        reading = read_events(response)
        for count in range(1, 6):
            assert next(reading).name == "output"
            state = api.get(prediction)
            assert state["status"] == "processing"
            assert count <= len(state["output"]) < 512
        api.cancel(prediction)
        *rest, last = [event.name for event in reading]
    assert (set(rest) <= {"output"}, last) == (True, "done")


def test_a_stream_can_be_read_again_from_the_beginning(api):
    prediction = api.create("ngram", WORDS | {"delay": 0.02})
    assert api.events(prediction) == api.events(prediction)


@pytest.mark.parametrize("seen", range(7))
def test_a_stream_goes_on_after_the_last_event_that_was_seen(api, seen):
    prediction = api.run("ngram", WORDS)
    events = api.events(prediction)
    last = events[seen - 1].id if seen else None
    assert api.events(prediction, last) == events[seen:]


@pytest.mark.parametrize("foreign", ["0:3", "x", "", "1735689600:1", "9" * 400, "1:2:3"])
def test_an_id_of_another_stream_means_the_beginning(api, foreign):
    prediction = api.run("ngram", WORDS)
    assert len(api.events(prediction, foreign)) == 6


def test_a_running_stream_can_be_resumed(api):
    prediction = api.create("ngram", WORDS | {"max_tokens": 30, "delay": 0.02})
    with httpx.stream("GET", prediction["urls"]["stream"], timeout=20) as response:
        reading = read_events(response)
        first = [next(reading) for _ in range(3)]
    rest = api.events(prediction, first[-1].id)
    assert [event.data for event in first + rest[:-1]] == api.get(prediction)["output"]


PIECES = [
    ("hello", "data: hello\n"),
    ("", "data: \n"),
    (" world", "data:  world\n"),
    ("a\nb", "data: a\ndata: b\n"),
    ("a\r\nb\rc", "data: a\ndata: b\ndata: c\n"),
    ("\n", "data: \ndata: \n"),
    ("a\u2028b", "data: a\u2028b\n"),
    ("event: done", "data: event: done\n"),
]


@pytest.mark.parametrize(("piece", "lines"), PIECES)
def test_each_line_of_a_piece_gets_a_data_field_of_its_own(piece, lines):
    from replicate_local.events import Event

    assert Event("output", piece).encode("1:0").decode() == f"event: output\nid: 1:0\n{lines}\n"


def test_a_structured_output_is_one_event_of_compact_json(api):
    prediction = api.run("echo", {"text": "ü\n", "items": ["a"]})
    [output, done] = api.events(prediction)
    expected = '{"text":"ü\\n","number":0,"count":1,"flag":false,"choice":"a","word":null,"items":["a"]}'
    assert (output.name, output.data) == ("output", expected)
    assert (done.name, done.data) == ("done", "{}")


def test_a_single_text_is_one_event(api):
    assert [event.data for event in api.events(api.run("sleeper", {"seconds": 0}))] == ["slept 0 s", "{}"]


def test_a_failure_is_an_error_with_its_detail_and_then_done(api):
    [error, done] = api.events(api.run("fail", {"message": "no\nluck"}))
    assert (error.name, error.data) == ("error", '{"detail": "no\\nluck"}')
    assert (done.name, done.data) == ("done", '{"reason":"error"}')


def test_a_failure_after_output_keeps_the_output(api):
    prediction = api.create("ngram", WORDS | {"max_tokens": 512, "delay": 0.1})
    api.until(prediction, lambda state: state.get("output"))
    api.cancel(prediction)
    events = api.events(prediction)
    assert {event.name for event in events[:-1]} == {"output"}
    assert (events[-1].name, events[-1].data) == ("done", '{"reason":"canceled"}')


def test_files_are_streamed_as_urls_under_the_path_that_says_so(api):
    prediction = api.run("julia", {"prompt": "x", "width": 16, "height": 16, "num_outputs": 2})
    assert "/v1/files/" in prediction["urls"]["stream"]
    assert [event.data for event in api.events(prediction)] == [*prediction["output"], "{}"]


def test_a_single_file_is_streamed_as_its_url(api):
    source = api.run("julia", {"prompt": "x", "width": 16, "height": 16})["output"][0]
    prediction = api.run("negative", {"image": source})
    assert [event.data for event in api.events(prediction)] == [prediction["output"], "{}"]


def test_a_stream_that_says_nothing_for_long_is_closed_with_a_time_out_comment(run_async, monkeypatch):
    from replicate_local import events
    from replicate_local.records import Prediction, now
    from replicate_local.runs import Run

    monkeypatch.setattr(events, "IDLE_LIMIT", 0.05)

    async def work() -> bytes:
        prediction = Prediction("p", "m", "v", {}, now(), "t")
        run = Run(prediction, lambda _: None)
        return b"".join([piece async for piece in events.stream(prediction, run, 0, events.text)])

    assert run_async(work()) == b": hi\n\n:408: 408 Request Timeout\n\n"


def test_an_unknown_stream_is_not_found(api):
    for path in (f"/v1/streams/{'a' * 52}", f"/v1/files/abcd-{'a' * 52}"):
        response = httpx.get(api.origin + path)
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"


def test_a_stream_that_its_reader_leaves_does_not_end_the_prediction(api):
    prediction = api.create("ngram", WORDS | {"max_tokens": 20, "delay": 0.02})
    with httpx.stream("GET", prediction["urls"]["stream"], timeout=20) as response:
        next(read_events(response))
    assert api.until_ended(prediction)["status"] == "succeeded"
