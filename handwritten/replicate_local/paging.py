"""Pages of lists as the wire contract has them: a row's form, and links that keep the filters; never the queries."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING, TypeVar

from replicate_local import serialize
from replicate_local.cursors import Cursor, decode
from replicate_local.responses import json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from replicate_local.calls import Call
    from replicate_local.database import Page
    from replicate_local.jsontypes import JsonObject

T = TypeVar("T")


def page_response(call: Call, read: Callable[[Cursor | None], Page[T]], item: Callable[[T], JsonObject]) -> Response:
    """Return the page that the call's cursor names."""
    cursor = call.query.get("cursor")
    page = read(None if cursor is None else decode(cursor))
    content = serialize.page(
        [item(row) for row in page.rows],
        next_url=_link(call, page.next),
        previous_url=_link(call, page.previous),
    )
    return json_response(content)


def _link(call: Call, cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    query = {**{name: str(value) for name, value in call.query.items()}, "cursor": cursor.encode()}
    return f"{call.origin}{call.request.url.path}?{urllib.parse.urlencode(query)}"
