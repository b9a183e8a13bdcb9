"""The collections of the models that come with the engine; never the models themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Collection:
    """Models that belong together, named without their owner."""

    slug: str
    name: str
    description: str
    full_description: str
    models: tuple[str, ...]


COLLECTIONS = (
    Collection(
        "text",
        "Text",
        "Models that write a text or measure one.",
        "Models that write a text or measure one.\n\n`local/ngram` streams what it writes and can be trained.",
        ("ngram", "wordcount"),
    ),
    Collection(
        "pictures",
        "Pictures",
        "Models that draw pictures or change them.",
        "Models that draw pictures or change them. All of them make real PNG files, and none of them knows anything "
        "about the world.",
        ("julia", "identicon", "negative"),
    ),
    Collection(
        "trying-out",
        "Trying out",
        "Models that do as they are told, for trying out a client.",
        "Models that do as they are told, for trying out a client: give the input back, take their time, or fail.",
        ("echo", "sleeper", "fail"),
    ),
)


def collection(slug: str) -> Collection | None:
    """Return a collection by its slug."""
    return next((item for item in COLLECTIONS if item.slug == slug), None)
