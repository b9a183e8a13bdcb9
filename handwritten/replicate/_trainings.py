"""Creating, getting, listing and canceling trainings. What one training can do is in `training`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack, cast

from replicate_api.api.trainings import trainings_create, trainings_list
from replicate_api.models.training_create import TrainingCreate
from replicate_api.models.training_page import TrainingPage
from replicate_api.types import UNSET

from ._attempts import Attempt
from ._blocking import run_blocking
from ._inputs import encode_input
from ._jobs import cancel_by_id, get_by_id
from ._listing import Cursor, RawPage, Rows, list_page
from ._origins import Origin
from ._recovering import create_once, make_recoverable
from ._references import parse_model_name, parse_reference
from ._settings import check_known
from ._webhook_options import WebhookOptions, read_webhook
from .exceptions import AmbiguousCreateError, InvalidArgumentError
from .resource import Namespace
from .training import Training

if TYPE_CHECKING:
    from replicate_api.models.training import Training as RawTraining
    from replicate_api.models.webhook_event import WebhookEvent
    from replicate_api.types import Unset

    from ._model_names import ModelName
    from ._references import ReferenceLike
    from ._wire import Wire
    from .pagination import Page


class TrainingOptions(WebhookOptions, total=False):
    """The options of creating a training."""

    file_encoding_strategy: str | None
    """How local files are sent: `upload` (the default), `data-uri`, or `auto`: small ones as data URIs."""


_KNOWN_OPTIONS = frozenset(TrainingOptions.__annotations__)

_ROWS = Rows(TrainingPage.from_dict, Training.of)


class Trainings(Namespace):
    """Creating, getting, listing and canceling trainings."""

    CreateTrainingParams = TrainingOptions

    def create(
        self,
        model: ReferenceLike | None = None,
        version: ReferenceLike | Mapping[str, Any] | None = None,
        input: Mapping[str, Any] | ModelName | None = None,  # noqa: A002 - the API's word
        destination: ModelName | str | None = None,
        **options: Unpack[TrainingOptions],
    ) -> Training:
        """Start to train a version, and return the training at once. It is billed from here on.

        Name model and version; or both in one, `"owner/name:version"`, as `model`, as `version` or as the first
        argument. As in 1.x that may be followed by the input and the destination: `create(ref, {…}, "me/my-model")`.

        Args:
            model: the model whose version is trained, `owner/name` or a Model.
            version: that version: its id, or a Version.
            input: what to train on. Paths, open files and bytes are uploaded.
            destination: the model that gets the result as a new version; it exists, and belongs to the token's account.
            **options: see `TrainingOptions`: `webhook`, `webhook_events_filter`, `file_encoding_strategy`.

        Raises:
            InvalidArgumentError: an argument cannot be used. Nothing was sent or spent.
            AmbiguousCreateError: it is not known whether it was created; the error can look for it again.
            NotFoundError: there is no such version, or no such destination.
            ReplicateError: the service refused, or could not be reached.
        """
        return run_blocking(self._create(self._client.wire, model, version, input, destination, options))

    async def async_create(
        self,
        model: ReferenceLike | None = None,
        version: ReferenceLike | Mapping[str, Any] | None = None,
        input: Mapping[str, Any] | ModelName | None = None,  # noqa: A002 - the API's word
        destination: ModelName | str | None = None,
        **options: Unpack[TrainingOptions],
    ) -> Training:
        """Start to train a version as `create` does, awaiting the service's answer."""
        return await self._create(self._client.async_wire, model, version, input, destination, options)

    def get(self, id: str) -> Training:  # noqa: A002 - the API's word
        """Return a training by its id.

        Raises:
            NotFoundError: there is none, or it is another account's.
        """
        return run_blocking(self._get(self._client.wire, id))

    async def async_get(self, id: str) -> Training:  # noqa: A002 - the API's word
        """Return a training by its id, awaiting the service's answer."""
        return await self._get(self._client.async_wire, id)

    def list(self, cursor: Cursor = ...) -> Page[Training]:
        """Return a page of the account's trainings, newest first, 100 to a page.

        Args:
            cursor: the `next` or `previous` of a page; the first page without it.

        Raises:
            ValueError: `cursor` is None, as the `next` of the last page is; or it leads to another host.
        """
        return run_blocking(self._list(self._client.wire, cursor))

    async def async_list(self, cursor: Cursor = ...) -> Page[Training]:
        """Return a page of the account's trainings as `list` does, awaiting the service's answer."""
        return await self._list(self._client.async_wire, cursor)

    def cancel(self, id: str | Training) -> Training:  # noqa: A002 - the API's word
        """Cancel a training and return it. What ran so far is billed; one that is already over stays as it is.

        Raises:
            NotFoundError: there is none, or it is another account's.
        """
        return run_blocking(self._cancel(self._client.wire, id))

    async def async_cancel(self, id: str | Training) -> Training:  # noqa: A002 - the API's word
        """Cancel a training as `cancel` does, awaiting the service's answer."""
        return await self._cancel(self._client.async_wire, id)

    async def _create(
        self,
        wire: Wire,
        model: ReferenceLike | None,
        version: ReferenceLike | Mapping[str, Any] | None,
        input: Mapping[str, Any] | ModelName | None,  # noqa: A002
        destination: ModelName | str | None,
        options: TrainingOptions,
    ) -> Training:
        check_known("trainings.create", options, _KNOWN_OPTIONS, {"input", "destination"})
        if isinstance(version, Mapping):  # the order of 1.x: create(version, input, destination)
            if input is not None and destination is not None:
                raise InvalidArgumentError("destination was given twice", argument="destination")
            version, input, destination = None, version, cast("ModelName | None", input) or destination  # noqa: A001
        base = _what_to_train(model, version)
        target = _where_to(destination)
        webhook, events = read_webhook(options, Origin.of_url(wire.api.base_url))
        if self._client.budget is not None:
            self._client.budget.check(_names(base), "training")
        strategy = self._client.with_defaults(options).get("file_encoding_strategy")
        body = TrainingCreate(
            destination=target,
            input_=await encode_input(wire, input, strategy=strategy),
            webhook=UNSET if webhook is None else webhook,
            webhook_events_filter=UNSET if events is None else cast("list[WebhookEvent]", events),
        )
        return await self._start(wire, base, body)

    async def _start(self, wire: Wire, base: tuple[str, str, str], body: TrainingCreate) -> Training:
        """Create a training once, and return it knowing its destination."""

        async def send() -> RawTraining:
            return await wire.call(trainings_create, *base, client=wire.api, body=body)

        def view(raw: RawTraining, client: Any) -> Training:
            if not isinstance(raw.destination, str):
                raw.destination = body.destination
            return Training.of(raw, client)

        owner, name, version = base
        webhook = body.webhook if isinstance(body.webhook, str) else None
        attempt = Attempt(
            f"{owner}/{name}",
            version,
            body.input_,
            webhook,
            wire.clock.time(),
            destination=body.destination,
            noun="training",
        )
        create = partial(create_once, wire, attempt, send, self._client.memory)
        budget = self._client.budget
        try:
            raw = await (create() if budget is None else budget.create(wire, _names(base), "training", create))
        except AmbiguousCreateError as error:
            make_recoverable(error, self._client, view)
            raise
        return view(raw, self._client)

    async def _get(self, wire: Wire, id: str) -> Training:  # noqa: A002
        return await get_by_id(wire, self._client, Training, id)

    async def _list(self, wire: Wire, cursor: Cursor) -> Page[Training]:
        async def ask(wire: Wire, place: str | Unset) -> RawPage[RawTraining]:
            return await wire.call(trainings_list, client=wire.api, cursor=place)

        return await list_page(wire, self._client, cursor, _ROWS, ask)

    async def _cancel(self, wire: Wire, id: str | Training) -> Training:  # noqa: A002
        return await cancel_by_id(wire, self._client, Training, id.id if isinstance(id, Training) else id)


def _names(base: tuple[str, str, str]) -> list[str]:
    """Return the names by which a budget may have a price for trainings of a version."""
    from ._prices import names_of_training

    owner, name, _ = base
    return names_of_training(f"{owner}/{name}")


def _what_to_train(model: ReferenceLike | None, version: ReferenceLike | None) -> tuple[str, str, str]:
    """Return owner and name of a model, and the id of its version.

    Raises:
        InvalidArgumentError: one of them is missing, or they contradict each other.
    """
    argument = "model" if version is None else "version"
    named = parse_reference(model if version is None else version, argument=argument)
    owner, name = named.owner, named.name
    if model is not None and version is not None:
        owner, name = parse_model_name(model, argument="model")
    if owner is None or name is None or named.version is None:
        raise InvalidArgumentError(
            "name the version to train as 'owner/name:version', or give model= and version=", argument=argument
        )
    if named.owner is not None and (named.owner, named.name) != (owner, name):
        raise InvalidArgumentError(
            f"model={owner}/{name} and version={named} do not fit together; give one of them", argument=argument
        )
    return owner, name, named.version


def _where_to(destination: ModelName | str | None) -> str:
    if destination is None:
        raise InvalidArgumentError(
            "destination is missing: name the model that gets the result, 'owner/name'", argument="destination"
        )
    owner, name = parse_model_name(destination, argument="destination")
    return f"{owner}/{name}"
