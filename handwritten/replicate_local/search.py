"""Finding models and collections by a search text, by words that begin with its words; never HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from replicate_local.curated import Collection
    from replicate_local.records import Model

_WEIGHTS = (("name", 4.0), ("description", 2.0), ("readme", 1.0))
_MAX_WORDS = 32
"""Words of a search text that count; the rest is not looked for."""


def matching_models(models: list[Model], text: str) -> list[tuple[Model, float]]:
    """Return the models that contain any word of the text, with scores between 0 and 1, best first."""
    beginnings = _words(text)[:_MAX_WORDS]
    if not beginnings:
        return []
    scored = ((model, _score(model, beginnings)) for model in models)
    return sorted(((model, score) for model, score in scored if score), key=lambda found: -found[1])


def matching_collections(collections: Iterable[Collection], text: str) -> list[Collection]:
    """Return the collections that contain any word of the text, in their own order."""
    beginnings = _words(text)[:_MAX_WORDS]
    return [item for item in collections if _count(f"{item.name} {item.full_description}", beginnings)]


def _score(model: Model, beginnings: list[str]) -> float:
    fields = {"name": model.full_name, "description": model.description or "", "readme": model.readme or ""}
    points = sum(weight * _count(fields[name], beginnings) for name, weight in _WEIGHTS)
    return round(points / (len(beginnings) * sum(weight for _, weight in _WEIGHTS)), 4)


def _count(text: str, beginnings: list[str]) -> int:
    """Return how many of the beginnings some word of the text has."""
    words = _words(text)
    return sum(any(word.startswith(beginning) for word in words) for beginning in beginnings)


def _words(text: str) -> list[str]:
    """Return the words of a text in small letters, each once."""
    return list(dict.fromkeys(re.findall(r"\w+", text.lower())))
