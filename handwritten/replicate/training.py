"""One training: what went in, the version that came out, and following it to its end. Creating is in `_trainings`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from replicate_api.api.trainings import trainings_cancel, trainings_get
from replicate_api.models.training import Training as RawTraining

from . import _outputs
from ._blocking import run_blocking
from ._jobs import Endpoints, Job, cancel, look_at, wait_for
from ._views import known, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._wire import Wire

__all__ = ["Training"]


class Training(Job[RawTraining]):
    """One run of a version's training code, whose result becomes a new version of another model.

    An object made by `create`, `get` or `list` is a snapshot; `reload`, `wait` and `cancel` bring it up to date in
    place and return it. Statuses: `starting` and `processing`; at the end `succeeded`, `failed`, `canceled` or
    `aborted`. A status nobody knows yet is shown as it was sent.
    """

    __slots__ = ("_output",)

    _fields = (
        "id", "model", "version", "destination", "status", "input", "output", "logs", "error", "metrics", "created_at",
        "started_at", "completed_at", "urls", "data_removed", "source", "webhook", "webhook_events_filter",
    )  # fmt: skip

    noun = "training"
    endpoints = Endpoints(trainings_get, trainings_cancel)
    patience = 24 * 60 * 60.0

    _output: tuple[RawTraining, Any]

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawTraining:
        return RawTraining.from_dict(data)

    @property
    def destination(self) -> str | None:
        """The model, as `owner/name`, that gets the new version.

        The service mostly does not tell it; an object that `create` returned knows it all the same.
        """
        return text(self._raw.destination)

    @property
    def output(self) -> Any:
        """What came out, None while there is nothing.

        A dictionary with `version`, the new version as `owner/name:id`, and `weights`, a URL that can also be read and
        saved. Either may be missing.
        """
        cached: tuple[RawTraining, Any] | None = getattr(self, "_output", None)
        if cached is None or cached[0] is not self._raw:
            cached = self._output = (self._raw, _outputs.as_urls(known(self._raw.output), self.client, None))
        return cached[1]

    def update(self, raw: RawTraining) -> Self:
        """Take over a newer generated model, keeping the destination that it may not tell, and return this object."""
        if text(raw.destination) is None and self.destination is not None:
            raw.destination = self.destination
        return super().update(raw)

    def wait(self, *, timeout: float | None = None, poll_interval: float | None = None) -> Training:
        """Wait until the training is over, bring this object up to date and return it.

        A training that failed does not raise here: look at `status` and `error`.

        Args:
            timeout: seconds to wait at most; a day by default.
            poll_interval: seconds between two looks; otherwise they grow with the age of the wait, up to five.

        Raises:
            WaitTimeoutError: it was not over in time. It goes on running; wait again, or cancel it.
        """
        return run_blocking(wait_for(self.client.wire, self, timeout, poll_interval))

    async def async_wait(self, *, timeout: float | None = None, poll_interval: float | None = None) -> Training:  # noqa: ASYNC109 - the same option as `wait`
        """Await the end of the training, as `wait` waits for it."""
        return await wait_for(self.client.async_wire, self, timeout, poll_interval)

    def cancel(self) -> Training:
        """Cancel the training, bring this object up to date and return it.

        What ran so far is billed. A training that is already over stays as it is: look at `status`.
        """
        return run_blocking(cancel(self.client.wire, self))

    async def async_cancel(self) -> Training:
        """Cancel the training, awaiting the service's answer."""
        return await cancel(self.client.async_wire, self)

    def reload(self) -> Training:
        """Bring this object up to date and return it."""
        return run_blocking(self._reload(self.client.wire))

    async def async_reload(self) -> Training:
        """Bring this object up to date, awaiting the service's answer."""
        return await self._reload(self.client.async_wire)

    async def _reload(self, wire: Wire) -> Training:
        return self.update((await look_at(wire, self)).raw)

    def _repr_fields(self) -> tuple[str, ...]:
        return ("id", "model", "destination", "status", "error")


def __getattr__(name: str) -> Any:
    if name == "Trainings":  # its home in 1.x
        from ._trainings import Trainings

        return Trainings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
