"""The HTTP application: each operation of the contract bound to its handler, each answer in the contract's shapes."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from replicate_local import resetting
from replicate_local.bodies import read_body
from replicate_local.calls import HANDLERS, Call
from replicate_local.hosts import LoopbackOnly
from replicate_local.operations import (
    account,
    collections,
    deployments,
    files,
    models,
    predictions,
    search,
    trainings,
    versions,
    webhooks,
)
from replicate_local.outputs import PREFIX
from replicate_local.problems import (
    InvalidField,
    Problem,
    invalid_input,
    method_not_allowed,
    not_emulated,
    not_found,
    unauthenticated,
)
from replicate_local.rate_limits import RateLimits
from replicate_local.responses import json_response, problem_response
from replicate_local.streams import open_stream

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from replicate_local.contract import Operation
    from replicate_local.engine import Engine

_BOUND = (
    *(account, collections, deployments, files, models, predictions, search, trainings, versions, webhooks),
)  # importing them registers their handlers
_LOG = logging.getLogger(__name__)


class _FileStreamConvertor(StringConvertor):
    """Tells the streams of files from uploads, which share a path prefix on the wire."""

    regex = "[a-z]{4}-[a-z2-7]{52}"


class _OwnerConvertor(StringConvertor):
    """Keeps the pages of models off the paths of everything else."""

    regex = "(?!(?:v1|files|p)/)[^/]+"


register_url_convertor("filestream", _FileStreamConvertor())
register_url_convertor("owner", _OwnerConvertor())


def make_app(engine: Engine) -> ASGIApp:
    """Return the application that serves an engine."""
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in engine.contract.operations:
        by_path[operation.path][operation.method] = operation
    limits = RateLimits(engine.terms.creates_per_minute)
    site = _Site(engine)
    key = resetting.asked_for()
    extra = [] if key is None else [Route(resetting.PATH, _Endpoint({"POST": resetting.Reset(engine.store, key)}))]
    app = Starlette(
        routes=[
            *extra,
            Route("/openapi.json", _Endpoint({"GET": site.contract})),
            Route(PREFIX + "{token}/{name}", _Endpoint({"GET": site.output, "HEAD": site.output})),
            Route("/p/{prediction_id}", _Endpoint({"GET": site.prediction_page})),
            Route("/{model_owner:owner}/{model_name}", _Endpoint({"GET": site.model_page})),
            Route("/v1/files/{token:filestream}", _Endpoint({"GET": site.stream})),
            Route("/v1/streams/{token}", _Endpoint({"GET": site.stream})),
            *(
                Route(
                    "/v1" + path, _Endpoint({m: _Bound(engine, limits, operation) for m, operation in methods.items()})
                )
                for path, methods in by_path.items()
            ),
        ],
    )
    app.router.redirect_slashes = False
    app.router.default = _Endpoint({}, found=False)
    return app if engine.needs_token else LoopbackOnly(app)


class _Endpoint:
    """One path: picks the method, and turns every failure into a problem body."""

    def __init__(self, methods: dict[str, Any], *, found: bool = True) -> None:
        self._methods = methods
        self._found = found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except Problem as problem:
            response = problem_response(problem)
        except ClientDisconnect:
            return
        except Exception:  # noqa: BLE001  it is logged, and the client gets an answer whatever happened
            _LOG.exception("%s %s failed", request.method, request.url.path)
            response = problem_response(Problem(500, "Internal server error"))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if not self._found:
            raise not_found()
        handler = self._methods.get(request.method)
        if handler is None:
            raise method_not_allowed(request.method, sorted(self._methods))
        return cast("Response", await handler(request))


class _Bound:
    """One operation of the contract: token, parameters and body are checked before its handler is called."""

    def __init__(self, engine: Engine, limits: RateLimits, operation: Operation) -> None:
        self._engine = engine
        self._limits = limits
        self._operation = operation
        self._handler = HANDLERS.get(operation.id)

    async def __call__(self, request: Request) -> Response:
        authorization = request.headers.get("Authorization")
        if self._operation.needs_token and not self._engine.accepts(authorization):
            raise unauthenticated(token_was_sent=authorization is not None)
        limits = self._limits.count(self._operation.id)
        try:
            response = await self._answer(request)
        except Problem as problem:
            problem.headers.update(limits)
            raise
        response.headers.update(limits)
        return response

    async def _answer(self, request: Request) -> Response:
        if self._handler is None:
            raise not_emulated(self._operation.id)
        values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        problems: list[InvalidField] = []
        for parameter in self._operation.parameters:
            text = _parameter_text(request, parameter.location, parameter.name)
            if text is None:
                if parameter.required:
                    problems.append(InvalidField("required", "", f"{parameter.name} is required"))
                continue
            value, broken = parameter.read(text)
            if broken and parameter.location == "path":
                raise not_found()
            problems += broken
            values[parameter.location][parameter.name] = value
        if problems:
            raise invalid_input(problems)
        body = await read_body(request, self._operation)
        call = Call(self._engine, request, origin(request), values["path"], values["query"], values["header"], body)
        return await self._handler(call)


class _Site:
    """What is served beside the contract's operations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def contract(self, _request: Request) -> Response:
        return json_response(self._engine.contract.document)

    async def output(self, request: Request) -> Response:
        return await self._engine.outputs.serve(request.path_params["token"], request.path_params["name"])

    async def prediction_page(self, request: Request) -> Response:
        prediction_id = quote(request.path_params["prediction_id"], safe="")
        return RedirectResponse(f"{origin(request)}/v1/predictions/{prediction_id}")

    async def model_page(self, request: Request) -> Response:
        owner, name = (quote(request.path_params[part], safe="") for part in ("model_owner", "model_name"))
        return RedirectResponse(f"{origin(request)}/v1/models/{owner}/{name}")

    async def stream(self, request: Request) -> Response:
        return open_stream(self._engine, request, origin(request), request.path_params["token"])


def origin(request: Request) -> str:
    """Return scheme, host and port as the client used them."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _parameter_text(request: Request, location: str, name: str) -> str | None:
    if location == "path":
        return cast("str", request.path_params[name])
    if location == "query":
        return request.query_params.get(name)
    text = request.headers.get(name)
    return _clamped(text) if text is not None and name == "Prefer" else text


def _clamped(preference: str) -> str:
    """Return a preference that waits too long as the longest one; some clients send any number of seconds."""
    name, _, seconds = preference.partition("=")
    too_long = name == "wait" and seconds.isascii() and seconds.isdigit() and len(seconds) < 10 and int(seconds) > 60
    return "wait=60" if too_long else preference
