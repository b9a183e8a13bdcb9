"""`client.models.predictions`, where 1.x has the predictions of models without a version; created as all others are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from ._references import ModelLike, parse_model_name
from .resource import Namespace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._create_options import CreateOptions
    from .prediction import Prediction


class ModelsPredictions(Namespace):
    """Creating predictions with a model's name."""

    def create(
        self,
        model: str | tuple[str, str] | ModelLike,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction, as `predictions.create(model=…)` does.

        Raises:
            InvalidReferenceError: that is no name of a model, or it names one version. Nothing was sent.
            ReplicateError: the service refused, or could not be reached.
        """
        name = parse_model_name(model, argument="model")
        return self._client.predictions.create(model=name, input=input, **options)

    async def async_create(
        self,
        model: str | tuple[str, str] | ModelLike,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction as `create` does, awaiting the service's answer."""
        name = parse_model_name(model, argument="model")
        return await self._client.predictions.async_create(model=name, input=input, **options)
