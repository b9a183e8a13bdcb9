"""Getting, listing, searching, creating, updating and deleting models. What one model tells is in `model`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict, Unpack, cast

from replicate_api.api.models import models_create, models_delete, models_get, models_list, models_update
from replicate_api.models.model_create import ModelCreate
from replicate_api.models.model_page import ModelPage
from replicate_api.models.model_update import ModelUpdate
from replicate_api.models.version import Version as RawVersion
from replicate_api.types import UNSET, Unset

from ._blocking import run_blocking
from ._listing import Cursor, RawPage, Rows, list_page
from ._model_names import ModelName, ModelNames, read_model_names
from ._models_predictions import ModelsPredictions
from ._models_presentation import ModelsExamples, ModelsReadme
from ._quoted_values import quote_value
from ._references import parse_model_name
from ._views import known
from .exceptions import InvalidArgumentError
from .model import Model
from .resource import Namespace

if TYPE_CHECKING:
    from replicate_api.models.model import Model as RawModel
    from replicate_api.models.model_visibility import ModelVisibility

    from ._wire import Wire
    from .pagination import Page

__all__ = ["Models", "ModelsPredictions"]

SortBy = Literal["model_created_at", "latest_version_created_at"]
SortDirection = Literal["asc", "desc"]

_ROWS = Rows(ModelPage.from_dict, Model.of)


class ModelChanges(TypedDict, total=False):
    """What can be changed of a model. What is left out, or None, stays as it is; an empty text empties it."""

    description: str | None
    """What it does, in one sentence."""

    readme: str | None
    """A longer text, in Markdown."""

    github_url: str | None
    """Where its source is."""

    paper_url: str | None
    """Where its paper is."""

    weights_url: str | None
    """Where its weights are."""

    license_url: str | None
    """Where its license is."""


class ModelUpdateOptions(ModelNames, ModelChanges, total=False):
    """What `update` takes by keyword: what to change, and other names for the arguments that name the model."""


class Models(Namespace):
    """Getting, listing, searching, creating, updating and deleting models."""

    @property
    def readme(self) -> ModelsReadme:
        """Readmes: `models.readme.get("owner/name")`."""
        return ModelsReadme(self._client)

    @property
    def examples(self) -> ModelsExamples:
        """Example predictions: `models.examples.list("owner/name")`."""
        return ModelsExamples(self._client)

    @property
    def predictions(self) -> ModelsPredictions:
        """Predictions of models named without a version; `client.predictions` creates the same ones."""
        return ModelsPredictions(self._client)

    def get(self, name: ModelName | None = None, model_name: str | None = None, **named: Unpack[ModelNames]) -> Model:
        """Return a model by its name, `"owner/name"`, or by owner and name.

        Raises:
            NotFoundError: there is none, or it is another account's private one.
            InvalidReferenceError: that is no name. Nothing was sent.
        """
        return run_blocking(self._get(self._client.wire, read_model_names("models.get", name, model_name, named)))

    async def async_get(
        self, name: ModelName | None = None, model_name: str | None = None, **named: Unpack[ModelNames]
    ) -> Model:
        """Return a model by its name, awaiting the service's answer."""
        return await self._get(self._client.async_wire, read_model_names("models.get", name, model_name, named))

    def list(
        self,
        cursor: Cursor = ...,
        *,
        sort_by: SortBy | None = None,
        sort_direction: SortDirection | None = None,
    ) -> Page[Model]:
        """Return a page of public models, 25 to a page, those with the newest versions first.

        Args:
            cursor: the `next` or `previous` of a page; the first page without it. It carries its own order.
            sort_by: `latest_version_created_at` (the default) or `model_created_at`.
            sort_direction: `desc` (the default) or `asc`.
        """
        return run_blocking(self._list(self._client.wire, cursor, sort_by, sort_direction))

    async def async_list(
        self,
        cursor: Cursor = ...,
        *,
        sort_by: SortBy | None = None,
        sort_direction: SortDirection | None = None,
    ) -> Page[Model]:
        """Return a page of public models as `list` does, awaiting the service's answer."""
        return await self._list(self._client.async_wire, cursor, sort_by, sort_direction)

    def search(self, query: str) -> Page[Model]:
        """Return the public models that fit a text, best first, up to 25."""
        return run_blocking(self._search(self._client.wire, query))

    async def async_search(self, query: str) -> Page[Model]:
        """Return the public models that fit a text, awaiting the service's answer."""
        return await self._search(self._client.async_wire, query)

    def create(
        self,
        owner: str,
        name: str,
        *,
        hardware: str,
        visibility: Literal["public", "private"],
        description: str | None = None,
        github_url: str | None = None,
        paper_url: str | None = None,
        license_url: str | None = None,
        cover_image_url: str | None = None,
    ) -> Model:
        """Create a model, without versions, and return it. An account may have a thousand.

        Args:
            owner: the account the token belongs to.
            name: unique among the owner's models.
            hardware: the SKU it runs on, such as `cpu` or `gpu-t4`.
            visibility: `public` or `private`.
            description: what it does.
            github_url: where its source is.
            paper_url: where its paper is.
            license_url: where its license is.
            cover_image_url: its picture.

        Raises:
            ReplicateError: the service refused; `status` and `detail` say why.
        """
        links = (description, github_url, paper_url, license_url, cover_image_url)
        return run_blocking(self._create(self._client.wire, owner, name, hardware, visibility, links))

    async def async_create(
        self,
        owner: str,
        name: str,
        *,
        hardware: str,
        visibility: Literal["public", "private"],
        description: str | None = None,
        github_url: str | None = None,
        paper_url: str | None = None,
        license_url: str | None = None,
        cover_image_url: str | None = None,
    ) -> Model:
        """Create a model as `create` does, awaiting the service's answer."""
        links = (description, github_url, paper_url, license_url, cover_image_url)
        return await self._create(self._client.async_wire, owner, name, hardware, visibility, links)

    def update(
        self,
        name: ModelName | None = None,
        model_name: str | None = None,
        **changes: Unpack[ModelUpdateOptions],
    ) -> Model:
        """Change what a model of one's own tells, and return it. Its name, visibility and hardware stay.

        Args:
            name: the model, as in `get`.
            model_name: the second half of the name, where it is given in two.
            **changes: see `ModelChanges`: `description`, `readme`, `github_url`, `paper_url`, `weights_url`,
                `license_url`.

        Raises:
            ReplicateError: the service refused; `status` and `detail` say why.
            InvalidArgumentError: there is nothing to change, or a change is no text. Nothing was sent.
        """
        return run_blocking(self._update(self._client.wire, name, model_name, changes))

    async def async_update(
        self,
        name: ModelName | None = None,
        model_name: str | None = None,
        **changes: Unpack[ModelUpdateOptions],
    ) -> Model:
        """Change what a model of one's own tells, as `update` does, awaiting the service's answer."""
        return await self._update(self._client.async_wire, name, model_name, changes)

    def delete(self, name: ModelName | None = None, model_name: str | None = None, **named: Unpack[ModelNames]) -> bool:
        """Delete a model of one's own and return True. It must be private and have no versions.

        Raises:
            ReplicateError: the service refused; `status` and `detail` say why.
            InvalidReferenceError: that is no name. Nothing was sent.
        """
        return run_blocking(self._delete(self._client.wire, read_model_names("models.delete", name, model_name, named)))

    async def async_delete(
        self, name: ModelName | None = None, model_name: str | None = None, **named: Unpack[ModelNames]
    ) -> bool:
        """Delete a model as `delete` does, awaiting the service's answer."""
        return await self._delete(self._client.async_wire, read_model_names("models.delete", name, model_name, named))

    async def _get(self, wire: Wire, model: tuple[str, str]) -> Model:
        raw = await wire.call(models_get, *model, client=wire.api)
        if isinstance(raw.latest_version, RawVersion):
            for key in (raw.latest_version.id, f"{raw.owner}/{raw.name}"):
                self._client.memory.note_schema(key, known(raw.latest_version.openapi_schema))
        return Model.of(raw, self._client)

    async def _list(
        self, wire: Wire, cursor: Cursor, sort_by: SortBy | None, sort_direction: SortDirection | None
    ) -> Page[Model]:
        async def ask(wire: Wire, place: str | Unset) -> RawPage[RawModel]:
            return await wire.call(
                models_list,
                client=wire.api,
                sort_by=sort_by or UNSET,
                sort_direction=sort_direction or UNSET,
                cursor=place,
            )

        return await list_page(wire, self._client, cursor, _ROWS, ask)

    async def _search(self, wire: Wire, query: str) -> Page[Model]:
        """Send the one request OpenAPI cannot describe: method QUERY, the text as its body."""
        if not isinstance(query, str):
            raise InvalidArgumentError("query must be a text", argument="query")

        try:
            content = query.encode()
        except UnicodeEncodeError as error:
            message = f"query: {quote_value(query)} cannot be sent: it has half of a surrogate pair"
            raise InvalidArgumentError(message, argument="query") from error

        async def ask(wire: Wire, _: str | Unset) -> RawPage[RawModel]:
            return await wire.request(
                "QUERY", "/models", ModelPage.from_dict, content=content, headers={"Content-Type": "text/plain"}
            )

        return await list_page(wire, self._client, ..., _ROWS, ask)

    async def _create(
        self, wire: Wire, owner: str, name: str, hardware: str, visibility: str, links: tuple[str | None, ...]
    ) -> Model:
        parse_model_name((owner, name), argument="owner")
        if visibility not in {"public", "private"}:
            raise InvalidArgumentError(
                f"visibility must be 'public' or 'private', not {quote_value(visibility)}", argument="visibility"
            )
        if not hardware or not isinstance(hardware, str):
            raise InvalidArgumentError("hardware must be a SKU such as 'cpu'", argument="hardware")
        description, github_url, paper_url, license_url, cover_image_url = (
            UNSET if link is None else link for link in links
        )
        body = ModelCreate(
            owner=owner,
            name=name,
            hardware=hardware,
            visibility=cast("ModelVisibility", visibility),
            description=description,
            github_url=github_url,
            paper_url=paper_url,
            license_url=license_url,
            cover_image_url=cover_image_url,
        )
        return Model.of(await wire.call(models_create, client=wire.api, body=body), self._client)

    async def _update(
        self, wire: Wire, name: ModelName | None, model_name: str | None, options: ModelUpdateOptions
    ) -> Model:
        given = dict(options)
        changes = {member: given.pop(member) for member in ModelChanges.__annotations__ if member in given}
        model = read_model_names("models.update", name, model_name, given, ModelChanges.__annotations__)
        told = {member: value for member, value in changes.items() if value is not None}
        for member, value in told.items():
            if not isinstance(value, str):
                raise InvalidArgumentError(f"{member} must be a text, not {quote_value(value)}", argument=member)
        if not told:
            raise InvalidArgumentError(
                f"nothing to change; give one of {', '.join(ModelChanges.__annotations__)}", argument="description"
            )
        body = ModelUpdate(**cast("dict[str, str]", told))
        return Model.of(await wire.call(models_update, *model, client=wire.api, body=body), self._client)

    async def _delete(self, wire: Wire, model: tuple[str, str]) -> bool:
        await wire.call(models_delete, *model, client=wire.api)
        return True
