"""Waiting for a prediction, watching it, and taking its output piece by piece."""

from __future__ import annotations

import httpx
import pytest
import replicate
from replicate.exceptions import (
    AuthenticationError,
    InvalidArgumentError,
    ModelError,
    NotFoundError,
    PredictionCanceledError,
    WaitTimeoutError,
)
from scripted import Script, answer, events
from wire_objects import FILE_URL, ID, STREAM, page, prediction

LOOK = f"GET /v1/predictions/{ID}"
LISTEN = f"GET {STREAM}"


def silent(status="starting", **members):
    """Return a prediction without an event stream: it has to be polled."""
    data = prediction(status, **members)
    del data["urls"]["stream"]
    return data


@pytest.fixture
def waiting(colour, open_client):
    """A function that gives a prediction that has started, and the script of what follows."""

    def start(*answers, first=None, **settings):
        script = Script(silent() if first is None else first, *answers)
        started = colour(open_client(script, **settings).predictions.get, ID)
        script.sent.clear()
        return started, script

    return start


@pytest.mark.parametrize("end", ["succeeded", "failed", "canceled", "aborted"])
def test_a_wait_ends_with_every_final_status_and_does_not_raise(colour, waiting, end):
    started, script = waiting(silent("processing"), silent(end, error="oops"))
    assert colour(started.wait) is started
    assert (started.status, started.error) == (end, "oops")
    assert script.lines == [LOOK, LOOK]


def test_a_wait_for_what_is_over_asks_nothing(colour, waiting, clock):
    finished, script = waiting(first=prediction("failed"))
    assert colour(finished.wait).status == "failed"
    assert script.lines == []
    assert clock.sleeps == []


def test_an_unknown_status_does_not_end_a_wait(colour, waiting):
    started, script = waiting(silent("warming"), silent("???"), silent("succeeded"))
    assert colour(started.wait).status == "succeeded"
    assert len(script.sent) == 3


def test_a_wait_is_bounded_even_if_nobody_says_so(colour, waiting, clock):
    started, script = waiting()
    script.answers = None
    script.routes[LOOK] = silent("processing")
    with pytest.raises(WaitTimeoutError):
        colour(started.wait, poll_interval=60)
    assert clock.elapsed == pytest.approx(2 * 60 * 60)


def test_a_wait_ends_in_time_and_names_the_prediction(colour, waiting, clock):
    started, script = waiting()
    script.routes[LOOK] = silent("processing", logs="50%")
    with pytest.raises(WaitTimeoutError) as caught:
        colour(started.wait, timeout=7)
    assert clock.elapsed == pytest.approx(7)
    error = caught.value
    assert isinstance(error, TimeoutError)
    assert error.prediction is started
    assert (error.prediction_id, started.status) == (ID, "processing")
    assert ID in str(error)
    assert "7 s" in str(error)


def test_the_last_look_is_at_the_deadline(colour, waiting, clock):
    started, script = waiting()
    script.routes[LOOK] = lambda _: silent("succeeded" if clock.elapsed > 6.9 else "processing")
    assert colour(started.wait, timeout=7, poll_interval=5).status == "succeeded"
    assert len(script.sent) == 2


def test_a_total_time_given_at_the_creation_bounds_the_wait(colour, open_client, clock):
    script = Script(silent(), routes={LOOK: silent("processing")})
    created = colour(open_client(script).predictions.create, "acme/painter", {}, timeout=20)
    clock.advance(12)
    with pytest.raises(WaitTimeoutError):
        colour(created.wait)
    assert clock.elapsed == pytest.approx(20)


@pytest.mark.parametrize("name", ["timeout", "poll_interval"])
@pytest.mark.parametrize("value", [-1, "5", True, float("nan"), [1]])
def test_a_number_that_makes_no_sense_is_refused_by_name(colour, waiting, name, value):
    started, script = waiting()
    with pytest.raises(InvalidArgumentError, match=name):
        colour(started.wait, **{name: value})
    with pytest.raises(InvalidArgumentError, match=name):
        list(colour.iterate(started.watch, **{name: value}))
    assert script.lines == []


def test_intervals_follow_the_age_of_the_wait(colour, waiting, clock):
    started, script = waiting()
    script.routes[LOOK] = lambda _: silent("succeeded" if clock.elapsed > 1800 else "processing")
    colour(started.wait)
    assert 0.25 < clock.sleeps[0] < 0.4
    assert all(delay <= 5.5 for delay in clock.sleeps)
    assert all(4.5 <= delay <= 5.5 for delay in clock.sleeps[90:])
    assert len(script.sent) < 450
    assert len(set(clock.sleeps)) > 100


def test_a_wait_of_ten_seconds_costs_two_looks_a_second_and_one_or_two_more(colour, waiting, clock):
    started, script = waiting()
    script.routes[LOOK] = lambda _: silent("succeeded" if clock.elapsed > 10 else "processing")
    colour(started.wait)
    assert 18 < len(script.sent) <= 23
    assert max(clock.sleeps) < 0.7


@pytest.mark.parametrize("where", ["call", "client", "environment"])
def test_an_interval_can_be_fixed(colour, waiting, clock, environment, where):
    if where == "environment":
        environment.setenv("REPLICATE_POLL_INTERVAL", "1.5")
    started, script = waiting(
        *[silent("processing")] * 3, silent("succeeded"), **({"poll_interval": 1.5} if where == "client" else {})
    )
    colour(started.wait, **({"poll_interval": 1.5} if where == "call" else {}))
    assert clock.sleeps == [1.5] * 4
    assert script.lines == [LOOK] * 4


def test_an_interval_of_nothing_polls_without_a_pause(colour, waiting, clock):
    started, script = waiting(silent("processing"), silent("succeeded"), poll_interval=0)
    assert colour(started.wait).status == "succeeded"
    assert sum(clock.sleeps) == 0
    assert script.lines == [LOOK, LOOK]


TROUBLE = {
    "502": answer(502, "<html>"),
    "500": answer(500),
    "520": answer(520),
    "408": answer(408),
    "429 for long": answer(429, headers={"retry-after": "120"}),
    "429": answer(429),
    "reset": httpx.ReadError("reset"),
    "refused": httpx.ConnectError("refused"),
    "no answer": httpx.ReadTimeout("slow"),
    "cut": httpx.RemoteProtocolError("cut"),
    "a page instead": answer(200, "<html>Sign in to the wifi</html>"),
    "half an answer": answer(200, '{"id": "q5'),
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
@pytest.mark.parametrize("method", ["wait", "watch", "output_iterator"])
def test_a_wait_outlives_trouble_on_the_way(colour, waiting, trouble, method):
    started, script = waiting(*[trouble] * 20, silent("succeeded", output=["x"]), max_retries=0)
    colour(started.wait) if method == "wait" else list(colour.iterate(getattr(started, method)))
    assert started.status == "succeeded"
    assert len(script.sent) == 21


def test_a_throttled_wait_comes_back_when_the_server_says(colour, waiting, clock):
    started, _ = waiting(answer(429, headers={"retry-after": "120"}), silent("succeeded"))
    colour(started.wait)
    assert clock.elapsed >= 120


def test_trouble_without_end_ends_with_the_deadline(colour, waiting, clock):
    started, script = waiting()
    script.routes[LOOK] = answer(502)
    with pytest.raises(WaitTimeoutError) as caught:
        colour(started.wait, timeout=60)
    assert clock.elapsed <= 61.01
    assert caught.value.prediction_id == ID


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (404, NotFoundError)])
def test_an_answer_that_will_not_change_ends_a_wait_and_names_the_prediction(colour, waiting, status, kind):
    started, script = waiting(answer(status))
    with pytest.raises(kind) as caught:
        colour(started.wait)
    assert caught.value.prediction_id == ID
    assert len(script.sent) == 1


def test_an_older_state_from_a_second_back_end_is_ignored(colour, waiting):
    started, script = waiting(
        silent("processing", logs="half"), silent("starting", logs=""), silent("processing", logs="more")
    )
    script.answers.append(answer(404))
    with pytest.raises(NotFoundError):
        colour(started.wait)
    seen, _ = waiting(silent("processing", logs="half"), silent("starting", logs=""), silent("succeeded"))
    told = [event.status for event in colour.iterate(seen.watch) if event.kind == "status"]
    assert told == ["starting", "processing", "succeeded"]


# Listening to the stream


def test_a_wait_listens_instead_of_polling(colour, waiting, clock):
    started, script = waiting(
        events(b": hi\n\n", b"event: output\ndata: x\n\n", b"event: done\ndata: {}\n\n"),
        prediction("succeeded"),
        first=prediction(),
    )
    assert colour(started.wait).status == "succeeded"
    assert script.lines == [LISTEN, LOOK]
    assert "authorization" not in script.sent[0].headers
    assert clock.sleeps == []


def test_a_stream_that_falls_silent_is_looked_behind_and_listened_to_again(colour, waiting):
    started, script = waiting(
        events(b": hi\n\n", httpx.ReadTimeout("quiet")),
        prediction("processing"),
        events(b":408: 408 Request Timeout\n\n"),
        prediction("processing"),
        events(b"event: done\n\n"),
        prediction("processing"),
        prediction("succeeded"),
        first=prediction(),
    )
    assert colour(started.wait).status == "succeeded"
    assert script.lines == [LISTEN, LOOK, LISTEN, LOOK, LISTEN, LOOK, LOOK]


def test_a_host_of_streams_that_cannot_be_reached_is_not_tried_by_each_wait(colour, waiting, clock):
    def unreachable(request):
        raise httpx.ConnectTimeout("no way", request=request)

    started, script = waiting(first=prediction())
    script.routes[LISTEN] = unreachable
    script.routes[LOOK] = prediction("succeeded")
    again = started.copy()
    colour(started.wait)
    assert script.lines == [LISTEN, LOOK]
    late = again.copy()
    colour(again.wait)
    assert script.lines == [LISTEN, LOOK, LOOK]
    clock.advance(301)
    colour(late.wait)
    assert script.lines == [LISTEN, LOOK, LOOK, LISTEN, LOOK]


def test_a_fixed_interval_is_polling_and_nothing_else(colour, waiting):
    started, script = waiting(prediction("succeeded"), first=prediction())
    colour(started.wait, poll_interval=1)
    assert script.lines == [LOOK]


# Pieces of output


def test_output_comes_piece_by_piece_from_the_first_on(colour, waiting):
    started, _ = waiting(
        silent("processing", output=["a"]),
        silent("processing", output=["a", "b", "c"]),
        silent("succeeded", output=["a", "b", "c", "d"]),
    )
    assert list(colour.iterate(started.output_iterator)) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("output", "pieces"),
    [(["a", "b"], ["a", "b"]), ("text", ["text"]), (None, []), ([], []), ({"a": 1}, [{"a": 1}]), (0, [0]), ("", [""])],
)
def test_output_of_a_finished_prediction_comes_whole(colour, waiting, output, pieces):
    finished, script = waiting(first=silent("succeeded", output=output))
    assert list(colour.iterate(finished.output_iterator)) == pieces
    assert script.lines == []


def test_output_that_shrinks_for_a_moment_is_not_told_twice(colour, waiting):
    started, _ = waiting(
        silent("processing", output=["a", "b"]),
        silent("processing", output=["a"]),
        silent("processing", output=None),
        silent("succeeded", output=["a", "b", "c"]),
    )
    assert list(colour.iterate(started.output_iterator)) == ["a", "b", "c"]


def test_a_file_in_the_output_can_be_read(colour, waiting):
    started, script = waiting(silent("succeeded", output=[FILE_URL]), answer(200, b"png"))
    (file,) = colour.iterate(started.output_iterator)
    assert colour(file.read) == b"png"
    assert script.lines[-1] == f"GET {FILE_URL}"


@pytest.mark.parametrize(("status", "kind"), [("failed", ModelError), ("canceled", PredictionCanceledError)])
def test_pieces_of_a_prediction_without_success_end_in_an_error(colour, waiting, status, kind):
    started, _ = waiting(silent("processing", output=["a"]), silent(status, output=["a", "b"]))
    pieces = colour.iterate(started.output_iterator)
    assert [next(pieces), next(pieces)] == ["a", "b"]
    with pytest.raises(kind):
        next(pieces)


# Watching


def test_a_watched_prediction_tells_its_life(colour, waiting):
    bar = "step:  50%|█████   | 5/10 [00:02<00:02, 2.0it/s]"
    started, _ = waiting(
        silent("processing", logs="a\n"),
        silent("processing", logs=f"a\n{bar}", output=["1"]),
        silent("failed", logs=f"a\n{bar}\nboom", output=["1"], error="boom"),
    )
    told = list(colour.iterate(started.watch))
    assert [event.kind for event in told] == [
        "status", "status", "log", "log", "progress", "output", "log", "status", "done",
    ]  # fmt: skip
    assert "".join(event.text for event in told if event.kind == "log") == f"a\n{bar}\nboom"
    assert next(event.progress.percentage for event in told if event.kind == "progress") == 0.5
    assert all(event.prediction is started for event in told)
    assert started.status == "failed"


def test_a_finished_prediction_tells_its_life_at_once(colour, waiting):
    finished, script = waiting(first=silent("succeeded", logs="a", output="x"))
    assert [event.kind for event in colour.iterate(finished.watch)] == ["log", "output", "status", "done"]
    assert script.lines == []


def test_watching_is_bounded(colour, waiting, clock):
    started, script = waiting()
    script.routes[LOOK] = silent()
    with pytest.raises(WaitTimeoutError):
        list(colour.iterate(started.watch, timeout=9))
    assert clock.elapsed == pytest.approx(9)


def test_a_prediction_of_a_list_can_be_waited_for(colour, open_client):
    script = Script(page(silent()), silent("succeeded"))
    (row,) = colour(open_client(script).predictions.list)
    assert isinstance(row, replicate.Prediction)
    assert colour(row.wait).status == "succeeded"
