"""Signing webhook messages and checking their signatures, in pure functions; fetching secrets lives elsewhere.

The scheme is the "standard webhooks" one: HMAC-SHA256 over `id.timestamp.body`, keyed with the decoded secret, in
base64. The signature header holds one or more items `v1,<base64>`; several mean that the sender is rotating secrets.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from .exceptions import ReplicateException

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_TOLERANCE = 300.0
"""Seconds a message's time may differ from the receiver's clock: what the service's own examples use."""

_SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret starts with, not a secret
_SIGNATURE_VERSION = "v1"
_TIMESTAMP = re.compile(r"[0-9]{1,15}")


class WebhookValidationError(ReplicateException, ValueError):
    """A webhook message is not what the service sent, or cannot be checked. No message contains a secret."""


class MissingWebhookHeaderError(WebhookValidationError):
    """The message lacks one of the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`."""


class InvalidSecretKeyError(WebhookValidationError):
    """A secret of the receiver is missing or malformed."""


class MissingWebhookBodyError(WebhookValidationError):
    """The message has no body."""


class InvalidTimestampError(WebhookValidationError):
    """The message's time is malformed, or too far from now: it may be a replay."""


class InvalidSignatureError(WebhookValidationError):
    """No signature of the message fits any secret."""


def sign(secret: str, *, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature header item, `v1,<base64>`, that the service would send with a message.

    Raises:
        InvalidSecretKeyError: the secret is malformed.
    """
    encoded = binascii.b2a_base64(_digest(_key(secret), message_id, timestamp, body), newline=False)
    return f"{_SIGNATURE_VERSION},{encoded.decode('ascii')}"


def verify(
    *,
    secrets: Sequence[str],
    message_id: str,
    timestamp: str,
    signature_header: str,
    body: bytes,
    now: float,
    tolerance: float | None = DEFAULT_TOLERANCE,
) -> None:
    """Return if the message is genuine and recent: one of its signatures fits one of the secrets.

    Header items that are malformed or of another version than `v1` are skipped. The comparison takes the same time
    wherever the first difference is.

    Args:
        secrets: The receiver's secrets, `whsec_…` each; several while a secret is being replaced.
        message_id: The header `webhook-id`.
        timestamp: The header `webhook-timestamp`.
        signature_header: The header `webhook-signature`.
        body: The body exactly as it was received.
        now: Seconds since 1970.
        tolerance: Seconds by which the message's time may differ from now, in either direction. None accepts any
            time, and so also a replay of an old message.

    Raises:
        InvalidSecretKeyError: there is no secret, or one is malformed.
        MissingWebhookHeaderError: a header is empty.
        MissingWebhookBodyError: the body is empty.
        InvalidTimestampError: the time is malformed or outside the tolerance.
        InvalidSignatureError: no signature fits.
    """
    keys = [_key(secret) for secret in ((secrets,) if isinstance(secrets, str) else secrets)]
    if not keys:
        raise InvalidSecretKeyError("No webhook secret was given")
    headers = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature_header}
    for name, value in headers.items():
        if not value:
            raise MissingWebhookHeaderError(f"The webhook message has no {name} header")
    if not body:
        raise MissingWebhookBodyError("The webhook message has no body")
    _check_time(timestamp, now, tolerance)
    digests = [_digest(key, message_id, timestamp, body) for key in keys]
    if not _any_equal(digests, _signatures(signature_header)):
        raise InvalidSignatureError(
            "No signature of the webhook message fits the secret. Check that the body is the raw bytes received, "
            "not JSON parsed and written again, and that the secret is this account's"
        )


def _key(secret: object) -> bytes:
    """Return the key inside a secret. Neither the message nor the cause of an error contains the secret."""
    if not isinstance(secret, str):
        raise InvalidSecretKeyError(f"A webhook secret must be a text, not {type(secret).__name__}")
    secret = secret.strip()
    key = _decoded(secret.removeprefix(_SECRET_PREFIX)) if secret.startswith(_SECRET_PREFIX) else None
    if not key:
        raise InvalidSecretKeyError(f"A webhook secret must be {_SECRET_PREFIX!r} followed by base64")
    return key


def _check_time(timestamp: str, now: float, tolerance: float | None) -> None:
    if not _TIMESTAMP.fullmatch(timestamp):
        raise InvalidTimestampError("The webhook-timestamp header is not a whole number of seconds")
    age = now - int(timestamp)
    if tolerance is not None and not abs(age) <= tolerance:  # written so that NaN is refused
        when = "ago" if age > 0 else "ahead"
        raise InvalidTimestampError(
            f"The webhook message was signed {abs(age):.0f} seconds {when}, and {tolerance:g} are tolerated. "
            "It may be a replay, or this machine's clock is wrong"
        )


def _signatures(header: str) -> list[bytes]:
    items = (item.partition(",") for item in header.split(" "))
    decoded = (_decoded(signature) for version, _, signature in items if version == _SIGNATURE_VERSION)
    return [signature for signature in decoded if signature]


def _any_equal(digests: list[bytes], signatures: list[bytes]) -> bool:
    from hmac import compare_digest

    equal = [compare_digest(digest, signature) for digest in digests for signature in signatures]
    return any(equal)


def _digest(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    from hmac import digest

    head = f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass")
    return digest(key, head + body, "sha256")


def _decoded(text: str) -> bytes | None:
    """Return the bytes of standard base64, None for anything else."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:  # also what is not ASCII
        return None
