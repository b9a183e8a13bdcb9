"""Many threads, many tasks, one event loop after another: one pool of connections for each, and nothing left open."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import replicate
from clocks import FakeClock
from processes import in_a_new_process
from raw_sockets import RawServer, respond
from replicate._transport import connection as connections
from scripted import Script, answer
from wire_objects import ID, VERSION, prediction


@pytest.fixture
def counted_clients(monkeypatch):
    """How many httpx clients of each colour were opened."""
    opened = []
    for kind in (connections.GuardedClient, connections.GuardedAsyncClient):

        def counted(*args, kind=kind, **kwargs):
            opened.append(kind.__name__)
            return kind(*args, **kwargs)

        monkeypatch.setattr(connections, kind.__name__, counted)
    return opened


def test_threads_that_start_at_the_same_moment_share_one_pool(counted_clients):
    script = Script(routes={f"GET /v1/predictions/{ID}": prediction()})
    client = replicate.Client._with_clock(FakeClock(), transport=script)
    start = threading.Barrier(16)

    def look(_):
        start.wait()
        return client.predictions.get(ID).id

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(look, range(16))) == [ID] * 16
    assert counted_clients == ["GuardedClient"]
    assert len(script.sent) == 16


def test_threads_that_first_touch_the_default_client_share_it():
    code = """
import json, threading
from concurrent.futures import ThreadPoolExecutor
import replicate
start = threading.Barrier(16)
def touch(number):
    start.wait()
    return id(replicate.run.__self__ if number % 2 else replicate.predictions._client), id(replicate.default_client)
with ThreadPoolExecutor(16) as pool:
    print(json.dumps(len({one for pair in pool.map(touch, range(16)) for one in pair})))
"""
    assert in_a_new_process(code) == 1


def test_threads_have_their_own_event_loops(counted_clients):
    script = Script(routes={f"GET /v1/predictions/{ID}": prediction()})
    client = replicate.Client._with_clock(FakeClock(), transport=script)
    start = threading.Barrier(8)

    def look(_):
        start.wait()

        async def main():
            return [(await client.predictions.async_get(ID)).id for _ in range(3)]

        return asyncio.run(main())

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, range(8))) == [[ID] * 3] * 8
    assert counted_clients == ["GuardedAsyncClient"] * 8
    assert script.closed == 8


def test_both_colours_work_side_by_side(clock):
    script = Script(routes={f"GET /v1/predictions/{ID}": prediction()})
    client = replicate.Client._with_clock(clock, transport=script)

    async def main():
        awaited = await client.predictions.async_get(ID)
        blocked = await asyncio.to_thread(client.predictions.get, ID)
        return awaited == blocked == client.predictions.get(ID)

    assert asyncio.run(main())
    client.close()


def test_one_event_loop_after_another_with_the_default_client_leaves_nothing_open():
    code = f"""
import asyncio, gc, json, replicate
found = []
for _ in range(3):
    found.append(asyncio.run(replicate.async_run("{VERSION}")))
    gc.collect()
found.append(replicate.run("{VERSION}"))
print(json.dumps(found))
"""
    with RawServer(respond(200, prediction("succeeded", output="x"))) as server:
        assert in_a_new_process(code, REPLICATE_BASE_URL=server.url) == ["x"] * 4
        assert server.connections == 4


def test_connections_are_kept_for_the_next_call(colour, clock):
    with RawServer(respond(200, prediction())) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url)
        for _ in range(5):
            colour(client.predictions.get, ID)
        colour(client.close)
        assert server.connections == 1
        assert len(server.requests) == 5


def test_an_error_answer_gives_its_connection_back(colour, clock):
    with RawServer(respond(404, {"detail": "no"})) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url)
        for _ in range(3):
            with pytest.raises(replicate.exceptions.NotFoundError):
                colour(client.predictions.get, ID)
            with pytest.raises(replicate.exceptions.NotFoundError):
                colour(replicate.FileOutput(f"{server.url}/file", client).read)
        colour(client.close)
        assert server.connections == 1


class Gathering:
    """An asyncio server that answers nobody before all are there."""

    def __init__(self, expected):
        self.expected, self.there, self.everybody = expected, 0, asyncio.Event()

    async def serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        self.there += 1
        if self.there == self.expected:
            self.everybody.set()
        await self.everybody.wait()
        body = json.dumps(prediction("succeeded", output="x")).encode()
        writer.write(b"HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()
        await writer.wait_closed()


def test_hundreds_of_calls_can_wait_at_the_same_time():
    async def main():
        gathering = Gathering(200)
        server = await asyncio.start_server(gathering.serve, "127.0.0.1", 0, backlog=300)
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with replicate.Client("token", base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                found = await asyncio.gather(*(client.async_run(VERSION, {"n": number}) for number in range(200)))
        return found

    assert asyncio.run(main()) == ["x"] * 200


def test_what_one_caller_learns_the_next_one_knows(colour, open_client):
    done = answer(201, prediction("succeeded"))
    client = open_client(
        Script(answer(404), {"owner": "acme", "name": "x", "latest_version": {"id": VERSION}}, done, done)
    )
    colour(client.run, "acme/x")
    colour(client.with_options(max_retries=1).run, "acme/x")


def test_a_client_that_is_never_closed_leaves_nothing_open(colour, clock):
    with RawServer(respond(200, prediction())) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url)
        colour(client.predictions.get, ID)
        colour.finish()  # the event loop ends, where there is one
        del client
        gc.collect()
