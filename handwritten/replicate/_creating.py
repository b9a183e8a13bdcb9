"""Creating a prediction: which endpoint a reference leads to, and what is sent there. Waiting for it happens elsewhere.

Three endpoints create: one for versions, one for official models, one for deployments. A model that is not official
answers 404 on its own endpoint, before anything is created; its latest version is run then.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from replicate_api.api.deployments import deployments_predictions_create
from replicate_api.api.models import models_get, models_predictions_create
from replicate_api.api.predictions import predictions_create
from replicate_api.models.prediction_create import PredictionCreate
from replicate_api.models.prediction_create_without_version import PredictionCreateWithoutVersion
from replicate_api.models.version import Version
from replicate_api.types import UNSET

from ._attempts import Attempt
from ._create_options import CreateOptions, check_options
from ._durations import (
    LONGEST_CANCEL_AFTER,
    LONGEST_HOLD,
    SHORTEST_CANCEL_AFTER,
    format_cancel_after,
    format_prefer_wait,
)
from ._inputs import encode_input
from ._origins import Origin
from ._recovering import create_once
from ._references import DeploymentReference
from ._waiting import check_seconds
from ._webhook_options import read_webhook
from .exceptions import NotFoundError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from replicate_api.models.prediction import Prediction as RawPrediction
    from replicate_api.models.webhook_event import WebhookEvent

    from ._memory import Memory
    from ._references import Runnable
    from ._wire import Wire


class Request(NamedTuple):
    """What is sent to create a prediction, but for where to."""

    input: dict[str, Any]
    webhook: str | None
    webhook_events_filter: list[str] | None
    stream: bool | None
    prefer: str | None
    cancel_after: str | None
    timeout: float | None
    """Seconds the prediction may take in all."""

    @property
    def hold(self) -> float:
        """Seconds the service may hold the request."""
        if self.prefer is None:
            return 0.0
        return float(self.prefer.partition("=")[2] or LONGEST_HOLD)


async def prepare(wire: Wire, input: Any, options: Mapping[str, Any], *, call: str) -> Request:  # noqa: A002 - the API's word
    """Check what a caller wants to run on, upload its files, and return what will be sent.

    Raises:
        InvalidArgumentError: something cannot be sent. Nothing was sent or spent.
        ReplicateError: an upload failed.
    """
    check_options(options, call=call)
    given = cast("CreateOptions", options)
    webhook, events = read_webhook(given, Origin.of_url(wire.api.base_url))
    timeout = _timeout(given.get("timeout"))
    prefer = _prefer(given.get("wait"), timeout)
    encoded = await encode_input(wire, input, strategy=given.get("file_encoding_strategy"))
    return Request(
        encoded,
        webhook,
        events,
        given.get("stream"),
        prefer,
        _cancel_after(given.get("cancel_after"), timeout),
        timeout,
    )


async def create(wire: Wire, reference: Runnable, request: Request, memory: Memory) -> RawPrediction:
    """Create a prediction for a model, a version or a deployment, once. It may be billed from now on.

    Raises:
        AmbiguousCreateError: it is not known whether it was created.
        ReplicateError: it was not created.
    """
    if isinstance(reference, DeploymentReference):
        return await _create_for_deployment(wire, reference, request, memory)
    if reference.version is not None:
        return await _create_for_version(wire, reference.model, reference.version, request, memory)
    owner, name = cast("tuple[str, str]", (reference.owner, reference.name))
    version = memory.latest_version(owner, name, wire.clock.monotonic())
    if version is None:
        try:
            return await _create_for_model(wire, owner, name, request, memory)
        except NotFoundError as error:
            version = await _latest_version(wire, owner, name, error)
            memory.note_latest_version(owner, name, version, wire.clock.monotonic())
    return await _create_for_version(wire, reference.model, version, request, memory)


async def _create_for_version(
    wire: Wire, model: str | None, version: str, request: Request, memory: Memory
) -> RawPrediction:
    async def send() -> RawPrediction:
        body = PredictionCreate(version=version, **_members(request))
        bounded = _in_time(wire, request)
        return await bounded.call(predictions_create, client=bounded.api, body=body, **_headers(request))

    return await create_once(wire, _attempt(wire, request, model=model, version=version), send, memory)


async def _create_for_model(wire: Wire, owner: str, name: str, request: Request, memory: Memory) -> RawPrediction:
    async def send() -> RawPrediction:
        body = PredictionCreateWithoutVersion(**_members(request))
        bounded = _in_time(wire, request)
        return await bounded.call(
            models_predictions_create, owner, name, client=bounded.api, body=body, **_headers(request)
        )

    return await create_once(wire, _attempt(wire, request, model=f"{owner}/{name}"), send, memory)


async def _create_for_deployment(
    wire: Wire, deployment: DeploymentReference, request: Request, memory: Memory
) -> RawPrediction:
    async def send() -> RawPrediction:
        body = PredictionCreateWithoutVersion(**_members(request))
        bounded = _in_time(wire, request)
        return await bounded.call(
            deployments_predictions_create, *deployment, client=bounded.api, body=body, **_headers(request)
        )

    attempt = _attempt(wire, request, deployment=f"{deployment.owner}/{deployment.name}")
    return await create_once(wire, attempt, send, memory)


def _attempt(
    wire: Wire,
    request: Request,
    *,
    model: str | None = None,
    version: str | None = None,
    deployment: str | None = None,
) -> Attempt:
    return Attempt(model, version, request.input, request.webhook, wire.clock.time(), deployment)


async def _latest_version(wire: Wire, owner: str, name: str, refused: NotFoundError) -> str:
    """Return the id of a model's latest version, for a model whose own endpoint answered 404."""
    model = await wire.call(models_get, owner, name, client=wire.api)
    if not isinstance(model.latest_version, Version):
        raise UnsupportedError(
            title=f"The model {owner}/{name} has no version that could run",
            detail="push a version first, or name a version: 'owner/name:version'",
        ) from refused
    return model.latest_version.id


def _prefer(wait: bool | float | None, timeout: float | None) -> str | None:
    """Return the hold the service is asked for: no longer than it grants, and than the prediction may take in all."""
    longest = LONGEST_HOLD if timeout is None else math.floor(min(LONGEST_HOLD, timeout))
    if wait is True:
        return format_prefer_wait(wait if longest == LONGEST_HOLD else longest)
    if isinstance(wait, (int, float)):
        wait = min(wait, longest)
    return format_prefer_wait(wait)


def _in_time(wire: Wire, request: Request) -> Wire:
    """Return a wire on which a create fails when the time its prediction may take is over."""
    return wire if request.timeout is None else wire.until(wire.clock.monotonic() + request.timeout)


def _timeout(value: object) -> float | None:
    """Return a total time in seconds.

    Raises:
        InvalidArgumentError: it is not positive, or no duration.
    """
    seconds = getattr(value, "total_seconds", None)
    return check_seconds(cast("float | None", seconds() if callable(seconds) else value), "timeout")


def _cancel_after(given: float | timedelta | str | None, timeout: float | None) -> str | None:
    """Return the deadline the service is told: as given, otherwise the total time within the service's limits."""
    if given is not None:
        return format_cancel_after(given)
    if timeout is None or timeout > LONGEST_CANCEL_AFTER:
        return None
    return format_cancel_after(max(timeout, SHORTEST_CANCEL_AFTER))


def _members(request: Request) -> dict[str, Any]:
    return {
        "input_": request.input,
        "webhook": UNSET if request.webhook is None else request.webhook,
        "webhook_events_filter": (
            UNSET
            if request.webhook_events_filter is None
            else cast("list[WebhookEvent]", request.webhook_events_filter)
        ),
        "stream": UNSET if request.stream is None else request.stream,
    }


def _headers(request: Request) -> dict[str, Any]:
    return {
        "prefer": UNSET if request.prefer is None else request.prefer,
        "cancel_after": UNSET if request.cancel_after is None else request.cancel_after,
    }
