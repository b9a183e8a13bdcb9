"""Receiving webhooks: the secret they are signed with, checking messages, and reading them as typed events.

How signatures are computed is in `_webhook_signatures`; asking for webhooks is an option of what creates jobs.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from replicate_api.api.webhooks import webhooks_default_secret_get
from replicate_api.models.webhook_secret import WebhookSecret as RawSecret

from ._blocking import run_blocking
from ._clock import Clock
from ._quoted_values import quote_value
from ._views import View
from ._webhook_messages import Message, body_of, is_request, read_message
from ._webhook_signatures import (
    DEFAULT_TOLERANCE,
    InvalidSecretKeyError,
    InvalidSignatureError,
    InvalidTimestampError,
    MissingWebhookBodyError,
    MissingWebhookHeaderError,
    WebhookValidationError,
    verify,
)
from .exceptions import DecodeError, InvalidArgumentError
from .prediction import Prediction
from .resource import Namespace
from .training import Training

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._wire import Wire
    from .client import Client

__all__ = [
    "InvalidSecretKeyError",
    "InvalidSignatureError",
    "InvalidTimestampError",
    "MissingWebhookBodyError",
    "MissingWebhookHeaderError",
    "WebhookEvent",
    "WebhookSigningSecret",
    "WebhookValidationError",
    "Webhooks",
]

_FETCH_AGAIN_AFTER = 300.0
"""Seconds before a secret that does not fit is fetched again: it may have been replaced, or the message be forged."""


class WebhookSigningSecret(View[RawSecret]):
    """The secret that messages are signed with. It is as confidential as the token, and its `repr` does not show it."""

    __slots__ = ()

    _key = ("key",)

    _fields = ("key",)

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawSecret:
        return RawSecret.from_dict(data)

    @property
    def key(self) -> str:
        """The secret: `whsec_`, and the key of the signatures in base64."""
        return self._raw.key

    def _repr_fields(self) -> tuple[str, ...]:
        return ()

    def __hash__(self) -> int:
        return hash((type(self), self.key))


Secrets = str | WebhookSigningSecret | Iterable[str | WebhookSigningSecret]
"""A secret, as text or as an object; or several, while one is being replaced."""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A genuine message: one of `prediction` and `training` is there, as it stood when the message was made.

    The service repeats messages and may deliver them in any order; a repetition has the same `id`. The message does not
    say which event it is about: `status`, `output` and `logs` tell what is new.
    """

    id: str
    """The unique id of the message."""

    timestamp: datetime
    """When it was sent, in UTC."""

    prediction: Prediction | None
    training: Training | None

    @property
    def job(self) -> Prediction | Training:
        """The prediction or the training."""
        return cast("Prediction | Training", self.prediction or self.training)

    @property
    def is_final(self) -> bool:
        """Whether the job is over, so that later messages bring nothing new."""
        return self.job.is_terminal


class DefaultWebhook(Namespace):
    """The webhook secret of the token's account."""

    def secret(self) -> WebhookSigningSecret:
        """Return the secret that the service signs messages with; this asks for it each time.

        Raises:
            ReplicateError: the service refused, or could not be reached.
        """
        return run_blocking(_fetch_secret(self._client.wire, self._client))

    async def async_secret(self) -> WebhookSigningSecret:
        """Return the secret that the service signs messages with, awaiting the service's answer."""
        return await _fetch_secret(self._client.async_wire, self._client)


class Webhooks(Namespace):
    """Checking and reading webhook messages."""

    Default = DefaultWebhook

    @property
    def default(self) -> DefaultWebhook:
        """The default webhook secret: `webhooks.default.secret()`."""
        return DefaultWebhook(self._client)

    @staticmethod
    def validate(
        request: Any = None,
        headers: Any = None,
        body: str | bytes | None = None,
        secret: Secrets | None = None,
        tolerance: float | None = DEFAULT_TOLERANCE,
    ) -> bool:
        """Return True if a message is genuine and recent; otherwise raise.

        Give the request, or its headers and its body; then a secret. The body is what was received, byte for byte:
        parsed JSON, written again, does not have the same signature.

        Args:
            request: a request of httpx, Flask, Django or similar, with `headers` and a body that needs no awaiting.
            headers: its headers, as a mapping or as pairs; upper and lower case are the same.
            body: its body, as bytes or as text.
            secret: what `webhooks.default.secret()` returns, as it is or its `key`; or several of them.
            tolerance: seconds by which the time of the message may differ from this machine's clock. None accepts any
                time, and so also an old message that somebody sends again.

        Raises:
            MissingWebhookHeaderError: one of the headers is missing.
            MissingWebhookBodyError: there is no body.
            InvalidSecretKeyError: there is no secret, or one is malformed.
            InvalidTimestampError: the time of the message is malformed, or outside the tolerance.
            InvalidSignatureError: no signature of the message fits a secret.
            InvalidArgumentError: the arguments make no message.
        """
        if request is not None and not (headers is None and body is None):
            raise InvalidArgumentError("give either request, or headers and body", argument="request")
        if request is not None:
            headers, body = request.headers, cast("Any", body_of(request))
        _check(read_message(headers, body), _keys(secret), Clock().time(), tolerance)
        return True

    def unwrap(
        self,
        body: Any,
        headers: Any = None,
        *,
        secret: Secrets | None = None,
        tolerance: float | None = DEFAULT_TOLERANCE,
        kind: Literal["prediction", "training"] | None = None,
    ) -> WebhookEvent:
        """Check a webhook message, as `validate` does, and return it as a typed event.

        Args:
            body: the body of the request, as bytes or text; or the request itself, without headers.
            headers: its headers, as a mapping or as pairs.
            secret: the secret, or several. Without it the account's own is fetched with the first message and kept; if
                it does not fit any more, it is fetched again, at most once in five minutes.
            tolerance: as in `validate`.
            kind: what the message is about, where the URL of your webhook tells it. Otherwise it is a training if its
                URLs, its destination or its output are those of one, which not every message of a training tells.

        Raises:
            WebhookValidationError: the message is not genuine, or not recent; see `validate`.
            DecodeError: it is genuine, but no prediction and no training.
            InvalidArgumentError: the arguments make no message.
            ReplicateError: the secret could not be fetched.
        """
        _check_kind(kind)
        message = read_message(*_parts(body, headers))
        return run_blocking(self._unwrap(self._client.wire, message, secret, tolerance, kind))

    async def async_unwrap(
        self,
        body: Any,
        headers: Any = None,
        *,
        secret: Secrets | None = None,
        tolerance: float | None = DEFAULT_TOLERANCE,
        kind: Literal["prediction", "training"] | None = None,
    ) -> WebhookEvent:
        """Check a message as `unwrap` does, awaiting the secret; and the body, for requests such as Starlette's."""
        _check_kind(kind)
        headers, body = _parts(body, headers)
        if isinstance(body, Awaitable):
            body = await cast("Awaitable[object]", body)
        return await self._unwrap(self._client.async_wire, read_message(headers, body), secret, tolerance, kind)

    async def _unwrap(
        self, wire: Wire, message: Message, secret: Secrets | None, tolerance: float | None, kind: str | None
    ) -> WebhookEvent:
        if secret is not None:
            _check(message, _keys(secret), wire.clock.time(), tolerance)
        else:
            await self._check_with_own_secret(wire, message, tolerance)
        return _event(message, kind, self._client)

    async def _check_with_own_secret(self, wire: Wire, message: Message, tolerance: float | None) -> None:
        remembered = self._client.memory.webhook_secret()
        if remembered is None:
            _check(message, [(await _fetch_secret(wire, self._client)).key], wire.clock.time(), tolerance)
            return
        key, seen = remembered
        try:
            _check(message, [key], wire.clock.time(), tolerance)
        except InvalidSignatureError:
            if wire.clock.monotonic() - seen < _FETCH_AGAIN_AFTER:
                raise
            _check(message, [(await _fetch_secret(wire, self._client)).key], wire.clock.time(), tolerance)


async def _fetch_secret(wire: Wire, client: Client) -> WebhookSigningSecret:
    """Return the account's secret, and remember it for `unwrap`."""
    secret = WebhookSigningSecret.of(await wire.call(webhooks_default_secret_get, client=wire.api), client)
    client.memory.note_webhook_secret(secret.key, wire.clock.monotonic())
    return secret


def _parts(body: Any, headers: Any) -> tuple[Any, Any]:
    """Return headers and body, from a request where that was given."""
    if not is_request(body):
        return headers, body
    if headers is not None:
        raise InvalidArgumentError("give either a request, or its headers and its body", argument="headers")
    return body.headers, body_of(body)


def _check_kind(kind: str | None) -> None:
    if kind not in (None, "prediction", "training"):
        raise InvalidArgumentError(f"kind must be 'prediction' or 'training', not {quote_value(kind)}", argument="kind")


def _keys(secret: Secrets | None) -> list[str]:
    """Return secrets as texts; what is no text stays, for the check to refuse."""
    if secret is None:
        return []
    if isinstance(secret, (str, bytes, WebhookSigningSecret)) or not isinstance(secret, Iterable):
        secret = cast("list[str]", [secret])
    return [one.key if isinstance(one, WebhookSigningSecret) else one for one in secret]


def _check(message: Message, keys: list[str], now: float, tolerance: float | None) -> None:
    if tolerance is not None and (not isinstance(tolerance, (int, float)) or isinstance(tolerance, bool)):
        raise InvalidArgumentError(
            f"tolerance must be a number of seconds, or None, not {quote_value(tolerance)}", argument="tolerance"
        )
    verify(
        secrets=keys,
        message_id=message.id,
        timestamp=message.timestamp,
        signature_header=message.signature,
        body=message.body,
        now=now,
        tolerance=tolerance,
    )


def _event(message: Message, kind: str | None, client: Client) -> WebhookEvent:
    """Return a message that was checked as an event."""
    try:
        moment = datetime.fromtimestamp(int(message.timestamp), UTC)
    except (OSError, OverflowError, ValueError) as error:
        raise InvalidTimestampError("The webhook-timestamp header is no time of this calendar") from error
    try:
        data = cast("dict[str, Any]", json.loads(message.body))
        if not isinstance(data["id"], str):
            raise TypeError("its id is no text")  # noqa: TRY301 - one of several ways to be no prediction
        if kind == "training" or (kind is None and _is_training(data)):
            return WebhookEvent(message.id, moment, None, Training.of(Training.decode(data), client))
        return WebhookEvent(message.id, moment, Prediction.of(Prediction.decode(data), client), None)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise DecodeError(
            title="The webhook message is genuine, but it is no prediction and no training",
            detail=f"{type(error).__name__}: {error}",
            body=message.body.decode("utf-8", "replace"),
        ) from error


def _is_training(data: dict[str, Any]) -> bool:
    """Return whether the JSON of a job shows that it is a training. Ids and statuses are those of predictions."""
    if data.get("destination"):
        return True
    urls = data.get("urls")
    links = cast("dict[str, object]", urls).values() if isinstance(urls, dict) else ()
    if any(isinstance(link, str) and "/trainings/" in link for link in links):
        return True
    output = data.get("output")
    return isinstance(output, dict) and set(cast("dict[str, object]", output)) == {"version", "weights"}
