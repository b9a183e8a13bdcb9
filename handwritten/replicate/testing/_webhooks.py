"""Webhook messages for a test: signing them as the service does, and sending them to this machine only."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from replicate._webhook_signatures import sign

from ._scripts import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._predictions import FakePrediction

WebhookEventName: TypeAlias = Literal["start", "output", "logs", "completed"]


def sign_webhook(
    body: bytes | str,
    secret: str | Sequence[str],
    *,
    message_id: str | None = None,
    timestamp: float | None = None,
) -> dict[str, str]:
    """Return the headers with which the service would send a webhook message with this body.

    Args:
        body: the body exactly as it will be sent.
        secret: the receiver's secret, `whsec_…`; several while one is being replaced.
        message_id: what tells one message from another; a random one by default. A repetition has the same.
        timestamp: when it is sent, in seconds since 1970; now by default. Receivers refuse old messages.

    Raises:
        InvalidSecretKeyError: a secret is malformed.
    """
    content = body.encode() if isinstance(body, str) else body
    message_id = message_id or f"msg_{secrets.token_hex(12)}"
    moment = str(int(time.time() if timestamp is None else timestamp))
    keys = [secret] if isinstance(secret, str) else secret
    signatures = [sign(key, message_id=message_id, timestamp=moment, body=content) for key in keys]
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }


@dataclass(frozen=True)
class WebhookMessage:
    """A message as the service would send it: give body and headers to the code that receives webhooks."""

    body: bytes
    headers: dict[str, str] = field(repr=False)
    url: str | None = None
    """The webhook that the prediction was created with."""

    def send(self, url: str | None = None, *, timeout: float = 10.0) -> int:
        """Post it to an address of this machine and return the HTTP status it was answered with.

        Args:
            url: where to; by default the webhook that the prediction was created with.
            timeout: seconds to wait for the answer.

        Raises:
            ValueError: there is no address, or it is not one of this machine.
            OSError: nobody answers there.
        """
        import http.client

        target = urlsplit(url or self.url or "")
        if target.scheme != "http" or not _is_loopback(target.hostname or ""):
            raise ValueError(
                f"a webhook message is sent to this machine only, not to {target.geturl() or 'nowhere'!r}; "
                "give url='http://127.0.0.1:…', or hand body and headers to your handler"
            )
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=timeout)
        try:
            path = f"{target.path or '/'}{'?' if target.query else ''}{target.query}"
            connection.request("POST", path, self.body, self.headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


def make_message(prediction: FakePrediction, event: WebhookEventName, secret: str) -> WebhookMessage:
    """Return the message for an event of a prediction, which is brought to its end for `completed`."""
    if event == "completed":
        prediction.finish()
        if not prediction.is_over:
            raise ValueError(f"{prediction!r} hangs, so that it does not complete; cancel it, or script a delay")
        content = prediction.json()
    else:
        content = prediction.json(_step(prediction, event))
        if content["output"] is None:
            del content["output"]
    body = json.dumps(dict(sorted(content.items()))).encode()
    return WebhookMessage(body, sign_webhook(body, secret), prediction.webhook)


def _step(prediction: FakePrediction, event: WebhookEventName) -> Step:
    """Return the step that an event before the end shows."""
    last = prediction.course.steps[-1]
    return Step("processing", last.starts, 0.0 if event == "start" else last.share)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
