"""The operations on deployments: versions under names of their own, and predictions of them; never hardware.

Instances are not processes of their own: a release's predictions run on the workers of its version, but no more of them
at a time than it may have instances.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from starlette.responses import Response

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.database import Selection
from replicate_local.operations.predictions import create_prediction
from replicate_local.paging import page_response
from replicate_local.problems import InvalidField, Problem, invalid_input, invalid_version, not_found
from replicate_local.records import ACCOUNT, Deployment, milliseconds, now
from replicate_local.responses import json_response

if TYPE_CHECKING:
    from replicate_local.jsontypes import JsonObject
    from replicate_local.records import Version

_REST = dt.timedelta(minutes=15)
"""How long a deployment must have been unused before it can be deleted."""

_UPDATABLE = ("version", "hardware", "min_instances", "max_instances")


@handles("deployments.list")
async def list_deployments(call: Call) -> Response:
    """Return a page of the deployments, newest first."""
    return page_response(
        call,
        lambda cursor: call.engine.store.deployments(Selection("deployments"), cursor),
        serialize.deployment,
    )


@handles("deployments.create")
async def create(call: Call) -> Response:
    """Put a version under a name; the service answers 200."""
    body: JsonObject = call.body
    moment = milliseconds(now())
    record = Deployment(
        owner=ACCOUNT,
        name=body["name"],
        created_at=moment,
        model=body["model"],
        version=body["version"],
        hardware=body["hardware"],
        min_instances=int(body["min_instances"]),
        max_instances=int(body["max_instances"]),
        released_at=moment,
    )
    _check(call, record)
    if not call.engine.store.add_deployment(record):
        raise Problem(409, f'A deployment with name "{record.name}" and owner "{record.owner}" already exists.')
    return json_response(serialize.deployment(record))


@handles("deployments.get")
async def get(call: Call) -> Response:
    """Return a deployment."""
    return json_response(serialize.deployment(_deployment(call)))


@handles("deployments.update")
async def update(call: Call) -> Response:
    """Make a new release; one without instances ends what runs."""
    record = _deployment(call)
    for name in _UPDATABLE:
        if name in call.body:
            value = call.body[name]
            setattr(record, name, value if isinstance(value, str) else int(value))
    _check(call, record)
    record.number += 1
    record.released_at = milliseconds(now())
    call.engine.store.update_deployment(record)
    if record.max_instances == 0:
        call.engine.runner.cancel_deployment(record.full_name)
    call.engine.runner.instances.changed(record.full_name)
    return json_response(serialize.deployment(record))


@handles("deployments.delete")
async def delete(call: Call) -> Response:
    """Delete a deployment that keeps no instance on and was not used lately, or never."""
    record = _deployment(call)
    if record.min_instances > 0 or (record.used_at is not None and now() - record.used_at < _REST):
        minutes = _REST.seconds // 60
        raise Problem(
            409,
            f"Only deployments that have been offline and unused for {minutes} minutes can be deleted: "
            f"set min_instances to 0 and wait {minutes} minutes after the last prediction.",
        )
    call.engine.store.delete_deployment(record.full_name)
    return Response(status_code=204)


@handles("deployments.predictions.create")
async def create_deployment_prediction(call: Call) -> Response:
    """Create a prediction of the version that the current release runs."""
    record = _deployment(call)
    version = _version(call, record)
    if record.max_instances == 0:
        raise Problem(409, f"The deployment {record.full_name} is disabled: its max_instances is 0.")
    record.used_at = now()
    call.engine.store.update_deployment(record)
    return await create_prediction(call, version, deployment=record.full_name)


def _deployment(call: Call) -> Deployment:
    record = call.engine.store.deployment(f"{call.path['deployment_owner']}/{call.path['deployment_name']}")
    if record is None:
        raise not_found()
    return record


def _version(call: Call, record: Deployment) -> Version:
    version = call.engine.store.version(record.version, record.model)
    if version is None:
        raise invalid_version()
    return version


def _check(call: Call, record: Deployment) -> None:
    """Refuse a release that could not run."""
    if record.min_instances > record.max_instances:
        limit = f"Must be less than or equal to {record.max_instances}"
        raise invalid_input([InvalidField("number_lte", "min_instances", limit)])
    _version(call, record)
