"""The operations on models, their examples and readmes; never their versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

from replicate_local import serialize
from replicate_local.bodies import parse_json
from replicate_local.calls import Call, handles
from replicate_local.database import Selection
from replicate_local.operations.predictions import create_prediction
from replicate_local.paging import page_response
from replicate_local.problems import InvalidField, Problem, invalid_input, not_found
from replicate_local.records import ACCOUNT, Model, milliseconds, now
from replicate_local.responses import json_response
from replicate_local.search import matching_models
from replicate_local.streams import stream_path

if TYPE_CHECKING:
    from replicate_local.jsontypes import JsonObject

_PAGE_SIZE = 25
_SORT_KEYS = {"model_created_at": "created_at", "latest_version_created_at": "latest_version_created_at"}
_UPDATABLE = ("description", "readme", "github_url", "paper_url", "weights_url", "license_url")
_LIMIT = 1000
_NAME = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$"
"""What fits into a URL's path; the service's own rule is not published."""


@handles("models.list")
async def list_models(call: Call) -> Response:
    """Return a page of the public models that have a version and an example."""
    selection = Selection(
        "listed_models",
        sort_by=_SORT_KEYS[call.query.get("sort_by", "latest_version_created_at")],
        ascending=call.query.get("sort_direction") == "asc",
        size=_PAGE_SIZE,
    )
    return page_response(call, lambda cursor: call.engine.store.models(selection, cursor), lambda row: model(call, row))


@handles("models.search")
async def search_models(call: Call) -> Response:
    """Return the public models that match a text, best first, on one page."""
    found = matching_models(call.engine.store.public_models(), _search_text(call.body))
    results = [model(call, row) for row, _score in found[:_PAGE_SIZE]]
    return json_response(serialize.page(results, next_url=None, previous_url=None))


@handles("models.create")
async def create(call: Call) -> Response:
    """Create an empty model."""
    body: JsonObject = call.body
    if body["owner"] != ACCOUNT:
        raise Problem(403, f'This engine belongs to the account "{ACCOUNT}"; models can only be created for it.')
    if re.fullmatch(_NAME, body["name"]) is None:
        raise invalid_input([InvalidField("pattern", "name", f"Does not match pattern '{_NAME}'")])
    if call.engine.store.count_models() >= _LIMIT:
        raise Problem(403, f"An account can have {_LIMIT} models.")
    record = Model(
        owner=body["owner"],
        name=body["name"],
        visibility=body["visibility"],
        created_at=milliseconds(now()),
        description=body.get("description"),
        github_url=body.get("github_url"),
        paper_url=body.get("paper_url"),
        license_url=body.get("license_url"),
        cover_image_url=body.get("cover_image_url"),
    )
    if not call.engine.store.add_model(record):
        raise Problem(409, f'A model with name "{record.name}" and owner "{record.owner}" already exists.')
    return json_response(model(call, record), status=201)


@handles("models.get")
async def get(call: Call) -> Response:
    """Return a model."""
    return json_response(model(call, find_model(call)))


@handles("models.update")
async def update(call: Call) -> Response:
    """Change texts and links of a model."""
    record = _own_model(call)
    for name in _UPDATABLE:
        if name in call.body:
            setattr(record, name, call.body[name])
    call.engine.store.update_model(record)
    return json_response(model(call, record))


@handles("models.delete")
async def delete(call: Call) -> Response:
    """Delete a private model without versions."""
    record = _own_model(call)
    if record.visibility != "private" or call.engine.store.latest_version(record.full_name) is not None:
        raise Problem(403, "Only private models without versions can be deleted.")
    call.engine.store.delete_model(record.full_name)
    return Response(status_code=204)


@handles("models.examples.list")
async def list_examples(call: Call) -> Response:
    """Return a page of a model's example predictions."""
    record = find_model(call)
    selection = Selection("predictions", ["model = ?", "example"], [record.full_name])
    return page_response(
        call,
        lambda cursor: call.engine.store.predictions(selection, cursor),
        lambda row: serialize.database_prediction(row, call.origin, stream_path=stream_path(row)),
    )


@handles("models.readme.get")
async def get_readme(call: Call) -> Response:
    """Return a model's readme, empty if it has none."""
    return PlainTextResponse((find_model(call).readme or "").encode("utf-8", "replace"))


@handles("models.predictions.create")
async def create_model_prediction(call: Call) -> Response:
    """Create a prediction of an official model; others are not found here."""
    record = find_model(call)
    version = call.engine.store.latest_version(record.full_name) if record.is_official else None
    if version is None:
        raise not_found()
    return await create_prediction(call, version)


def find_model(call: Call) -> Model:
    """Return the model that a path names.

    Raises:
        Problem: 404 if there is none.
    """
    record = call.engine.store.model(f"{call.path['model_owner']}/{call.path['model_name']}")
    if record is None:
        raise not_found()
    return record


def _own_model(call: Call) -> Model:
    record = find_model(call)
    if record.owner != ACCOUNT:
        raise Problem(403, f'"{record.full_name}" does not belong to the account "{ACCOUNT}".')
    return record


def model(call: Call, record: Model) -> JsonObject:
    """Return a model with its latest version and default example."""
    store = call.engine.store
    version = store.latest_version(record.full_name)
    example = store.default_example(record.full_name)
    return serialize.model(
        record,
        call.origin,
        run_count=store.run_count(record.full_name),
        latest_version=serialize.version(version) if version else None,
        default_example=(
            serialize.database_prediction(example, call.origin, stream_path=stream_path(example)) if example else None
        ),
    )


def _search_text(body: str) -> str:
    """Return the bare search text; some clients send it as a JSON string."""
    try:
        parsed: object = parse_json(body)
    except ValueError:
        return body
    return parsed if isinstance(parsed, str) else body
