"""Which operation a request asks for, and those of files and of the account; faults and sockets are not known here.

What is played: predictions, trainings, models and their versions, deployments, files, hardware, the account and the
secret of webhooks. Everything else is refused with a sentence that tells how to give an answer to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import unquote

from . import _jobs, _models
from ._replies import Reply
from ._state import ACCOUNT, not_found, page

if TYPE_CHECKING:
    from ._network import Incoming
    from ._state import State

Operation: TypeAlias = Callable[..., Reply]
"""Takes the state, a request, and the parts of its path."""


class Found(NamedTuple):
    """The operation that a request asks for."""

    name: str
    answer: Operation
    parts: tuple[str, ...]


def find_operation(line: str) -> Found | None:
    """Return the operation behind a method and a path."""
    for name, pattern, answer in _TABLE:
        if match := pattern.fullmatch(line):
            return Found(name, answer, tuple(unquote(part) for part in match.groups()))
    return None


def not_played(line: str) -> Reply:
    """Return the answer for an operation that is not played."""
    return Reply.problem(
        501,
        f"This is fake_replicate, which does not play {line}. Add to the test: "
        f"fake_replicate.answer({line!r}, json=…); or use the fixture replicate_client, a real engine.",
    )


def _upload(state: State, request: Incoming) -> Reply:
    upload = state.files.add_upload(request.headers.get("content-type", ""), request.body)
    if upload is None:
        return Reply.problem(422, "- content is required\n", title="Input validation failed")
    return Reply.of(upload.json(state.api), 201)


def _uploads(state: State, request: Incoming) -> Reply:
    return page(state, request, [upload.json(state.api) for upload in reversed(state.files.uploads.values())])


def _upload_get(state: State, _: Incoming, file_id: str) -> Reply:
    upload = state.files.uploads.get(file_id)
    return not_found() if upload is None else Reply.of(upload.json(state.api))


def _upload_delete(state: State, _: Incoming, file_id: str) -> Reply:
    return not_found() if state.files.uploads.pop(file_id, None) is None else Reply(204)


def _output(state: State, request: Incoming) -> Reply:
    """Lead on from the API's origin to the file host, which is another one."""
    if request.path not in state.files.outputs:
        return not_found()
    return Reply(307, b"", {"Location": f"{state.file_host}{request.path}"})


def _account(_: State, __: Incoming) -> Reply:
    return Reply.of(ACCOUNT)


def _hardware(_: State, __: Incoming) -> Reply:
    return Reply.of([{"name": "CPU", "sku": "cpu"}])


def _secret(state: State, _: Incoming) -> Reply:
    return Reply.of({"key": state.secret})


_NAME = r"([^/]+)/([^/]+)"
_TABLE: tuple[tuple[str, re.Pattern[str], Operation], ...] = tuple(
    (name, re.compile(line), answer)
    for name, line, answer in (
        ("account.get", r"GET /v1/account", _account),
        ("deployments.get", rf"GET /v1/deployments/{_NAME}", _models.get_deployment),
        ("deployments.predictions.create", rf"POST /v1/deployments/{_NAME}/predictions", _jobs.create_for_deployment),
        ("files.create", r"POST /v1/files", _upload),
        ("files.list", r"GET /v1/files", _uploads),
        ("files.get", r"GET /v1/files/(?!strm-)([^/]+)", _upload_get),
        ("files.delete", r"DELETE /v1/files/([^/]+)", _upload_delete),
        ("hardware.list", r"GET /v1/hardware", _hardware),
        ("models.list", r"GET /v1/models", _models.list_models),
        ("models.get", rf"GET /v1/models/{_NAME}", _models.get_model),
        ("models.predictions.create", rf"POST /v1/models/{_NAME}/predictions", _jobs.create_for_model),
        ("models.versions.list", rf"GET /v1/models/{_NAME}/versions", _models.list_versions),
        ("models.versions.get", rf"GET /v1/models/{_NAME}/versions/([^/]+)", _models.get_version),
        ("trainings.create", rf"POST /v1/models/{_NAME}/versions/([^/]+)/trainings", _jobs.create_training),
        ("trainings.list", r"GET /v1/trainings", _jobs.list_all("training")),
        ("trainings.get", r"GET /v1/trainings/([^/]+)", _jobs.get),
        ("trainings.cancel", r"POST /v1/trainings/([^/]+)/cancel", _jobs.cancel),
        ("predictions.create", r"POST /v1/predictions", _jobs.create),
        ("predictions.list", r"GET /v1/predictions", _jobs.list_all("prediction")),
        ("predictions.get", r"GET /v1/predictions/([^/]+)", _jobs.get),
        ("predictions.cancel", r"POST /v1/predictions/([^/]+)/cancel", _jobs.cancel),
        ("webhooks.default.secret.get", r"GET /v1/webhooks/default/secret", _secret),
        ("stream", r"GET /v1/(?:streams/|files/strm-)([^/]+)", _jobs.get),
        ("output", r"GET /output/[^/]+/[^/]+", _output),
    )
)
OPERATIONS = frozenset({name for name, _, _ in _TABLE} - {"output"} | {"download"})
"""The names that a fault can be switched on for: those of the API, `stream`, and `download` from the file host."""
