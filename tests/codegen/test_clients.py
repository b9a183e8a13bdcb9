"""The generated clients: what they hide, what they wait for, and that they are opened once."""

import asyncio
import threading

import httpx
import pytest
from replicate_api import AuthenticatedClient, Client
from replicate_api.api.predictions import predictions_get

TOKEN = "r8_" + "x" * 37
each_kind = pytest.mark.parametrize("kind", [Client, AuthenticatedClient])


def make(kind, **options):
    token = {"token": TOKEN} if kind is AuthenticatedClient else {}
    return kind(base_url="https://api.test/v1", **token, **options)


@each_kind
def test_neither_token_nor_headers_nor_cookies_are_shown(kind):
    client = make(
        kind, headers={"Authorization": TOKEN}, cookies={"session": TOKEN}, httpx_args={"auth": ("me", TOKEN)}
    )
    with client:
        assert TOKEN not in repr(client)
        assert TOKEN not in repr(client.with_headers({"X-Token": TOKEN}))
    assert "api.test" in repr(client)


@each_kind
def test_no_call_waits_for_ever_and_a_synchronous_prediction_has_time_to_answer(kind):
    timeout = make(kind).get_httpx_client().timeout
    assert timeout == make(kind).get_async_httpx_client().timeout
    assert (timeout.connect, timeout.read) == (5.0, 65.0)


@each_kind
def test_another_timeout_can_be_asked_for(kind):
    client = make(kind, timeout=httpx.Timeout(3.0))
    assert client.get_httpx_client().timeout.read == 3.0
    assert client.with_timeout(httpx.Timeout(4.0)).get_async_httpx_client().timeout.read == 4.0
    assert client.get_httpx_client().timeout.read == 3.0


@each_kind
def test_a_client_made_from_another_leaves_it_as_it_was(kind):
    client = make(kind, headers={"A": "1"}, cookies={"c": "1"})
    connection = client.get_httpx_client()
    other = client.with_headers({"B": "2"}).with_cookies({"d": "2"})
    assert other.get_httpx_client().headers["B"] == "2"
    assert other.get_httpx_client().headers["A"] == "1"
    assert dict(other.get_httpx_client().cookies) == {"c": "1", "d": "2"}
    assert client.get_httpx_client() is connection
    assert "B" not in connection.headers
    assert dict(connection.cookies) == {"c": "1"}


def test_the_callers_headers_do_not_get_the_token():
    headers = {"A": "1"}
    client = make(AuthenticatedClient, headers=headers)
    assert client.get_httpx_client().headers["authorization"] == f"Bearer {TOKEN}"
    assert client.get_async_httpx_client().headers["authorization"] == f"Bearer {TOKEN}"
    assert headers == {"A": "1"}


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"  {TOKEN}\r\n", f"{TOKEN}\t"])
def test_blanks_around_a_token_are_dropped(token):
    client = AuthenticatedClient(base_url="https://api.test/v1", token=token)
    assert client.get_httpx_client().headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("token", [f"{TOKEN}\nX-Evil: 1", f"{TOKEN}\x00x", f"{TOKEN}ä"])
def test_a_token_that_cannot_be_a_header_is_refused_without_showing_it(token):
    with pytest.raises(ValueError, match=r"^token must be a text of printable ASCII characters$"):
        AuthenticatedClient(base_url="https://api.test/v1", token=token)


@each_kind
def test_threads_that_come_at_once_share_one_connection_pool(kind, monkeypatch):
    opened = []

    class Slow(httpx.Client):
        def __init__(self, **options):
            opened.append(self)
            released.wait(30)
            super().__init__(**options)

    released = threading.Event()
    monkeypatch.setattr(httpx, "Client", Slow)
    client = make(kind)
    threads = [threading.Thread(target=client.get_httpx_client) for _ in range(8)]
    for thread in threads:
        thread.start()
    released.set()
    for thread in threads:
        thread.join(30)
    assert len(opened) == 1


@each_kind
def test_leaving_the_block_closes_the_connections(kind):
    with make(kind) as client:
        connection = client.get_httpx_client()
        assert not connection.is_closed
    assert connection.is_closed

    async def run():
        async with make(kind) as client:
            return client.get_async_httpx_client()

    assert asyncio.run(run()).is_closed


@each_kind
def test_a_connection_of_the_callers_own_is_used(kind):
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"id": request.url.host, "status": "starting"})
    )
    client = make(kind)
    client.set_httpx_client(httpx.Client(base_url="https://own.test", transport=transport))
    client.set_async_httpx_client(httpx.AsyncClient(base_url="https://own.test", transport=transport))
    assert predictions_get.sync("p1", client=client).id == "own.test"
    assert asyncio.run(predictions_get.asyncio("p1", client=client)).id == "own.test"


@pytest.mark.parametrize("base_url", ["https://api.test/v1", "https://api.test/v1/"])
def test_a_base_url_may_end_with_a_slash(base_url):
    seen = []

    def answer(request):
        seen.append(str(request.url))
        return httpx.Response(200, json={"id": "p1", "status": "starting"})

    predictions_get.sync("p1", client=Client(base_url=base_url, httpx_args={"transport": httpx.MockTransport(answer)}))
    assert seen == ["https://api.test/v1/predictions/p1"]


def test_the_token_does_not_follow_a_redirect_to_another_host():
    seen = []

    def answer(request):
        seen.append((request.url.host, request.headers.get("authorization")))
        if request.url.host == "api.test":
            return httpx.Response(307, headers={"Location": "https://evil.test/"})
        return httpx.Response(200, json={"id": "p1", "status": "starting"})

    client = make(AuthenticatedClient, follow_redirects=True, httpx_args={"transport": httpx.MockTransport(answer)})
    predictions_get.sync("p1", client=client)
    assert seen == [("api.test", f"Bearer {TOKEN}"), ("evil.test", None)]
