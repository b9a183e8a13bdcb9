"""The options of every call that creates a prediction. What they come to is decided in `_creating`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._settings import check_known
from ._webhook_options import WebhookOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta


class CreateOptions(WebhookOptions, total=False):
    """The options of every call that creates a prediction."""

    stream: bool | None
    """No longer needed: every model that can stream offers a stream."""

    wait: bool | float | None
    """Seconds, up to 60, for which the service may hold the request until the output is there; True for 60."""

    cancel_after: float | timedelta | str | None
    """The deadline the service enforces, counted from the creation: 5 seconds to 24 hours, as seconds, a timedelta
    or a text such as `1m30s`. What has not started by then is aborted, free of charge; what runs is canceled."""

    timeout: float | timedelta | None
    """The time the prediction may take in all, in seconds from the creation. The service is told, as by
    `cancel_after`, so it holds even if this program dies; waiting here ends then too."""

    file_encoding_strategy: str | None
    """How local files are sent: `upload` (the default), `data-uri`, or `auto`: small ones as data URIs."""


_KNOWN_OPTIONS = frozenset(CreateOptions.__annotations__)


def check_options(options: Mapping[str, Any], *, call: str) -> None:
    """Check the names of a call's options.

    Raises:
        UnknownOptionError: there is no such option; the message names the nearest that is.
    """
    check_known(call, options, _KNOWN_OPTIONS, {"input"})
