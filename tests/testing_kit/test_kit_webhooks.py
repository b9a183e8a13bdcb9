"""Webhook messages as a test makes them, checked by the client that receives them."""

from __future__ import annotations

import json
import math
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import replicate
from replicate.testing import sign_webhook
from replicate.webhook import WebhookValidationError

MODEL = "acme/writer"
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
OTHER = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3"
BODY = '{"id":"q5w1zx7k3mrt40cvy9h8b2ndfe","status":"succeeded","output":"héllo\\n"}'


def test_a_signature_is_the_one_of_the_reference():
    headers = sign_webhook(BODY, SECRET, message_id="msg_refvector0001", timestamp=1735689600.9)
    assert headers["webhook-signature"] == "v1,msroZ6ZernTa7ytUiYmhxj9LUBDkwDDlQ0FdeZq+/ao="
    assert headers["webhook-timestamp"] == "1735689600"


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_a_message_signed_with_several_secrets_fits_each(secret):
    headers = sign_webhook(BODY.encode(), [SECRET, OTHER])
    replicate.webhooks.validate(headers=headers, body=BODY, secret=secret)


def test_two_messages_have_two_ids():
    assert sign_webhook("{}", SECRET)["webhook-id"] != sign_webhook("{}", SECRET)["webhook-id"]


@pytest.mark.parametrize(
    ("change", "secret"), [({"timestamp": 1735689600}, SECRET), ({}, OTHER), ({"message_id": "other"}, OTHER)]
)
def test_a_message_that_is_old_or_of_another_is_refused(change, secret):
    with pytest.raises(WebhookValidationError):
        replicate.webhooks.unwrap(BODY, sign_webhook(BODY, SECRET, **change), secret=secret)


def test_a_message_about_a_prediction_is_genuine(colour, client, fake_replicate):
    fake_replicate.script(MODEL, "done", logs="a line")
    prediction = colour.call(client.predictions.create, model=MODEL, input={"a": 1}, webhook="https://example.com/h")
    message = fake_replicate.webhook(prediction)
    event = colour.call(client.webhooks.unwrap, message.body, message.headers)
    assert (event.prediction.id, event.prediction.status) == (prediction.id, "succeeded")
    assert (event.prediction.output, event.prediction.logs) == ("done", "a line\n")
    assert message.url == "https://example.com/h"


def test_a_message_before_the_end_tells_less(client, fake_replicate):
    fake_replicate.script(MODEL, ["a", "b"], logs=["1", "2"])
    prediction_id = client.predictions.create(model=MODEL, input={}).id
    told = {event: json.loads(fake_replicate.webhook(prediction_id, event).body) for event in ("start", "output")}
    assert (told["start"]["status"], told["start"].get("output"), told["start"]["logs"]) == ("processing", None, "")
    assert (told["output"]["status"], told["output"]["output"], told["output"]["logs"]) == ("processing", ["a"], "1\n")
    assert "metrics" not in told["output"]
    assert fake_replicate.predictions[0].status == "starting"


def test_the_latest_prediction_is_meant_where_none_is_named(client, fake_replicate):
    fake_replicate.script(MODEL, error="no")
    client.predictions.create(model=MODEL, input={})
    last = client.predictions.create(model=MODEL, input={})
    assert json.loads(fake_replicate.webhook().body)["id"] == last.id


def test_a_message_about_nothing_is_refused(client, fake_replicate):
    with pytest.raises(ValueError, match="no prediction of this test"):
        fake_replicate.webhook("unknown")
    fake_replicate.script(MODEL, delay=math.inf)
    client.predictions.create(model=MODEL, input={})
    with pytest.raises(ValueError, match="hangs"):
        fake_replicate.webhook()


def test_a_message_can_be_sent_to_a_server_of_this_machine(client, fake_replicate):
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((self.path, client.webhooks.unwrap(body, self.headers).prediction.status))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        fake_replicate.script(MODEL, "done")
        client.predictions.create(model=MODEL, input={}, webhook=f"http://127.0.0.1:{server.server_port}/hook?order=7")
        assert fake_replicate.webhook().send() == 204
        thread.join()
    assert received == [("/hook?order=7", "succeeded")]


@pytest.mark.parametrize("url", [None, "https://example.com/hook", "http://192.0.2.1/hook", "file:///etc/passwd"])
def test_a_message_is_sent_nowhere_else(client, fake_replicate, url):
    fake_replicate.script(MODEL, "done")
    client.predictions.create(model=MODEL, input={})
    with pytest.raises(ValueError, match="this machine only"):
        fake_replicate.webhook().send(url)
