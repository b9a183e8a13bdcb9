"""Money is never spent twice: creates whose answer is lost, late, cut, wrong or refused, over real sockets."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from replicate._timestamps import parse_timestamp
from replicate.exceptions import AmbiguousCreateError, NetworkError, RateLimitError, ReplicateError

from . import cruelty
from .service import MODEL, OUTPUT, TOKEN, VERSION, Service

INPUT = {"prompt": "a lighthouse"}
CREATE = r"POST /v1/(models/acme/writer/)?predictions"

LOST_ANSWERS = {
    **cruelty.LOST,
    "503 with Retry-After": cruelty.answered(503, b"", Retry_After="1"),
    "504": cruelty.page(504),
    "an object without id": cruelty.answered(201, {"status": "starting"}),
    "an id that is null": cruelty.answered(201, {"id": None, "status": "starting"}),
    "an id that is a number": cruelty.answered(201, {"id": 17, "status": "starting"}),
    "an id that is empty": cruelty.answered(201, {"id": "", "status": "starting"}),
    "an id that is a path": cruelty.answered(201, {"id": "../account", "status": "starting"}),
    "a list": cruelty.answered(201, []),
    "a text": cruelty.answered(201, "created"),
    "null": cruelty.answered(201, None),
    "deeply nested JSON": cruelty.answered(201, b"[" * 100_000, Content_Type="application/json"),
}

STALLS = {
    "stalled before any byte": cruelty.stalled,
    "stalled in the head": cruelty.stalled_in_the_head,
    "stalled in the body": cruelty.stalled_in_the_body,
}


@pytest.fixture(params=[MODEL, VERSION], ids=["of a model", "of a version"])
def ref(request):
    return request.param


@pytest.mark.parametrize("fault", LOST_ANSWERS.values(), ids=LOST_ANSWERS)
def test_a_create_whose_answer_is_lost_is_found_and_not_sent_again(colour, service, client, fault, ref):
    service.fault(CREATE, fault)
    assert colour.call(client.run, ref, INPUT) == OUTPUT
    assert len(service.creates) == 1
    assert service.job.sent["input"] == INPUT
    assert not service.job.canceled.is_set()


@pytest.mark.parametrize("fault", STALLS.values(), ids=STALLS)
def test_a_create_whose_answer_does_not_come_in_time_is_found(colour, service, open_client, fault):
    service.fault(CREATE, fault)
    client = open_client(timeout=0.15)
    assert colour.call(client.run, MODEL, INPUT, wait=False) == OUTPUT
    assert len(service.creates) == 1


def test_a_create_that_never_arrived_is_reported_with_all_it_takes_to_find_it(colour, service, client):
    service.fault(CREATE, cruelty.dropped, executes=False)
    with pytest.raises(AmbiguousCreateError) as caught:
        colour.call(client.run, MODEL, INPUT)
    error = caught.value
    assert len(service.creates) == 1
    assert (error.candidates, error.model, error.version, error.input) == ([], MODEL, None, INPUT)
    assert abs(parse_timestamp(error.created_after).timestamp() - time.time()) < 60
    assert "no such prediction has shown up so far" in str(error)
    assert TOKEN not in str(error)
    with pytest.raises(AmbiguousCreateError):
        colour.call(error.recover)
    late = service.add_job({"input": INPUT})
    assert colour.call(error.recover).id == late.id
    assert len(service.creates) == 1


@pytest.mark.parametrize("looks_before", [1, 2, 3])
def test_a_prediction_that_is_slow_to_show_up_in_the_list_is_found(colour, service, client, looks_before):
    hidden = iter([True] * looks_before)
    service.changes["GET /v1/predictions"] = lambda page: {
        **page,
        "results": [] if next(hidden, False) else page["results"],
    }
    service.fault(CREATE, cruelty.dropped)
    assert colour.call(client.predictions.create, MODEL, input=INPUT).id == service.job.id
    assert len(service.creates) == 1
    assert sum(client._settings.clock.sleeps) <= 7.0


def test_two_predictions_that_fit_are_reported_and_none_is_guessed(colour, service, client):
    service.on_create = lambda job: service.add_job({"input": INPUT})  # another program asks for the same
    service.fault(CREATE, cruelty.dropped)
    with pytest.raises(AmbiguousCreateError, match="several predictions fit") as caught:
        colour.call(client.run, MODEL, INPUT)
    assert sorted(caught.value.candidates) == sorted(service.jobs)
    assert len(service.creates) == 1
    with pytest.raises(AmbiguousCreateError, match="several predictions fit"):
        colour.call(caught.value.recover)


def test_a_prediction_that_this_client_made_before_is_not_taken_for_the_lost_one(colour, service, client):
    colour.call(client.run, MODEL, INPUT)
    service.fault(CREATE, cruelty.dropped, executes=False)
    with pytest.raises(AmbiguousCreateError, match="no such prediction"):
        colour.call(client.run, MODEL, INPUT)


@pytest.mark.parametrize(
    ("sent", "model", "age"),
    [
        ({"input": INPUT}, MODEL, 600.0),
        ({"input": INPUT}, "acme/painter", 0.0),
        ({"input": {"prompt": "a lighthouse."}}, MODEL, 0.0),
        ({"input": {**INPUT, "seed": None}}, MODEL, 0.0),
        ({"input": INPUT, "webhook": "https://example.com/other"}, MODEL, 0.0),
    ],
    ids=["older", "of another model", "on another input", "with one more input", "with another webhook"],
)
def test_a_prediction_that_differs_is_not_taken_for_the_lost_one(colour, service, client, sent, model, age):
    service.add_job(sent, model, age=age)
    service.fault(CREATE, cruelty.dropped, executes=False)
    with pytest.raises(AmbiguousCreateError, match="no such prediction"):
        colour.call(client.run, MODEL, INPUT, webhook="https://example.com/hook")


@pytest.mark.parametrize("ahead", [-3600.0, 3600.0], ids=["behind", "ahead"])
def test_a_service_whose_clock_is_an_hour_off_does_not_hide_the_prediction(colour, service, client, ahead):
    service.clock_ahead = ahead
    service.fault(CREATE, cruelty.dropped)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.creates) == 1


def test_a_prediction_shown_on_two_pages_of_a_list_that_moves_is_one(colour, service, client):
    def repeat(page):
        return {**page, "next": f"{service.url}/v1/predictions?cursor=0"}

    service.changes["GET /v1/predictions"] = repeat
    service.fault(CREATE, cruelty.dropped)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT


def test_a_prediction_behind_many_newer_ones_is_found(colour, service, client):
    service.page_size = 3
    service.on_create = lambda job: [service.add_job({"input": {"prompt": str(number)}}) for number in range(7)]
    service.fault(CREATE, cruelty.dropped)
    assert colour.call(client.predictions.create, MODEL, input=INPUT).id == "job0001"


def test_a_list_without_end_is_not_walked_for_ever(colour, service, client):
    pages = iter(range(10**9))
    service.changes["GET /v1/predictions"] = lambda page: {
        "results": [], "next": f"{service.url}/v1/predictions?cursor={next(pages)}"
    }  # fmt: skip
    service.fault(CREATE, cruelty.dropped)
    with pytest.raises(AmbiguousCreateError):
        colour.call(client.run, MODEL, INPUT)
    assert len(service.asked("GET /v1/predictions")) <= 20


def test_a_cursor_to_another_host_is_not_followed_while_looking(colour, service, client):
    foreign = service.elsewhere()
    service.changes["GET /v1/predictions"] = lambda page: {"results": [], "next": f"{foreign.url}/v1/predictions"}
    service.fault(CREATE, cruelty.dropped)
    with pytest.raises(AmbiguousCreateError):
        colour.call(client.run, MODEL, INPUT)


@pytest.mark.parametrize(
    "row",
    [
        None, 17, "text", [], {}, {"id": None}, {"id": "x1"}, {"id": "x2", "input": None, "created_at": None},
        {"id": "x3", "status": None, "input": INPUT, "model": None, "urls": None},
        {"id": None, "status": "starting", "input": INPUT, "model": MODEL},
    ],
)  # fmt: skip
def test_a_strange_row_in_the_list_does_not_hide_the_prediction(colour, service, client, row):
    service.changes["GET /v1/predictions"] = lambda page: {**page, "results": [row, *page["results"]]}
    service.fault(CREATE, cruelty.dropped)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.creates) == 1


LOOK_TROUBLE = {
    "resets": cruelty.reset,
    "cut bodies": cruelty.cut_in_the_body,
    "HTML with 502": cruelty.page(502),
    "HTML with 200": cruelty.page(200),
    "429": cruelty.answered(429, {"detail": "Request was throttled.", "retry_after": 1}),
    "no rows": cruelty.answered(200, {"next": None}),
}


@pytest.mark.parametrize("trouble", LOOK_TROUBLE.values(), ids=LOOK_TROUBLE)
def test_trouble_while_looking_is_survived(colour, service, client, trouble):
    service.fault(CREATE, cruelty.dropped)
    service.fault("GET /v1/predictions", trouble, trouble)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.creates) == 1


def test_looking_that_fails_for_good_is_said_and_recover_looks_again_later(colour, service, client):
    service.fault(CREATE, cruelty.dropped)
    service.fault("GET /v1/predictions", cruelty.page(503), times=24)
    with pytest.raises(AmbiguousCreateError, match="looking for it failed as well") as caught:
        colour.call(client.run, MODEL, INPUT)
    assert colour.call(caught.value.recover).id == service.job.id
    assert len(service.creates) == 1


def test_a_model_that_is_not_official_is_found_by_its_version(colour, service, client):
    service.is_official = False
    service.fault("POST /v1/predictions", cruelty.dropped)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert service.job.sent["version"] == VERSION
    assert len(service.asked("POST /v1/predictions")) == 1


REFUSALS = {
    "Retry-After in seconds": (cruelty.answered(429, {"detail": "throttled"}, Retry_After="7"), 7.0),
    "Retry-After as a date": (
        cruelty.answered(429, b"", Retry_After="Wed, 21 Oct 2026 07:28:09 GMT", Date="Wed, 21 Oct 2026 07:28:00 GMT"),
        9.0,
    ),
    "retry-after-ms": (cruelty.answered(429, b"", Retry_After_ms="2500"), 2.5),
    "retry_after in the body": (cruelty.answered(429, {"detail": "throttled", "status": 429, "retry_after": 7}), 7.0),
    "ratelimit-reset": (cruelty.answered(429, b"", ratelimit_remaining="0", ratelimit_reset="3"), 3.0),
    "~30s in the text": (
        cruelty.answered(429, {"detail": "Request was throttled. Your rate limit resets in ~30s."}),
        30.0,
    ),
    "1 second in the text": (
        cruelty.answered(429, {"detail": "Request was throttled. Expected available in 1 second."}),
        1.0,
    ),
}
SILENT_REFUSALS = {
    "nothing said": cruelty.answered(429),
    "HTML": cruelty.page(429),
    "words": cruelty.answered(429, b"", Retry_After="soon"),
    "a negative number": cruelty.answered(429, b"", Retry_After="-5"),
    "a number beyond all bounds": cruelty.answered(429, b"", Retry_After="9" * 400),
}


@pytest.mark.parametrize(("refusal", "asked"), REFUSALS.values(), ids=REFUSALS)
def test_a_throttled_create_is_sent_again_after_the_time_the_service_asks_for(
    colour, service, client, clock, refusal, asked
):
    service.fault(CREATE, refusal, refusal, executes=False)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.creates) == 3
    assert service.job.sent["input"] == INPUT
    assert all(asked <= pause <= asked + 0.5 for pause in clock.sleeps[:2]), clock.sleeps


@pytest.mark.parametrize("refusal", SILENT_REFUSALS.values(), ids=SILENT_REFUSALS)
def test_a_throttled_create_is_sent_again_after_a_moment_where_the_service_names_none(
    colour, service, client, clock, refusal
):
    service.fault(CREATE, refusal, refusal, executes=False)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert len(service.creates) == 3
    assert all(0.5 <= pause <= 8.0 for pause in clock.sleeps[:2]), clock.sleeps


@pytest.mark.parametrize("header", ["1000000000", "86401", "61"])
def test_a_service_that_asks_for_too_long_a_pause_is_reported_at_once(colour, service, client, clock, header):
    service.fault(CREATE, cruelty.answered(429, b"", Retry_After=header), executes=False)
    with pytest.raises(RateLimitError):
        colour.call(client.run, MODEL, INPUT)
    assert (service.jobs, clock.sleeps) == ({}, [])


def test_a_create_throttled_for_good_ends_after_its_retries_and_nothing_exists(colour, service, client):
    service.fault(CREATE, cruelty.answered(429), times=100, executes=False)
    with pytest.raises(RateLimitError):
        colour.call(client.run, MODEL, INPUT)
    assert len(service.creates) == 6
    assert not service.jobs


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 413, 422, 301, 302, 303, 304])
def test_a_create_that_was_refused_is_neither_sent_again_nor_looked_for(colour, service, client, status):
    service.fault(CREATE, cruelty.answered(status, {"detail": "no", "status": status}), times=9, executes=False)
    with pytest.raises(ReplicateError) as caught:
        colour.call(client.run, f"{MODEL}:{VERSION}", INPUT)
    assert caught.value.status == status
    assert len(service.api.requests) == 1


@pytest.mark.parametrize("status", [307, 308])
def test_a_create_is_not_redirected_to_another_host(colour, service, client, status):
    foreign = service.elsewhere()
    service.fault(CREATE, cruelty.redirected(f"{foreign.url}/v1/predictions", status), executes=False)
    with pytest.raises(ReplicateError):
        colour.call(client.run, MODEL, INPUT)
    assert not foreign.requests
    assert len(service.creates) == 1


def test_a_create_that_nobody_took_is_sent_again_once_the_service_is_up(colour, network, clock, open_client):
    down = Service(network, clock)  # its address is taken and nobody listens there
    clock.on_sleep = lambda _: len(clock.sleeps) == 2 and down.api.start()
    assert colour.call(open_client(base_url=down.url).run, MODEL, INPUT) == OUTPUT
    assert len(down.creates) == 1
    assert down.job.sent["input"] == INPUT


def test_a_service_that_stays_down_is_reported_as_such_and_nothing_was_sent(colour, network, clock, open_client):
    down = Service(network, clock)
    with pytest.raises(NetworkError, match="No connection could be made") as caught:
        colour.call(open_client(base_url=down.url).run, MODEL, INPUT)
    assert not isinstance(caught.value, AmbiguousCreateError)
    assert not caught.value.sent
    assert len(clock.sleeps) == 5


def test_a_connection_closed_between_two_creates_is_replaced_without_a_doubt(colour, service, client):
    service.fault(CREATE, cruelty.whole_then_closed, cruelty.whole_then_closed)
    for number in range(3):
        assert colour.call(client.run, MODEL, {"number": number}) == OUTPUT
    assert len(service.creates) == len(service.jobs) == 3


@pytest.mark.parametrize("answer", [cruelty.trickled, cruelty.gzipped, cruelty.with_interim_answers, cruelty.late(0.1)])
def test_an_answer_that_is_only_unusual_is_taken_as_it_is(colour, service, client, answer):
    service.fault(CREATE, answer)
    assert colour.call(client.run, MODEL, INPUT) == OUTPUT
    assert not service.asked("GET /v1/predictions")


def test_of_two_like_creates_the_lost_one_does_not_take_the_prediction_of_the_other(network, service, client):
    """One is still being answered when the other, which never arrived, looks for its prediction."""
    the_other_has_looked = asyncio.Event()
    created = threading.Event()
    service.on_create = lambda _: created.set()
    service.fault(CREATE, cruelty.held(the_other_has_looked))
    service.fault(CREATE, cruelty.dropped, executes=False)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.predictions.create, MODEL, input=INPUT)
        assert created.wait(30)
        with pytest.raises(AmbiguousCreateError):
            client.predictions.create(MODEL, input=INPUT)
        network.loop.call_soon_threadsafe(the_other_has_looked.set)
        assert first.result(30).id == service.job.id


def dropped_together(count):
    """Return a fault that drops connections once so many are there: looks that take no time can wait for no other."""
    there, all_there = [], asyncio.Event()

    async def transmit(connection, reply):
        there.append(connection)
        if len(there) == count:
            all_there.set()
        await all_there.wait()
        await connection.close()

    return transmit


def test_like_creates_that_are_all_lost_take_one_prediction_each(service, client):
    async def main():
        creates = [client.predictions.async_create(MODEL, input=INPUT) for _ in range(8)]
        return await asyncio.gather(*creates, return_exceptions=True)

    service.fault(CREATE, dropped_together(8), times=8)
    outcomes = asyncio.run(main())
    assert sorted(prediction.id for prediction in outcomes) == sorted(service.jobs)
    assert len(service.creates) == 8


def test_like_creates_of_which_some_never_arrived_do_not_share_a_prediction(service, client):
    async def main():
        creates = [client.predictions.async_create(MODEL, input=INPUT) for _ in range(6)]
        return await asyncio.gather(*creates, return_exceptions=True)

    dropped = dropped_together(6)
    service.fault(CREATE, dropped, times=4)
    service.fault(CREATE, dropped, times=2, executes=False)
    outcomes = asyncio.run(main())
    found = [outcome.id for outcome in outcomes if not isinstance(outcome, Exception)]
    assert sorted(found) == sorted(service.jobs)
    assert sum(isinstance(outcome, AmbiguousCreateError) for outcome in outcomes) == 2
