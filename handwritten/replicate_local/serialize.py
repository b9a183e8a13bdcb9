"""The JSON forms of the wire contract's objects, made from records; never a decision about their state.

Predictions and trainings have two forms, as the service's two back ends have: the edge form leaves unset members out,
the database form sends them as null. Calls of webhooks have a third one.
"""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING, Any

from replicate_local.outputs import with_urls
from replicate_local.records import ACCOUNT

if TYPE_CHECKING:
    import datetime as dt

    from replicate_local.curated import Collection
    from replicate_local.jsontypes import JsonObject
    from replicate_local.records import Deployment, Model, Prediction, StoredFile, Version

_WEBHOOK_EVENTS = ["start", "completed", "logs", "output"]
"""The events of a webhook that has no filter, in the order in which the service tells them."""

ACCOUNT_FORM: JsonObject = {
    "type": "user",
    "username": ACCOUNT,
    "name": "Local engine",
    "github_url": None,
    "avatar_url": None,
}
"""The account that everything here belongs to."""


def edge_prediction(prediction: Prediction, origin: str, *, stream_path: str) -> JsonObject:
    """Return the form of creates, and of reads while the prediction is young."""
    result: JsonObject = {
        "id": prediction.id,
        "model": prediction.model,
        "version": prediction.version,
        "input": prediction.input,
        "logs": prediction.logs,
        "output": with_urls(prediction.output, origin),
        "data_removed": prediction.data_removed,
        "error": prediction.error,
        "status": prediction.status,
        "created_at": _short(prediction.created_at),
    }
    optional: JsonObject = {
        "started_at": _short(prediction.started_at),
        "completed_at": _short(prediction.completed_at),
        "metrics": prediction.metrics if prediction.ended and prediction.metrics else None,
        "deadline": _short(prediction.deadline),
        "webhook": prediction.webhook,
        "webhook_events_filter": prediction.webhook_events_filter,
        "stream": prediction.stream,
        "deployment": prediction.deployment,
    }
    result |= {key: value for key, value in optional.items() if value is not None}
    return result | {"urls": _urls(prediction, origin, stream_path)}


def unfinished_prediction(prediction: Prediction, origin: str, *, stream_path: str) -> JsonObject:
    """Return the edge form that ends a wait which ran out: clients take `processing` there for a complete output."""
    result = edge_prediction(prediction, origin, stream_path=stream_path)
    result |= {"status": "starting", "logs": "", "output": None}
    result.pop("started_at", None)
    return result


def database_prediction(prediction: Prediction, origin: str, *, stream_path: str) -> JsonObject:
    """Return the form of lists, cancels and examples."""
    result: JsonObject = {
        "completed_at": _long(prediction.completed_at),
        "created_at": _long(prediction.created_at),
        "data_removed": prediction.data_removed,
        "error": prediction.error,
        "id": prediction.id,
        "input": prediction.input,
        "logs": prediction.logs or None,
        "metrics": prediction.metrics if prediction.ended else {},
        "output": with_urls(prediction.output, origin),
        "source": prediction.source,
        "started_at": _long(prediction.started_at),
        "status": prediction.status,
        "urls": _urls(prediction, origin, stream_path),
        "model": prediction.model,
        "version": prediction.version,
        "webhook": prediction.webhook,
    }
    if prediction.webhook_events_filter is not None:
        result["webhook_events_filter"] = prediction.webhook_events_filter
    if prediction.deadline is not None:
        result["deadline"] = _long(prediction.deadline)
    if prediction.deployment is not None:
        result["deployment"] = prediction.deployment
    return result


def edge_training(training: Prediction, origin: str) -> JsonObject:
    """Return the form of creates, whose URLs name a prediction, as the service's do."""
    return edge_prediction(training, origin, stream_path="") | {"urls": _training_urls(training, origin, "predictions")}


def database_training(training: Prediction, origin: str, *, path: str) -> JsonObject:
    """Return the form of all other answers; the URLs of a cancel's name a prediction, the others' a training."""
    urls = _training_urls(training, origin, path)
    return database_prediction(training, origin, stream_path="") | {"urls": urls}


def webhook_body(run: Prediction, origin: str, *, stream_path: str) -> JsonObject:
    """Return what is sent to the webhook of a prediction or training; its keys are to be written in order."""
    body = edge_prediction(run, origin, stream_path=stream_path)
    if run.is_training:
        body["urls"] = _training_urls(run, origin, "predictions")
    if run.output is None and not run.ended:
        del body["output"]
    return {"webhook_events_filter": _WEBHOOK_EVENTS} | body


def _training_urls(training: Prediction, origin: str, path: str) -> JsonObject:
    own = f"{origin}/v1/{path}/{training.id}"
    return {"cancel": f"{own}/cancel", "get": own, "web": f"{origin}/p/{training.id}"}


def prediction_url(prediction: Prediction, origin: str) -> str:
    """Return `urls.get` of a prediction."""
    return f"{origin}/v1/predictions/{prediction.id}"


def _urls(prediction: Prediction, origin: str, stream_path: str) -> JsonObject:
    own = prediction_url(prediction, origin)
    return {
        "cancel": f"{own}/cancel",
        "get": own,
        "stream": f"{origin}{stream_path}",
        "web": f"{origin}/p/{prediction.id}",
    }


def model(
    record: Model, origin: str, *, run_count: int, latest_version: JsonObject | None, default_example: JsonObject | None
) -> JsonObject:
    """Return a model."""
    return {
        "url": f"{origin}/{_segment(record.owner)}/{_segment(record.name)}",
        "owner": record.owner,
        "name": record.name,
        "description": record.description,
        "visibility": record.visibility,
        "github_url": record.github_url,
        "paper_url": record.paper_url,
        "license_url": record.license_url,
        **({} if record.weights_url is None else {"weights_url": record.weights_url}),
        "run_count": run_count,
        "cover_image_url": record.cover_image_url,
        "default_example": default_example,
        "latest_version": latest_version,
        "created_at": _long(record.created_at),
        "is_official": record.is_official,
    }


def version(record: Version) -> JsonObject:
    """Return a version."""
    return {
        "id": record.id,
        "created_at": _long(record.created_at),
        "cog_version": record.cog_version,
        "openapi_schema": record.openapi_schema,
    }


def file(record: StoredFile, origin: str) -> JsonObject:
    """Return the description of an upload."""
    return {
        "id": record.id,
        "name": record.name,
        "content_type": record.content_type,
        "size": record.size,
        "etag": record.md5,
        "checksums": {"sha256": record.sha256, "md5": record.md5},
        "metadata": record.metadata,
        "created_at": _short(record.created_at),
        "expires_at": _short(record.expires_at),
        "urls": {"get": f"{origin}/v1/files/{record.id}"},
    }


def deployment(record: Deployment) -> JsonObject:
    """Return a deployment with its current release."""
    return {
        "owner": record.owner,
        "name": record.name,
        "current_release": {
            "number": record.number,
            "model": record.model,
            "version": record.version,
            "created_at": _long(record.released_at),
            "created_by": ACCOUNT_FORM,
            "configuration": {
                "hardware": record.hardware,
                "min_instances": record.min_instances,
                "max_instances": record.max_instances,
            },
        },
    }


def collection(record: Collection) -> JsonObject:
    """Return a collection without its models."""
    return {
        "name": record.name,
        "slug": record.slug,
        "description": record.description,
        "full_description": record.full_description,
    }


def page(results: list[Any], *, next_url: str | None, previous_url: str | None) -> JsonObject:
    """Return a page of a list."""
    return {"next": next_url, "previous": previous_url, "results": results}


def _segment(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _long(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _short(moment: dt.datetime | None) -> str | None:
    """Return a time stamp without trailing zeros, as one of the two back ends writes it."""
    if moment is None:
        return None
    seconds, _, fraction = moment.strftime("%Y-%m-%dT%H:%M:%S.%f").partition(".")
    fraction = fraction.rstrip("0")
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"
