"""`client.deployments.predictions` and `deployment.predictions`; what they create is created as all predictions are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from ._references import parse_deployment_name
from .resource import Namespace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._create_options import CreateOptions
    from ._references import DeploymentName
    from .client import Client
    from .prediction import Prediction


class DeploymentsPredictions(Namespace):
    """Creating predictions with deployments."""

    def create(
        self,
        deployment: DeploymentName,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction, as `predictions.create(deployment=…)` does.

        Raises:
            InvalidReferenceError: that is no name of a deployment. Nothing was sent.
            ReplicateError: the service refused, or could not be reached.
        """
        name = parse_deployment_name(deployment, argument="deployment")
        return self._client.predictions.create(deployment=name, input=input, **options)

    async def async_create(
        self,
        deployment: DeploymentName,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction as `create` does, awaiting the service's answer."""
        name = parse_deployment_name(deployment, argument="deployment")
        return await self._client.predictions.async_create(deployment=name, input=input, **options)


class DeploymentPredictions(Namespace):
    """Creating predictions with one deployment."""

    def __init__(self, client: Client, deployment: DeploymentName) -> None:
        super().__init__(client)
        self._deployment = deployment

    def create(
        self,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction with this deployment, as `predictions.create(deployment=…)` does.

        Raises:
            ReplicateError: the service refused, or could not be reached.
        """
        return self._client.predictions.create(deployment=self._deployment, input=input, **options)

    async def async_create(
        self,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        **options: Unpack[CreateOptions],
    ) -> Prediction:
        """Create a prediction as `create` does, awaiting the service's answer."""
        return await self._client.predictions.async_create(deployment=self._deployment, input=input, **options)
