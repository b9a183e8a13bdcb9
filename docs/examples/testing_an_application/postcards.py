"""A small application: it writes and paints postcards with two hosted models. How it is tested: `test_postcards`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import replicate
from replicate.webhook import WebhookValidationError

WRITER = "meta/meta-llama-3-8b-instruct"
PAINTER = "black-forest-labs/flux-schnell"


class PostcardError(Exception):
    """A postcard could not be made; the message can be shown to a person."""


def write(place: str) -> str:
    """Write greetings from a place."""
    try:
        pieces = replicate.run(WRITER, input={"prompt": f"Greetings from {place}:"}, timeout=60)
    except replicate.ModelError as error:
        raise PostcardError(f"Nobody could think of anything to write about {place}.") from error
    return "".join(pieces).strip()


def dictate(place: str) -> Iterator[str]:
    """Write greetings from a place, and yield each piece as it is made."""
    for event in replicate.stream(WRITER, input={"prompt": f"Greetings from {place}:"}):
        yield str(event)


def paint(place: str, directory: Path) -> Path:
    """Paint a place and save the picture."""
    (picture,) = replicate.run(PAINTER, input={"prompt": f"A postcard of {place}"})
    return picture.save(directory / f"{place.lower()}.png")


def order(place: str) -> str:
    """Have a place painted in the background and return the order's number; `receive` is called when it is done."""
    prediction = replicate.predictions.create(
        model=PAINTER,
        input={"prompt": f"A postcard of {place}"},
        webhook="https://postcards.example/hooks/replicate",
        webhook_events_filter=["completed"],
    )
    return prediction.id


def receive(body: bytes, headers: Mapping[str, str], orders: dict[str, str]) -> int:
    """Take a webhook call, note the picture of an order, and return the HTTP status to answer with."""
    try:
        event = replicate.webhooks.unwrap(body, headers)
    except WebhookValidationError:
        return 401
    if event.prediction is not None and event.prediction.status == "succeeded":
        orders[event.prediction.id] = event.prediction.output[0]  # the same if the message comes twice
    return 204
