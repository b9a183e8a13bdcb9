"""Streams that are cut, silenced, repeated and refused: each text is delivered once and whole, or an error says why."""

from __future__ import annotations

import random
import time

import pytest
from replicate import _streaming
from replicate.exceptions import (
    ModelError,
    PredictionAbortedError,
    PredictionCanceledError,
    ReplicateError,
    StreamError,
    WaitTimeoutError,
)

from . import cruelty, streams
from .service import MODEL

INPUT = {"prompt": "a lighthouse"}
LOOK = "GET /v1/predictions/[^/]+"
FOR_EVER = 10**9
PATH = "/streams/1"

TEXTS = ["Once", " upon\na", "", "ç🗼", "\u2028\x85", "\n\nid: 1"]
"""What trips readers up: line feeds, nothing at all, bytes of several characters, other line ends, field names."""

SECOND_THOUGHTS = [*TEXTS, "Once"]
"""The same texts again: they are no repetitions of the stream."""


@pytest.fixture
def streamed(service):
    """A function that gives the service's predictions a stream, on the API's origin or another one."""
    service.looks = FOR_EVER

    def streamed(handler, *, foreign=False, result=None):
        service.paths[PATH] = handler
        url = (service.elsewhere().url if foreign else service.url) + PATH

        def prepare(job):
            job.stream, job.result = url, result if result is not None else list(SECOND_THOUGHTS)

        service.on_create = prepare
        return handler

    return streamed


@pytest.fixture
def prediction(colour, service, client):
    """A function that creates the prediction whose stream is read."""

    def prediction():
        return colour.call(client.predictions.create, MODEL, input=INPUT)

    return prediction


def texts(events):
    """Return the outputs of a stream that ends well, and check that it says so once, at its end."""
    told = list(events)
    assert [event.event for event in told].index("done") == len(told) - 1
    return [str(event) for event in told if event.event == "output"]


CONTENT = b": hi\n\n" + b"".join(streams.outputs(SECOND_THOUGHTS)) + streams.DONE
CUTS = {
    "closed": (streams.closed, range(len(CONTENT))),
    "reset": (streams.reset, range(0, len(CONTENT), 7)),
    "in good order": (streams.completed, range(0, len(CONTENT), 3)),
}


@pytest.mark.parametrize(("ending", "cuts"), CUTS.values(), ids=CUTS)
def test_a_stream_cut_at_any_byte_delivers_each_event_once(colour, service, streamed, prediction, ending, cuts):
    streamed(streams.EventStream([]))
    followed = prediction()
    for cut in cuts:
        handler = streams.EventStream([*streams.outputs(SECOND_THOUGHTS), streams.DONE], cuts=[cut], ending=ending)
        service.paths[PATH] = handler
        assert texts(colour.iterate(followed.stream)) == SECOND_THOUGHTS, f"cut at byte {cut}"
        whole = CONTENT[:cut].rpartition(b"\n\n")[0]  # the events that arrived
        ids = [line[4:].decode() for line in whole.split(b"\n") if line.startswith(b"id: ")]
        finished = CONTENT[:cut].endswith(streams.DONE)
        connections = [None] if finished else [None, ids[-1] if ids else None]
        assert handler.last_event_ids == connections, f"cut at byte {cut}"


def test_a_stream_cut_again_and_again_delivers_each_event_once(colour, service, streamed, prediction):
    places = random.Random(20250301)
    streamed(streams.EventStream([]))
    followed = prediction()
    for _ in range(15):
        cuts = [places.randrange(60, 150) for _ in range(8)]  # each brings an event
        service.paths[PATH] = streams.EventStream([*streams.outputs(SECOND_THOUGHTS), streams.DONE], cuts=cuts)
        assert texts(colour.iterate(followed.stream)) == SECOND_THOUGHTS, cuts


def test_a_stream_that_starts_over_each_time_delivers_each_event_once(colour, service, streamed, prediction):
    streamed(streams.EventStream([]))
    followed = prediction()
    for cut in range(0, len(CONTENT), 5):
        service.paths[PATH] = streams.EventStream(
            [*streams.outputs(SECOND_THOUGHTS), streams.DONE], cuts=[cut, cut // 2], resumes=False
        )
        assert texts(colour.iterate(followed.stream)) == SECOND_THOUGHTS, f"cut at byte {cut}"


@pytest.mark.parametrize("resumes", [True, False], ids=["resumed", "started over"])
def test_a_stream_without_ids_that_is_cut_anywhere_delivers_each_text_once(colour, service, client, streamed, resumes):
    blocks = [*streams.outputs(SECOND_THOUGHTS, with_ids=False), b"event: done\ndata: {}\n\n"]
    service.looks = 2
    streamed(streams.EventStream([]))
    for cut in range(0, len(b"".join(blocks)), 4):
        service.paths[PATH] = streams.EventStream(blocks, cuts=[cut], resumes=resumes)
        followed = colour.call(client.predictions.create, MODEL, input=INPUT)
        assert texts(colour.iterate(followed.stream)) == SECOND_THOUGHTS, f"cut at byte {cut}"


def test_a_stream_whose_ids_only_some_events_have_delivers_each_text_once(colour, service, client, streamed):
    blocks = [*streams.outputs(["a", "b"]), *streams.outputs(["c", "d"], with_ids=False)]
    blocks += [streams.event("output", "e", "7:0"), streams.DONE]
    service.looks = 2
    streamed(streams.EventStream([]), result=list("abcde"))
    for cut in range(0, len(b"".join(blocks)), 4):
        service.paths[PATH] = streams.EventStream(blocks, cuts=[cut])
        followed = colour.call(client.predictions.create, MODEL, input=INPUT)
        assert texts(colour.iterate(followed.stream)) == list("abcde"), f"cut at byte {cut}"


def test_events_that_share_an_id_are_all_delivered(colour, streamed, prediction):
    blocks = [streams.event("output", text, "1:1") for text in SECOND_THOUGHTS]
    streamed(streams.EventStream([*blocks, streams.DONE]))
    assert texts(colour.iterate(prediction().stream)) == SECOND_THOUGHTS


def test_a_stream_of_single_bytes_is_read(colour, streamed, prediction):
    async def byte_by_byte(_, connection):
        await connection.send(streams.CHUNKED)
        for byte in CONTENT:
            await connection.send(b"1\r\n%c\r\n" % byte)
        await connection.send(b"0\r\n\r\n")

    streamed(byte_by_byte)
    assert texts(colour.iterate(prediction().stream)) == SECOND_THOUGHTS


@pytest.mark.parametrize("line_end", [b"\r", b"\r\n"], ids=["CR", "CRLF"])
def test_a_stream_with_other_line_ends_cut_at_any_byte_delivers_each_event_once(
    colour, service, streamed, prediction, line_end
):
    blocks = [block.replace(b"\n", line_end) for block in [*streams.outputs(TEXTS[:4]), streams.DONE]]
    streamed(streams.EventStream([]))
    followed = prediction()

    class OtherLineEnds(streams.EventStream):
        def _after(self, last_id):
            marks = [last_id and b"id: %s%s" % (last_id.encode(), line_end) in block for block in self.blocks]
            return self.blocks[marks.index(True) + 1 :] if True in marks else self.blocks

    for cut in range(0, len(b"".join(blocks)), 2):
        service.paths[PATH] = OtherLineEnds(blocks, cuts=[cut], opening=b"")
        assert texts(colour.iterate(followed.stream)) == TEXTS[:4], f"cut at byte {cut}"


def test_a_cold_boot_of_many_silent_connections_is_survived(colour, streamed, prediction):
    idle = b": hi\n\n:408: 408 Request Timeout\n\n"
    handler = streamed(
        streams.EventStream(
            [*streams.outputs(SECOND_THOUGHTS), streams.DONE],
            cuts=[len(idle)] * 40, opening=idle, ending=streams.completed,
        )
    )  # fmt: skip
    assert texts(colour.iterate(prediction().stream)) == SECOND_THOUGHTS
    assert handler.last_event_ids == [None] * 41


def test_a_stream_that_falls_silent_is_taken_up_again(colour, service, open_client, streamed):
    streamed(
        streams.EventStream(
            [*streams.outputs(SECOND_THOUGHTS), streams.DONE], cuts=[0, 100, 130], ending=streams.silent
        )
    )
    followed = colour.call(open_client(timeout=0.15).predictions.create, MODEL, input=INPUT)
    assert texts(colour.iterate(followed.stream)) == SECOND_THOUGHTS


def test_a_silent_stream_of_a_prediction_that_is_over_delivers_its_output(colour, service, open_client, streamed):
    service.looks = 1
    streamed(streams.EventStream([], cuts=[10**6] * 9, ending=streams.silent))
    followed = colour.call(open_client(timeout=0.1).predictions.create, MODEL, input=INPUT)
    assert texts(colour.iterate(followed.stream)) == SECOND_THOUGHTS


@pytest.mark.parametrize("foreign", [False, True], ids=["of the API", "of another host"])
@pytest.mark.parametrize("trouble", [cruelty.dropped, cruelty.reset, cruelty.page(502), cruelty.page(520)])
def test_a_stream_that_cannot_be_opened_is_replaced_by_the_prediction(
    colour, service, streamed, prediction, trouble, foreign
):
    service.looks = 8
    streamed(streams.EventStream([]), foreign=foreign)
    service.fault(f"GET {PATH}", trouble, times=10_000)
    assert texts(colour.iterate(prediction().stream)) == SECOND_THOUGHTS


def test_a_stream_host_that_is_down_is_replaced_by_the_prediction(colour, network, service, prediction):
    down = network.listener(None)
    service.looks = 3

    def prepare(job):
        job.stream, job.result = f"{down.url}{PATH}", list(TEXTS)

    service.on_create = prepare
    assert texts(colour.iterate(prediction().stream)) == TEXTS


BROKEN_RESUMES = {
    "404": cruelty.answered(404, {"detail": "gone"}),
    "410": cruelty.answered(410),
    "401": cruelty.answered(401),
    "429 for an hour": cruelty.answered(429, b"", Retry_After="3600"),
    "503": cruelty.page(503),
    "HTML with 200": cruelty.page(200),
    "204": cruelty.without_content,
    "a redirect to nowhere": cruelty.redirected("ftp://example.com/"),
    "a redirect loop": cruelty.redirected(PATH),
    "reset": cruelty.reset,
    "no HTTP": cruelty.garbage,
    "broken gzip": cruelty.badly_gzipped,
}


@pytest.mark.parametrize("trouble", BROKEN_RESUMES.values(), ids=BROKEN_RESUMES)
def test_what_a_broken_stream_did_not_deliver_is_taken_from_the_prediction(
    colour, service, streamed, prediction, trouble
):
    service.looks = 4
    handler = streamed(streams.EventStream([*streams.outputs(SECOND_THOUGHTS), streams.DONE], cuts=[140]))

    async def once(request, connection):
        service.paths[PATH] = lambda _, connection: trouble(connection, cruelty.Reply(200, b"{}"))
        await handler(request, connection)

    service.paths[PATH] = once
    assert texts(colour.iterate(prediction().stream)) == SECOND_THOUGHTS


@pytest.mark.parametrize("trouble", [cruelty.page(502), cruelty.cut_json, cruelty.answered(429), cruelty.reset])
def test_trouble_with_the_prediction_while_its_stream_is_taken_up_again_is_survived(
    colour, service, streamed, prediction, trouble
):
    streamed(streams.EventStream([*streams.outputs(SECOND_THOUGHTS), streams.DONE], cuts=[100, 60]))
    service.fault(LOOK, trouble, times=8)
    assert texts(colour.iterate(prediction().stream)) == SECOND_THOUGHTS


ENDS = {
    "an error": ([streams.event("error", '{"detail": "CUDA out of memory"}', "8:0")], "failed", ModelError),
    "an error in plain text": ([streams.event("error", "CUDA out of memory")], "failed", ModelError),
    "done after an error": ([streams.event("done", '{"reason": "error"}')], "failed", ModelError),
    "canceled": ([streams.event("done", '{"reason": "canceled"}', "9:9")], "canceled", PredictionCanceledError),
    "aborted": ([streams.event("done", '{"reason": "canceled"}')], "aborted", PredictionAbortedError),
    "a reason nobody knows": ([streams.event("done", '{"reason": "tired"}')], "failed", ModelError),
}


@pytest.mark.parametrize(("last", "status", "error"), ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("cut", [None, 60], ids=["whole", "cut"])
def test_a_stream_that_ends_badly_raises_what_happened_after_what_was_put_out(
    colour, service, streamed, prediction, last, status, error, cut
):
    handler = streams.EventStream([*streams.outputs(["a", "b"]), *last], cuts=[cut] if cut else [])
    streamed(handler)
    followed = prediction()
    service.job.ending, service.job.looks = status, 3 if cut is None else FOR_EVER
    events = colour.iterate(followed.stream)
    told = [str(next(events)), str(next(events))]
    service.job.looks = 2
    with pytest.raises(error) as caught:
        next(events)
    assert told == ["a", "b"]
    assert caught.value.prediction.status == status


def test_an_error_in_the_stream_of_a_prediction_that_goes_on_is_reported(colour, service, streamed, prediction):
    streamed(streams.EventStream([streams.event("error", '{"detail": "broker lost"}')]))
    with pytest.raises(StreamError, match="broker lost") as caught:
        list(colour.iterate(prediction().stream))
    assert caught.value.prediction_id == service.job.id


@pytest.mark.parametrize("done", [b"event: done\n\n", b"event: done\ndata\n\n", b"event:done\ndata:{}\n\n"])
def test_every_spelling_of_a_good_end_is_one(colour, streamed, prediction, done):
    streamed(streams.EventStream([*streams.outputs(TEXTS), done]))
    assert texts(colour.iterate(prediction().stream)) == TEXTS


def test_other_events_and_comments_disturb_nothing(colour, streamed, prediction):
    between = [b": keep-alive\n\n", b"id: 5:5\n\n", b"\n\n\n", b"retry: 10\n\n", b"nonsense\n\n", b"event: ping\n\n"]
    logs = streams.event("logs", "loading")
    blocks = [part for block in streams.outputs(TEXTS) for part in [*between, logs, block]]
    streamed(streams.EventStream([*blocks, streams.DONE]))
    told = list(colour.iterate(prediction().stream))
    assert [str(event) for event in told if event.event == "output"] == TEXTS
    assert [event.data for event in told if event.event == "logs"] == ["loading"] * len(TEXTS)
    assert all(str(event) == "" for event in told if event.event != "output")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_stream_redirected_to_another_host_is_followed_there_without_the_token(
    colour, service, streamed, prediction, status
):
    handler = streams.EventStream([*streams.outputs(TEXTS), streams.DONE], cuts=[100])
    streamed(handler)
    foreign = service.elsewhere()
    service.paths["/moved"] = handler
    service.fault(f"GET {PATH}", cruelty.redirected(f"{foreign.url}/moved", status), times=9)
    assert texts(colour.iterate(prediction().stream)) == TEXTS
    assert foreign.lines == ["GET /moved"] * 2
    assert foreign.requests[1].headers["last-event-id"]


def test_a_single_text_put_out_is_delivered_where_its_stream_is_lost(colour, service, streamed, prediction):
    service.looks = 2
    streamed(streams.EventStream([], cuts=[0] * 99), result="one text")
    assert texts(colour.iterate(prediction().stream)) == ["one text"]


def test_the_total_time_of_a_stream_ends_it_with_a_cancel(colour, service, client, streamed):
    streamed(streams.EventStream(streams.outputs(TEXTS), cuts=[100] + [0] * 10_000))
    with pytest.raises(WaitTimeoutError) as caught:
        list(colour.iterate(client.stream, MODEL, INPUT, timeout=30))
    assert caught.value.prediction_id == service.job.id
    assert service.job.headers["cancel-after"] == "30s"
    assert service.job.canceled.is_set()


def test_the_total_time_of_a_stream_ends_it_while_it_talks(colour, service, open_client, streamed):
    streamed(streams.endless(b": still here\n\n"))
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        list(colour.iterate(open_client(timeout=60.0).stream, MODEL, INPUT, timeout=0.4))
    assert time.monotonic() - started < 20.0
    assert service.job.canceled.is_set()


def test_the_total_time_of_a_stream_ends_it_while_it_is_silent(colour, service, open_client, streamed):
    streamed(streams.EventStream([], cuts=[10**6] * 99, ending=streams.silent))
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        list(colour.iterate(open_client(timeout=60.0).stream, MODEL, INPUT, timeout=0.4))
    assert time.monotonic() - started < 20.0
    assert service.job.canceled.is_set()


def test_a_stream_that_only_comments_does_not_hide_that_its_prediction_is_over(
    colour, service, streamed, prediction, monkeypatch
):
    monkeypatch.setattr(_streaming, "LONGEST_LISTENING", 0.1)
    service.looks = 2
    streamed(streams.endless(b": still here\n\n"))
    assert texts(colour.iterate(prediction().stream)) == SECOND_THOUGHTS


@pytest.mark.parametrize(
    "wrong",
    [
        cruelty.answered(404, {"detail": "gone"}),
        cruelty.page(200),
        cruelty.redirected("ftp://x/"),
        cruelty.answered(403),
    ],
    ids=["404", "HTML with 200", "a redirect to nowhere", "403"],
)
def test_a_stream_that_is_none_from_the_start_is_an_error_that_names_the_prediction(
    colour, service, streamed, prediction, wrong
):
    streamed(streams.EventStream([]))
    service.fault(f"GET {PATH}", wrong, times=99)
    followed = prediction()
    with pytest.raises(ReplicateError):
        list(colour.iterate(followed.stream))
