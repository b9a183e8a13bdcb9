"""Connections over TLS: the certificates that count, and a server that does it badly."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import httpx
import pytest
import replicate
from raw_sockets import RawServer, head, raw, respond
from replicate._blocking import run_blocking
from replicate._transport.blocking_network import BlockingNetwork
from replicate.exceptions import NetworkError, RequestTimeoutError
from wire_objects import ID, prediction

# For 127.0.0.1, until the year 2126; nobody but this server trusts it.
CERTIFICATE = Path(__file__).with_name("certificate.pem")


@pytest.fixture
def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.fixture
def connected(colour, clock):
    """A function that gives a client for a server on this machine, which trusts the server's certificate."""

    def connect(server, **settings):
        trusted = ssl.create_default_context(cafile=CERTIFICATE)
        settings = {"base_url": server.url, "verify": trusted, "max_retries": 0, **settings}
        return colour.client(None, clock, transport=None, **settings)

    return connect


def test_calls_go_over_tls_and_keep_their_connection(colour, tls, connected):
    with RawServer(respond(200, prediction()), tls=tls) as server:
        client = connected(server)
        for _ in range(3):
            assert colour(client.predictions.get, ID).id == ID
        assert server.connections == 1
        assert {request.headers["host"] for request in server.requests} == {f"127.0.0.1:{server.port}"}
        colour(client.close)


def test_what_is_larger_than_a_record_comes_and_goes_whole(colour, tls, connected):
    content = bytes(range(256)) * 4096
    with RawServer(respond(200, content), tls=tls) as server:
        client = connected(server)
        assert colour(replicate.FileOutput(f"{server.url}/files/out-0.bin", client).read) == content
        colour(client.close)

    def take(connection):
        connection.read()
        connection.send(head(201, content_length=len(body)) + body)

    body = b'{"id": "file1", "urls": {"get": "https://api.replicate.com/v1/files/file1"}}'
    with RawServer(take, tls=tls) as server:
        client = connected(server)
        assert colour(client.files.create, content).id == "file1"
        assert content in server.requests[0].body
        colour(client.close)


def test_a_certificate_that_nobody_trusts_ends_the_call_before_anything_is_sent(colour, tls, connected):
    with RawServer(respond(200, prediction()), tls=tls) as server:
        client = connected(server, verify=True)
        with pytest.raises(NetworkError, match=r"(?i)certificate") as caught:
            colour(client.predictions.get, ID)
        assert caught.value.sent is False
        assert not server.requests
        colour(client.close)


def test_a_certificate_for_another_name_is_not_accepted(colour, tls, connected):
    with RawServer(respond(200, prediction()), tls=tls) as server:
        client = connected(server, base_url=f"https://localhost:{server.port}")
        with pytest.raises(NetworkError, match=r"(?i)certificate") as caught:
            colour(client.predictions.get, ID)
        assert caught.value.sent is False
        assert not server.requests
        colour(client.close)


def test_a_store_of_certificates_that_is_missing_is_told_by_name(colour, tls, connected, monkeypatch):
    from replicate._transport.connection import _shared_tls_context

    _shared_tls_context.cache_clear()
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent.pem")
    with RawServer(respond(200, prediction()), tls=tls) as server:
        client = connected(server, verify=True)
        with pytest.raises(replicate.exceptions.ReplicateException, match="verify"):
            colour(client.predictions.get, ID)
        assert not server.requests
        colour(client.close)
    _shared_tls_context.cache_clear()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"])
def test_a_server_that_speaks_no_tls_is_an_error_and_was_sent_nothing(colour, connected, answer):
    with RawServer(lambda connection: connection.send(answer)) as server:
        client = connected(server, base_url=server.url.replace("http:", "https:"))
        with pytest.raises(NetworkError) as caught:
            colour(client.predictions.get, ID)
        assert caught.value.sent is False
        colour(client.close)


def test_a_handshake_that_does_not_end_is_given_up(colour, connected):
    def silent(connection):
        while connection.sock.recv(65536):
            pass

    with RawServer(silent) as server:
        client = connected(server, base_url=server.url.replace("http:", "https:"), timeout=0.1)
        with pytest.raises(RequestTimeoutError, match="No connection could be made in time") as caught:
            colour(client.predictions.get, ID)
        assert caught.value.sent is False
        colour(client.close)


@pytest.mark.parametrize("then", ["close", "reset"])
def test_an_answer_that_is_cut_is_an_error(colour, tls, connected, then):
    with RawServer(raw(head(200, content_length=100) + b"{", then=then), tls=tls) as server:
        client = connected(server)
        with pytest.raises(NetworkError) as caught:
            colour(client.predictions.get, ID)
        assert caught.value.sent is True
        colour(client.close)


def test_certificates_are_checked_with_each_version_of_httpx(colour, tls, connected, monkeypatch):
    of_this_version = httpx.create_ssl_context

    def of_0_27(cert=None, verify=True, trust_env=True, http2=False):
        return of_this_version(verify=verify, cert=cert, trust_env=trust_env)

    monkeypatch.setattr(httpx, "create_ssl_context", of_0_27)
    with RawServer(respond(200, prediction()), tls=tls) as server:
        client = connected(server, verify=ssl.create_default_context())
        with pytest.raises(NetworkError, match=r"(?i)certificate"):
            colour(client.predictions.get, ID)
        assert not server.requests
        colour(client.close)


def test_an_answer_that_nobody_asked_for_is_given_to_no_call(colour, tls, connected):
    sent = threading.Event()

    def answer(name):
        body = b'{"id": "%b", "status": "succeeded"}' % name
        return head(200, content_length=len(body)) + body

    def once_more_than_asked(connection):
        connection.read()
        connection.send(answer(b"first"))
        connection.send(answer(b"unasked"))  # at once, in a record of its own
        sent.set()
        while connection.read() is not None:
            connection.send(answer(b"second"))

    with RawServer(once_more_than_asked, respond(200, prediction(id="second")), tls=tls) as server:
        client = connected(server)
        assert colour(client.predictions.get, ID).id == "first"
        assert sent.wait(10)
        assert colour(client.predictions.get, ID).id == "second"
        colour(client.close)


def test_a_context_that_offers_other_protocols_is_asked_for_this_one(colour, tls, connected):
    tls.set_alpn_protocols(["h2", "http/1.1"])
    spoken = []

    def answer(connection):
        spoken.append(connection.sock.selected_alpn_protocol())
        respond(200, prediction())(connection)

    with RawServer(answer, tls=tls) as server:
        offers_more = ssl.create_default_context(cafile=CERTIFICATE)
        offers_more.set_alpn_protocols(["h2", "http/1.1"])
        client = connected(server, verify=offers_more)
        colour(client.predictions.get, ID)
        assert spoken == ["http/1.1"]
        colour(client.close)


def test_nothing_is_sent_in_the_clear_while_another_thread_closes_the_connection(tls, monkeypatch):
    came = []

    def receive(connection):
        try:
            came.append(connection.sock.recv(100))
        except ssl.SSLError as error:  # what came was not encrypted
            came.append(error)

    trusted = ssl.create_default_context(cafile=CERTIFICATE)
    with RawServer(receive, tls=tls) as server:
        stream = run_blocking(BlockingNetwork().connect("127.0.0.1", server.port, trusted, 5))
        shutdown = socket.socket.shutdown

        def shutdown_while_another_thread_writes(self, how):
            run_blocking(stream.write(b"secret", 5))
            shutdown(self, how)

        with monkeypatch.context() as patched:
            patched.setattr(socket.socket, "shutdown", shutdown_while_another_thread_writes)
            run_blocking(stream.close())
    assert came == [b"secret"]
