"""The operation on the webhook secret, and what creates do about the webhooks they are sent; never the delivery."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.problems import InvalidField, invalid_input
from replicate_local.records import LastCall
from replicate_local.responses import json_response
from replicate_local.streams import stream_path
from replicate_local.webhooks import EVENTS, Hook, is_callable, new_message_id

if TYPE_CHECKING:
    from starlette.responses import Response

    from replicate_local.engine import Engine
    from replicate_local.jsontypes import JsonObject
    from replicate_local.records import Prediction
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
    """Call the webhook of a new run, if it has one; without a filter it is called for every event.

    The call with the terminal status is noted until it was made, so that the next engine makes it if this one dies.
    """
    prediction = run.prediction
    if prediction.webhook is None:
        return
    engine = call.engine
    hook = _hook(engine, prediction, call.origin, new_message_id())
    if "completed" in hook.events and engine.webhooks.calls(hook.url):
        engine.store.add_last_call(LastCall(prediction.id, hook.last_id, call.origin))
    engine.webhooks.follow(run, hook)


def make_last_calls(engine: Engine) -> None:
    """Make the calls with a terminal status that earlier engines on this data did not come to."""
    for last in engine.store.last_calls():
        prediction = engine.store.prediction(last.prediction)
        if prediction is None or prediction.webhook is None or not engine.webhooks.calls(prediction.webhook):
            engine.store.delete_last_call(last.prediction)
        else:
            engine.webhooks.tell_end(prediction.id, _hook(engine, prediction, last.origin, last.message))


def _hook(engine: Engine, prediction: Prediction, origin: str, last_id: str) -> Hook:
    def make_body() -> bytes:
        body = serialize.webhook_body(prediction, origin, stream_path=stream_path(prediction))
        return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    events = EVENTS if prediction.webhook_events_filter is None else prediction.webhook_events_filter
    done = partial(engine.store.delete_last_call, prediction.id)
    return Hook(str(prediction.webhook), frozenset(events), make_body, last_id, done)
