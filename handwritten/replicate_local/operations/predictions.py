"""The operations on predictions: create, get, list, cancel; never how a prediction is run."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.cursors import position
from replicate_local.database import Selection
from replicate_local.operations.webhooks import check_webhook, follow
from replicate_local.paging import page_response
from replicate_local.problems import InvalidField, Problem, invalid_input, invalid_version, not_found
from replicate_local.records import Prediction, Version, milliseconds, new_id, new_stream_token, now
from replicate_local.responses import json_response
from replicate_local.runner import EngineClosedError
from replicate_local.streams import stream_path
from replicate_local.validation import parse_date_time

if TYPE_CHECKING:
    from starlette.responses import Response

    from replicate_local.jsontypes import JsonObject

MAX_WAIT = 60.0
"""Seconds that a create may be held."""

_WEB_DAYS = 14


@handles("predictions.create")
async def create(call: Call) -> Response:
    """Create a prediction of a version, or of an official model's latest one."""
    return await create_prediction(call, _version(call, call.body["version"]))


async def create_prediction(call: Call, version: Version, *, deployment: str | None = None) -> Response:
    """Create a prediction and hold the answer as long as the caller prefers."""
    body: JsonObject = call.body
    check_webhook(body)
    prepared = call.engine.inputs.prepare(version, body["input"], call.origin)
    created_at = milliseconds(now())
    limit = call.headers.get("Cancel-After")
    prediction = Prediction(
        id=new_id(),
        model=version.model,
        version=version.id,
        input=prepared.stored,
        created_at=created_at,
        stream_token=new_stream_token(files=version.yields_files),
        deadline=None if limit is None else created_at + dt.timedelta(seconds=duration(limit)),
        webhook=body.get("webhook"),
        webhook_events_filter=body.get("webhook_events_filter"),
        stream=body.get("stream"),
        deployment=deployment,
    )
    try:
        run = call.engine.runner.start(prediction, version, prepared.resolved)
    except EngineClosedError as error:
        raise Problem(503, "The engine is stopping.") from error
    follow(call, run)
    headers = {"Location": serialize.prediction_url(prediction, call.origin)}
    preference = call.headers.get("Prefer")
    in_time = True
    if preference is not None:
        headers["Preference-Applied"] = preference
        in_time = await run.ended(_wait_seconds(preference))
    form = serialize.edge_prediction if in_time else serialize.unfinished_prediction
    content = form(prediction, call.origin, stream_path=stream_path(prediction))
    return json_response(content, status=201 if in_time else 202, headers=headers)


@handles("predictions.get")
async def get(call: Call) -> Response:
    """Return a prediction; a training can be read here too."""
    prediction = _prediction(call)
    if prediction.is_training:
        return json_response(serialize.database_training(prediction, call.origin, path="trainings"))
    young = call.engine.is_young(prediction) and prediction.source == "api"
    form = serialize.edge_prediction if young else serialize.database_prediction
    return json_response(form(prediction, call.origin, stream_path=stream_path(prediction)))


@handles("predictions.cancel")
async def cancel(call: Call) -> Response:
    """End a prediction; one that has ended is returned as it is."""
    prediction = _prediction(call)
    call.engine.runner.cancel(prediction.id)
    if prediction.is_training:
        return json_response(serialize.database_training(prediction, call.origin, path="predictions"))
    return json_response(serialize.database_prediction(prediction, call.origin, stream_path=stream_path(prediction)))


@handles("predictions.list")
async def list_predictions(call: Call) -> Response:
    """Return a page of the account's predictions, newest first."""
    conditions, values = ["NOT example", "NOT training"], list[Any]()
    for name, condition in (("created_after", "created_at >= ?"), ("created_before", "created_at < ?")):
        if name in call.query:
            conditions.append(condition)
            values.append(position(_moment(call, name)))
    if "source" in call.query:
        conditions += ["source = ?", "created_at >= ?"]
        values += [call.query["source"], position(now() - dt.timedelta(days=_WEB_DAYS))]

    def item(prediction: Prediction) -> JsonObject:
        alive = call.engine.runner.run(prediction.id)
        current = alive.prediction if alive else prediction
        return serialize.database_prediction(current, call.origin, stream_path=stream_path(current))

    selection = Selection("predictions", conditions, values)
    return page_response(call, lambda cursor: call.engine.store.predictions(selection, cursor), item)


def duration(text: str) -> int:
    """Return the seconds of a `Cancel-After` value, which the contract's pattern has checked."""
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def _wait_seconds(preference: str) -> float:
    _, _, seconds = preference.partition("=")
    return min(float(seconds), MAX_WAIT) if seconds else MAX_WAIT


def _moment(call: Call, name: str) -> dt.datetime:
    moment = parse_date_time(call.query[name])
    if moment is None:
        raise invalid_input([InvalidField("format", name, "Does not match format 'date-time'")])
    return moment


def _prediction(call: Call) -> Prediction:
    prediction = call.engine.prediction(call.path["prediction_id"])
    if prediction is None:
        raise not_found()
    return prediction


def _version(call: Call, reference: str) -> Version:
    """Find `<id>`, `owner/name:<id>` or, for an official model, `owner/name`."""
    store = call.engine.store
    name, colon, version_id = reference.partition(":")
    if colon:
        version = store.version(version_id, name)
    elif "/" in name:
        model = store.model(name)
        version = store.latest_version(name) if model is not None and model.is_official else None
    else:
        version = store.version(name)
    if version is None:
        raise invalid_version()
    return version
