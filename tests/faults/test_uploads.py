"""Uploads that break: said clearly, sent again only when surely nothing was stored, and in little memory."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import subprocess
import sys
import threading

import anyio
import pytest
from replicate import _uploads
from replicate.exceptions import (
    APIStatusError,
    InvalidArgumentError,
    NetworkError,
    RateLimitError,
    ReplicateError,
    RequestTimeoutError,
)

from . import cruelty
from .service import MODEL, OUTPUT, TOKEN, Service

UPLOAD = "POST /v1/files"
SIZE = 3 * 1024 * 1024
MEBIBYTE = 1024 * 1024


@pytest.fixture
def big_file(tmp_path):
    path = tmp_path / "big.bin"
    with path.open("wb") as file:
        file.truncate(SIZE)
    return path


def unseekable(content):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self._rest = io.BytesIO(content)

        def readable(self):
            return True

        def read(self, size=-1):
            return self._rest.read(size)

    return Pipe()


LOST = {
    "cut before the answer": (cruelty.dropped, float("inf")),
    "reset before the answer": (cruelty.reset, float("inf")),
    "cut in the answer": (cruelty.cut_in_the_body, float("inf")),
    "cut in the upload": (cruelty.dropped, 100_000),
    "reset in the upload": (cruelty.reset, 100_000),
    "reset at once": (cruelty.reset, 0),
    "500 after the upload": (cruelty.page(500), float("inf")),
    "503 after the upload": (cruelty.page(503), float("inf")),
    "cut JSON": (cruelty.cut_json, float("inf")),
    "no id": (cruelty.answered(201, {}), float("inf")),
    "no URL": (cruelty.answered(201, {"id": "f1", "urls": {}}), float("inf")),
}


@pytest.mark.parametrize(("fault", "reads"), LOST.values(), ids=LOST)
def test_an_upload_that_may_have_arrived_is_not_sent_again_and_nothing_is_created(
    colour, service, client, big_file, fault, reads
):
    service.fault(UPLOAD, fault, executes=reads == float("inf"), reads=reads)
    with pytest.raises(ReplicateError):
        colour.call(client.run, MODEL, {"image": big_file})
    assert service.asked(".*") == service.asked(UPLOAD)
    assert len(service.asked(UPLOAD)) == 1


def test_an_upload_that_breaks_says_so(colour, service, client, big_file):
    service.fault(UPLOAD, cruelty.reset, executes=False, reads=100_000)
    with pytest.raises(NetworkError, match=r"POST .*/v1/files") as caught:
        colour.call(client.run, MODEL, {"image": big_file})
    assert caught.value.sent
    assert service.uploads == []


@pytest.mark.parametrize("reads", [float("inf"), 0, 50_000], ids=["after the upload", "at once", "in the upload"])
@pytest.mark.parametrize("source", [open, lambda path, _: path, lambda path, _: unseekable(path.read_bytes())])
def test_a_throttled_upload_is_sent_again_from_its_start(colour, service, client, big_file, reads, source):
    async def throttle(connection, reply):
        answer = cruelty.answered(429, {"detail": "throttled", "retry_after": 1}, Connection="close")
        await answer(connection, reply)
        await drain(connection)

    service.fault(UPLOAD, throttle, throttle, executes=False, reads=reads)
    given = source(big_file, "rb")
    assert colour.call(client.run, MODEL, {"image": given}) == OUTPUT
    assert len(service.asked(UPLOAD)) == 3
    assert len(service.uploads) == 1
    assert SIZE < service.uploads[0] < SIZE + 1000
    if hasattr(given, "close"):
        given.close()


async def drain(connection):
    """Read until the client hangs up, so that no reset overtakes the answer, as servers do that close in good order."""
    await connection.until_hung_up()
    await connection.close()


@pytest.mark.parametrize(("status", "error"), [(413, APIStatusError), (401, APIStatusError), (429, RateLimitError)])
def test_an_upload_that_is_refused_early_tells_the_refusal(colour, service, open_client, big_file, status, error):
    async def refuse(connection, reply):
        await cruelty.answered(status, {"detail": "no, thank you"}, Connection="close")(connection, reply)
        await drain(connection)

    service.fault(UPLOAD, refuse, executes=False, reads=10_000)
    with pytest.raises(error, match="no, thank you") as caught:
        colour.call(open_client(max_retries=0).run, MODEL, {"image": big_file})
    assert caught.value.status == status


def test_an_upload_nobody_took_is_sent_again_once_the_service_is_up(colour, network, clock, open_client, big_file):
    down = Service(network, clock)
    clock.on_sleep = lambda _: len(clock.sleeps) == 2 and down.api.start()
    assert colour.call(open_client(base_url=down.url).run, MODEL, {"image": big_file}) == OUTPUT
    assert len(down.uploads) == 1


def test_an_upload_into_a_service_that_stops_reading_ends_in_time(colour, service, open_client, tmp_path):
    path = tmp_path / "huge.bin"
    with path.open("wb") as file:
        file.truncate(40 * MEBIBYTE)  # more than the system buffers on the way

    async def stop_reading(connection, reply):
        connection.ended = True
        arrived.set()
        await asyncio.sleep(3600)

    arrived = threading.Event()
    service.fault(UPLOAD, stop_reading, executes=False, reads=1000)
    with pytest.raises(RequestTimeoutError):
        colour.call(open_client(timeout=0.3).run, MODEL, {"image": path})
    assert arrived.wait(30)
    assert len(service.asked(UPLOAD)) == 1


def test_of_two_uploads_one_fails_and_nothing_is_created(colour, service, client, tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    service.fault(UPLOAD, cruelty.whole, cruelty.page(500))
    with pytest.raises(ReplicateError):
        colour.call(client.run, MODEL, {"a": tmp_path / "a.txt", "b": tmp_path / "b.txt"})
    assert not service.creates


class Shrinking(io.BytesIO):
    def read(self, size=-1):
        chunk = super().read(size)
        return chunk if self.tell() < 100_000 else b""


class Growing(io.BytesIO):
    grown = False

    def read(self, size=-1):
        chunk = super().read(size)
        if size and not chunk and not self.grown:
            self.grown, chunk = True, b"more"
        return chunk


class Failing(io.BytesIO):
    def read(self, size=-1):
        if self.tell() > 100_000:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize("kind", [Shrinking, Growing, Failing])
def test_a_file_that_changes_or_fails_while_it_is_sent_is_an_error_that_names_it(colour, service, client, kind):
    with pytest.raises(ReplicateError, match=r"input\['image'\]: the file changed, or could not be read"):
        colour.call(client.run, MODEL, {"image": kind(bytes(200_000))})
    assert not service.creates
    assert not service.uploads


def test_a_source_without_end_is_refused_before_it_fills_the_disk(colour, service, client, monkeypatch):
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return bytes(size)

    monkeypatch.setattr(_uploads, "LARGEST_UPLOAD", MEBIBYTE)
    with pytest.raises(InvalidArgumentError, match="more than 1048576 bytes"):
        colour.call(client.run, MODEL, {"image": Endless()})
    assert not service.api.requests


def test_a_create_after_an_upload_that_is_lost_is_found_by_its_uploaded_file(colour, service, client, big_file):
    service.fault("POST /v1/models/.*", cruelty.dropped)
    assert colour.call(client.run, MODEL, {"image": big_file}) == OUTPUT
    assert len(service.uploads) == len(service.creates) == 1


@pytest.mark.parametrize("scope", [False, True], ids=["by its cancel method", "by its scope"])
def test_a_task_that_is_canceled_in_an_upload_creates_nothing_and_closes_the_file(service, client, big_file, scope):
    receiving = threading.Event()

    async def stop_reading(connection, reply):
        receiving.set()
        connection.ended = True
        await asyncio.sleep(3600)

    async def by_scope():
        async with anyio.create_task_group() as group:

            async def cancel():
                await asyncio.to_thread(receiving.wait, 30)
                group.cancel_scope.cancel()

            group.start_soon(cancel)
            await client.async_run(MODEL, {"image": big_file})

    async def by_method():
        task = asyncio.ensure_future(client.async_run(MODEL, {"image": big_file}))
        await asyncio.to_thread(receiving.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    service.fault(UPLOAD, stop_reading, executes=False, reads=1000)
    asyncio.run(by_scope() if scope else by_method())
    gc.collect()  # a file left open would warn now, and a warning fails the test
    assert not service.creates


MEASURE = """
import asyncio, pathlib, re, resource, sys, replicate

path, small = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
client = replicate.Client(timeout=60)

def peak():
    # On Linux `ru_maxrss` begins with the size of the program that started this one, and would hide what is below it.
    status = pathlib.Path("/proc/self/status")
    told = re.search(r"VmHWM:\\s*(\\d+)", status.read_text()) if status.exists() else None
    return int(told[1]) if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def grown(action):
    before = peak()
    action()
    return peak() - before

def run(path):
    client.run("acme/writer", {"image": path})

def run_awaiting(path):
    asyncio.run(client.async_run("acme/writer", {"image": path}))

def save():
    replicate.helpers.FileOutput(client.api.base_url.removesuffix("/v1") + "/big", client).save(path)

def save_awaiting():
    asyncio.run(replicate.helpers.FileOutput(client.api.base_url.removesuffix("/v1") + "/big", client).asave(path))

run(small), run_awaiting(small)  # everything is imported now
print(grown(lambda: run(path)), grown(lambda: run_awaiting(path)), grown(save), grown(save_awaiting))
"""


def test_files_of_64_mebibytes_go_up_and_come_down_in_little_memory(service, tmp_path):
    """Peak memory of a process of its own, in both colours, as the system counts it."""

    async def big(_, connection):
        await connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (64 * MEBIBYTE))
        for _ in range(64):
            await connection.send(bytes(MEBIBYTE))

    service.paths["/big"] = big
    path, small = tmp_path / "big.bin", tmp_path / "small.bin"
    small.write_bytes(b"small")
    with path.open("wb") as file:
        file.truncate(64 * MEBIBYTE)
    environment = {**os.environ, "REPLICATE_BASE_URL": service.url, "REPLICATE_API_TOKEN": TOKEN}
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", MEASURE, path, small],
        env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert all(int(kibibytes) < 6 * 1024 for kibibytes in told.stdout.split()), told.stdout
    assert [size > 64 * MEBIBYTE for size in service.uploads] == [False, False, True, True]
    assert path.stat().st_size == 64 * MEBIBYTE
