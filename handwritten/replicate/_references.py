"""What a caller may name a model, a version or any other thing by, checked before it gets near a URL; no requests.

Everything that becomes part of a URL path passes through here, so that no value can climb out of its segment.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol, TypeAlias, cast

from ._quoted_values import quote_value
from .exceptions import InvalidArgumentError, InvalidReferenceError
from .identifier import ModelVersionIdentifier, split_identifier

_VERSION_ID = r"[0-9a-f]{64}|dp?-[0-9a-f]{32}"
"""The SHA-256 of the version's image; the two short forms stand for versions of official models."""

_NOT_IN_A_SEGMENT = frozenset("/\\?#% ")

_DEPLOYMENT_PREFIX = r"(?:https?://(?:www\.)?replicate\.com/)?deployments/"

_REFERENCE_FORMS = (
    '"owner/name", "owner/name:version", a version id (64 hexadecimal digits), (owner, name), '
    "the address of the model's page, or a Model or Version object"
)
_DEPLOYMENT_FORMS = '"owner/name", (owner, name), "deployments/owner/name" or a Deployment object'


class ModelLike(Protocol):
    """An object that names a model."""

    @property
    def owner(self) -> str: ...

    @property
    def name(self) -> str: ...


class VersionLike(Protocol):
    """An object that names a version by its id; it may have `owner` and `name` of its model too."""

    @property
    def id(self) -> str: ...


class DeploymentLike(Protocol):
    """An object that names a deployment. What tells it from a model is that it has releases."""

    @property
    def owner(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def current_release(self) -> object: ...


ReferenceLike: TypeAlias = str | tuple[str, str] | ModelVersionIdentifier | ModelLike | VersionLike
"""What a caller may name a model or a version by."""

DeploymentName: TypeAlias = str | tuple[str, str] | DeploymentLike
"""What a caller may name a deployment by, where nothing else can be meant."""

RunnableLike: TypeAlias = ReferenceLike | DeploymentLike
"""What a caller may name anything that runs by; a deployment by text is `deployments/owner/name`."""


class Reference(NamedTuple):
    """A model, a version of a model, or a version alone; one of the two is always there."""

    owner: str | None
    name: str | None
    version: str | None

    @property
    def model(self) -> str | None:
        """The model as `owner/name`, None where only the version is known."""
        return None if self.owner is None else f"{self.owner}/{self.name}"

    def __str__(self) -> str:
        """Return `owner/name`, `owner/name:version` or the version id."""
        return ":".join(part for part in (self.model, self.version) if part)


class DeploymentReference(NamedTuple):
    """A deployment."""

    owner: str
    name: str

    def __str__(self) -> str:
        """Return `deployments/owner/name`."""
        return f"deployments/{self.owner}/{self.name}"


Runnable: TypeAlias = Reference | DeploymentReference
"""What a prediction can be created with."""


def parse_runnable(ref: object, *, argument: str = "ref") -> Runnable:
    """Return the model, the version or the deployment that a text, a pair or an object names.

    Raises:
        InvalidReferenceError: it names none of them; the message names the argument and the accepted forms.
    """
    return _read_deployment(ref) or parse_reference(ref, argument=argument)


def parse_deployment_name(value: object, *, argument: str = "name") -> DeploymentReference:
    """Return the deployment that is named where nothing else can be meant, so that its text needs no prefix.

    Raises:
        InvalidReferenceError: it names none; the message names the argument and the accepted forms.
    """
    deployment = _read_deployment(value)
    reference = None if deployment is not None or _is_object(value) else _read(value)
    if reference is not None and reference.owner and reference.name and reference.version is None:
        deployment = DeploymentReference(reference.owner, reference.name)
    if deployment is None:
        raise InvalidReferenceError(
            f"{argument}: {quote_value(value)} names no deployment; give {_DEPLOYMENT_FORMS}", argument=argument
        )
    return deployment


def parse_reference(ref: object, *, argument: str = "ref") -> Reference:
    """Return the model or version that a text, a pair or an object names.

    Raises:
        InvalidReferenceError: it names neither; the message names the argument and the accepted forms.
    """
    reference = _read(ref)
    if reference is None:
        raise InvalidReferenceError(
            f"{argument}: {quote_value(ref)} names no model or version; give {_REFERENCE_FORMS}", argument=argument
        )
    return reference


def parse_model_name(value: object, *, argument: str = "name") -> tuple[str, str]:
    """Return owner and name of a model.

    Raises:
        InvalidReferenceError: it is not a name, or it names one version of a model.
    """
    reference = _read(value)
    if reference is None or reference.owner is None or reference.name is None:
        raise InvalidReferenceError(
            f'{argument}: {quote_value(value)} is not a name; give "owner/name" or (owner, name)', argument=argument
        )
    if reference.version is not None:
        raise InvalidReferenceError(
            f"{argument}: {quote_value(value)} names a version; give {quote_value(reference.model)} alone",
            argument=argument,
        )
    return reference.owner, reference.name


def check_segment(value: object, *, argument: str) -> str:
    """Return an id, or another single name, that is safe as one segment of a URL path.

    Raises:
        InvalidArgumentError: it is no text, is empty or only dots, or contains a slash, backslash, blank, control
            character, `?`, `#` or `%`.
    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{argument} must be a text, not {quote_value(value)}", argument=argument)
    if not value.strip(".") or not value.isprintable() or not _NOT_IN_A_SEGMENT.isdisjoint(value):
        raise InvalidArgumentError(
            f"{argument}: {quote_value(value)} cannot be an id; an id is not empty, is not dots alone, "
            "and has no slashes, blanks, control characters, '?', '#' or '%'",
            argument=argument,
        )
    return value


def _is_object(value: object) -> bool:
    return not isinstance(value, (str, tuple))


def _read(ref: object) -> Reference | None:
    if isinstance(ref, str):
        if re.fullmatch(_VERSION_ID, ref):
            return Reference(None, None, ref)
        identifier = split_identifier(ref)
        return None if identifier is None else Reference(*identifier)
    if isinstance(ref, tuple):
        parts = cast("tuple[object, ...]", ref)
        return _from_parts(*parts) if len(parts) in {2, 3} else None
    return _from_object(ref)


def _read_deployment(ref: object) -> DeploymentReference | None:
    identifier: ModelVersionIdentifier | Reference | None
    if isinstance(ref, str):
        prefix = re.match(_DEPLOYMENT_PREFIX, ref)
        rest = "" if prefix is None else ref[prefix.end() :].removesuffix("/")
        identifier = split_identifier(rest) if "://" not in rest else None
    elif hasattr(ref, "current_release"):
        identifier = _from_parts(getattr(ref, "owner", None), getattr(ref, "name", None))
    else:
        identifier = None
    if identifier is None or not identifier.owner or not identifier.name or identifier.version is not None:
        return None
    return DeploymentReference(identifier.owner, identifier.name)


def _from_object(ref: object) -> Reference | None:
    """Return what a Model-like or Version-like object names.

    An object with an owner, a name and an id that is neither the model's nor a version's is refused: to take it for
    the model would run another version than the one that was meant. So is a deployment, which has the name of no model.
    """
    if hasattr(ref, "current_release"):
        return None
    owner, name, object_id = (getattr(ref, attribute, None) for attribute in ("owner", "name", "id"))
    if isinstance(object_id, str) and re.fullmatch(_VERSION_ID, object_id):
        return (
            Reference(None, None, object_id) if owner is None or name is None else _from_parts(owner, name, object_id)
        )
    model = _from_parts(owner, name)
    return model if model is not None and (object_id is None or object_id == model.model) else None


def _from_parts(owner: object, name: object, version: object = None) -> Reference | None:
    """Return the reference made of these parts, if its written form reads back as the same parts."""
    written = f"{owner}/{name}" if version is None else f"{owner}/{name}:{version}"
    identifier = split_identifier(written)
    return Reference(*identifier) if identifier is not None and identifier == (owner, name, version) else None
