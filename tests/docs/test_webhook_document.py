"""The receiver that docs/webhooks.md shows, called with messages as the service sends them; the document's tables."""

import asyncio
import dataclasses
import json
import time

import httpx
import pytest
import replicate
from documents import ROOT, first_column, programs
from replicate import webhook
from replicate._webhook_signatures import sign

DOCUMENT = ROOT / "docs/webhooks.md"


@pytest.fixture
def receiver(monkeypatch, surroundings):
    """The program of the document, in the surroundings in which documents are run."""
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    (program,) = (program for program in programs(DOCUMENT) if program.section == "Receive one")
    names = {"__name__": "receiver"}
    exec(compile(program.source, DOCUMENT, "exec"), names)  # the document's own words
    yield names
    names["client"].close()


def call(receiver, body, headers):
    """Send the receiver one message, and return its answer."""

    async def send():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(receiver["app"]), base_url="http://here") as caller:
            return await caller.post("/replicate", content=body, headers=headers)

    return asyncio.run(send())


def test_the_receiver_of_the_document_takes_genuine_messages_and_no_others(receiver, capsys):
    secret = receiver["client"].webhooks.default.secret().key
    body = json.dumps({"id": "abc", "status": "succeeded", "output": ["it works"]}).encode()
    moment = f"{time.time():.0f}"
    headers = {"webhook-id": "msg_1", "webhook-timestamp": moment}
    headers["webhook-signature"] = sign(secret, message_id="msg_1", timestamp=moment, body=body)

    assert call(receiver, body, headers).status_code == 204
    assert capsys.readouterr().out == "abc succeeded ['it works']\n"

    forged = call(receiver, body + b" ", headers)
    assert (forged.status_code, "No signature" in forged.text) == (400, True)
    assert call(receiver, body, {}).status_code == 400
    assert capsys.readouterr().out == ""


def test_the_document_tells_all_that_an_event_has():
    told = {name.removeprefix("event.") for name in first_column(DOCUMENT, "member")}
    has = {field.name for field in dataclasses.fields(replicate.WebhookEvent)}
    has |= {name for name, value in vars(replicate.WebhookEvent).items() if isinstance(value, property)}
    assert told == has


def test_the_document_tells_all_errors_of_messages():
    errors = {name for name in webhook.__all__ if name.endswith("Error")}
    assert {*first_column(DOCUMENT, "error"), "WebhookValidationError"} == errors
