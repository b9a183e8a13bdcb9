"""One model: who made it, what it is for, and its versions. Getting and listing models is in `_models`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from replicate_api.api.models import models_get
from replicate_api.models.model import Model as RawModel
from replicate_api.models.prediction import Prediction as RawPrediction
from replicate_api.models.version import Version as RawVersion

from ._blocking import run_blocking
from ._references import parse_model_name
from ._views import View, known, number, text, timestamp
from .exceptions import UnsupportedError
from .prediction import Prediction
from .version import Version, Versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._wire import Wire

__all__ = ["Model"]


class Model(View[RawModel]):
    """A model: who made it, what it is for, and its latest version."""

    __slots__ = ()

    _key = ("owner", "name")

    _fields = (
        "url", "owner", "name", "description", "visibility", "github_url", "paper_url", "license_url", "run_count",
        "cover_image_url", "default_example", "latest_version", "is_official", "created_at",
    )  # fmt: skip

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawModel:
        return RawModel.from_dict(data)

    @property
    def id(self) -> str:
        """The qualified name, `owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """The page of the model."""
        return text(self._raw.url) or ""

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
    def description(self) -> str | None:
        """What it does."""
        return text(self._raw.description)

    @property
    def visibility(self) -> str:
        """`public` or `private`."""
        return text(self._raw.visibility) or ""

    @property
    def github_url(self) -> str | None:
        """Where its source is."""
        return text(self._raw.github_url)

    @property
    def paper_url(self) -> str | None:
        """Where its paper is."""
        return text(self._raw.paper_url)

    @property
    def license_url(self) -> str | None:
        """Where its license is."""
        return text(self._raw.license_url)

    @property
    def run_count(self) -> int:
        """How often it was run."""
        return number(self._raw.run_count) or 0

    @property
    def cover_image_url(self) -> str | None:
        """Its picture."""
        return text(self._raw.cover_image_url)

    @property
    def default_example(self) -> Prediction | None:
        """A prediction that shows what it does."""
        raw = self._raw.default_example
        return Prediction.of(raw, self._bound_client) if isinstance(raw, RawPrediction) else None

    @property
    def latest_version(self) -> Version | None:
        """The newest version; None for a model without one."""
        raw = self._raw.latest_version
        return Version.of(raw, self._bound_client) if isinstance(raw, RawVersion) else None

    @property
    def is_official(self) -> bool | None:
        """Whether the service itself maintains it; such models run without a version. None where it is not told."""
        value = known(self._raw.is_official)
        return value if isinstance(value, bool) else None

    @property
    def created_at(self) -> str | None:
        """When it was made, where the service told."""
        return timestamp(self._raw.created_at)

    @property
    def versions(self) -> Versions:
        """Access to its versions: `model.versions.get(id)`, `model.versions.list()`."""
        return Versions(self.client, self)

    def predict(self, *_: Any, **__: Any) -> NoReturn:
        """Say what to use instead: which version would run is not said, and the next one may take another input.

        Raises:
            UnsupportedError: always, as in 1.x.
        """
        raise UnsupportedError(
            title="A model has no predict(), because its newest version may change what goes in and comes out",
            detail=f"use replicate.run({self.id!r}, input=…), or predict() of one version, as in "
            "model.latest_version.predict(…)",
        )

    def reload(self) -> Model:
        """Bring this object up to date and return it."""
        return run_blocking(self._reload(self.client.wire))

    async def async_reload(self) -> Model:
        """Bring this object up to date, awaiting the service's answer."""
        return await self._reload(self.client.async_wire)

    async def _reload(self, wire: Wire) -> Model:
        return self.update(await wire.call(models_get, *parse_model_name(self), client=wire.api))

    def _repr_fields(self) -> tuple[str, ...]:
        return ("owner", "name", "visibility")

    def __hash__(self) -> int:
        return hash((type(self), self.owner, self.name))


def __getattr__(name: str) -> Any:
    if name in {"Models", "ModelsPredictions"}:  # their home in 1.x
        from . import _models

        return getattr(_models, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
