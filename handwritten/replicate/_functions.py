"""A model as a function: inputs by their names, checked by its own schema first. Running it is left to the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from replicate_api.api.models import models_get, models_versions_get

from ._blocking import run_blocking
from ._input_schemas import InputSchema, check_input
from ._references import Reference, parse_runnable
from .exceptions import NotFoundError, ReplicateError
from .model import Model
from .version import Version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from ._create_options import CreateOptions
    from ._input_schemas import InputField
    from ._references import RunnableLike
    from ._stream_events import ServerSentEvent
    from ._wire import Wire
    from .client import Client
    from .prediction import Prediction

_UNKNOWN = object()


class ModelFunction:
    """A model, a version or a deployment that is called like a function: `write(prompt="…")`.

    The first call asks for the schema of the model's inputs, once. Every call checks its inputs by it before anything
    is sent or spent; where there is no schema, as for deployments, the service alone checks.
    """

    def __init__(self, client: Client, ref: RunnableLike, options: Mapping[str, Any]) -> None:
        self._client = client
        self._ref = ref
        self._reference = parse_runnable(ref)
        self._options = cast("CreateOptions", dict(options))
        self._document: Any = _UNKNOWN

    def __call__(self, /, **inputs: Any) -> Any:
        """Run the model and return its output, as `replicate.run` does.

        Raises:
            InvalidInputError: the input is none that the model takes. Nothing was sent.
            ModelError: the prediction failed, was canceled or aborted.
            ReplicateError: the service refused, or could not be reached.
        """
        self.check(**inputs)
        return self._client.run(self._ref, inputs, **self._options)

    async def async_run(self, /, **inputs: Any) -> Any:
        """Run the model and await its output, as calling it returns it."""
        await self.async_check(**inputs)
        return await self._client.async_run(self._ref, inputs, **self._options)

    def create(self, /, **inputs: Any) -> Prediction:
        """Create a prediction and return it without waiting for its end.

        Raises:
            InvalidInputError: the input is none that the model takes. Nothing was sent.
            ReplicateError: the service refused, or could not be reached.
        """
        self.check(**inputs)
        return self._client.predictions.create(**self._named(), input=inputs, **self._options)

    async def async_create(self, /, **inputs: Any) -> Prediction:
        """Create a prediction as `create` does, awaiting the service's answer."""
        await self.async_check(**inputs)
        return await self._client.predictions.async_create(**self._named(), input=inputs, **self._options)

    def stream(self, /, **inputs: Any) -> Iterator[ServerSentEvent]:
        """Run the model and yield its events, as `replicate.stream` does. The inputs are checked at once."""
        self.check(**inputs)
        return self._client.stream(self._ref, inputs, **self._options)

    async def async_stream(self, /, **inputs: Any) -> AsyncIterator[ServerSentEvent]:
        """Run the model and yield its events: `async for event in await write.async_stream(…)`."""
        await self.async_check(**inputs)
        return await self._client.async_stream(self._ref, inputs, **self._options)

    def inputs(self) -> list[InputField]:
        """Return what the model takes, in the order in which it declares it; empty where no schema is to be had."""
        return _fields(run_blocking(self._schema(self._client.wire)))

    async def async_inputs(self) -> list[InputField]:
        """Return what the model takes, awaiting the service's answer."""
        return _fields(await self._schema(self._client.async_wire))

    def check(self, /, **inputs: Any) -> None:
        """Check an input by the model's schema; it is not run.

        Raises:
            InvalidInputError: it is none that the model takes; the message names each input that is wrong.
            NotFoundError: there is no such model.
        """
        check_input(run_blocking(self._schema(self._client.wire)), inputs)

    async def async_check(self, /, **inputs: Any) -> None:
        """Check an input as `check` does, awaiting the model's schema."""
        check_input(await self._schema(self._client.async_wire), inputs)

    def _named(self) -> dict[str, Any]:
        """Return what is called, as the argument of `predictions.create` that takes it."""
        return {"model" if isinstance(self._reference, Reference) else "deployment": self._ref}

    async def _schema(self, wire: Wire) -> Any:
        """Return the document of the version that runs, None where it is not to be had.

        Raises:
            NotFoundError: there is no such model or version.
        """
        if self._document is _UNKNOWN:
            try:
                version = await self._version(wire)
            except NotFoundError:
                raise
            except ReplicateError:
                return None  # it must not stand between the caller and a result; the next call asks again
            self._document = None if version is None else version.openapi_schema
        return self._document

    async def _version(self, wire: Wire) -> Version | None:
        if isinstance(self._ref, Version):
            return self._ref
        if isinstance(self._ref, Model):
            return self._ref.latest_version
        owner, name = self._reference.owner, self._reference.name
        if not isinstance(self._reference, Reference) or owner is None or name is None:
            return None
        version = self._reference.version
        if version is not None:
            raw = await wire.call(models_versions_get, owner, name, version, client=wire.api)
            return Version.of(raw, self._client)
        model = Model.of(await wire.call(models_get, owner, name, client=wire.api), self._client)
        return model.latest_version

    def __repr__(self) -> str:
        return f"ModelFunction({str(self._reference)!r})"


def _fields(document: Any) -> list[InputField]:
    schema = InputSchema.of(document)
    return [] if schema is None else schema.fields()
