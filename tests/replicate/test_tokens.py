"""Where the API token comes from, where it goes, and that it is never shown."""

from __future__ import annotations

import logging
import pickle
import sys
import traceback
from contextlib import suppress
from types import SimpleNamespace

import httpx
import pytest
import replicate
from clocks import FakeClock
from colours import on_the_loop
from hypothesis import example, given, settings
from hypothesis import strategies as st
from raw_sockets import RawServer, respond
from replicate.exceptions import AuthenticationError, InvalidArgumentError, ReplicateError
from scripted import Script, answer, events
from wire_objects import API, FILE_URL, ID, STREAM, TOKEN, VERSION, page, prediction, uploaded

BEARER = f"Bearer {TOKEN}"


def test_the_token_of_the_environment_goes_along_with_an_api_call(colour, open_client):
    script = Script(prediction())
    colour(open_client(script).predictions.get, ID)
    assert script.sent[0].token == BEARER


def test_the_environment_is_read_for_each_request(colour, open_client, environment):
    script = Script(prediction(), prediction())
    client = open_client(script)
    environment.setenv("REPLICATE_API_TOKEN", "first")
    colour(client.predictions.get, ID)
    environment.setenv("REPLICATE_API_TOKEN", "second")
    colour(client.predictions.get, ID)
    assert [sent.token for sent in script.sent] == ["Bearer first", "Bearer second"]


def test_a_token_that_was_passed_in_wins_over_the_environment(colour, open_client):
    script = Script(prediction())
    colour(open_client(script, api_token="mine").predictions.get, ID)
    assert script.sent[0].token == "Bearer mine"


def test_a_function_gives_the_token_anew_for_each_try(colour, open_client):
    tokens = iter(["one", "two", "three"])
    script = Script(answer(503), prediction(), prediction())
    client = open_client(script, api_token=lambda: next(tokens))
    colour(client.predictions.get, ID)
    first, second = script.sent
    assert first.token != second.token


@pytest.mark.parametrize("given_token", ["tok\n", " tok ", "\ttok\r\n"])
def test_white_space_around_a_token_is_no_part_of_it(colour, open_client, given_token, environment):
    script = Script(prediction(), prediction())
    colour(open_client(script, api_token=given_token).predictions.get, ID)
    environment.setenv("REPLICATE_API_TOKEN", given_token)
    colour(open_client(script).predictions.get, ID)
    assert [sent.token for sent in script.sent] == ["Bearer tok", "Bearer tok"]


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_without_a_token_nothing_is_sent_and_the_error_names_the_variable(colour, open_client, environment, value):
    environment.delenv("REPLICATE_API_TOKEN")
    if value is not None:
        environment.setenv("REPLICATE_API_TOKEN", value)
    script = Script()
    client = open_client(script)
    calls = [
        (client.run, ("acme/painter",)),
        (client.predictions.create, ("acme/painter", None, {"x": 1})),
        (client.predictions.get, (ID,)),
        (client.models.list, ()),
    ]
    for method, arguments in calls:
        with pytest.raises(AuthenticationError, match="REPLICATE_API_TOKEN"):
            colour(method, *arguments)
    assert script.sent == []


def test_a_stream_without_a_token_sends_nothing(colour, open_client, environment):
    environment.delenv("REPLICATE_API_TOKEN")
    script = Script()
    with pytest.raises(AuthenticationError, match="REPLICATE_API_TOKEN"):
        list(colour.iterate(open_client(script).stream, "acme/painter"))
    assert script.sent == []


def test_a_server_on_this_machine_needs_no_token(colour, open_client, environment):
    environment.delenv("REPLICATE_API_TOKEN")
    script = Script(prediction())
    colour(open_client(script, base_url="http://127.0.0.1:8000").predictions.get, ID)
    assert script.sent[0].token is None


@pytest.mark.parametrize("broken", [f"{TOKEN}\n{TOKEN}", f"{TOKEN} x", f"{TOKEN}ü", f"{TOKEN}\x00", f"{TOKEN}\u2028x"])
def test_a_broken_token_is_refused_before_sending_and_not_shown(colour, open_client, broken, environment):
    for source in ("argument", "environment", "function"):
        script = Script()
        if source == "environment":
            if "\x00" in broken:
                continue
            environment.setenv("REPLICATE_API_TOKEN", broken)
        given_token = {"argument": broken, "function": lambda: broken}.get(source)
        client = open_client(script, api_token=given_token)
        with pytest.raises(AuthenticationError, match="token") as caught:
            colour(client.predictions.get, ID)
        assert TOKEN not in _everything_said(caught.value)
        assert script.sent == []


@pytest.mark.parametrize("wrong", [5, ["t"], {"token": "t"}])
def test_a_token_of_a_wrong_type_is_refused(wrong):
    with pytest.raises(InvalidArgumentError, match="api_token"):
        replicate.Client(api_token=wrong)


def test_a_function_that_gives_no_text_is_refused(colour, open_client):
    script = Script()
    with pytest.raises(AuthenticationError, match="not int"):
        colour(open_client(script, api_token=lambda: 5).predictions.get, ID)
    assert script.sent == []


class _Scope:
    def __init__(self, context):
        self.context = context


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"REPLICATE_API_TOKEN": "of-the-request"}, "Bearer of-the-request"),
        ({"replicate_api_token": "of-the-request"}, "Bearer of-the-request"),
        ({}, BEARER),
        (None, BEARER),
        ({"REPLICATE_API_TOKEN": None}, BEARER),
    ],
)
def test_in_a_cog_predictor_the_token_of_the_served_request_counts(colour, open_client, monkeypatch, context, expected):
    monkeypatch.setitem(sys.modules, "cog", SimpleNamespace(current_scope=lambda: _Scope(context)))
    script = Script(prediction())
    colour(open_client(script).predictions.get, ID)
    assert script.sent[0].token == expected


# To other hosts


def test_a_download_from_a_file_host_carries_no_token(colour, open_client):
    script = Script(answer(200, b"png"))
    output = replicate.FileOutput(FILE_URL, open_client(script))
    assert colour(output.read) == b"png"
    assert script.sent[0].token is None


def test_a_file_of_the_api_itself_is_downloaded_with_the_token(colour, open_client):
    script = Script(answer(200, b"png"))
    output = replicate.FileOutput(f"{API}/v1/files/f1/download", open_client(script))
    assert colour(output.read) == b"png"
    assert script.sent[0].token == BEARER


def test_each_hop_of_a_redirect_is_judged_by_its_own_origin(colour, open_client):
    script = Script(
        answer(302, headers={"location": "https://evil.example/a"}),
        answer(307, headers={"location": f"{API}.evil.example/b"}),
        answer(301, headers={"location": "https://api.replicate.com:8443/c"}),
        answer(308, headers={"location": "//API.Replicate.com:443/v1/d"}),
        answer(200, b"data"),
    )
    output = replicate.FileOutput(f"{API}/v1/files/f1/download", open_client(script))
    assert colour(output.read) == b"data"
    assert [sent.token for sent in script.sent] == [BEARER, None, None, None, BEARER]


def test_a_redirect_is_not_followed_to_plain_http(colour, open_client):
    script = Script(answer(302, headers={"location": "http://api.replicate.com/v1/files/f1"}))
    output = replicate.FileOutput(f"{API}/v1/files/f1/download", open_client(script))
    with pytest.raises(ReplicateError):
        colour(output.read)
    assert len(script.sent) == 1


def test_an_api_call_that_is_redirected_is_an_error_and_not_followed(colour, open_client):
    script = Script(answer(302, headers={"location": "https://evil.example/v1/predictions"}))
    with pytest.raises(ReplicateError) as caught:
        colour(open_client(script).predictions.get, ID)
    assert caught.value.status == 302
    assert len(script.sent) == 1


def test_an_event_stream_on_another_host_carries_no_token(colour, open_client):
    script = Script(prediction(), events(b"event: done\ndata: {}\n\n"))
    assert [event.event for event in colour.iterate(open_client(script).stream, "acme/painter")] == ["done"]
    assert [sent.token for sent in script.sent] == [BEARER, None]
    assert script.lines[1] == f"GET {STREAM}"


def test_an_upload_carries_the_token_to_the_api_and_only_its_url_goes_on(colour, open_client):
    script = Script(uploaded(), prediction("succeeded", output="ok"))
    colour(open_client(script).run, f"acme/painter:{VERSION}", {"image": b"png"})
    assert [sent.token for sent in script.sent] == [BEARER, BEARER]
    assert TOKEN.encode() not in b"".join(sent.body for sent in script.sent)


def test_headers_of_the_caller_never_take_a_token_to_another_host(colour, open_client):
    script = Script(answer(200, b"x"), prediction())
    given_headers = {"authorization": "Bearer other", "Cookie": "session=1", "X-Mine": "1"}
    client = open_client(script, headers=given_headers, cookies={"tasty": "yes"})
    colour(replicate.FileOutput(FILE_URL, client).read)
    colour(client.predictions.get, ID)
    foreign, own = script.sent
    assert foreign.token is None
    assert "cookie" not in foreign.headers
    assert own.headers.get_list("authorization") == [BEARER]
    assert given_headers == {"authorization": "Bearer other", "Cookie": "session=1", "X-Mine": "1"}


def test_a_low_level_client_has_the_same_rule(colour, open_client):
    script = Script(answer(200, b"x"), answer(200, b"x"))
    http = open_client(script).api.get_httpx_client
    for url in ("https://evil.example/", f"{API}/v1/account"):
        colour.settle(lambda url=url: on_the_loop(colour, http).get(url))
    assert [sent.token for sent in script.sent] == [None, BEARER]


hosts = st.sampled_from(
    [
        "api.replicate.com", "API.REPLICATE.COM", "Api.Replicate.Com", "api.replicate.com.", "api.replicate.co",
        "api-replicate.com", "xapi.replicate.com", "api.replicate.com.evil.example", "evil.example", "replicate.com",
        "api.replicate.com%2eevil.example", "api.replicate.com\\.evil.example", "stream.replicate.com", "127.0.0.1",
        "[::1]", "\u0430pi.replicate.com", "\uff41pi.replicate.com", "api。replicate。com", "api.replicate.com\u200b",
        "xn--pi-6kc.replicate.com", "api.replicate.com@evil.example", "evil.example#@api.replicate.com",
        "evil.example?@api.replicate.com", "evil.example/@api.replicate.com", "api.replicate.com\t.evil.example",
    ]
)  # fmt: skip
urls = st.builds(
    lambda scheme, user, host, port, path: f"{scheme}://{user}{host}{port}{path}",
    st.sampled_from(["https", "http", "HTTPS", "hTTp", "wss", "ftp", "https:"]),
    st.sampled_from(["", "user@", "user:pass@", "api.replicate.com@", "https://api.replicate.com@", "@", ":@"]),
    hosts,
    st.sampled_from(["", ":443", ":80", ":8443", ":0443", ":", ":65536", ":-1", ":x"]),
    st.sampled_from(
        [
            "",
            "/",
            "/v1/files/f1",
            "//api.replicate.com/",
            "/..//",
            "?u=https://api.replicate.com",
            "#x",
            "/a b",
            "/\0",
            "/\n",
            "/ü",
            "/\ud800",
            "/%",
            "/\u2028",
            "/{}",
        ]
    ),
)


asked_for = Script()
asking = replicate.Client._with_clock(FakeClock(), TOKEN, transport=asked_for)


@settings(max_examples=2000, deadline=None)
@given(urls)
@example("https://api.replicate.com/v1/files/f1")
@example("https://user:pass@API.replicate.com:443/v1/files/f1")
@example("https://api.replicate.com./v1")
def test_the_token_goes_to_the_apis_scheme_host_and_port_and_to_nothing_else(url):
    asked_for.sent.clear()
    asked_for.answers.append(answer(200, b"x"))
    with suppress(ReplicateError):
        replicate.FileOutput(url, asking).read()
    for sent in asked_for.sent:
        own = (sent.url.scheme, sent.url.raw_host, sent.url.port) == ("https", b"api.replicate.com", None)
        assert (sent.token == BEARER) == own
        assert sent.headers["host"] == sent.url.netloc.decode("ascii")


# Never shown


def _everything_said(error):
    """Return all that a program could print or store of an error and its causes, local variables aside."""
    told = "".join(traceback.format_exception(error))
    while error is not None:
        told += f"{error!s}{error!r}{error.args!r}{getattr(error, '__dict__', '')!r}"
        if isinstance(error, ReplicateError):
            told += repr(pickle.dumps(error))
        error = error.__cause__ or error.__context__
    return told


def test_nothing_a_client_is_made_of_shows_the_token(colour, open_client):
    client = open_client(Script(prediction()), api_token=TOKEN)
    colour(client.predictions.get, ID)
    shown = [
        client, client.api, client.wire, client._settings, client._settings.token, client.api.connection,
        client.api.connection.access, client.api.call_options, client.predictions, client.models,
        on_the_loop(colour, client.api.get_httpx_client),
    ]  # fmt: skip
    for thing in shown:
        assert TOKEN not in f"{thing!r}{thing!s}"
    assert TOKEN not in repr(on_the_loop(colour, client.api.get_httpx_client).headers)


@pytest.mark.parametrize(
    "failure",
    [
        answer(401, {"title": "Unauthenticated", "detail": "You did not pass a valid authentication token"}),
        answer(500, "<html>"),
        answer(200, "<html>"),
        httpx.ReadTimeout("too slow"),
        httpx.ConnectError("refused"),
        httpx.LocalProtocolError("Illegal header value"),
    ],
)
def test_no_error_shows_the_token(colour, open_client, failure):
    script = Script(*[failure] * 9, routes={})
    client = open_client(script, max_retries=1)
    for method, arguments in ((client.predictions.get, (ID,)), (client.models.get, ("acme/painter",))):
        with pytest.raises(ReplicateError) as caught:
            colour(method, *arguments)
        assert TOKEN not in _everything_said(caught.value)


def test_no_log_line_shows_the_token_or_a_signed_query(colour, open_client, caplog):
    caplog.set_level(logging.DEBUG)
    with RawServer(respond(200, b'{"results": [], "next": null}', headers={"set-cookie": "a=b"})) as server:
        client = open_client(None, base_url=server.url)
        colour(client.predictions.list, f"{server.url}/v1/predictions?cursor=secret-cursor")
    assert server.requests[0].headers["authorization"] == BEARER
    assert TOKEN not in caplog.text
    assert "GET" in caplog.text
    own = "".join(record.getMessage() for record in caplog.records if record.name.startswith("replicate"))
    assert "/v1/predictions" in own
    assert "secret-cursor" not in own


def test_a_token_passed_as_something_else_is_not_repeated_by_the_error(colour, open_client):
    client = open_client(Script())
    for call in (
        lambda: replicate.Client(base_url=TOKEN),
        lambda: replicate.Client(file_encoding_strategy=TOKEN),
        lambda: replicate.Client(poll_interval=TOKEN),
        lambda: colour(client.run, TOKEN),
        lambda: colour(client.predictions.get, f"{TOKEN}/x"),
        lambda: colour(client.models.get, TOKEN),
        lambda: colour(client.run, "acme/painter", {}, webhook=TOKEN),
        lambda: colour(client.run, "acme/painter", {}, file_encoding_strategy=TOKEN),
        lambda: colour(client.predictions.list, f"https://evil.example/{TOKEN}"),
    ):
        with pytest.raises(InvalidArgumentError) as caught:
            call()
        assert TOKEN not in _everything_said(caught.value)


def test_no_body_holds_a_page_for_the_token(colour, open_client):
    script = Script(page())
    colour(open_client(script).predictions.list)
    assert script.sent[0].body == b""
