"""The operations on uploaded files; never on the files that models made."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from replicate_local import files, serialize
from replicate_local.calls import Call, handles
from replicate_local.cursors import position
from replicate_local.database import Selection
from replicate_local.paging import page_response
from replicate_local.problems import Problem, not_found
from replicate_local.records import ACCOUNT, now
from replicate_local.responses import json_response

if TYPE_CHECKING:
    from replicate_local.records import StoredFile


@handles("files.create")
async def create(call: Call) -> Response:
    """Keep an upload for a day."""
    async with files.receive(call.request.headers, call.request.stream()) as upload:
        stored = await call.engine.uploads.add(upload)
    return json_response(serialize.file(stored, call.origin), status=201)


@handles("files.list")
async def list_files(call: Call) -> Response:
    """Return a page of the uploads that have not expired, newest first."""
    selection = Selection("files", ["expires_at > ?"], [position(now())])
    return page_response(
        call, lambda cursor: call.engine.store.files(selection, cursor), lambda row: serialize.file(row, call.origin)
    )


@handles("files.get")
async def get(call: Call) -> Response:
    """Return the description of an upload."""
    return json_response(serialize.file(_file(call), call.origin))


@handles("files.delete")
async def delete(call: Call) -> Response:
    """Delete an upload before it expires."""
    call.engine.uploads.delete(_file(call).id)
    return Response(status_code=204)


@handles("files.download")
async def download(call: Call) -> Response:
    """Return the bytes of an upload to whoever has a signed link; no token is asked for."""
    owner, expiry = call.query["owner"], call.query["expiry"]
    wanted = call.engine.keys.download_signature(owner, call.path["file_id"], expiry)
    given: str = call.query["signature"]
    if owner != ACCOUNT or not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("ascii")):
        raise Problem(403, "The signature of this link is not valid.")
    if expiry <= now().timestamp():
        raise Problem(403, "This link has expired.")
    path = call.engine.uploads.path(_file(call).id)
    if path is None:
        raise not_found()
    return FileResponse(path, media_type="application/octet-stream", headers={"X-Content-Type-Options": "nosniff"})


def _file(call: Call) -> StoredFile:
    stored = call.engine.uploads.get(call.path["file_id"])
    if stored is None:
        raise not_found()
    return stored
