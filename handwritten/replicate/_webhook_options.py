"""The options that say which URL is told about a job, and of what, checked before they are sent. It sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ._origins import Origin
from ._quoted_values import quote_value
from .exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVENTS = ("start", "output", "logs", "completed")


class WebhookOptions(TypedDict, total=False):
    """The options of every call that creates a prediction or a training."""

    webhook: str | None
    """An absolute HTTPS URL that gets the prediction or training by POST; it must not redirect."""

    webhook_events_filter: Sequence[str] | None
    """The events the webhook is called for, of `start`, `output`, `logs`, `completed`."""

    webhook_completed: str | None
    """The name of 1.x for a webhook that is called for `completed` alone."""


def read_webhook(options: WebhookOptions, api: Origin) -> tuple[str | None, list[str] | None]:
    """Return the URL to call and the events to call it for, each None where nothing was said of it.

    Raises:
        InvalidArgumentError: the URL is no https URL (http is allowed to an engine on this machine), or an event is
            none that the service knows.
    """
    webhook, events = options.get("webhook"), options.get("webhook_events_filter")
    completed = options.get("webhook_completed")
    if completed is not None and webhook is None:
        webhook, events = completed, ["completed"]
    if webhook is not None:
        origin = Origin.of_url(webhook if _is_one_word(webhook) else "")
        if not origin.host or not (origin.scheme == "https" or (origin.scheme == "http" and api.is_loopback)):
            raise InvalidArgumentError(
                f"webhook must be an absolute https URL, not {quote_value(webhook)}", argument="webhook"
            )
    if events is not None:
        listed = isinstance(events, (list, tuple, set, frozenset))
        wrong = [event for event in events if event not in _EVENTS] if listed else [events]
        if wrong:
            raise InvalidArgumentError(
                f"webhook_events_filter must be a list of {', '.join(_EVENTS)}; got {quote_value(wrong[0])}",
                argument="webhook_events_filter",
            )
    return webhook, None if events is None else list(events)


def _is_one_word(text: object) -> bool:
    """Return whether this is text without blanks, line ends and what no encoding can carry, as every URL is."""
    return isinstance(text, str) and text.isprintable() and " " not in text
