"""Getting, listing, creating, changing and deleting deployments. What one deployment tells is in `deployment`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack, cast

from replicate_api.api.deployments import (
    deployments_create,
    deployments_delete,
    deployments_get,
    deployments_list,
    deployments_update,
)
from replicate_api.models.deployment_create import DeploymentCreate
from replicate_api.models.deployment_page import DeploymentPage
from replicate_api.models.deployment_update import DeploymentUpdate

from ._blocking import run_blocking
from ._deployments_predictions import DeploymentsPredictions
from ._listing import Cursor, RawPage, Rows, list_page
from ._quoted_values import quote_value
from ._references import check_segment, parse_deployment_name, parse_model_name, parse_reference
from ._settings import check_known
from .deployment import Deployment
from .exceptions import InvalidArgumentError
from .resource import Namespace

if TYPE_CHECKING:
    from replicate_api.models.deployment import Deployment as RawDeployment
    from replicate_api.types import Unset

    from ._model_names import ModelName
    from ._references import DeploymentName, DeploymentReference, VersionLike
    from ._wire import Wire
    from .pagination import Page

_ROWS = Rows(DeploymentPage.from_dict, Deployment.of)


class DeploymentChanges(TypedDict, total=False):
    """What can be changed of a deployment. What is left out, or None, stays as it is."""

    version: str | VersionLike | None
    """The version that runs, of the same model: its id, `owner/name:id`, or a Version."""

    hardware: str | None
    """The SKU of the hardware."""

    min_instances: int | None
    """How many instances are always on, and billed; the service takes 0 to 5."""

    max_instances: int | None
    """How many instances there are at most; the service takes 0 to 20. With both at 0 it is out of use."""


class Deployments(Namespace):
    """Getting, listing, creating, changing and deleting deployments."""

    UpdateDeploymentParams = DeploymentChanges

    @property
    def predictions(self) -> DeploymentsPredictions:
        """Predictions of deployments: `deployments.predictions.create("owner/name", {…})`."""
        return DeploymentsPredictions(self._client)

    def get(
        self,
        name: DeploymentName | None = None,
        deployment_name: str | None = None,
        *,
        deployment_owner: str | None = None,
    ) -> Deployment:
        """Return a deployment by its name, `"owner/name"`, or by owner and name.

        Raises:
            NotFoundError: there is none, or it is another account's.
            InvalidReferenceError: that is no name. Nothing was sent.
        """
        return run_blocking(self._get(self._client.wire, _named("get", name, deployment_name, deployment_owner)))

    async def async_get(
        self,
        name: DeploymentName | None = None,
        deployment_name: str | None = None,
        *,
        deployment_owner: str | None = None,
    ) -> Deployment:
        """Return a deployment by its name, awaiting the service's answer."""
        return await self._get(self._client.async_wire, _named("get", name, deployment_name, deployment_owner))

    def list(self, cursor: Cursor = ...) -> Page[Deployment]:
        """Return a page of the account's deployments, newest first.

        Args:
            cursor: the `next` or `previous` of a page; the first page without it.
        """
        return run_blocking(self._list(self._client.wire, cursor))

    async def async_list(self, cursor: Cursor = ...) -> Page[Deployment]:
        """Return a page of the account's deployments as `list` does, awaiting the service's answer."""
        return await self._list(self._client.async_wire, cursor)

    def create(
        self,
        name: str,
        model: ModelName,
        version: str | VersionLike,
        hardware: str,
        min_instances: int,
        max_instances: int,
    ) -> Deployment:
        """Create a deployment and return it. Its instances are billed while they are on, whether used or not.

        Args:
            name: its name, without the owner, which is the token's account.
            model: the model, `owner/name` or a Model.
            version: the version that runs: its id, `owner/name:id`, or a Version.
            hardware: the SKU of the hardware; `client.hardware.list()` has them.
            min_instances: how many instances are always on; the service takes 0 to 5.
            max_instances: how many instances there are at most; the service takes 0 to 20.

        Raises:
            InvalidArgumentError: an argument cannot be used. Nothing was sent.
            ReplicateError: the service refused; `status` and `detail` say why.
        """
        body = _creation(name, model, version, hardware, min_instances, max_instances)
        return run_blocking(self._create(self._client.wire, body))

    async def async_create(
        self,
        name: str,
        model: ModelName,
        version: str | VersionLike,
        hardware: str,
        min_instances: int,
        max_instances: int,
    ) -> Deployment:
        """Create a deployment as `create` does, awaiting the service's answer."""
        body = _creation(name, model, version, hardware, min_instances, max_instances)
        return await self._create(self._client.async_wire, body)

    def update(
        self,
        deployment_owner: DeploymentName | None = None,
        deployment_name: str | None = None,
        *,
        name: DeploymentName | None = None,
        **changes: Unpack[DeploymentChanges],
    ) -> Deployment:
        """Change a deployment, which makes a new release of it, and return it.

        It is named by owner and name as in 1.x, or by `"owner/name"` or a Deployment alone.

        Args:
            deployment_owner: the owner; or the whole name, if it is the only argument.
            deployment_name: the name without its owner.
            name: the whole name, by keyword.
            **changes: see `DeploymentChanges`: `version`, `hardware`, `min_instances`, `max_instances`.

        Raises:
            InvalidArgumentError: there is nothing to change, or a change cannot be used. Nothing was sent.
            ReplicateError: the service refused; `status` and `detail` say why.
        """
        reference = _named("update", name, deployment_name, deployment_owner)
        return run_blocking(self._update(self._client.wire, reference, changes))

    async def async_update(
        self,
        deployment_owner: DeploymentName | None = None,
        deployment_name: str | None = None,
        *,
        name: DeploymentName | None = None,
        **changes: Unpack[DeploymentChanges],
    ) -> Deployment:
        """Change a deployment as `update` does, awaiting the service's answer."""
        reference = _named("update", name, deployment_name, deployment_owner)
        return await self._update(self._client.async_wire, reference, changes)

    def delete(
        self,
        deployment_owner: DeploymentName | None = None,
        deployment_name: str | None = None,
        *,
        name: DeploymentName | None = None,
    ) -> bool:
        """Delete a deployment, named as in `update`, and return True.

        The service refuses while it has been used or online in the last 15 minutes.

        Raises:
            ReplicateError: the service refused; `status` and `detail` say why.
        """
        reference = _named("delete", name, deployment_name, deployment_owner)
        return run_blocking(self._delete(self._client.wire, reference))

    async def async_delete(
        self,
        deployment_owner: DeploymentName | None = None,
        deployment_name: str | None = None,
        *,
        name: DeploymentName | None = None,
    ) -> bool:
        """Delete a deployment as `delete` does, awaiting the service's answer."""
        reference = _named("delete", name, deployment_name, deployment_owner)
        return await self._delete(self._client.async_wire, reference)

    async def _get(self, wire: Wire, name: DeploymentReference) -> Deployment:
        return Deployment.of(await wire.call(deployments_get, *name, client=wire.api), self._client)

    async def _list(self, wire: Wire, cursor: Cursor) -> Page[Deployment]:
        async def ask(wire: Wire, place: str | Unset) -> RawPage[RawDeployment]:
            return await wire.call(deployments_list, client=wire.api, cursor=place)

        return await list_page(wire, self._client, cursor, _ROWS, ask)

    async def _create(self, wire: Wire, body: DeploymentCreate) -> Deployment:
        return Deployment.of(await wire.call(deployments_create, client=wire.api, body=body), self._client)

    async def _update(self, wire: Wire, name: DeploymentReference, changes: DeploymentChanges) -> Deployment:
        body = _changes(changes)
        return Deployment.of(await wire.call(deployments_update, *name, client=wire.api, body=body), self._client)

    async def _delete(self, wire: Wire, name: DeploymentReference) -> bool:
        await wire.call(deployments_delete, *name, client=wire.api)
        return True


def _named(
    call: str, name: DeploymentName | None, deployment_name: str | None, deployment_owner: DeploymentName | None
) -> DeploymentReference:
    """Return the deployment that the arguments of a call name, in one piece or in two."""
    if name is not None and deployment_owner is not None:
        raise InvalidArgumentError(
            f'deployments.{call}() names the deployment twice; give "owner/name" alone', argument="name"
        )
    first = deployment_owner if name is None else name
    if deployment_name is None:
        return parse_deployment_name(first)
    return parse_deployment_name((cast("str", first), deployment_name))


def _creation(
    name: str,
    model: ModelName,
    version: str | VersionLike,
    hardware: str,
    min_instances: int,
    max_instances: int,
) -> DeploymentCreate:
    owner, model_name = parse_model_name(model, argument="model")
    check_segment(name, argument="name")
    _check_instances(_count(min_instances, "min_instances"), _count(max_instances, "max_instances"))
    return DeploymentCreate(
        name=name,
        model=f"{owner}/{model_name}",
        version=_version_id(version),
        hardware=_hardware(hardware),
        min_instances=min_instances,
        max_instances=max_instances,
    )


def _changes(changes: DeploymentChanges) -> DeploymentUpdate:
    check_known("deployments.update", changes, DeploymentChanges.__annotations__)
    body = DeploymentUpdate()
    if (version := changes.get("version")) is not None:
        body.version = _version_id(version)
    if (hardware := changes.get("hardware")) is not None:
        body.hardware = _hardware(hardware)
    if (fewest := changes.get("min_instances")) is not None:
        body.min_instances = _count(fewest, "min_instances")
    if (most := changes.get("max_instances")) is not None:
        body.max_instances = _count(most, "max_instances")
    _check_instances(fewest, most)
    if not body.to_dict():
        raise InvalidArgumentError(
            f"nothing to change; give one of {', '.join(DeploymentChanges.__annotations__)}", argument="version"
        )
    return body


def _version_id(version: str | VersionLike) -> str:
    reference = parse_reference(version, argument="version")
    if reference.version is None:
        raise InvalidArgumentError(f"version: {quote_value(version)} names no version", argument="version")
    return reference.version


def _hardware(sku: str) -> str:
    if not isinstance(sku, str) or not sku:
        raise InvalidArgumentError(f"hardware must be a SKU such as 'cpu', not {quote_value(sku)}", argument="hardware")
    return sku


def _count(value: int, argument: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidArgumentError(
            f"{argument} must be a whole number from 0 up, not {quote_value(value)}", argument=argument
        )
    return value


def _check_instances(fewest: int | None, most: int | None) -> None:
    if fewest is not None and most is not None and fewest > most:
        raise InvalidArgumentError(
            f"min_instances={fewest} is more than max_instances={most}", argument="min_instances"
        )
