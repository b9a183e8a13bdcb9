"""Which clients a fixture leads to its service: those of the hosted one, whenever they were made, and no others."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

import httpx
import pytest
import replicate
from plain_http import HTTP
from replicate import run as run_of_this_import
from replicate.testing import FakeReplicate
from replicate.testing._redirecting import lead_clients_to, skip_pauses

MADE_AT_IMPORT = replicate.Client()
MODEL = "acme/writer"


@cache
def cached_client() -> replicate.Client:
    """A client that the first test makes and all others get, as applications keep theirs."""
    return replicate.Client()


@pytest.mark.parametrize("number", [1, 2])
def test_clients_of_all_ages_reach_the_service_of_each_test(colour, fake_replicate, number):
    fake_replicate.script(MODEL, lambda given: given["who"])
    assert replicate.run(MODEL, {"who": "default"}) == "default"
    assert run_of_this_import(MODEL, {"who": "imported"}) == "imported"
    for client in (MADE_AT_IMPORT, cached_client(), replicate.Client(), MADE_AT_IMPORT.with_options(max_retries=0)):
        assert colour.call(client.run, MODEL, {"who": "client"}) == "client"
    assert len(fake_replicate.predictions) == 6


@pytest.mark.parametrize("version", ["ab" * 32, "cd" * 32])
def test_a_client_remembers_nothing_of_an_earlier_test(fake_replicate, version):
    fake_replicate.script(f"{MODEL}:{version}", "done")
    assert MADE_AT_IMPORT.run(MODEL, {}) == "done"
    assert fake_replicate.predictions[0].version == version


def test_a_client_keeps_its_own_settings(fake_replicate):
    client = replicate.Client("r8_own", headers={"X-Own": "1"})
    assert client.accounts.current().username == "tester"
    assert fake_replicate.requests[0].headers["x-own"] == "1"
    assert fake_replicate.requests[0].had_token


def test_clients_that_go_elsewhere_are_left_alone(fake_replicate):
    def answer(request):
        return httpx.Response(200, json={"type": "user", "username": "elsewhere"})

    own_transport = replicate.Client(
        "r8_x", base_url="https://api.replicate.com", transport=httpx.MockTransport(answer)
    )
    assert own_transport.accounts.current().username == "elsewhere"
    with FakeReplicate() as other:
        client = replicate.Client(other.token, base_url=other.url)
        assert client.accounts.current().username == "tester"
        assert len(other.requests) == 1
        client.close()
    assert fake_replicate.requests == []


def test_a_port_that_an_earlier_test_had_is_no_sign_of_its_clients(colour):
    with FakeReplicate() as other:
        with lead_clients_to(other.url, other.token):
            early, explicit = replicate.Client(), replicate.Client(other.token, base_url=other.url)
        with FakeReplicate() as fake, lead_clients_to(fake.url, fake.token):
            new = replicate.Client(other.token, base_url=other.url)
            assert colour.call(new.accounts.current).username == "tester"
            assert (len(other.requests), len(fake.requests)) == (1, 0)
            for client in (early, explicit, early.with_options(max_retries=0)):
                assert colour.call(client.accounts.current).username == "tester"
            assert (len(other.requests), len(fake.requests)) == (1, 3)
            new.close()


def test_a_copy_of_a_client_of_an_earlier_test_follows_it_to_later_ones(colour):
    with FakeReplicate() as fake, lead_clients_to(fake.url, fake.token):
        client = replicate.Client()
    for _ in range(2):
        with FakeReplicate() as fake, lead_clients_to(fake.url, fake.token):
            client = client.with_options(max_retries=0)
            assert colour.call(client.accounts.current).username == "tester"
            assert len(fake.requests) == 1


def test_another_process_reaches_the_service_by_its_environment(fake_replicate):
    fake_replicate.script(MODEL, "done")
    program = f"import replicate; print(replicate.run({MODEL!r}, {{}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "done\n"
    assert fake_replicate.creates[0].had_token


def test_everything_is_as_before_when_the_test_is_over(monkeypatch):
    monkeypatch.setenv("REPLICATE_API_TOKEN", "r8_mine")
    before = {name: vars(replicate.Client)[name] for name in ("api", "wire", "async_wire", "origin")}
    with FakeReplicate() as fake, lead_clients_to(fake.url, fake.token), skip_pauses(fake.time):
        assert os.environ["REPLICATE_API_TOKEN"] == fake.token
        replicate.default_client.accounts.current()
    assert {name: vars(replicate.Client)[name] for name in before} == before
    assert os.environ["REPLICATE_API_TOKEN"] == "r8_mine"
    assert "REPLICATE_BASE_URL" not in os.environ
    assert repr(replicate.default_client) == "Client(base_url='https://api.replicate.com/v1')"


def test_a_default_client_that_a_test_made_is_gone_with_it(monkeypatch):
    for name in [name for name in vars(replicate) if name in {"default_client", "run", "predictions"}]:
        monkeypatch.delattr(replicate, name)
    with FakeReplicate() as fake, lead_clients_to(fake.url, fake.token):
        fake.script(MODEL, "done")
        assert replicate.run(MODEL, {}) == "done"
    assert not {"default_client", "run"} & set(vars(replicate))


def test_no_thread_and_no_socket_is_left_behind():
    threads, sockets = set(threading.enumerate()), open_sockets()
    with FakeReplicate() as fake:
        assert HTTP.get(f"{fake.url}/v1/account").status_code == 401
        assert set(threading.enumerate()) - threads
        assert open_sockets() - sockets
    assert set(threading.enumerate()) - threads == set()
    assert open_sockets() - sockets == set()  # its port may be somebody else's by now


def open_sockets() -> set[tuple[int, int]]:
    """Return the sockets of this process, each by its number and what the system knows it by."""
    found = set()
    for path in list(Path("/dev/fd").iterdir()):
        with suppress(OSError):  # the one that the list was read from
            told = os.fstat(int(path.name))
            if stat.S_ISSOCK(told.st_mode):
                found.add((int(path.name), told.st_ino))
    return found
