"""Connections: used again while they live, replaced when they ended, no more at once than allowed, none left open."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import ssl
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import replicate
from colours import on_the_loop
from raw_sockets import RawServer, head, raw, refusing, respond
from replicate._blocking import run_blocking
from replicate._transport.blocking_network import BlockingNetwork
from replicate._transport.network import is_readable
from replicate.exceptions import APIStatusError, NetworkError, RequestTimeoutError
from wire_objects import ID, prediction

PATH = "/files/out-0.bin"
BODY = b'{"id": "%b", "status": "succeeded"}' % ID.encode()
ANSWER = head(200, content_length=len(BODY)) + BODY


@pytest.fixture
def connected(colour, clock):
    """A function that gives a client for a server on this machine."""

    def connect(server, **settings):
        settings = {"max_retries": 0, **settings}
        return colour.client(None, clock, base_url=server.url, transport=None, **settings)

    return connect


def once(*, then):
    """Return a handler that answers one request, waits for the client to hang up, and says so by an event."""

    def handle(connection):
        connection.read()
        connection.send(ANSWER)
        assert connection.hung_up()
        then.set()

    return handle


def test_one_call_after_another_takes_one_connection(colour, connected):
    with RawServer(respond(200, prediction())) as server:
        client = connected(server)
        for _ in range(3):
            colour(client.predictions.get, ID)
        assert server.connections == 1
        colour(client.close)


@pytest.mark.parametrize("then", ["close", "reset"])
def test_a_connection_that_the_server_ended_meanwhile_is_replaced_without_a_failure(colour, connected, then):
    ended = threading.Event()
    content = respond(200, prediction())

    def once_and_end(connection):
        connection.read()
        connection.send(ANSWER)
        connection.reset() if then == "reset" else connection.close()
        ended.set()

    with RawServer(once_and_end, content) as server:
        client = connected(server)
        colour(client.predictions.get, ID)
        assert ended.wait(10)
        assert colour(client.predictions.get, ID).id == ID
        assert server.connections == 2
        colour(client.close)


@pytest.mark.parametrize(
    "host", ["a..b", "a" * 64 + ".example", "127.0.0.1:0", "127.0.0.1:65536", f"127.0.0.1:{2**70}"]
)
def test_a_name_or_a_port_that_no_host_can_have_is_this_clients_error(colour, clock, host):
    client = colour.client(None, clock, base_url="http://127.0.0.1:1", transport=None, max_retries=0)
    with pytest.raises(NetworkError) as caught:
        colour(replicate.FileOutput(f"https://{host}/x.png", client).read)
    assert caught.value.sent is False
    colour(client.close)


def test_a_connection_that_is_refused_says_so(colour, clock):
    with refusing() as url:
        client = colour.client(None, clock, base_url=url, transport=None, max_retries=0)
        with pytest.raises(NetworkError, match=r"\[(Errno|WinError) "):
            colour(client.predictions.get, ID)
        colour(client.close)


def test_a_client_that_is_closed_while_threads_call_fails_with_its_own_errors(clock):
    with RawServer(respond(200, prediction())) as server:
        client = replicate.Client("t", base_url=server.url, max_retries=0)

        def call():
            while True:
                client.predictions.get(ID)

        with ThreadPoolExecutor(8) as threads:
            futures = [threads.submit(call) for _ in range(8)]
            client.close()
    failures = {type(future.exception()) for future in futures}
    assert failures <= {NetworkError, RuntimeError}  # RuntimeError: the client is closed


def test_an_idle_connection_that_another_thread_closes_while_it_is_looked_at_has_ended():
    class ClosedMeanwhile(socket.socket):
        def fileno(self):
            number = super().fileno()
            self.close()
            return number

    connected = ClosedMeanwhile()
    assert is_readable(connected)
    assert is_readable(connected)  # and stays so


@pytest.mark.parametrize("timeout", [1e15, float("inf"), httpx.Timeout(1e15), httpx.Timeout(float("inf"))], ids=repr)
def test_a_time_out_may_be_longer_than_a_socket_can_wait(colour, connected, timeout):
    with RawServer(respond(200, prediction())) as server:
        client = connected(server, timeout=timeout)
        assert colour(client.predictions.get, ID).id == ID
        colour(client.close)


def test_an_idle_connection_is_not_used_after_its_time(colour, connected):
    with RawServer(respond(200, prediction())) as server:
        client = connected(server, limits=httpx.Limits(keepalive_expiry=0))
        for _ in range(2):
            colour(client.predictions.get, ID)
        assert server.connections == 2
        colour(client.close)


def test_no_more_connections_are_kept_than_asked_for(colour, connected):
    left = threading.Event()

    with RawServer(once(then=left)) as server:
        client = connected(server, limits=httpx.Limits(max_keepalive_connections=0))
        colour(client.predictions.get, ID)
        assert left.wait(10)
        colour(client.close)


def test_a_body_that_is_not_read_to_its_end_ends_its_connection(colour, connected):
    left = threading.Event()

    def endless(connection):
        connection.read()
        connection.send(head(200, content_length=10**9) + b"x" * 1000)
        assert connection.hung_up()
        left.set()

    with RawServer(endless) as server:
        client = connected(server)
        pieces = colour.iterate(replicate.FileOutput(f"{server.url}{PATH}", client).iter_bytes)
        next(pieces)
        pieces.close()
        assert left.wait(10)
        colour(client.close)


def test_a_call_beyond_the_limit_waits_for_a_place_and_fails_when_none_becomes_free_in_time(colour, connected):
    with RawServer(
        raw(head(200, content_length=2000) + b"x" * 1000 + b"y" * 1000), respond(200, prediction())
    ) as server:
        client = connected(server, limits=httpx.Limits(max_connections=1), timeout=httpx.Timeout(30, pool=0.05))
        pieces = colour.iterate(replicate.FileOutput(f"{server.url}{PATH}", client).iter_bytes)
        next(pieces)
        with pytest.raises(RequestTimeoutError, match="No connection of the pool became free in time"):
            colour(client.predictions.get, ID)
        pieces.close()
        assert colour(client.predictions.get, ID).id == ID
        colour(client.close)


def test_calls_beyond_the_limit_are_made_when_others_are_over(clock):
    with RawServer(respond(200, prediction())) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url, limits=httpx.Limits(max_connections=2))

        async def many():
            found = await asyncio.gather(*(client.predictions.async_get(ID) for _ in range(20)))
            await client.aclose()
            return [one.id for one in found]

        assert asyncio.run(many()) == [ID] * 20
        assert server.connections <= 2


def test_more_calls_than_httpx_allows_by_itself_can_wait_for_their_answers_at_once(clock):
    all_here = threading.Barrier(150)
    content = respond(200, prediction())

    def together(connection):
        all_here.wait(20)
        content(connection)

    with RawServer(together) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url, max_retries=0)

        async def many():
            found = await asyncio.gather(*(client.predictions.async_get(ID) for _ in range(150)))
            await client.aclose()
            return {one.id for one in found}

        assert asyncio.run(many()) == {ID}


def test_threads_beyond_the_limit_wait_for_each_other(clock):
    with RawServer(respond(200, prediction())) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url, limits=httpx.Limits(max_connections=2))
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: client.predictions.get(ID).id, range(40))) == [ID] * 40
        assert server.connections <= 2
        client.close()


def test_a_failure_gives_its_place_back(colour, connected):
    with RawServer(raw(b""), raw(b"no http"), respond(200, prediction())) as server:
        client = connected(server, limits=httpx.Limits(max_connections=1), timeout=httpx.Timeout(30, pool=1))
        for _ in range(2):
            with pytest.raises(NetworkError):
                colour(client.predictions.get, ID)
        assert colour(client.predictions.get, ID).id == ID
        colour(client.close)


def test_a_canceled_call_gives_its_place_back_and_ends_its_connection(clock):
    asked, left = threading.Event(), threading.Event()

    def silent(connection):
        connection.read()
        asked.set()
        assert connection.hung_up()
        left.set()

    with RawServer(silent, respond(200, prediction())) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url, limits=httpx.Limits(max_connections=1))

        async def cancel():
            call = asyncio.create_task(client.predictions.async_get(ID))
            await asyncio.to_thread(asked.wait, 10)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert await asyncio.to_thread(left.wait, 10)
            found = await client.predictions.async_get(ID)
            await client.aclose()
            return found.id

        assert asyncio.run(cancel()) == ID


def test_closing_ends_the_connections_that_are_idle(colour, connected):
    left = threading.Event()

    with RawServer(once(then=left)) as server:
        client = connected(server)
        colour(client.predictions.get, ID)
        colour(client.close)
        assert left.wait(10)


@pytest.mark.parametrize("settings", [{"proxy": "http://127.0.0.1:1"}, {"mounts": {"all://": None}}])
def test_what_only_httpx_can_do_is_left_to_it(colour, connected, settings):
    with RawServer(respond(200, prediction())) as server:
        client = connected(server, **settings)
        transport = on_the_loop(colour, client.api.get_httpx_client)._transport
        assert isinstance(transport, (httpx.HTTPTransport, httpx.AsyncHTTPTransport))
        colour(client.close)


def test_connections_that_are_idle_make_room_for_one_to_another_server(colour, connected):
    left = threading.Event()

    with RawServer(once(then=left)) as server, RawServer(respond(200, b"image")) as other:
        client = connected(server, limits=httpx.Limits(max_connections=1))
        colour(client.predictions.get, ID)
        assert colour(replicate.FileOutput(f"{other.url}{PATH}", client).read) == b"image"
        assert left.wait(10)
        colour(client.close)


def test_a_connection_is_not_used_again_after_a_request_that_asked_for_its_end(colour, connected):
    with RawServer(respond(200, prediction())) as server:
        client = connected(server, headers={"Connection": "close"})
        for _ in range(2):
            colour(client.predictions.get, ID)
        assert server.connections == 2
        colour(client.close)


def test_an_answer_that_another_thread_cuts_is_never_taken_for_whole(monkeypatch):
    with RawServer(lambda connection: connection.hung_up()) as server:
        stream = run_blocking(BlockingNetwork().connect("127.0.0.1", server.port, None, 5))
        shutdown = socket.socket.shutdown

        def shutdown_while_another_thread_reads(self, how):
            shutdown(self, how)
            with pytest.raises(httpx.ReadError):
                run_blocking(stream.read(5))
            read.append(True)

        read = []
        with monkeypatch.context() as patched:
            patched.setattr(socket.socket, "shutdown", shutdown_while_another_thread_reads)
            run_blocking(stream.close())
        assert read


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_refusal_is_told_though_the_server_hung_up_before_all_of_the_upload_was_sent(colour, connected, scheme):
    begun, refused = threading.Event(), threading.Event()
    refusal = b'{"detail": "Too large for us."}'

    def refuse(connection):
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the refusal leaves before the end does
        connection.sock.recv(1000)
        assert begun.wait(30)
        connection.send(head(413, content_length=len(refusal), connection="close") + refusal)
        connection.close()  # with much unread: the client's system is told that the connection was reset
        refused.set()

    class Slow(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 0:
                begun.set()
                assert refused.wait(30)
            return super().read(size)

    certificate = Path(__file__).with_name("certificate.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    trusted = ssl.create_default_context(cafile=certificate)
    with RawServer(refuse, tls=context if scheme == "https" else None) as server:
        client = connected(server, verify=trusted)
        with pytest.raises(APIStatusError, match="Too large for us") as caught:
            colour(client.files.create, Slow(bytes(1_000_000)))
        assert caught.value.status == 413
        colour(client.close)


def in_a_fork(do):
    """Run a function in a process forked from this one, and wait for its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads
        child = os.fork()
    if child == 0:
        try:
            do()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_makes_connections_of_its_own(clock):
    with RawServer(respond(200, prediction())) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url, max_retries=0)
        client.predictions.get(ID)
        in_a_fork(lambda: client.predictions.get(ID))
        client.predictions.get(ID)
        assert (server.connections, len(server.requests)) == (2, 3)
        client.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_that_ends_leaves_the_calls_of_its_parent_alone(clock):
    asked, forked = threading.Event(), threading.Event()

    def answer(connection):
        connection.read()
        asked.set()
        forked.wait(10)
        body = b'{"id": "%b", "status": "succeeded"}' % ID.encode()
        connection.send(head(200, content_length=len(body)) + body)

    with RawServer(answer) as server, ThreadPoolExecutor(1) as threads:
        client = replicate.Client._with_clock(clock, base_url=server.url, max_retries=0)
        call = threads.submit(client.predictions.get, ID)
        assert asked.wait(10)
        in_a_fork(client.close)
        forked.set()
        assert call.result(10).id == ID
        client.close()
