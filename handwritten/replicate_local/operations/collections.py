"""The operations on collections of models; never on the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.curated import COLLECTIONS, collection
from replicate_local.cursors import decode
from replicate_local.operations.models import model
from replicate_local.problems import not_found
from replicate_local.records import ACCOUNT
from replicate_local.responses import json_response

if TYPE_CHECKING:
    from starlette.responses import Response


@handles("collections.list")
async def list_collections(call: Call) -> Response:
    """Return all collections, which fit on one page; there is nothing behind a cursor."""
    if "cursor" in call.query:
        decode(call.query["cursor"])
    results = [] if "cursor" in call.query else [serialize.collection(item) for item in COLLECTIONS]
    return json_response(serialize.page(results, next_url=None, previous_url=None))


@handles("collections.get")
async def get(call: Call) -> Response:
    """Return a collection with its models."""
    found = collection(call.path["collection_slug"])
    if found is None:
        raise not_found()
    records = [call.engine.store.model(f"{ACCOUNT}/{name}") for name in found.models]
    models = [model(call, record) for record in records if record is not None]
    return json_response(serialize.collection(found) | {"models": models})
