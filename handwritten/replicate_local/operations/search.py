"""The search operation over everything public; never the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replicate_local.calls import Call, handles
from replicate_local.curated import COLLECTIONS, Collection
from replicate_local.operations.models import model
from replicate_local.records import ACCOUNT
from replicate_local.responses import json_response
from replicate_local.search import matching_collections, matching_models

if TYPE_CHECKING:
    from starlette.responses import Response

    from replicate_local.jsontypes import JsonObject

_DEFAULT_LIMIT = 20


@handles("search")
async def search(call: Call) -> Response:
    """Return the public models and the collections that match; this engine has no pages."""
    query: str = call.query["query"]
    found = matching_models(call.engine.store.public_models(), query)[: call.query.get("limit", _DEFAULT_LIMIT)]
    return json_response(
        {
            "query": query,
            "models": [{"model": model(call, record), "metadata": {"score": score}} for record, score in found],
            "collections": [_collection(item) for item in matching_collections(COLLECTIONS, query)],
            "pages": [],
        }
    )


def _collection(record: Collection) -> JsonObject:
    return {
        "name": record.name,
        "slug": record.slug,
        "description": record.description,
        "models": [f"{ACCOUNT}/{name}" for name in record.models],
    }
