"""One model on many inputs: so many at once, each outcome as it comes, and nothing left running unseen."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import replicate
from replicate.exceptions import (
    InsufficientCreditError,
    InvalidArgumentError,
    ModelError,
    ReplicateError,
    UnknownOptionError,
    WaitTimeoutError,
)
from scripted import Script, answer
from wire_objects import FILE_URL, VERSION, prediction

INPUTS = [{"number": number} for number in range(6)]


class Service:
    """Predictions that are over after so many looks, and how many of them were alive at once."""

    def __init__(self, looks=2, members=None):
        self.looks = looks
        self.members = members or {}
        self.jobs = {}
        self.most_alive = 0
        self.canceled = []
        self.script = Script()
        self.four_are_alive = asyncio.Event()

    def get(self, line, _):
        """Answer as the routes of a script do."""
        return {"POST /v1/predictions": self.create}.get(line, self.other)

    def create(self, sent):
        number = sent.json["input"].get("number", 0)
        if "refused" in sent.json["input"]:
            return answer(402, {"detail": "no credit"})
        name = f"job{number:04}"
        looks = self.looks.get(number, 5) if isinstance(self.looks, dict) else self.looks
        self.jobs[name] = [looks, sent.json["input"], "starting"]
        alive = sum(status == "starting" for *_, status in self.jobs.values())
        self.most_alive = max(self.most_alive, alive)
        if alive == 4:
            self.four_are_alive.set()
        return answer(201, prediction(id=name))

    def other(self, sent):
        name = sent.url.path.split("/")[3]
        job = self.jobs[name]
        if sent.method == "POST":
            self.canceled.append(name)
            job[2] = "canceled"
            return answer(200, prediction("canceled", id=name))
        job[0] -= 1
        if job[0] <= 0:
            job[2] = "succeeded"
        given = self.members.get(job[1]["number"], {"output": job[1]["number"] * 10})
        if job[2] == "succeeded":
            return answer(200, prediction(**{"status": "succeeded", "id": name, **given}))
        return answer(200, prediction("processing", id=name))


@pytest.fixture
def service():
    service = Service()
    service.script.routes = service  # looks answers up by its `get`
    return service


def test_each_input_has_its_outcome(colour, open_client, service):
    outcomes = list(colour.iterate(open_client(service.script).run_many, VERSION, INPUTS))
    assert sorted(outcome.index for outcome in outcomes) == list(range(6))
    assert all(outcome.input is INPUTS[outcome.index] for outcome in outcomes)
    assert {outcome.index: outcome.output for outcome in outcomes} == {number: number * 10 for number in range(6)}
    assert all(outcome.prediction.status == "succeeded" and outcome.error is None for outcome in outcomes)


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_no_more_run_at_once_than_asked_for(colour, open_client, service, at_once):
    list(colour.iterate(open_client(service.script).run_many, VERSION, INPUTS, at_once=at_once))
    assert service.most_alive == min(at_once, 6)


@pytest.mark.usefixtures("lowest_jitter")
def test_what_is_over_first_is_told_first(colour, open_client, service):
    service.looks = {4: 1, 1: 2}
    outcomes = colour.iterate(open_client(service.script).run_many, VERSION, INPUTS, at_once=6)
    assert [next(outcomes).index for _ in range(2)] == [4, 1]
    outcomes.close()


def test_inputs_are_taken_when_there_is_room(colour, open_client, service):
    taken = []

    def endless():
        number = 0
        while True:
            taken.append(number)
            yield {"number": number}
            number += 1

    outcomes = colour.iterate(open_client(service.script).run_many, VERSION, endless(), at_once=2)
    for _ in range(3):
        next(outcomes)
    assert len(taken) <= 5
    outcomes.close()


def test_a_failure_is_the_outcome_of_its_input_alone(colour, open_client, service):
    service.members[2] = {"status": "failed", "error": "no paint", "output": None}
    outcomes = {o.index: o for o in colour.iterate(open_client(service.script).run_many, VERSION, INPUTS)}
    assert isinstance(outcomes[2].error, ModelError)
    assert outcomes[2].prediction.error == "no paint"
    with pytest.raises(ModelError, match="no paint"):
        _ = outcomes[2].output
    assert [outcomes[number].output for number in (0, 1, 3, 4, 5)] == [0, 10, 30, 40, 50]


@pytest.mark.parametrize("wrong", [{"refused": True}, {"number": object()}, None, [1]])
def test_an_input_that_is_refused_is_told_and_the_others_go_on(colour, open_client, service, wrong):
    inputs = [INPUTS[0], wrong, INPUTS[2]]
    if wrong is None:
        inputs[1] = {"number": float("nan")}
    outcomes = {o.index: o for o in colour.iterate(open_client(service.script).run_many, VERSION, inputs)}
    assert isinstance(outcomes[1].error, (InsufficientCreditError, InvalidArgumentError))
    assert outcomes[1].prediction is None
    assert (outcomes[0].output, outcomes[2].output) == (0, 20)


def test_files_come_as_objects_or_as_urls(colour, open_client, service):
    service.members[0] = {"output": FILE_URL}
    client = open_client(service.script)
    (found,) = colour.iterate(client.run_many, VERSION, INPUTS[:1])
    assert isinstance(found.output, replicate.FileOutput)
    (found,) = colour.iterate(client.run_many, VERSION, INPUTS[:1], use_file_output=False)
    assert found.output == FILE_URL
    assert type(found.output) is str


def test_a_prediction_that_takes_too_long_is_canceled_and_told(colour, open_client, service, clock):
    service.looks = 10**9
    (found,) = colour.iterate(open_client(service.script).run_many, VERSION, INPUTS[:1], timeout=30)
    assert isinstance(found.error, WaitTimeoutError)
    assert found.error.prediction_id == "job0000"
    assert service.canceled == ["job0000"]
    assert service.script.sent[0].headers["cancel-after"] == "30s"


def test_leaving_the_loop_cancels_what_runs_and_creates_nothing_more(colour, open_client, service):
    service.looks = 3
    outcomes = colour.iterate(open_client(service.script).run_many, VERSION, INPUTS, at_once=3)
    first = next(outcomes)
    outcomes.close()
    alive = {name for name in service.jobs if name != f"job000{first.index}"}
    assert set(service.canceled) == alive
    assert len(service.jobs) == 3


def test_inputs_that_fail_themselves_cancel_what_runs_and_are_heard(colour, open_client, service):
    def broken():
        yield INPUTS[0]
        raise LookupError("no more paper")

    with pytest.raises(LookupError, match="no more paper"):
        list(colour.iterate(open_client(service.script).run_many, VERSION, broken()))
    assert service.canceled == ["job0000"]


def test_a_canceled_task_cancels_what_runs(service, clock):
    service.looks = 10**9
    client = replicate.Client._with_clock(clock, transport=service.script)

    async def main():
        async def consume():
            async for _ in await client.async_run_many(VERSION, INPUTS, at_once=4):
                pass

        task = asyncio.create_task(consume())
        await service.four_are_alive.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    client.close()
    assert set(service.canceled) == set(service.jobs)


def test_passing_trouble_is_survived(colour, open_client, service):
    looks = service.other
    troubles = iter([answer(503), answer(200, b"<html>")])
    service.other = lambda sent: next(troubles, None) or looks(sent)
    (found,) = colour.iterate(open_client(service.script, max_retries=0).run_many, VERSION, INPUTS[1:2])
    assert found.output == 10


def test_a_prediction_that_cannot_be_seen_is_told_with_its_id(colour, open_client, service):
    service.other = lambda _: answer(404, {"detail": "not found"})
    (found,) = colour.iterate(open_client(service.script).run_many, VERSION, INPUTS[:1])
    assert isinstance(found.error, ReplicateError)
    assert found.error.prediction_id == "job0000"
    assert found.prediction.id == "job0000"


@pytest.mark.parametrize("hung", [httpx.ReadTimeout("slow"), httpx.ReadError("reset")])
def test_a_prediction_that_cannot_be_looked_at_does_not_hold_up_the_others(colour, open_client, service, clock, hung):
    looks = service.other

    def other(sent):
        if "job0000" in sent.url.path and sent.method == "GET":
            assert sent.timeout["read"] <= 10.001
            return hung
        return looks(sent)

    service.other = other
    started = clock.monotonic()
    outcomes = list(colour.iterate(open_client(service.script).run_many, VERSION, INPUTS[:3], timeout=30))
    assert [outcome.index for outcome in outcomes][2] == 0
    assert isinstance(outcomes[2].error, WaitTimeoutError)
    assert clock.monotonic() - started == pytest.approx(30, abs=2)
    assert service.canceled == ["job0000"]


def test_a_cancel_that_fails_is_said(colour, open_client, service):
    service.looks = 10**9
    looks = service.other
    service.other = lambda sent: answer(500) if sent.method == "POST" else looks(sent)
    client = open_client(service.script, max_retries=0)
    (found,) = colour.iterate(client.run_many, VERSION, INPUTS[:1], timeout=30)
    assert "it could not be canceled" in str(found.error)
    assert "predictions.cancel('job0000')" in str(found.error)


@pytest.mark.parametrize("inputs", [None, 3, {"prompt": "x"}, "prompt", b"prompt"])
def test_what_is_no_list_of_inputs_is_refused_by_name(open_client, service, inputs):
    with pytest.raises(InvalidArgumentError, match="inputs must be a list"):
        open_client(service.script).run_many(VERSION, inputs)


@pytest.mark.parametrize("at_once", [0, -1, 1001, 2.0, True, "3", None])
def test_a_number_at_once_that_cannot_be_is_refused_by_name(colour, open_client, service, at_once):
    with pytest.raises(InvalidArgumentError, match="at_once"):
        list(colour.iterate(open_client(service.script).run_many, VERSION, INPUTS, at_once=at_once))
    assert not service.script.sent


@pytest.mark.parametrize(
    ("ref", "options", "error"),
    [("painter", {}, InvalidArgumentError), (VERSION, {"timeot": 3}, UnknownOptionError)],
)
def test_a_mistake_in_the_call_is_raised_and_nothing_is_sent(colour, open_client, service, ref, options, error):
    with pytest.raises(error):
        list(colour.iterate(open_client(service.script).run_many, ref, INPUTS, **options))
    assert not service.script.sent


def test_no_inputs_have_no_outcomes(colour, open_client, service):
    assert list(colour.iterate(open_client(service.script).run_many, VERSION, [])) == []
    assert not service.script.sent
