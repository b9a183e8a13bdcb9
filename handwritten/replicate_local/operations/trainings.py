"""The operations on trainings, which run the training code of a version for a new one; never the running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.database import Selection
from replicate_local.operations.versions import find_version
from replicate_local.operations.webhooks import check_webhook, follow
from replicate_local.paging import page_response
from replicate_local.problems import Problem, not_found
from replicate_local.records import ACCOUNT, Prediction, milliseconds, new_id, new_stream_token, now
from replicate_local.responses import json_response
from replicate_local.runner import EngineClosedError

if TYPE_CHECKING:
    from starlette.responses import Response

    from replicate_local.jsontypes import JsonObject


@handles("trainings.create")
async def create(call: Call) -> Response:
    """Start the training code of a version; the destination gets what it makes."""
    version = find_version(call)
    body: JsonObject = call.body
    _check_destination(call, body["destination"])
    if not version.trainable:
        raise Problem(422, f"{version.model} cannot be trained: it has no training code.")
    check_webhook(body)
    prepared = call.engine.inputs.prepare(version, body["input"], call.origin, component="TrainingInput")
    training = Prediction(
        id=new_id(),
        model=version.model,
        version=version.id,
        input=prepared.stored,
        created_at=milliseconds(now()),
        stream_token=new_stream_token(files=False),
        webhook=body.get("webhook"),
        webhook_events_filter=body.get("webhook_events_filter"),
        destination=body["destination"],
    )
    try:
        run = call.engine.runner.start(training, version, prepared.resolved)
    except EngineClosedError as error:
        raise Problem(503, "The engine is stopping.") from error
    follow(call, run)
    return json_response(serialize.edge_training(training, call.origin), status=201)


@handles("trainings.list")
async def list_trainings(call: Call) -> Response:
    """Return a page of the account's trainings, newest first."""

    def item(training: Prediction) -> JsonObject:
        alive = call.engine.runner.run(training.id)
        return serialize.database_training(alive.prediction if alive else training, call.origin, path="trainings")

    selection = Selection("predictions", ["training"])
    return page_response(call, lambda cursor: call.engine.store.predictions(selection, cursor), item)


@handles("trainings.get")
async def get(call: Call) -> Response:
    """Return a training."""
    return json_response(serialize.database_training(_training(call), call.origin, path="trainings"))


@handles("trainings.cancel")
async def cancel(call: Call) -> Response:
    """End a training; one that has ended is returned as it is."""
    training = _training(call)
    call.engine.runner.cancel(training.id)
    return json_response(serialize.database_training(training, call.origin, path="predictions"))


def _training(call: Call) -> Prediction:
    training = call.engine.prediction(call.path["training_id"])
    if training is None or not training.is_training:
        raise not_found()
    return training


def _check_destination(call: Call, name: str) -> None:
    """Refuse what is no model of the account, and the models that come with the engine: they stay what they are."""
    model = call.engine.store.model(name)
    if model is None or model.owner != ACCOUNT:
        raise Problem(404, "The specified training destination does not exist")
    if model.is_official:
        raise Problem(403, f"{name} comes with the engine; create a model of your own as the destination.")
