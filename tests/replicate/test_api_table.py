"""Every operation of the API, called as docs/api.md says, in both colours: the request it makes and what it returns."""

from __future__ import annotations

import importlib
import inspect
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import replicate
from api_table import operations, rows
from replicate.version import Versions
from scripted import Script, answer
from wire_objects import (
    ID,
    VERSION,
    account,
    collection,
    deployment,
    model,
    page,
    prediction,
    search_results,
    training,
    uploaded,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNED = {"owner": "acme", "expiry": 1735693200, "signature": "09L6qZUxQ/+iEo="}


class Call(NamedTuple):
    """One call of an operation, and what is to be sent and returned."""

    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = MappingProxyType({})
    request: str = ""
    body: Any = None
    answer: Any = None
    result: Any = None
    """What is returned, or a function that says whether that is it."""


def is_page_of(kind):
    return lambda value: isinstance(value, replicate.Page) and all(isinstance(item, kind) for item in value.results)


def has_id(value):
    return value.id == ID


HARDWARE = {"sku": "cpu", "name": "CPU"}
INPUT = {"prompt": "a lighthouse"}
SETTING = {"version": VERSION, "hardware": "gpu-t4", "min_instances": 0, "max_instances": 2}

CALLS = {
    "predictions.list": Call(
        request="GET /v1/predictions", answer=page(prediction()), result=is_page_of(replicate.Prediction)
    ),
    "predictions.create": Call(
        (), {"version": VERSION, "input": INPUT}, "POST /v1/predictions", {"version": VERSION, "input": INPUT},
        answer(201, prediction()), has_id,
    ),
    "predictions.get": Call((ID,), {}, f"GET /v1/predictions/{ID}", None, prediction(), has_id),
    "predictions.cancel": Call((ID,), {}, f"POST /v1/predictions/{ID}/cancel", None, prediction("canceled"), has_id),
    "models.list": Call(request="GET /v1/models", answer=page(model()), result=is_page_of(replicate.Model)),
    "models.create": Call(
        ("acme", "painter"), {"hardware": "cpu", "visibility": "private"}, "POST /v1/models",
        {"owner": "acme", "name": "painter", "hardware": "cpu", "visibility": "private"}, answer(201, model()),
        lambda value: value.id == "acme/painter",
    ),
    "models.search": Call(("paint",), {}, "QUERY /v1/models", b"paint", page(model()), is_page_of(replicate.Model)),
    "models.get": Call(
        ("acme/painter",), {}, "GET /v1/models/acme/painter", None, model(), lambda value: value.id == "acme/painter"
    ),
    "models.update": Call(
        ("acme/painter",), {"description": "It paints.", "readme": "# Painter", "weights_url": ""},
        "PATCH /v1/models/acme/painter", {"description": "It paints.", "readme": "# Painter", "weights_url": ""},
        model(description="It paints."), lambda value: value.description == "It paints.",
    ),
    "models.delete": Call(("acme/painter",), {}, "DELETE /v1/models/acme/painter", None, 204, True),
    "models.examples.list": Call(
        ("acme/painter",), {}, "GET /v1/models/acme/painter/examples", None, page(prediction("succeeded")),
        is_page_of(replicate.Prediction),
    ),
    "models.predictions.create": Call(
        ("acme/painter", INPUT), {}, "POST /v1/models/acme/painter/predictions", {"input": INPUT},
        answer(201, prediction()), has_id,
    ),
    "models.readme.get": Call(
        ("acme/painter",), {}, "GET /v1/models/acme/painter/readme", None, answer(200, "# Größe\n"), "# Größe\n"
    ),
    "models.versions.list": Call(
        request="GET /v1/models/acme/painter/versions", answer=page(version()), result=is_page_of(replicate.Version)
    ),
    "models.versions.get": Call(
        (VERSION,), {}, f"GET /v1/models/acme/painter/versions/{VERSION}", None, version(),
        lambda value: value.id == VERSION,
    ),
    "models.versions.delete": Call(
        (VERSION,), {}, f"DELETE /v1/models/acme/painter/versions/{VERSION}", None, 202, True
    ),
    "trainings.create": Call(
        ("acme/trainer", VERSION, {"steps": 3}, "acme/painter"), {},
        f"POST /v1/models/acme/trainer/versions/{VERSION}/trainings",
        {"destination": "acme/painter", "input": {"steps": 3}}, answer(201, training()), has_id,
    ),
    "trainings.list": Call(request="GET /v1/trainings", answer=page(training()), result=is_page_of(replicate.Training)),
    "trainings.get": Call((ID,), {}, f"GET /v1/trainings/{ID}", None, training(), has_id),
    "trainings.cancel": Call((ID,), {}, f"POST /v1/trainings/{ID}/cancel", None, training("canceled"), has_id),
    "deployments.list": Call(
        request="GET /v1/deployments", answer=page(deployment()), result=is_page_of(replicate.Deployment)
    ),
    "deployments.create": Call(
        (), {"name": "fast", "model": "acme/painter", **SETTING}, "POST /v1/deployments",
        {"name": "fast", "model": "acme/painter", **SETTING}, deployment(), lambda value: value.id == "acme/fast",
    ),
    "deployments.get": Call(
        ("acme/fast",), {}, "GET /v1/deployments/acme/fast", None, deployment(), lambda value: value.id == "acme/fast"
    ),
    "deployments.update": Call(
        ("acme", "fast"), {"max_instances": 2}, "PATCH /v1/deployments/acme/fast", {"max_instances": 2}, deployment(),
        lambda value: value.current_release.configuration.max_instances == 2,
    ),
    "deployments.delete": Call(("acme", "fast"), {}, "DELETE /v1/deployments/acme/fast", None, 204, True),
    "deployments.predictions.create": Call(
        ("acme/fast", INPUT), {}, "POST /v1/deployments/acme/fast/predictions", {"input": INPUT},
        answer(201, prediction()), has_id,
    ),
    "collections.list": Call(
        request="GET /v1/collections", answer=page(collection()), result=is_page_of(replicate.Collection)
    ),
    "collections.get": Call(
        ("text-to-image",), {}, "GET /v1/collections/text-to-image", None, collection(models=[model()]),
        lambda value: value.models[0].id == "acme/painter",
    ),
    "hardware.list": Call(request="GET /v1/hardware", answer=[HARDWARE], result=lambda value: value[0].sku == "cpu"),
    "files.list": Call(request="GET /v1/files", answer=page(uploaded()), result=is_page_of(replicate.File)),
    "files.create": Call(
        (b"\x89PNG",), {"filename": "cat.png", "metadata": {"a": [1]}}, "POST /v1/files",
        lambda sent: b"\r\n\r\n\x89PNG\r\n--" in sent and b'name="metadata"' in sent and b'{"a": [1]}' in sent,
        answer(201, uploaded()), lambda value: value.id == "f1",
    ),
    "files.get": Call(("f1",), {}, "GET /v1/files/f1", None, uploaded(), lambda value: value.id == "f1"),
    "files.delete": Call(("f1",), {}, "DELETE /v1/files/f1", None, 204, True),
    "files.download": Call(
        ("f1",), SIGNED, "GET /v1/files/f1/download?owner=acme&expiry=1735693200&signature=09L6qZUxQ%2F%2BiEo%3D", None,
        answer(200, b"\x00\xff"), b"\x00\xff",
    ),
    "search": Call(
        ("größe & cats",), {"limit": 3}, "GET /v1/search?query=gr%C3%B6%C3%9Fe+%26+cats&limit=3", None,
        search_results(), lambda value: value.models[0].model.id == "acme/painter",
    ),
    "account.get": Call(request="GET /v1/account", answer=account(), result=lambda value: value.username == "acme"),
    "webhooks.default.secret.get": Call(
        request="GET /v1/webhooks/default/secret", answer={"key": "whsec_AAECAw=="},
        result=lambda value: value.key == "whsec_AAECAw==",
    ),
}  # fmt: skip
ROWS = rows()


def method_of(client, path):
    """Return the method that a path in the table names, of a client or of a model."""
    first, *names = path.split(".")
    assert first in {"client", "model"}
    found = client
    if first == "model":
        found, names = Versions(client, "acme/painter"), names[1:]
    for name in names:
        found = getattr(found, name)
    return found


def test_the_table_names_each_operation_once_with_its_request():
    assert {row.operation: row.request for row in ROWS} == operations()
    assert len(ROWS) == len(operations()) == 37
    assert CALLS.keys() == operations().keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
def test_a_method_of_the_table_makes_the_request_of_its_operation(colour, open_client, row):
    call = CALLS[row.operation]
    script = Script(call.answer)
    method = method_of(open_client(script), row.blocking)
    result = colour(method, *call.arguments, **call.options)
    (sent,) = script.sent
    assert sent.line == call.request
    template = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(row.request.replace(" ", " /v1")))
    assert re.fullmatch(template, sent.line.partition("?")[0])
    assert sent.token is not None
    if call.body is None:
        assert sent.body == b""
    elif callable(call.body):
        assert call.body(sent.body)
    else:
        assert call.body == (sent.body if isinstance(call.body, bytes) else sent.json)
    assert call.result(result) if callable(call.result) else call.result == result


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
def test_a_method_of_the_table_has_its_twin_and_the_names_it_says(open_client, row):
    method = method_of(open_client(Script()), row.blocking)
    assert row.awaiting == f"async_{method.__name__}"
    twin = getattr(method.__self__, row.awaiting)
    assert inspect.iscoroutinefunction(twin)
    assert not inspect.iscoroutinefunction(method)
    assert row.official in {"", row.blocking}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.blocking.startswith("client.")], ids=lambda row: row.operation
)
def test_a_method_of_the_table_is_there_without_a_client(row):
    found = replicate
    for name in row.blocking.split(".")[1:]:
        found = getattr(found, name)
    assert found.__func__ is method_of(replicate.default_client, row.blocking).__func__


@pytest.mark.parametrize("row", [row for row in ROWS if row.function], ids=lambda row: row.operation)
def test_a_function_of_the_table_belongs_to_its_operation(row):
    module = importlib.import_module(f"replicate_api.api.{row.function}")
    for name in ("sync", "sync_detailed", "asyncio", "asyncio_detailed"):
        assert f"Sends {row.request}." in inspect.getdoc(getattr(module, name))


def test_only_what_openapi_cannot_describe_has_no_function():
    assert [row.operation for row in ROWS if not row.function] == ["models.search"]
