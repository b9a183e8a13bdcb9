"""The written form of a model or model version, `owner/name[:version]`; nothing here asks the service about one."""

from __future__ import annotations

import re
from typing import NamedTuple

from ._quoted_values import quote_value
from .exceptions import InvalidReferenceError

__all__ = ["ModelVersionIdentifier"]

_MODEL = r"([A-Za-z0-9_-]+)/([A-Za-z0-9._-]+)"
_VERSION = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_REFERENCE = rf"{_MODEL}(?::({_VERSION}))?"
_WEB_PAGE = rf"https?://(?:www\.)?replicate\.com/{_MODEL}(?:/versions/({_VERSION}))?/?"
_SITE_SECTIONS = frozenset({"account", "changelog", "collections", "deployments", "docs", "p"})
"""First parts of pages of the site that would read as a model's owner; `/p/…` is the page of a prediction."""


class ModelVersionIdentifier(NamedTuple):
    """A model, and possibly one version of it, by name."""

    owner: str
    name: str
    version: str | None = None

    @classmethod
    def parse(cls, ref: str) -> ModelVersionIdentifier:
        """Split `owner/name`, `owner/name:version` or the address of the model's page on replicate.com.

        Raises:
            InvalidReferenceError: it is none of these (also a ValueError).
        """
        identifier = split_identifier(ref)
        if identifier is None:
            raise InvalidReferenceError(
                f'Invalid reference {quote_value(ref)}: ref must look like "owner/name" or "owner/name:version", '
                "of letters, digits, hyphens and underscores, in the name also dots",
                argument="ref",
            )
        return identifier

    def __str__(self) -> str:
        """Return `owner/name` or `owner/name:version`."""
        return f"{self.owner}/{self.name}" if self.version is None else f"{self.owner}/{self.name}:{self.version}"


def split_identifier(ref: object) -> ModelVersionIdentifier | None:
    """Return the parts of a written reference, None for anything else.

    None of the parts can leave its segment of a URL path: there are no slashes, no escapes, and no dots alone.
    """
    if not isinstance(ref, str):
        return None
    page = re.fullmatch(_WEB_PAGE, ref)
    match = page or re.fullmatch(_REFERENCE, ref)
    if match is None or not match[2].strip(".") or (page and match[1] in _SITE_SECTIONS):
        return None
    return ModelVersionIdentifier(match[1], match[2], match[3])
