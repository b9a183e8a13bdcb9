"""What a create asked for, to know by it the prediction or the training it made. Nothing here asks the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from ._views import text

if TYPE_CHECKING:
    from collections.abc import Mapping

Noun = Literal["prediction", "training"]


class Attempted(Protocol):
    """A generated prediction or training, as far as it tells what was asked for."""

    @property
    def id(self) -> str: ...
    @property
    def model(self) -> Any: ...
    @property
    def version(self) -> Any: ...
    @property
    def input_(self) -> Any: ...
    @property
    def webhook(self) -> Any: ...
    @property
    def created_at(self) -> Any: ...


class Attempt(NamedTuple):
    """One create that was sent, and what it asked for."""

    model: str | None
    """The model as `owner/name`, where it is known."""

    version: str | None
    input: Mapping[str, Any]
    webhook: str | None
    sent_at: float
    """Seconds since 1970 on this machine's clock, just before it was sent."""

    deployment: str | None = None
    """The deployment as `owner/name`, for a prediction that one was to make."""

    destination: str | None = None
    """The model as `owner/name` that was to get the result, for a training."""

    noun: Noun = "prediction"

    def describes(self, job: Attempted) -> bool:
        """Return whether a prediction or training is what this create would have made."""
        if job.input_ != self.input:
            return False
        if self.webhook is not None and text(job.webhook) not in {self.webhook, None}:
            return False
        if self.destination is not None and _told(job, "destination") not in {self.destination, None}:
            return False
        if (deployment := _told(job, "deployment")) is not None:  # by its name, with or without its owner
            return self.deployment is not None and deployment in {self.deployment, self.deployment.partition("/")[2]}
        if self.version is not None and job.version == self.version:
            return True
        return self.model is not None and job.model == self.model

    def asks_for_the_same(self, other: Attempt) -> bool:
        """Return whether nothing would tell what another create made from what this one made."""
        mine = (self.noun, self.input, self.webhook, self.destination)
        if mine != (other.noun, other.input, other.webhook, other.destination):
            return False
        deployments = {self.deployment, other.deployment}
        if deployments != {None}:  # what a deployment runs is not known here
            return None in deployments or len(deployments) == 1
        same_model = self.model is not None and self.model == other.model
        return same_model or (self.version is not None and self.version == other.version)

    @property
    def what(self) -> str:
        """What was to run, for messages."""
        deployment = None if self.deployment is None else f"deployments/{self.deployment}"
        return self.version or self.model or deployment or "nothing known"


def _told(job: Attempted, member: str) -> str | None:
    return text(getattr(job, member, None))
