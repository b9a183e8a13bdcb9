"""Creating, getting, listing and canceling predictions. What one prediction can do is in `prediction`.

What a page of them is asked with is in `_prediction_pages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Unpack

from ._blocking import run_blocking
from ._create_options import CreateOptions
from ._jobs import cancel_by_id, get_by_id
from ._references import DeploymentName, ReferenceLike, Runnable, parse_deployment_name, parse_reference
from .exceptions import AmbiguousCreateError, InvalidArgumentError
from .prediction import Prediction
from .resource import Namespace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date, datetime, timedelta

    from replicate_api.models.prediction import Prediction as RawPrediction

    from ._creating import Request
    from ._listing import Cursor
    from ._wire import Wire
    from .budget import Budget
    from .client import Client
    from .pagination import Page


class Predictions(Namespace):
    """Creating, getting, listing and canceling predictions."""

    CreatePredictionParams = CreateOptions

    def create(
        self,
        model: ReferenceLike | None = None,
        version: ReferenceLike | Mapping[str, Any] | None = None,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        *,
        deployment: DeploymentName | None = None,
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction and return it at once, or with `wait=` when it is done or the hold is over.

        From here on it may be billed. Name the model, the version or the deployment; the first positional argument may
        be a model or a version, as it may be followed by the input alone: `create(version, {"prompt": "…"})`.

        Args:
            model: `owner/name`, or a Model. A model that is not official runs its latest version.
            version: a version's id, `owner/name:id`, or a Version.
            input: what goes in. Paths, open files and bytes are uploaded, files put out by other models are passed
                on as URLs.
            deployment: `owner/name`, or a Deployment.
            **options: see `CreateOptions`: `webhook`, `webhook_events_filter`, `wait`, `cancel_after`, …

        Raises:
            InvalidArgumentError: an argument cannot be used. Nothing was sent or spent.
            ReplicateError: the service refused (`status` says how), or could not be reached.
        """
        return run_blocking(self._create(self._client.wire, model, version, input, deployment, options))

    async def async_create(
        self,
        model: ReferenceLike | None = None,
        version: ReferenceLike | Mapping[str, Any] | None = None,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        *,
        deployment: DeploymentName | None = None,
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction as `create` does, awaiting the service's answer."""
        return await self._create(self._client.async_wire, model, version, input, deployment, options)

    def get(self, id: str) -> Prediction:  # noqa: A002 - the API's word
        """Return a prediction by its id.

        Raises:
            NotFoundError: there is none, or it is another account's.
        """
        return run_blocking(self._get(self._client.wire, id))

    async def async_get(self, id: str) -> Prediction:  # noqa: A002 - the API's word
        """Return a prediction by its id, awaiting the service's answer."""
        return await self._get(self._client.async_wire, id)

    def list(
        self,
        cursor: Cursor = ...,
        *,
        created_after: datetime | date | timedelta | str | None = None,
        created_before: datetime | date | timedelta | str | None = None,
        source: Literal["web"] | None = None,
    ) -> Page[Prediction]:
        """Return a page of the account's predictions, newest first, 100 to a page.

        Args:
            cursor: the `next` or `previous` of a page; the first page without it. It carries its own filters.
            created_after: only those created then or later: a datetime, a date, a timedelta ago, or text such as
                `2025-03-01` or `2 days ago`.
            created_before: only those created before then.
            source: `web` for those made on the website, of the last 14 days.

        Raises:
            ValueError: `cursor` is None, as the `next` of the last page is; or it leads to another host.
        """
        return run_blocking(self._list(self._client.wire, cursor, created_after, created_before, source))

    async def async_list(
        self,
        cursor: Cursor = ...,
        *,
        created_after: datetime | date | timedelta | str | None = None,
        created_before: datetime | date | timedelta | str | None = None,
        source: Literal["web"] | None = None,
    ) -> Page[Prediction]:
        """Return a page of the account's predictions as `list` does, awaiting the service's answer."""
        return await self._list(self._client.async_wire, cursor, created_after, created_before, source)

    def cancel(self, id: str | Prediction) -> Prediction:  # noqa: A002 - the API's word
        """Cancel a prediction and return it. What ran so far is billed; one that is already over stays as it is.

        Raises:
            NotFoundError: there is none, or it is another account's.
        """
        return run_blocking(self._cancel(self._client.wire, id))

    async def async_cancel(self, id: str | Prediction) -> Prediction:  # noqa: A002 - the API's word
        """Cancel a prediction as `cancel` does, awaiting the service's answer."""
        return await self._cancel(self._client.async_wire, id)

    async def _create(
        self,
        wire: Wire,
        model: ReferenceLike | None,
        version: ReferenceLike | Mapping[str, Any] | None,
        input: Mapping[str, Any] | None,  # noqa: A002
        deployment: DeploymentName | None,
        options: Mapping[str, Any],
    ) -> Prediction:
        if isinstance(version, Mapping):  # the order of 1.x: create(version, input)
            if input is not None:
                raise InvalidArgumentError("input was given twice", argument="input")
            version, input = None, version  # noqa: A001
        reference = _what_to_run(model, version, deployment)
        check_budget(self._client, reference)
        from ._creating import prepare

        request = await prepare(wire, input, self._client.with_defaults(options), call="predictions.create")
        return await start(wire, self._client, reference, request)

    async def _get(self, wire: Wire, id: str) -> Prediction:  # noqa: A002
        return await get_by_id(wire, self._client, Prediction, id)

    async def _list(self, wire: Wire, cursor: Cursor, after: Any, before: Any, source: Any) -> Page[Prediction]:
        from ._prediction_pages import list_predictions  # here: most programs list nothing, and it takes time to load

        return await list_predictions(wire, self._client, cursor, after=after, before=before, source=source)

    async def _cancel(self, wire: Wire, id: str | Prediction) -> Prediction:  # noqa: A002
        return await cancel_by_id(wire, self._client, Prediction, id.id if isinstance(id, Prediction) else id)


async def start(wire: Wire, client: Client, reference: Runnable, request: Request) -> Prediction:
    """Create a prediction and return it, bound to its client and to the total time it was given.

    Raises:
        AmbiguousCreateError: it is not known whether it was created; the error can look for it again.
        BudgetExceededError: the client's budget does not allow it.
        ReplicateError: it was not created.
    """
    from ._creating import create
    from ._recovering import make_recoverable

    asked = wire.clock.monotonic()
    send = partial(create, wire, reference, request, client.memory)
    try:
        raw = await (send() if client.budget is None else _spend(wire, client.budget, reference, send))
    except AmbiguousCreateError as error:
        make_recoverable(error, client, Prediction.of)
        raise
    prediction = Prediction.of(raw, client)
    if request.timeout is not None:
        prediction.limit(asked + request.timeout)
    return prediction


def check_budget(client: Client, reference: Runnable) -> None:
    """Check that a client's budget may allow a prediction, before its files are uploaded.

    Raises:
        BudgetExceededError: it does not.
        InvalidArgumentError: it has no price for it.
    """
    if client.budget is not None:
        from ._prices import names_of

        client.budget.check(names_of(reference), "prediction")


async def _spend(
    wire: Wire, budget: Budget, reference: Runnable, send: Callable[[], Awaitable[RawPrediction]]
) -> RawPrediction:
    from ._prices import names_of

    return await budget.create(wire, names_of(reference), "prediction", send)


def _what_to_run(
    model: ReferenceLike | None, version: ReferenceLike | None, deployment: DeploymentName | None
) -> Runnable:
    """Return what `create` was asked to run, from its model, version and deployment arguments.

    Raises:
        InvalidArgumentError: none was given, or they contradict each other.
    """
    if deployment is not None:
        if model is not None or version is not None:
            raise InvalidArgumentError(
                "a deployment runs the version of its release; give no model= or version= with it",
                argument="deployment",
            )
        return parse_deployment_name(deployment, argument="deployment")
    if model is None and version is None:
        raise InvalidArgumentError(
            "name what to run: model='owner/name', version=…, or deployment='owner/name'", argument="model"
        )
    if version is None:
        return parse_reference(model, argument="model")
    reference = parse_reference(version, argument="version")
    if model is None:
        return reference
    owner, name, _ = parse_reference(model, argument="model")
    if reference.version is None or (
        reference.owner is not None and (reference.owner, reference.name) != (owner, name)
    ):
        raise InvalidArgumentError(
            f"model={str(model)!r} and version={str(version)!r} do not fit together; give one of them",
            argument="version",
        )
    return reference
