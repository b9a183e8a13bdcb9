"""What the schemas of old versions do not say, by the names of 1.x; no schema is fetched here, and running needs none.

Before version 0.3.9, Cog did not write into a version's schema whether a list is put out at once or piece by piece. All
lists of such versions are put out piece by piece.
"""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["make_schema_backwards_compatible", "version_has_no_array_type"]

_FIRST_WITH_ARRAY_TYPE = (0, 3, 9)

_VERSION = re.compile(
    r"""\s*v?(?P<release>[0-9]+(?:\.[0-9]+)*)
    (?P<pre>[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?[0-9]*)?
    (?P<post>-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?
    (?P<dev>[-_.]?dev[-_.]?[0-9]*)?
    (?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
"""A version as PEP 440 writes it, without an epoch, which Cog never had."""


def version_has_no_array_type(cog_version: str) -> bool | None:
    """Return whether Cog was too old to say how a list is put out; None for a text that is no version number."""
    match = _VERSION.fullmatch(cog_version) if isinstance(cog_version, str) else None
    if match is None:
        return None
    release = [int(part) for part in match["release"].split(".")]
    while release and not release[-1]:
        release.pop()
    early = match["pre"] or (match["dev"] and not match["post"])  # before the release of that number
    older = tuple(release) < _FIRST_WITH_ARRAY_TYPE
    return older or bool(early and tuple(release) == _FIRST_WITH_ARRAY_TYPE)


def make_schema_backwards_compatible(schema: dict[str, Any], cog_version: str) -> dict[str, Any]:
    """Write into the schema of an old version what newer ones say of a list in the output, and return the schema."""
    node: dict[str, Any] = schema
    for name in ("components", "schemas", "Output"):
        member: object = node.get(name)
        node = cast("dict[str, Any]", member) if isinstance(member, dict) else {}
    if node.get("type") == "array" and version_has_no_array_type(cog_version):
        node["x-cog-array-type"] = "iterator"
    return schema
