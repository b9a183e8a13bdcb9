"""What a client can be told: what is refused with a clear word, and what reaches the network."""

from __future__ import annotations

import math

import httpx
import pytest
import replicate
from raw_sockets import RawServer, head, raw, respond
from replicate.exceptions import InvalidArgumentError, NetworkError, UnknownOptionError
from scripted import Script, answer
from wire_objects import FILE_URL, ID, TOKEN, VERSION, prediction

LOOK = f"GET /v1/predictions/{ID}"


@pytest.mark.parametrize(
    ("option", "nearest"),
    [
        ("token", "api_token"),
        ("api_key", ""),
        ("baseurl", "base_url"),
        ("time_out", "timeout"),
        ("retries", ""),
        ("proxies", "proxy"),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest_name(option, nearest):
    with pytest.raises(UnknownOptionError, match=option) as caught:
        replicate.Client(**{option: TOKEN})
    assert nearest in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", "api.replicate.com"), ("base_url", "ftp://api.replicate.com"), ("base_url", "https://"),
        ("base_url", "http://api.replicate.com"), ("base_url", "https://user:pass@api.replicate.com"),
        ("base_url", "https://api.replicate.com?a=1"), ("base_url", "https://api.replicate.com#x"), ("base_url", 5),
        ("base_url", "https://api.replicate.com:x"), ("base_url", "https://[::1"), ("base_url", b"https://x.example"),
        ("timeout", 0), ("timeout", -1), ("timeout", math.nan), ("timeout", "5"), ("timeout", True),
        ("timeout", (1, 2)),
        ("max_retries", -1), ("max_retries", 1.5), ("max_retries", "3"), ("max_retries", True),
        ("poll_interval", -1), ("poll_interval", "soon"), ("poll_interval", math.inf), ("poll_interval", math.nan),
        ("poll_interval", [1]), ("file_encoding_strategy", "gzip"), ("file_encoding_strategy", 5),
        ("api_token", 5), ("headers", 5), ("headers", {"X": 5}), ("headers", {"X": "a\nb"}), ("headers", {5: "x"}),
        ("http_client", "client"), ("http_client", httpx.AsyncClient), ("transport", "transport"),
        ("async_http_client", "client"), ("async_transport", "transport"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_refused_by_name(name, value):
    with pytest.raises(InvalidArgumentError, match=name) as caught:
        replicate.Client(**{name: value})
    assert caught.value.argument == name
    assert "pass@" not in str(caught.value)


def test_clients_of_the_wrong_colour_are_refused(clock):
    for name, value in (("http_client", httpx.AsyncClient()), ("async_http_client", httpx.Client())):
        with pytest.raises(InvalidArgumentError, match=name):
            replicate.Client(**{name: value})


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.replicate.com", "https://api.replicate.com/", "https://api.replicate.com/v1",
        "https://api.replicate.com/v1/", " https://api.replicate.com ", "https://API.replicate.com",
    ],
)  # fmt: skip
@pytest.mark.parametrize("source", ["argument", "environment"])
def test_a_base_url_is_read_in_every_usual_form(colour, open_client, environment, base_url, source):
    script = Script(prediction())
    if source == "environment":
        environment.setenv("REPLICATE_BASE_URL", base_url)
    client = open_client(script, **({"base_url": base_url} if source == "argument" else {}))
    colour(client.predictions.get, ID)
    assert str(script.sent[0].url).lower() == f"https://api.replicate.com/v1/predictions/{ID}"
    assert script.sent[0].token is not None


def test_a_base_url_with_a_path_keeps_it(colour, open_client):
    script = Script(prediction())
    colour(open_client(script, base_url="https://proxy.example/replicate").predictions.get, ID)
    assert str(script.sent[0].url) == f"https://proxy.example/replicate/v1/predictions/{ID}"
    assert script.sent[0].token == f"Bearer {TOKEN}"


def test_an_argument_wins_over_the_environment(colour, open_client, environment):
    environment.setenv("REPLICATE_BASE_URL", "https://other.example")
    script = Script(prediction())
    colour(open_client(script, base_url="https://mine.example").predictions.get, ID)
    assert script.sent[0].url.host == "mine.example"


@pytest.mark.parametrize(("name", "value"), [("REPLICATE_BASE_URL", "nonsense"), ("REPLICATE_POLL_INTERVAL", "soon")])
def test_a_broken_environment_is_named(environment, name, value):
    environment.setenv(name, value)
    with pytest.raises(InvalidArgumentError, match=r"base_url|REPLICATE_POLL_INTERVAL"):
        replicate.Client()


@pytest.mark.parametrize(
    ("timeout", "sent"),
    [
        (None, {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}),
        (5, {"connect": 5, "read": 5, "write": 5, "pool": 5}),
        (120.5, {"connect": 10.0, "read": 120.5, "write": 120.5, "pool": 120.5}),
        (math.inf, {"connect": 10.0, "read": None, "write": None, "pool": None}),
        (httpx.Timeout(3, read=7), {"connect": 3, "read": 7, "write": 3, "pool": 3}),
        (httpx.Timeout(None), {"connect": None, "read": None, "write": None, "pool": None}),
    ],
)
def test_timeouts_reach_every_request(colour, open_client, timeout, sent):
    script = Script(prediction(), answer(200, b"x"))
    client = open_client(script, timeout=timeout)
    colour(client.predictions.get, ID)
    colour(replicate.FileOutput(FILE_URL, client).read)
    assert [one.timeout for one in script.sent] == [sent, sent]


def test_headers_reach_every_request_and_replace_only_defaults(colour, open_client):
    script = Script(answer(201, prediction("succeeded")))
    given = {"user-agent": "mine/1", "X-Team": "a", "Content-Type": "text/evil", "Prefer": "respond-async"}
    colour(open_client(script, headers=given).run, VERSION)
    sent = script.sent[0].headers
    assert (sent["user-agent"], sent["x-team"], sent["content-type"]) == ("mine/1", "a", "application/json")
    assert sent.get_list("prefer") == ["wait=10"]
    assert given == {"user-agent": "mine/1", "X-Team": "a", "Content-Type": "text/evil", "Prefer": "respond-async"}


def test_the_client_says_who_it_is(colour, open_client):
    script = Script(prediction())
    colour(open_client(script).predictions.get, ID)
    assert script.sent[0].headers["user-agent"] == f"replicate-openapi/{replicate.__version__}"


# Other options for some calls


def test_a_client_with_other_options_shares_the_connection_and_leaves_the_first_alone(colour, open_client):
    script = Script(*[prediction()] * 3)
    client = open_client(script, headers={"A": "1"})
    other = client.with_options(timeout=3, headers={"B": "2"}, max_retries=0)
    for one in (client, other, client):
        colour(one.predictions.get, ID)
    assert [sent.timeout["read"] for sent in script.sent] == [60.0, 3, 60.0]
    assert [sent.headers.get("b") for sent in script.sent] == [None, "2", None]
    assert [sent.headers.get("a") for sent in script.sent] == ["1", "1", "1"]
    assert other.api.connection is client.api.connection


def test_other_options_are_checked_too(open_client):
    client = open_client(Script())
    for named in ({"timeout": -1}, {"max_retries": -1}, {"poll_interval": -1}, {"file_encoding_strategy": "x"}):
        with pytest.raises(InvalidArgumentError, match=next(iter(named))):
            client.with_options(**named)


# What reaches httpx


def test_a_transport_is_used_and_not_closed_for_others(colour, clock):
    script = Script(prediction(), prediction())
    for _ in range(2):
        client = replicate.Client._with_clock(clock, transport=script)
        colour(client.predictions.get, ID)
        colour(client.close)
    assert len(script.sent) == 2


def test_a_callers_httpx_client_is_used_with_its_hooks_and_stays_open(colour, clock):
    seen = []
    script = Script(prediction(), prediction("succeeded", output="x"))

    async def note_awaited(request):
        seen.append(request.url.path)

    kind = httpx.AsyncClient if colour.awaits else httpx.Client
    hook = note_awaited if colour.awaits else lambda request: seen.append(request.url.path)
    own = kind(
        transport=script, headers={"X-Own": "1", "Authorization": "Bearer other"}, event_hooks={"request": [hook]}
    )
    name = "async_http_client" if colour.awaits else "http_client"
    client = replicate.Client._with_clock(clock, **{name: own})
    assert colour(client.predictions.get, ID).id == ID
    assert colour(client.run, VERSION) == "x"
    colour(client.close)
    assert seen == [f"/v1/predictions/{ID}", "/v1/predictions"]
    assert script.sent[0].headers["x-own"] == "1"
    assert script.sent[0].token == f"Bearer {TOKEN}"
    assert not own.is_closed
    assert script.closed == 0
    colour.settle(own.aclose if colour.awaits else own.close)


def test_a_callers_httpx_client_gets_no_token_to_a_file_host(colour, clock):
    script = Script(answer(302, headers={"location": "https://cdn.example/x"}), answer(200, b"x"))
    kind, name = (httpx.AsyncClient, "async_http_client") if colour.awaits else (httpx.Client, "http_client")
    own = kind(transport=script, headers={"Authorization": "Bearer other"}, cookies={"a": "b"}, follow_redirects=True)
    client = replicate.Client._with_clock(clock, **{name: own})
    assert colour(replicate.FileOutput(FILE_URL, client).read) == b"x"
    assert [sent.token for sent in script.sent] == [None, None]
    assert all("cookie" not in sent.headers for sent in script.sent)
    colour.settle(own.aclose if colour.awaits else own.close)


def test_a_retry_through_a_callers_httpx_client_works(colour, clock):
    script = Script(answer(503), prediction())
    kind, name = (httpx.AsyncClient, "async_http_client") if colour.awaits else (httpx.Client, "http_client")
    own = kind(transport=script)
    assert colour(replicate.Client._with_clock(clock, **{name: own}).predictions.get, ID).id == ID
    colour.settle(own.aclose if colour.awaits else own.close)


def test_a_transport_for_one_colour_is_not_bypassed_in_the_other(clock, colour):
    class Blocking(httpx.BaseTransport):
        def handle_request(self, request):
            raise httpx.ConnectError("blocked here")

    class Awaiting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            raise httpx.ConnectError("blocked here")

    own = httpx.Client() if colour.awaits else httpx.AsyncClient()
    for given in (
        {"transport": Blocking() if colour.awaits else Awaiting()},
        {"http_client" if colour.awaits else "async_http_client": own},
    ):
        client = replicate.Client._with_clock(clock, max_retries=0, **given)
        with pytest.raises(InvalidArgumentError, match="no transport"):
            colour(client.predictions.get, ID)


@pytest.mark.parametrize("source", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "argument"])
def test_a_proxy_is_used(colour, clock, environment, source):
    with RawServer(raw(head(502, content_length=0))) as proxy:
        named = {}
        if source == "argument":
            named["proxy"] = proxy.url
        else:
            environment.setenv(source, proxy.url)
        client = replicate.Client._with_clock(clock, max_retries=0, **named)
        with pytest.raises(NetworkError) as caught:
            colour(client.predictions.create, VERSION, input={})
        colour(client.close)
    assert proxy.lines == ["CONNECT api.replicate.com:443"]
    assert caught.value.sent is False
    assert "authorization" not in proxy.requests[0].headers


@pytest.mark.parametrize("source", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_leads_to_this_machine(colour, clock, environment, source):
    """It would see the token: what does not leave the machine is not encrypted."""
    with RawServer(raw(head(502, content_length=0))) as proxy, RawServer(respond(200, prediction())) as server:
        environment.setenv(source, proxy.url)
        client = replicate.Client._with_clock(clock, base_url=server.url, max_retries=0)
        assert colour(client.predictions.get, ID).id == ID
        colour(client.close)
        assert not proxy.lines


def test_proxies_of_the_environment_can_be_ignored(colour, clock, environment):
    environment.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with RawServer(respond(200, prediction())) as server:
        client = replicate.Client._with_clock(clock, base_url=server.url, trust_env=False)
        assert colour(client.predictions.get, ID).id == ID
        colour(client.close)


@pytest.mark.parametrize(
    "options",
    [
        {"verify": "/nonexistent.pem"},
        {"verify": "/etc/hostname"},
        {"cert": "/nonexistent.pem"},
        {"limits": 5},
        {"proxy": "nonsense"},
        {"event_hooks": [1]},
    ],
)
@pytest.mark.filterwarnings("ignore:`verify=<str>` is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:`cert=...` is deprecated:DeprecationWarning")
def test_an_option_that_httpx_cannot_use_is_this_clients_error(colour, clock, options):
    client = replicate.Client._with_clock(clock, **options)
    with pytest.raises(InvalidArgumentError, match="options for httpx cannot be used"):
        colour(client.predictions.get, ID)
    colour(client.close)


# Closing


def test_a_closed_client_says_so(colour, open_client):
    script = Script()
    client = open_client(script)
    colour(client.close)
    colour(client.close)
    for call in (
        lambda: colour(client.predictions.get, ID),
        lambda: colour(client.run, VERSION),
        lambda: list(colour.iterate(client.stream, VERSION)),
    ):
        with pytest.raises(RuntimeError, match="closed"):
            call()
    assert script.sent == []


def test_a_client_used_and_closed_says_so_too(colour, open_client):
    script = Script(prediction())
    client = open_client(script)
    found = colour(client.predictions.get, ID)
    colour(client.close)
    with pytest.raises(RuntimeError, match="closed"):
        colour(found.reload)
    assert len(script.sent) == 1


def test_a_with_block_closes(colour, clock):
    script = Script(prediction())

    def block():
        with replicate.Client._with_clock(clock, transport=script) as client:
            client.predictions.get(ID)
        return client

    async def block_awaited():
        async with replicate.Client._with_clock(clock, transport=script) as client:
            await client.predictions.async_get(ID)
        return client

    client = colour.settle(block_awaited if colour.awaits else block)
    assert script.closed == 1
    with pytest.raises(RuntimeError, match="closed"):
        colour(client.predictions.get, ID)


def test_making_a_client_opens_nothing(clock, environment):
    environment.delenv("REPLICATE_API_TOKEN")
    script = Script()
    client = replicate.Client._with_clock(clock, transport=script)
    assert client._api is None
    client.close()
    assert "replicate.com" in repr(client)
