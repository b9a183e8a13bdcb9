"""Receiving webhooks: the secret, what is accepted and what is refused, requests of frameworks, typed events."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import pickle
import time
from datetime import UTC, datetime
from email.message import Message
from types import SimpleNamespace

import httpx
import pytest
import replicate
from clocks import START
from replicate._webhook_signatures import sign
from replicate.exceptions import AuthenticationError, DecodeError, InvalidArgumentError, ReplicateException
from replicate.webhook import (
    InvalidSecretKeyError,
    InvalidSignatureError,
    InvalidTimestampError,
    MissingWebhookBodyError,
    MissingWebhookHeaderError,
    WebhookEvent,
    Webhooks,
    WebhookSigningSecret,
    WebhookValidationError,
)
from scripted import Script, answer
from test_webhook_signatures import (
    BODY,
    ID,
    REWRITTEN_BODY,
    ROTATION,
    SECRET_A,
    SECRET_B,
    SECRET_C,
    SIGNATURE_A,
    SIGNATURE_B,
    TIMESTAMP,
    UNDECODED_SECRET,
    UNKNOWN_VERSION,
)
from wire_objects import FILE_URL, VERSION, prediction, training
from wire_objects import ID as JOB

SECRET = "GET /v1/webhooks/default/secret"


def signed(body, *, secret=SECRET_A, message_id=ID, timestamp=START):
    """Return a message's body in bytes and its headers, as the service would send them."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    moment = f"{timestamp:.0f}"
    signature = sign(secret, message_id=message_id, timestamp=moment, body=content)
    return content, {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": signature}


DONE = prediction("succeeded", output=[FILE_URL], metrics={"predict_time": 1.5}, webhook="https://example.com/hook")


@pytest.fixture
def webhooks(open_client):
    """The webhooks of a client that must not need to ask for anything."""
    return open_client(Script()).webhooks


# Asking for one

URLS = [
    ("https://example.com/hook?order=17", True),
    ("HTTPS://example.com", True),
    ("https://例え.example/hook", True),
    ("http://example.com/hook", False),
    ("http://127.0.0.1:8000/hook", False),
    ("example.com/hook", False),
    ("https://", False),
    ("ftp://example.com/", False),
    ("https://example.com/a b", False),
    ("https://exam\nple.com/", False),
    ("https://example.com/\ud800", False),
    ("", False),
    (b"https://example.com/", False),
    (5, False),
]


@pytest.mark.parametrize(("url", "is_taken"), URLS)
def test_a_webhook_is_an_https_url(colour, open_client, url, is_taken):
    script = Script(answer(201, prediction()))
    options = {"version": VERSION, "input": {}, "webhook": url}
    if is_taken:
        colour(open_client(script).predictions.create, **options)
        assert script.sent[0].json["webhook"] == url
    else:
        with pytest.raises(InvalidArgumentError, match="webhook must be an absolute https URL"):
            colour(open_client(script).predictions.create, **options)
        assert script.sent == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/hook", "http://localhost/", "http://[::1]:8000/x"])
def test_a_webhook_for_an_engine_on_this_machine_may_be_http(colour, open_client, url):
    script = Script(answer(201, prediction()))
    client = open_client(script, base_url="http://127.0.0.1:8000")
    colour(client.predictions.create, version=VERSION, input={}, webhook=url, webhook_events_filter={"completed"})
    assert script.sent[0].json["webhook"] == url
    assert script.sent[0].json["webhook_events_filter"] == ["completed"]


@pytest.mark.parametrize("events", ["completed", ["complete"], [["completed"]], 5, ["start", None]])
def test_events_nobody_knows_are_refused_by_name(colour, open_client, events):
    script = Script()
    create = open_client(script).predictions.create
    with pytest.raises(InvalidArgumentError, match="must be a list of start, output, logs, completed"):
        colour(create, version=VERSION, input={}, webhook="https://example.com/", webhook_events_filter=events)
    assert script.sent == []


# The secret


def test_the_secret_is_asked_for_each_time_and_not_shown(colour, open_client):
    script = Script({"key": SECRET_A}, {"key": SECRET_B})
    default = open_client(script).webhooks.default
    first, second = colour(default.secret), colour(default.secret)
    assert isinstance(first, WebhookSigningSecret)
    assert (first.key, second.key, dict(first)) == (SECRET_A, SECRET_B, {"key": SECRET_A})
    assert script.lines == [SECRET, SECRET]
    assert first == WebhookSigningSecret(key=SECRET_A) != second
    for text in (repr(first), str(first), f"{first}", repr([first])):
        assert SECRET_A[6:] not in text


def test_the_secret_is_told_to_who_has_a_token_only(colour, open_client):
    script = Script(answer(401, {"detail": "You did not pass a valid authentication token"}))
    with pytest.raises(AuthenticationError):
        colour(open_client(script).webhooks.default.secret)


# Checking, by the form of 1.x

HEADERS_A = {"webhook-id": ID, "webhook-timestamp": TIMESTAMP, "webhook-signature": SIGNATURE_A}
ACCEPTED = {
    "the first secret": (SIGNATURE_A, SECRET_A),
    "the second secret": (SIGNATURE_B, SECRET_B),
    "a sender in rotation, the old secret": (ROTATION, SECRET_A),
    "a sender in rotation, the new secret": (ROTATION, SECRET_B),
    "a receiver in rotation": (SIGNATURE_B, [SECRET_C, SECRET_A, SECRET_B]),
    "a secret as an object": (SIGNATURE_A, WebhookSigningSecret(key=SECRET_A)),
    "secrets of both kinds": (SIGNATURE_A, (WebhookSigningSecret(key=SECRET_B), SECRET_A)),
    "secrets from a generator": (SIGNATURE_A, (secret for secret in [SECRET_A])),
    "an item nobody can read beside it": (f"v1,??? {UNKNOWN_VERSION} {SIGNATURE_A}", SECRET_A),
}


@pytest.mark.parametrize(("header", "secret"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_genuine_message_is_valid(header, secret):
    headers = {**HEADERS_A, "webhook-signature": header}
    assert Webhooks.validate(headers=headers, body=BODY, secret=secret, tolerance=None) is True


REFUSED = {
    "another secret": ({}, {"secret": SECRET_B}, InvalidSignatureError),
    "a secret that was not decoded": ({"webhook-signature": UNDECODED_SECRET}, {}, InvalidSignatureError),
    "a body that was written again": ({"webhook-signature": REWRITTEN_BODY}, {}, InvalidSignatureError),
    "an unknown version": ({"webhook-signature": UNKNOWN_VERSION}, {}, InvalidSignatureError),
    "no base64": ({"webhook-signature": "v1,äöü"}, {}, InvalidSignatureError),
    "another id": ({"webhook-id": "msg_other"}, {}, InvalidSignatureError),
    "another body": ({}, {"body": BODY + b" "}, InvalidSignatureError),
    "another moment": ({"webhook-timestamp": "1735689601"}, {}, InvalidSignatureError),
    "no moment": ({"webhook-timestamp": "noon"}, {}, InvalidTimestampError),
    "a message that is old": ({}, {"tolerance": 300}, InvalidTimestampError),
    "no id": ({"webhook-id": ""}, {}, MissingWebhookHeaderError),
    "no signature": ({"webhook-signature": None}, {}, MissingWebhookHeaderError),
    "no body": ({}, {"body": b""}, MissingWebhookBodyError),
    "a body that is no text": ({}, {"body": 5}, MissingWebhookBodyError),
    "no secret": ({}, {"secret": None}, InvalidSecretKeyError),
    "secrets that are none": ({}, {"secret": []}, InvalidSecretKeyError),
    "a secret without its prefix": ({}, {"secret": SECRET_A[6:]}, InvalidSecretKeyError),
    "a secret that is no text": ({}, {"secret": 5}, InvalidSecretKeyError),
}


@pytest.mark.parametrize(("headers", "given", "error"), REFUSED.values(), ids=REFUSED)
def test_any_other_message_is_refused_with_a_reason_of_one_family(headers, given, error):
    message = {"headers": {**HEADERS_A, **headers}, "body": BODY, "secret": SECRET_A, "tolerance": None, **given}
    with pytest.raises(error) as caught:
        Webhooks.validate(**message)
    for family in (WebhookValidationError, ValueError, ReplicateException):
        assert isinstance(caught.value, family)
    assert SECRET_A[6:] not in str(caught.value)


def test_a_message_is_taken_for_old_after_five_minutes_unless_told_otherwise():
    def check(age, **options):
        body, headers = signed(DONE, timestamp=time.time() - age)
        return Webhooks.validate(headers=headers, body=body, secret=SECRET_A, **options)

    assert check(0)
    assert check(290)
    assert check(-290)
    assert check(10_000, tolerance=20_000)
    for age in (320, -320):
        with pytest.raises(InvalidTimestampError, match="It may be a replay"):
            check(age)
    with pytest.raises(InvalidTimestampError):
        check(100, tolerance=50.5)


WRONG_ARGUMENTS = {
    "a request and its parts": {"request": SimpleNamespace(headers=HEADERS_A, body=BODY), "body": BODY},
    "JSON that was parsed": {"headers": HEADERS_A, "body": {"id": 1}},
    "headers that are a text": {"headers": "webhook-id", "body": BODY},
    "headers that are nothing": {"headers": 5, "body": BODY},
    "a tolerance that is no number": {"headers": HEADERS_A, "body": BODY, "tolerance": "5 minutes"},
    "a request without a body": {"request": SimpleNamespace(headers=HEADERS_A)},
    "a text that is no UTF-8": {"headers": HEADERS_A, "body": "\ud800"},
}


@pytest.mark.parametrize("given", WRONG_ARGUMENTS.values(), ids=WRONG_ARGUMENTS)
def test_arguments_that_make_no_message_are_no_forgery_but_a_mistake(given):
    with pytest.raises(InvalidArgumentError):
        Webhooks.validate(secret=SECRET_A, **given)


# What carries a message


def case(headers):
    return {name.upper(): value for name, value in headers.items()}


def email_message(headers):
    message = Message()
    for name, value in headers.items():
        message[name] = value
    return message


HEADERS = {
    "a dictionary": dict,
    "in upper case": case,
    "pairs": lambda headers: list(headers.items()),
    "pairs in bytes, as in ASGI": lambda headers: [(name.encode(), text.encode()) for name, text in headers.items()],
    "of WSGI": lambda headers: {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()},
    "each listed, as of gateways": lambda headers: {name: [value] for name, value in headers.items()},
    "of httpx": httpx.Headers,
    "of http.server": email_message,
    "with blanks around": lambda headers: {name: f" {value}\t" for name, value in headers.items()},
    "among others": lambda headers: {"Accept": "*/*", "X-Odd": None, "Webhook": "no", **headers},
}
BODIES = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "text": lambda body: body.decode(),
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_headers_and_bodies_are_read_in_each_form(colour, webhooks, headers, body):
    content, sent = signed({**DONE, "logs": "größe\u2028\n"})
    event = colour(webhooks.unwrap, body(content), headers(sent), secret=SECRET_A)
    assert event.prediction.logs == "größe\u2028\n"


@pytest.mark.parametrize("odd", [[(1, 2, 3)], [()], ["webhook-id"], [("webhook-id", ["a", "b"])], {"webhook-id": 5}])
def test_headers_of_no_known_form_count_as_missing(colour, webhooks, odd):
    content, _ = signed(DONE)
    with pytest.raises(MissingWebhookHeaderError):
        colour(webhooks.unwrap, content, odd, secret=SECRET_A)


def httpx_request(body, headers):
    return httpx.Request("POST", "https://example.com/hook", content=body, headers=headers)


def flask_request(body, headers):
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request  # what Flask's own is made from

    return Request(EnvironBuilder(method="POST", data=body, headers=headers).get_environ())


def django_request(body, headers):
    return SimpleNamespace(headers=headers, body=body, META={}, read=io.BytesIO().read)


def bottle_request(body, headers):
    return SimpleNamespace(headers=headers, body=io.BytesIO(body))


SYNCHRONOUS = {
    "httpx": httpx_request,
    "Flask": flask_request,
    "Django": django_request,
    "Tornado, Pyramid, Sanic": lambda body, headers: SimpleNamespace(headers=headers, body=body),
    "Bottle": bottle_request,
}


@pytest.mark.parametrize("request_of", SYNCHRONOUS.values(), ids=SYNCHRONOUS)
def test_a_request_of_a_framework_is_read_as_it_is(colour, webhooks, request_of):
    content, headers = signed(DONE)
    assert colour(webhooks.unwrap, request_of(content, headers), secret=SECRET_A).prediction.id == JOB
    assert Webhooks.validate(request_of(content, headers), secret=SECRET_A, tolerance=None)
    with pytest.raises(InvalidSignatureError):
        colour(webhooks.unwrap, request_of(content + b" ", headers), secret=SECRET_A)


def starlette_request(body, headers):
    from starlette.requests import Request

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": pairs}, receive)


class AiohttpRequest:
    """What aiohttp offers: a stream as `content`, and a `read` that is awaited."""

    def __init__(self, body, headers):
        self.headers, self._body = headers, body
        self.content = SimpleNamespace(read=self.read)

    async def read(self):
        return self._body


def quart_request(body, headers):
    async def get_data():
        return body

    return SimpleNamespace(headers=headers, get_data=get_data)


AWAITED = {"Starlette, FastAPI": starlette_request, "aiohttp": AiohttpRequest, "Quart": quart_request}


@pytest.mark.parametrize("request_of", AWAITED.values(), ids=AWAITED)
def test_the_body_of_a_request_is_awaited_where_it_has_to_be(webhooks, request_of):
    content, headers = signed(DONE)
    event = asyncio.run(webhooks.async_unwrap(request_of(content, headers), secret=SECRET_A))
    assert event.prediction.id == JOB
    with pytest.raises(InvalidSignatureError):
        asyncio.run(webhooks.async_unwrap(request_of(content + b" ", headers), secret=SECRET_A))


@pytest.mark.parametrize("request_of", AWAITED.values(), ids=AWAITED)
def test_a_body_that_has_to_be_awaited_is_asked_for_by_name_in_blocking_code(webhooks, request_of):
    content, headers = signed(DONE)
    for call in (
        lambda: webhooks.unwrap(request_of(content, headers), secret=SECRET_A),
        lambda: Webhooks.validate(request_of(content, headers), secret=SECRET_A),
    ):
        with pytest.raises(InvalidArgumentError, match=r"async_unwrap\(\), or give await request\.body\(\)"):
            call()


def test_a_body_can_be_awaited_without_its_request(webhooks):
    content, headers = signed(DONE)

    async def main():
        return await webhooks.async_unwrap(starlette_request(content, headers).body(), headers, secret=SECRET_A)

    assert asyncio.run(main()).prediction.id == JOB


def test_an_error_of_the_request_itself_is_passed_on(webhooks):
    async def body():
        raise ConnectionResetError("the sender hung up")

    with pytest.raises(ConnectionResetError, match="hung up"):
        asyncio.run(webhooks.async_unwrap(SimpleNamespace(headers={}, body=body), secret=SECRET_A))


WRONG_CALLS = {
    "a request and headers": ((SimpleNamespace(headers={}, body=b"x"), {}), {}),
    "a request without a body": ((SimpleNamespace(headers={}),), {}),
    "JSON that was parsed": (({"id": 1}, {}), {}),
    "a kind nobody knows": ((b"x", {}), {"kind": "model"}),
    "a tolerance that is no number": (signed(DONE), {"tolerance": True}),
}


@pytest.mark.parametrize(("arguments", "options"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_call_that_makes_no_message_is_a_mistake(colour, webhooks, arguments, options):
    with pytest.raises(InvalidArgumentError):
        colour(webhooks.unwrap, *arguments, secret=SECRET_A, **options)


# Which secret


def test_the_secret_of_the_account_is_fetched_once_with_the_first_message(colour, open_client):
    script = Script({"key": SECRET_A})
    webhooks = open_client(script).webhooks
    for number in range(3):
        event = colour(webhooks.unwrap, *signed(DONE, message_id=f"msg_{number}"))
        assert (event.id, event.prediction.id) == (f"msg_{number}", JOB)
    assert script.lines == [SECRET]


def test_a_secret_that_was_asked_for_serves_the_messages_too(colour, open_client):
    script = Script({"key": SECRET_A})
    client = open_client(script)
    colour(client.webhooks.default.secret)
    assert colour(client.webhooks.unwrap, *signed(DONE)).prediction.id == JOB
    assert script.lines == [SECRET]


def test_a_secret_that_was_replaced_is_fetched_again_at_most_once_in_five_minutes(colour, open_client, clock):
    script = Script({"key": SECRET_A}, {"key": SECRET_B}, {"key": SECRET_B})
    webhooks = open_client(script).webhooks
    colour(webhooks.unwrap, *signed(DONE))
    clock.advance(301)
    later = START + clock.elapsed
    assert colour(webhooks.unwrap, *signed(DONE, secret=SECRET_B, timestamp=later)).prediction.id == JOB
    for _ in range(3):  # a flood of forged messages costs no requests
        with pytest.raises(InvalidSignatureError):
            colour(webhooks.unwrap, *signed(DONE, secret=SECRET_C, timestamp=later))
    assert len(script.sent) == 2
    clock.advance(301)
    with pytest.raises(InvalidSignatureError):
        colour(webhooks.unwrap, *signed(DONE, secret=SECRET_C, timestamp=START + clock.elapsed))
    assert len(script.sent) == 3


def test_an_old_message_never_makes_the_secret_be_fetched_again(colour, open_client, clock):
    script = Script({"key": SECRET_A})
    webhooks = open_client(script).webhooks
    colour(webhooks.unwrap, *signed(DONE))
    clock.advance(1000)
    with pytest.raises(InvalidTimestampError):
        colour(webhooks.unwrap, *signed(DONE))
    assert len(script.sent) == 1


def test_a_secret_that_cannot_be_fetched_is_that_error(colour, open_client):
    script = Script(answer(401, {"detail": "no valid token"}))
    with pytest.raises(AuthenticationError, match="no valid token"):
        colour(open_client(script).webhooks.unwrap, *signed(DONE))


@pytest.mark.parametrize("secret", [SECRET_A, [SECRET_C, SECRET_A], WebhookSigningSecret(key=SECRET_A)])
def test_with_secrets_that_are_given_nothing_is_asked_for(colour, webhooks, secret):
    assert colour(webhooks.unwrap, *signed(DONE), secret=secret).prediction.id == JOB
    with pytest.raises(InvalidSignatureError):
        colour(webhooks.unwrap, *signed(DONE, secret=SECRET_B), secret=secret)


def test_the_age_of_a_message_is_taken_from_the_clock_of_the_client(colour, webhooks, clock):
    message = signed(DONE)
    clock.advance(300)
    colour(webhooks.unwrap, *message, secret=SECRET_A)
    clock.advance(1)
    with pytest.raises(InvalidTimestampError, match="301 seconds ago"):
        colour(webhooks.unwrap, *message, secret=SECRET_A)
    assert colour(webhooks.unwrap, *message, secret=SECRET_A, tolerance=None).id == ID


# Events


def test_an_event_tells_the_prediction_as_it_stood(colour, open_client):
    script = Script(answer(200, b"png"))
    event = colour(open_client(script).webhooks.unwrap, *signed(DONE), secret=SECRET_A)
    assert isinstance(event, WebhookEvent)
    assert (event.id, event.timestamp) == (ID, datetime(2025, 3, 1, 12, tzinfo=UTC))
    assert isinstance(event.prediction, replicate.Prediction)
    assert event.training is None
    assert event.job is event.prediction
    assert event.is_final
    assert (event.prediction.status, event.prediction.output) == ("succeeded", [FILE_URL])
    assert event.prediction.metrics == {"predict_time": 1.5}
    assert colour(event.prediction.output[0].read) == b"png"
    assert script.sent[0].token is None


@pytest.mark.parametrize(
    ("status", "is_final"),
    [
        ("starting", False), ("processing", False), ("succeeded", True), ("failed", True), ("canceled", True),
        ("aborted", True), ("a-new-one", False),
    ],
)  # fmt: skip
def test_an_event_tells_whether_more_will_come(colour, webhooks, status, is_final):
    assert colour(webhooks.unwrap, *signed(prediction(status)), secret=SECRET_A).is_final is is_final


def test_the_prediction_of_an_event_can_be_followed(colour, open_client):
    script = Script(prediction("succeeded"))
    event = colour(open_client(script).webhooks.unwrap, *signed(prediction("processing")), secret=SECRET_A)
    assert colour(event.prediction.reload).status == "succeeded"
    assert script.lines == [f"GET /v1/predictions/{JOB}"]


TRAININGS = {
    "its URLs": training(urls={"get": f"https://api.replicate.com/v1/trainings/{JOB}"}),
    "its destination": training(destination="acme/painter"),
    "its output": training("succeeded", output={"version": f"acme/painter:{VERSION}", "weights": FILE_URL}),
}


@pytest.mark.parametrize("body", TRAININGS.values(), ids=TRAININGS)
def test_a_training_is_known_by_what_it_tells(colour, webhooks, body):
    event = colour(webhooks.unwrap, *signed(body), secret=SECRET_A)
    assert isinstance(event.training, replicate.Training)
    assert (event.prediction, event.job.id) == (None, JOB)


@pytest.mark.parametrize(("kind", "is_training"), [("training", True), ("prediction", False), (None, False)])
def test_the_kind_of_a_message_can_be_told(colour, webhooks, kind, is_training):
    event = colour(webhooks.unwrap, *signed(training("processing")), secret=SECRET_A, kind=kind)
    assert (event.training is not None) is is_training
    assert (event.prediction is None) is is_training


SMALL = {"id": JOB, "status": "starting"}
TOLERATED = {
    "the least": SMALL,
    "null everywhere": {**dict.fromkeys(DONE), **SMALL},
    "odd members": {**SMALL, "urls": 5, "output": {"a": [None]}, "metrics": [], "logs": {}, "created_at": "noon"},
    "members nobody has seen": {**DONE, "tide": {"high": 1}},
    "a status nobody has seen": {**DONE, "status": "moored"},
    "an output that is half of a training's": {**SMALL, "output": {"version": "x"}},
}


@pytest.mark.parametrize("body", TOLERATED.values(), ids=TOLERATED)
def test_a_prediction_is_read_whatever_is_missing_null_odd_or_new(colour, webhooks, body):
    event = colour(webhooks.unwrap, *signed(body), secret=SECRET_A)
    assert (event.prediction.id, event.prediction.status) == (JOB, body["status"])
    json.loads(event.prediction.json())


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b"[" * 100_000, [], 5, None, "text", {}, {"id": JOB}, {"status": "x"}, {"id": 5, "status": "x"}],
    ids=lambda body: repr(body)[:20],
)
@pytest.mark.parametrize("kind", [None, "training"])
def test_a_genuine_message_that_is_no_job_is_a_decode_error(colour, webhooks, body, kind):
    with pytest.raises(DecodeError, match="genuine, but it is no prediction and no training"):
        colour(webhooks.unwrap, *signed(body), secret=SECRET_A, kind=kind)


def test_a_forged_message_is_not_even_parsed(colour, webhooks):
    content, headers = signed(b"{")
    headers["webhook-signature"] = SIGNATURE_A
    with pytest.raises(InvalidSignatureError):
        colour(webhooks.unwrap, content, headers, secret=SECRET_A)


def test_a_moment_that_no_calendar_has_is_an_error_even_without_a_tolerance(colour, webhooks):
    with pytest.raises(InvalidTimestampError, match="no time of this calendar"):
        colour(webhooks.unwrap, *signed(DONE, timestamp=10**14), secret=SECRET_A, tolerance=None)


def test_a_repeated_message_has_the_same_id_and_is_equal(colour, webhooks):
    first = colour(webhooks.unwrap, *signed(DONE), secret=SECRET_A)
    again = colour(webhooks.unwrap, *signed(DONE), secret=SECRET_A)
    assert first == again
    assert {first.id, again.id} == {ID}
    for copied in (copy.copy(first), copy.deepcopy(first), pickle.loads(pickle.dumps(first))):
        assert copied == first


def test_the_webhooks_of_the_package_are_those_of_the_default_client():
    assert replicate.webhooks is replicate.default_client.webhooks
    assert replicate.webhooks.validate is Webhooks.validate
