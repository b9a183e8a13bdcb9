"""The operation on the webhook secret, and what creates do about the webhooks they are sent; never the delivery."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.problems import InvalidField, invalid_input
from replicate_local.responses import json_response
from replicate_local.streams import stream_path
from replicate_local.webhooks import EVENTS, Hook, is_callable

if TYPE_CHECKING:
    from starlette.responses import Response

    from replicate_local.jsontypes import JsonObject
    from replicate_local.runs import Run


@handles("webhooks.default.secret.get")
async def get_secret(call: Call) -> Response:
    """Return what the calls of webhooks are signed with."""
    return json_response({"key": call.engine.keys.webhook_secret})


def check_webhook(body: JsonObject) -> None:
    """Refuse a webhook that would not be called.

    Raises:
        Problem: 422 if it is neither an https URL nor an http URL of this machine.
    """
    url: str | None = body.get("webhook")
    if url is not None and not is_callable(url):
        sentence = "Must be an https URL; http is allowed to this machine only, for example http://127.0.0.1:8080/"
        raise invalid_input([InvalidField("format", "webhook", sentence)])


def follow(call: Call, run: Run) -> None:
    """Call the webhook of a new run, if it has one; without a filter it is called for every event."""
    prediction = run.prediction
    if prediction.webhook is None:
        return
    origin = call.origin

    def make_body() -> bytes:
        body = serialize.webhook_body(prediction, origin, stream_path=stream_path(prediction))
        return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    events = EVENTS if prediction.webhook_events_filter is None else prediction.webhook_events_filter
    call.engine.webhooks.follow(run, Hook(prediction.webhook, frozenset(events), make_body))
