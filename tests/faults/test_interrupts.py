"""Nothing runs on unseen: Ctrl-C in a real process, canceled tasks, loops and blocks that are left early."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import anyio
import pytest

from . import cruelty, streams
from .service import MODEL, OUTPUT, TOKEN

CREATE = r"POST /v1/models/.*/predictions"
INPUT = {"prompt": "a lighthouse"}
FOR_EVER = 10**9

PREAMBLE = """
import asyncio, sys, time, replicate
ref, given = "acme/writer", {"prompt": "a lighthouse"}
def ready():
    print("ready", flush=True)
"""

RUNNING = {
    "run": "replicate.run(ref, given)",
    "wait": """
with replicate.predictions.create(model=ref, input=given) as prediction:
    prediction.wait()
""",
    "a block that does something else": """
with replicate.predictions.create(model=ref, input=given) as prediction:
    prediction.reload()
    time.sleep(30)
""",
    "async run": "asyncio.run(replicate.async_run(ref, given))",
    "async wait": """
async def main():
    async with await replicate.predictions.async_create(model=ref, input=given) as prediction:
        await prediction.async_wait()
asyncio.run(main())
""",
}

STREAMING = {
    "stream": """
for event in replicate.stream(ref, given):
    ready()
""",
    "stream, busy with an event": """
for event in replicate.stream(ref, given):
    ready()
    time.sleep(30)
""",
    "stream, kept in a variable": """
events = replicate.stream(ref, given)
for event in events:
    ready()
    time.sleep(30)
""",
    "stream of a client that is closed": """
with replicate.Client() as client:
    events = client.stream(ref, given)
    for event in events:
        ready()
        time.sleep(30)
""",
    "async stream": """
async def main():
    async for event in await replicate.async_stream(ref, given):
        ready()
asyncio.run(main())
""",
    "async stream, busy with an event": """
async def main():
    async for event in await replicate.async_stream(ref, given):
        ready()
        await asyncio.sleep(30)
asyncio.run(main())
""",
    "async stream, left by its loop at the end of the program": """
async def main():
    async for event in await replicate.async_stream(ref, given):
        break
asyncio.run(main())
ready()
time.sleep(30)
""",
}


class Program:
    """A Python program that uses the client, in a process of its own where every warning is an error."""

    def __init__(self, service, text):
        environment = {
            name: value for name, value in os.environ.items() if "proxy" not in name.lower() and "REPLICATE" not in name
        }
        environment |= {"REPLICATE_BASE_URL": service.url, "REPLICATE_API_TOKEN": TOKEN}
        self._process = subprocess.Popen(
            [sys.executable, "-X", "dev", "-W", "error", "-c", PREAMBLE + text],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()

    def wait_until_ready(self):
        assert self._process.stdout.readline() == "ready\n", self._process.stderr.read()

    def tell(self, line):
        print(line, file=self._process.stdin, flush=True)

    def interrupt(self):
        self._process.send_signal(signal.SIGINT)

    def end(self, *, within=30.0):
        """Wait for the program to end, and return its status and what it printed to standard error."""
        _, told = self._process.communicate(timeout=within)
        assert TOKEN not in told
        assert "Warning" not in told, told
        assert "Exception ignored" not in told, told
        return self._process.returncode, told


def was_interrupted(ending):
    status, told = ending
    assert told.rstrip().splitlines()[-1].startswith(("KeyboardInterrupt", "prediction")), told
    return status == -signal.SIGINT


@pytest.mark.parametrize("text", RUNNING.values(), ids=RUNNING)
def test_ctrl_c_cancels_the_prediction_that_is_waited_for(service, text):
    service.looks = FOR_EVER
    with Program(service, text) as program:
        assert service.followed.wait(30)
        program.interrupt()
        assert was_interrupted(program.end())
    assert service.job.canceled.is_set()
    assert len(service.creates) == 1


@pytest.mark.parametrize("text", STREAMING.values(), ids=STREAMING)
def test_ctrl_c_cancels_the_prediction_that_is_streamed(service, text):
    service.looks = FOR_EVER
    service.paths["/streams/1"] = streams.EventStream(streams.outputs(["x"]), cuts=[10**6], ending=streams.silent)
    service.on_create = lambda job: setattr(job, "stream", f"{service.url}/streams/1")
    with Program(service, text) as program:
        program.wait_until_ready()
        program.interrupt()
        assert was_interrupted(program.end())
    assert service.job.canceled.is_set()
    assert len(service.creates) == 1


@pytest.mark.parametrize(
    "text",
    [RUNNING["run"], RUNNING["async run"], STREAMING["stream"]],
    ids=["run", "async run", "stream"],
)
def test_ctrl_c_while_the_create_is_under_way_finds_the_prediction_and_cancels_it(service, text):
    service.looks = FOR_EVER
    service.fault(CREATE, cruelty.stalled)
    with Program(service, text) as program:
        assert service.created.wait(30)
        program.interrupt()
        status, told = program.end()
    assert status == -signal.SIGINT
    assert "prediction job0001 was told to cancel" in told
    assert service.job.canceled.is_set()
    assert len(service.creates) == 1


def test_ctrl_c_that_no_call_of_the_system_notices_ends_a_wait_for_an_answer_all_the_same(service):
    service.looks = FOR_EVER
    service.fault(CREATE, cruelty.stalled)
    text = """
import signal, threading
def interrupt():
    sys.stdin.readline()
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
replicate.run(ref, given)
"""
    with Program(service, text) as program:
        assert service.created.wait(30)
        program.tell("now")
        status, told = program.end()
    assert status == -signal.SIGINT
    assert "prediction job0001 was told to cancel" in told
    assert service.job.canceled.is_set()


def test_a_second_ctrl_c_ends_a_program_whose_cancel_is_not_answered(service):
    canceling = threading.Event()

    async def stalled(connection, reply):
        canceling.set()
        await cruelty.stalled(connection, reply)

    service.looks = FOR_EVER
    service.fault("POST .*/cancel", stalled, times=100)
    patient = "import replicate._jobs; replicate._jobs._CANCEL_SECONDS = 300.0\n"
    with Program(service, patient + RUNNING["run"]) as program:
        assert service.followed.wait(30)
        program.interrupt()
        assert canceling.wait(30)
        program.interrupt()
        assert program.end()[0] == -signal.SIGINT


# Tasks that are canceled. Each way takes what to run and an event of the server's thread that says when to cancel it.


async def by_its_cancel_method(flow, when):
    task = asyncio.ensure_future(flow)
    await asyncio.to_thread(when.wait, 30)
    task.cancel()
    await task


async def by_a_timeout(flow, when):
    async with asyncio.timeout(None) as limit:
        task = asyncio.current_task()
        waiting = asyncio.ensure_future(asyncio.to_thread(when.wait, 30))
        waiting.add_done_callback(lambda _: limit.reschedule(0.0))
        assert task is not None
        await flow


async def by_wait_for(flow, when):
    async def is_time():
        await asyncio.to_thread(when.wait, 30)

    task = asyncio.ensure_future(flow)
    await is_time()
    await asyncio.wait_for(task, 0.0)


async def by_a_failing_sibling(flow, when):
    async def fail():
        await asyncio.to_thread(when.wait, 30)
        raise RuntimeError("a sibling failed")

    async with asyncio.TaskGroup() as group:
        group.create_task(flow)
        group.create_task(fail())


async def by_a_canceled_scope(flow, when):
    async def cancel():
        await asyncio.to_thread(when.wait, 30)
        group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(cancel)
        await flow
    raise TimeoutError


WAYS = [by_its_cancel_method, by_a_timeout, by_wait_for, by_a_failing_sibling, by_a_canceled_scope]
CANCELED = (asyncio.CancelledError, TimeoutError, ExceptionGroup)


async def run(client):
    await client.async_run(MODEL, INPUT)


async def run_with_events(client):
    await client.async_run(MODEL, INPUT, on_event=lambda _: None)


async def stream(client):
    async for _ in await client.async_stream(MODEL, INPUT):
        pass


async def wait_in_a_block(client):
    async with await client.predictions.async_create(MODEL, input=INPUT) as prediction:
        await prediction.async_wait()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("flow", [run, run_with_events, stream, wait_in_a_block])
def test_a_task_that_is_canceled_cancels_its_prediction(streamed, client, way, flow):
    with pytest.raises(CANCELED):
        asyncio.run(way(flow(client), streamed.followed))
    assert streamed.job.canceled.is_set()
    assert len(streamed.creates) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("flow", [run, stream, wait_in_a_block])
def test_a_task_that_is_canceled_while_its_create_is_under_way_cancels_what_was_created(service, client, way, flow):
    service.looks = FOR_EVER
    service.fault(CREATE, cruelty.stalled)
    with pytest.raises(CANCELED):
        asyncio.run(way(flow(client), service.created))
    assert service.job.canceled.is_set()
    assert len(service.creates) == 1


def test_a_task_that_is_canceled_while_it_looks_for_its_prediction_cancels_it(service, client):
    looking = threading.Event()

    async def stalled(connection, reply):
        looking.set()
        await cruelty.stalled(connection, reply)

    service.looks = FOR_EVER
    service.fault(CREATE, cruelty.dropped)
    service.fault("GET /v1/predictions", stalled)
    with pytest.raises(CANCELED):
        asyncio.run(by_its_cancel_method(run(client), looking))
    assert service.job.canceled.is_set()
    assert len(service.creates) == 1


@pytest.mark.parametrize("fault", [cruelty.stalled, cruelty.whole], ids=["creates under way", "predictions running"])
def test_a_group_of_like_runs_that_fails_cancels_each_of_its_predictions(service, punctual_client, fault):
    all_there = threading.Event()

    async def runs():
        await asyncio.gather(*(run(punctual_client) for _ in range(20)))

    service.looks = FOR_EVER
    service.on_create = lambda _: len(service.jobs) == 20 and all_there.set()
    service.fault(CREATE, fault, times=20)
    with pytest.raises(CANCELED):
        asyncio.run(by_a_failing_sibling(runs(), all_there))
    assert len(service.creates) == len(service.jobs) == 20
    assert all(job.canceled.is_set() for job in service.jobs.values())


def test_a_task_that_is_canceled_before_its_create_arrived_leaves_the_prediction_of_a_like_one_alone(
    network, service, punctual_client
):
    arrived, released = threading.Event(), asyncio.Event()

    async def never_taken(connection, reply):
        arrived.set()
        await cruelty.stalled(connection, reply)

    async def main():
        like = asyncio.ensure_future(punctual_client.async_run(MODEL, INPUT))
        await asyncio.to_thread(service.created.wait, 30)
        with suppress(asyncio.CancelledError):
            await by_its_cancel_method(run(punctual_client), arrived)
        network.loop.call_soon_threadsafe(released.set)
        return await like

    service.fault(CREATE, cruelty.held(released))
    service.fault(CREATE, never_taken, executes=False)
    assert asyncio.run(main()) == OUTPUT
    assert not service.job.canceled.is_set()


def test_of_like_runs_one_that_is_canceled_alone_ends_once_the_others_are_known(network, service, punctual_client):
    """Until then nobody can say which prediction is whose."""
    four_there, released = threading.Event(), asyncio.Event()

    async def main():
        tasks = [asyncio.ensure_future(punctual_client.async_run(MODEL, INPUT)) for _ in range(4)]
        await asyncio.to_thread(four_there.wait, 30)
        tasks[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        network.loop.call_soon_threadsafe(released.set)
        return await asyncio.gather(*tasks[1:])

    service.on_create = lambda _: len(service.jobs) == 4 and four_there.set()
    service.fault(CREATE, cruelty.held(released), times=4)
    assert asyncio.run(main()) == [OUTPUT] * 3
    assert sum(job.canceled.is_set() for job in service.jobs.values()) == 1


def test_of_like_runs_that_are_canceled_one_after_another_none_runs_on(service, punctual_client):
    four_there = threading.Event()

    async def main():
        tasks = [asyncio.ensure_future(punctual_client.async_run(MODEL, INPUT)) for _ in range(4)]
        await asyncio.to_thread(four_there.wait, 30)
        tasks[0].cancel()
        await asyncio.wait(tasks[:1])
        for task in tasks[1:]:
            task.cancel()
        await asyncio.wait(tasks)

    service.looks = FOR_EVER
    service.on_create = lambda _: len(service.jobs) == 4 and four_there.set()
    service.fault(CREATE, cruelty.stalled, times=4)
    asyncio.run(main())
    assert all(job.canceled.is_set() for job in service.jobs.values())


# Loops and blocks that are left.


@pytest.fixture
def streamed(service):
    service.looks = FOR_EVER
    service.paths["/streams/1"] = streams.EventStream(streams.outputs(OUTPUT), cuts=[10**6], ending=streams.silent)
    service.on_create = lambda job: setattr(job, "stream", f"{service.url}/streams/1")
    return service


def test_leaving_the_loop_over_a_stream_cancels_its_prediction(colour, streamed, client):
    events = colour.iterate(client.stream, MODEL, INPUT)
    assert str(next(events)) == OUTPUT[0]
    events.close()
    assert streamed.job.canceled.is_set()


def test_leaving_the_loop_over_a_stream_leaves_the_prediction_alone_where_asked(colour, streamed, client):
    events = colour.iterate(client.stream, MODEL, INPUT, cancel_on_exit=False)
    assert str(next(events)) == OUTPUT[0]
    events.close()
    assert not streamed.job.canceled.is_set()


def test_leaving_the_loop_over_the_stream_of_a_prediction_of_ones_own_leaves_it_alone(colour, streamed, client):
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    events = colour.iterate(prediction.stream)
    assert str(next(events)) == OUTPUT[0]
    events.close()
    assert not streamed.job.canceled.is_set()


def test_an_error_inside_the_loop_over_a_stream_cancels_its_prediction(streamed, client):
    def consume():
        for _ in client.stream(MODEL, INPUT):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        consume()
    assert streamed.job.canceled.is_set()


@pytest.mark.parametrize("rest", [0.0, 0.1], ids=["and ending the program", "and going on"])
def test_breaking_out_of_an_async_stream_cancels_its_prediction(streamed, client, rest):
    async def main():
        async for event in await client.async_stream(MODEL, INPUT):
            assert str(event) == OUTPUT[0]
            break
        await asyncio.sleep(rest)

    asyncio.run(main())
    assert streamed.job.canceled.is_set()


def test_leaving_a_block_cancels_a_prediction_that_is_not_over(colour, service, client):
    service.looks = FOR_EVER
    colour.inside(colour.call(client.predictions.create, MODEL, input=INPUT), lambda prediction: None)
    assert service.job.canceled.is_set()


def test_leaving_a_block_by_an_error_cancels_a_prediction_that_is_not_over(colour, service, client):
    service.looks = FOR_EVER
    with pytest.raises(ZeroDivisionError):
        colour.inside(colour.call(client.predictions.create, MODEL, input=INPUT), lambda prediction: 1 / 0)
    assert service.job.canceled.is_set()


def test_leaving_a_block_does_not_cancel_a_prediction_that_is_over(colour, service, client):
    created = colour.call(client.predictions.create, MODEL, input=INPUT)
    colour.inside(created, lambda prediction: colour.call(prediction.wait))
    assert not service.asked("POST .*/cancel")


@pytest.mark.parametrize("trouble", [cruelty.reset, cruelty.page(502), cruelty.answered(404), cruelty.cut_json])
def test_a_cancel_that_fails_does_not_replace_the_error_that_left_the_block(colour, service, client, trouble):
    service.looks = FOR_EVER
    service.fault("POST .*/cancel", trouble, times=100)
    with pytest.raises(ZeroDivisionError):
        colour.inside(colour.call(client.predictions.create, MODEL, input=INPUT), lambda prediction: 1 / 0)


def test_canceling_a_prediction_that_is_over_changes_nothing(colour, service, client):
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    colour.call(prediction.wait)
    assert colour.call(prediction.cancel).status == "succeeded"
    assert colour.call(client.predictions.cancel, prediction.id).output == OUTPUT


@pytest.mark.parametrize(
    "trouble", [cruelty.dropped, cruelty.reset_in_the_body, cruelty.page(503), cruelty.answered(429)]
)
def test_a_cancel_is_sent_again_until_it_is_answered(colour, service, client, trouble):
    service.looks = FOR_EVER
    prediction = colour.call(client.predictions.create, MODEL, input=INPUT)
    service.fault("POST .*/cancel", trouble, trouble)
    assert colour.call(prediction.cancel).status == "canceled"
    assert len(service.asked("POST .*/cancel")) == 3
