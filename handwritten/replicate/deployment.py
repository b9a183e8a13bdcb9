"""One deployment: a version of a model on hardware of its own, and its releases. Managing them is in `_deployments`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from replicate_api.models.account import Account as RawAccount
from replicate_api.models.deployment import Deployment as RawDeployment
from replicate_api.models.deployment_configuration import DeploymentConfiguration as RawConfiguration
from replicate_api.models.deployment_release import DeploymentRelease as RawRelease

from ._deployments_predictions import DeploymentPredictions
from ._views import View, number, text, timestamp
from .account import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Deployment", "DeploymentConfiguration", "DeploymentPredictions", "DeploymentRelease"]


class DeploymentConfiguration(View[RawConfiguration]):
    """The hardware of a release, and how much of it."""

    __slots__ = ()

    _key = ()

    _fields = ("hardware", "min_instances", "max_instances")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawConfiguration:
        return RawConfiguration.from_dict(data)

    @property
    def hardware(self) -> str:
        """The SKU of the hardware."""
        return text(self._raw.hardware) or ""

    @property
    def min_instances(self) -> int | None:
        """How many instances are always on, and billed."""
        return number(self._raw.min_instances)

    @property
    def max_instances(self) -> int | None:
        """How many instances there are at most."""
        return number(self._raw.max_instances)


class DeploymentRelease(View[RawRelease]):
    """One setting of a deployment; every change makes a new one."""

    __slots__ = ()

    Configuration = DeploymentConfiguration

    _key = ()

    _fields = ("number", "model", "version", "created_at", "created_by", "configuration")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawRelease:
        return RawRelease.from_dict(data)

    @property
    def number(self) -> int | None:
        """1 for the first release, one more with each change."""
        return number(self._raw.number)

    @property
    def model(self) -> str:
        """The model, as `owner/name`."""
        return text(self._raw.model) or ""

    @property
    def version(self) -> str:
        """The id of the version that runs."""
        return text(self._raw.version) or ""

    @property
    def created_at(self) -> str | None:
        """When it was made, as RFC 3339 text."""
        return timestamp(self._raw.created_at)

    @property
    def created_by(self) -> Account | None:
        """Who made it."""
        raw = self._raw.created_by
        return Account.of(raw, self._bound_client) if isinstance(raw, RawAccount) else None

    @property
    def configuration(self) -> DeploymentConfiguration | None:
        """What it runs on."""
        raw = self._raw.configuration
        return DeploymentConfiguration.of(raw, self._bound_client) if isinstance(raw, RawConfiguration) else None


class Deployment(View[RawDeployment]):
    """A version of a model on hardware of its own."""

    __slots__ = ()

    Release = DeploymentRelease

    _key = ("owner", "name")

    _fields = ("owner", "name", "current_release")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawDeployment:
        return RawDeployment.from_dict(data)

    @property
    def owner(self) -> str:
        """The user or organisation it belongs to."""
        return self._raw.owner

    @property
    def username(self) -> str:
        """The owner, by the name older programs use."""
        return self.owner

    @property
    def name(self) -> str:
        """The name, without its owner."""
        return self._raw.name

    @property
    def id(self) -> str:
        """The qualified name, `owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def current_release(self) -> DeploymentRelease | None:
        """What runs now, and on what."""
        raw = self._raw.current_release
        return DeploymentRelease.of(raw, self._bound_client) if isinstance(raw, RawRelease) else None

    @property
    def predictions(self) -> DeploymentPredictions:
        """Predictions of this deployment: `deployment.predictions.create({…})`."""
        return DeploymentPredictions(self.client, self)


def __getattr__(name: str) -> Any:
    if name in {"Deployments", "DeploymentsPredictions"}:  # their home in 1.x
        from . import _deployments

        return getattr(_deployments, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
