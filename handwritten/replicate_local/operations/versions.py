"""The operations on versions of models; never on the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.database import Selection
from replicate_local.operations.models import find_model
from replicate_local.paging import page_response
from replicate_local.problems import Problem, not_found
from replicate_local.responses import json_response

if TYPE_CHECKING:
    from replicate_local.records import Version


@handles("models.versions.list")
async def list_versions(call: Call) -> Response:
    """Return a page of a model's versions, newest first."""
    selection = Selection("versions", ["model = ?"], [find_model(call).full_name])
    return page_response(call, lambda cursor: call.engine.store.versions(selection, cursor), serialize.version)


@handles("models.versions.get")
async def get(call: Call) -> Response:
    """Return a version."""
    return json_response(serialize.version(find_version(call)))


@handles("models.versions.delete")
async def delete(call: Call) -> Response:
    """Delete a version of a private model, with its predictions."""
    version = find_version(call)
    if find_model(call).visibility != "private":
        raise Problem(403, "Only versions of private models can be deleted.")
    if call.engine.store.deployment_of(version) is not None or call.engine.store.has_trainings(version):
        raise Problem(403, "A version that has a deployment, or that another one was trained from, cannot be deleted.")
    call.engine.store.delete_version(version.model, version.id)
    call.engine.trained.delete(version.id)
    return Response(status_code=202)


def find_version(call: Call) -> Version:
    """Return the version that a path names.

    Raises:
        Problem: 404 if there is none.
    """
    version = call.engine.store.version(call.path["version_id"], find_model(call).full_name)
    if version is None:
        raise not_found()
    return version
