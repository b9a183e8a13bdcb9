"""Versions of a model: getting, listing and deleting them, and running one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from replicate_api.api.models import models_versions_delete, models_versions_get, models_versions_list
from replicate_api.models.version import Version as RawVersion
from replicate_api.models.version_page import VersionPage

from ._blocking import run_blocking
from ._listing import Cursor, RawPage, Rows, list_page
from ._references import ModelLike, check_segment, parse_model_name
from ._timestamps import parse_timestamp
from ._views import View, known, text, timestamp
from .resource import Namespace

if TYPE_CHECKING:
    import builtins
    from collections.abc import Mapping
    from datetime import datetime

    from replicate_api.types import Unset

    from ._input_schemas import InputField
    from ._wire import Wire
    from .client import Client
    from .pagination import Page

__all__ = ["Version", "Versions"]


class Version(View[RawVersion]):
    """One version of a model, with the schema of its input and output."""

    __slots__ = ()

    _fields = ("id", "created_at", "cog_version", "openapi_schema")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawVersion:
        return RawVersion.from_dict(data)

    @property
    def id(self) -> str:
        """The unique id of the version: 64 hexadecimal digits."""
        return self._raw.id

    @property
    def created_at(self) -> str:
        """When the version was pushed, as RFC 3339 text; empty if the service did not tell."""
        return timestamp(self._raw.created_at) or ""

    @property
    def created_at_datetime(self) -> datetime | None:
        """When the version was pushed, as a datetime in UTC; None if the service told no time."""
        with suppress(ValueError):
            return parse_timestamp(self.created_at)
        return None

    @property
    def cog_version(self) -> str | None:
        """The version of Cog that packaged it; not always a version number."""
        return text(self._raw.cog_version)

    @property
    def openapi_schema(self) -> dict[str, Any] | None:
        """The version's OpenAPI document; its `components.schemas` have `Input` and `Output`: what goes in and out."""
        value = known(self._raw.openapi_schema)
        return cast("dict[str, Any]", value) if isinstance(value, dict) else None

    @property
    def inputs(self) -> builtins.list[InputField]:
        """What the version takes, in the order in which the model declares it; empty where its schema is not known."""
        from ._input_schemas import InputSchema

        schema = InputSchema.of(self.openapi_schema)
        return [] if schema is None else schema.fields()

    def check(self, input: Mapping[str, Any]) -> None:  # noqa: A002 - the API's word
        """Check an input against the version's schema: names, types, choices and limits. Nothing is sent.

        A value passes wherever the schema leaves room; the service may still refuse it.

        Raises:
            InvalidInputError: it is none that the version takes; the message names each input that is wrong.
        """
        from ._input_schemas import check_input

        check_input(self.openapi_schema, input)

    def predict(self, **input: Any) -> Any:  # noqa: A002 - the API's word
        """Run this version and return its output, as `replicate.run` does.

        Raises:
            ModelError: the prediction failed or was canceled.
            ReplicateError: it could not be created or followed.
        """
        return self.client.run(self.id, input=input)

    async def async_predict(self, **input: Any) -> Any:  # noqa: A002 - the API's word
        """Run this version and await its output, as `replicate.async_run` does."""
        return await self.client.async_run(self.id, input=input)

    def _repr_fields(self) -> tuple[str, ...]:
        return ("id", "created_at", "cog_version")


_ROWS = Rows(VersionPage.from_dict, Version.of)


class Versions(Namespace):
    """The versions of one model."""

    def __init__(self, client: Client, model: str | tuple[str, str] | ModelLike) -> None:
        super().__init__(client)
        self._owner, self._name = parse_model_name(model, argument="model")

    def get(self, id: str) -> Version:  # noqa: A002 - the API's word
        """Return a version by its id.

        Raises:
            NotFoundError: the model has no such version.
        """
        return run_blocking(self._get(self._client.wire, id))

    async def async_get(self, id: str) -> Version:  # noqa: A002 - the API's word
        """Return a version by its id, awaiting the service's answer."""
        return await self._get(self._client.async_wire, id)

    def list(self, cursor: Cursor = ...) -> Page[Version]:
        """Return a page of the model's versions, newest first. Official models may list none.

        Args:
            cursor: the `next` or `previous` of a page; the first page without it.
        """
        return run_blocking(self._list(self._client.wire, cursor))

    async def async_list(self, cursor: Cursor = ...) -> Page[Version]:
        """Return a page of the model's versions as `list` does, awaiting the service's answer."""
        return await self._list(self._client.async_wire, cursor)

    def delete(self, id: str) -> bool:  # noqa: A002 - the API's word
        """Delete a version, with its predictions and their files, and return True. It may take minutes to be gone.

        Only a version of one's own model can be deleted, and only while nobody else and nothing else uses it.

        Raises:
            ReplicateError: the service refused; `status` and `detail` say why.
        """
        return run_blocking(self._delete(self._client.wire, id))

    async def async_delete(self, id: str) -> bool:  # noqa: A002 - the API's word
        """Delete a version as `delete` does, awaiting the service's answer."""
        return await self._delete(self._client.async_wire, id)

    async def _get(self, wire: Wire, id: str) -> Version:  # noqa: A002
        segment = check_segment(id, argument="id")
        raw = await wire.call(models_versions_get, self._owner, self._name, segment, client=wire.api)
        self._client.memory.note_schema(raw.id, known(raw.openapi_schema))
        return Version.of(raw, self._client)

    async def _list(self, wire: Wire, cursor: Cursor) -> Page[Version]:
        async def ask(wire: Wire, place: str | Unset) -> RawPage[RawVersion]:
            return await wire.call(models_versions_list, self._owner, self._name, client=wire.api, cursor=place)

        return await list_page(wire, self._client, cursor, _ROWS, ask)

    async def _delete(self, wire: Wire, id: str) -> bool:  # noqa: A002
        segment = check_segment(id, argument="id")
        await wire.call(models_versions_delete, self._owner, self._name, segment, client=wire.api)
        return True
