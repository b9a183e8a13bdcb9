"""What a model shows beside its members, its readme and its examples: `client.models.readme` and `….examples`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from replicate_api.api.models import models_examples_list, models_readme_get

from ._blocking import run_blocking
from ._listing import Cursor, RawPage, list_page
from ._model_names import ModelName, ModelNames, read_model_names
from ._prediction_pages import ROWS
from .resource import Namespace

if TYPE_CHECKING:
    from replicate_api.models.prediction import Prediction as RawPrediction
    from replicate_api.types import Unset

    from ._wire import Wire
    from .pagination import Page
    from .prediction import Prediction


class ModelsReadme(Namespace):
    """Readmes of models."""

    def get(self, name: ModelName | None = None, model_name: str | None = None, **named: Unpack[ModelNames]) -> str:
        """Return the readme of a model, in Markdown. It may be empty.

        Raises:
            NotFoundError: there is no such model, or it has no readme.
            InvalidReferenceError: that is no name. Nothing was sent.
        """
        model = read_model_names("models.readme.get", name, model_name, named)
        return run_blocking(self._get(self._client.wire, model))

    async def async_get(
        self, name: ModelName | None = None, model_name: str | None = None, **named: Unpack[ModelNames]
    ) -> str:
        """Return the readme of a model as `get` does, awaiting the service's answer."""
        model = read_model_names("models.readme.get", name, model_name, named)
        return await self._get(self._client.async_wire, model)

    async def _get(self, wire: Wire, model: tuple[str, str]) -> str:
        return await wire.call(models_readme_get, *model, client=wire.api)


class ModelsExamples(Namespace):
    """Predictions that the authors of models chose to show."""

    def list(
        self,
        name: ModelName | None = None,
        model_name: str | None = None,
        *,
        cursor: Cursor = ...,
        **named: Unpack[ModelNames],
    ) -> Page[Prediction]:
        """Return a page of a model's examples. None at all is normal.

        Args:
            name: the model, as in `models.get`.
            model_name: the second half of the name, where it is given in two.
            cursor: the `next` or `previous` of a page; the first page without it.
            **named: the model by other keywords, as in `models.get`.

        Raises:
            NotFoundError: there is no such model.
            InvalidReferenceError: that is no name. Nothing was sent.
        """
        model = read_model_names("models.examples.list", name, model_name, named)
        return run_blocking(self._list(self._client.wire, model, cursor))

    async def async_list(
        self,
        name: ModelName | None = None,
        model_name: str | None = None,
        *,
        cursor: Cursor = ...,
        **named: Unpack[ModelNames],
    ) -> Page[Prediction]:
        """Return a page of a model's examples as `list` does, awaiting the service's answer."""
        model = read_model_names("models.examples.list", name, model_name, named)
        return await self._list(self._client.async_wire, model, cursor)

    async def _list(self, wire: Wire, model: tuple[str, str], cursor: Cursor) -> Page[Prediction]:
        async def ask(wire: Wire, place: str | Unset) -> RawPage[RawPrediction]:
            return await wire.call(models_examples_list, *model, client=wire.api, cursor=place)

        return await list_page(wire, self._client, cursor, ROWS, ask)
