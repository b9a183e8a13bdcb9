"""Finding models and collections by a search text, by words that begin with its words; never HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from replicate_local.curated import Collection
    from replicate_local.records import Model

_WEIGHTS = (("name", 4.0), ("description", 2.0), ("readme", 1.0))


def matching_models(models: list[Model], text: str) -> list[tuple[Model, float]]:
    """Return the models that contain any word of the text, with scores between 0 and 1, best first."""
    words = set(re.findall(r"\w+", text.lower()))
    if not words:
        return []
    scored = ((model, _score(model, words)) for model in models)
    return sorted(((model, score) for model, score in scored if score), key=lambda found: -found[1])


def matching_collections(collections: Iterable[Collection], text: str) -> list[Collection]:
    """Return the collections that contain any word of the text, in their own order."""
    words = set(re.findall(r"\w+", text.lower()))
    return [item for item in collections if any(_has_word(f"{item.name} {item.full_description}", w) for w in words)]


def _score(model: Model, words: set[str]) -> float:
    fields = {"name": model.full_name, "description": model.description or "", "readme": model.readme or ""}
    points = sum(weight for name, weight in _WEIGHTS for word in words if _has_word(fields[name], word))
    return round(points / (len(words) * sum(weight for _, weight in _WEIGHTS)), 4)


def _has_word(text: str, beginning: str) -> bool:
    return any(word.startswith(beginning) for word in re.findall(r"\w+", text.lower()))
