"""Taking a webhook message out of what a web framework hands over, in whatever form; it is not checked here."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ._quoted_values import quote_value
from ._webhook_signatures import MissingWebhookBodyError
from .exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

_BODIES = ("content", "body", "get_data", "read")
"""Where requests have their body: httpx; Django, Tornado, Starlette; Flask; aiohttp."""


class Message(NamedTuple):
    """A message as it was received, nothing of it checked; empty where something is missing."""

    id: str
    timestamp: str
    signature: str
    body: bytes


def read_message(headers: object, body: object) -> Message:
    """Return the message in the headers and the body of a request.

    Raises:
        InvalidArgumentError: they are in no form that can be read, such as JSON that was parsed already.
    """
    found = _headers(headers)
    return Message(
        found.get("webhook-id", ""),
        found.get("webhook-timestamp", ""),
        found.get("webhook-signature", ""),
        _body(body),
    )


def is_request(value: object) -> bool:
    """Return whether something is a request with headers, rather than a body."""
    return hasattr(value, "headers")


def body_of(request: Any) -> object:
    """Return the body of a request, or something to await for it.

    Raises:
        InvalidArgumentError: it has none that can be found.
    """
    for name in _BODIES:
        body = getattr(request, name, None)
        if callable(body):
            body = cast("Callable[[], object]", body)()
        read = getattr(body, "read", None)
        if callable(read) and not inspect.iscoroutinefunction(read):
            body = read()
        if isinstance(body, (bytes, bytearray, memoryview, str, Awaitable)):
            return cast("object", body)
    raise InvalidArgumentError(
        f"no body was found in {quote_value(request)}; give its raw body and its headers", argument="request"
    )


def _headers(headers: object) -> dict[str, str]:
    """Return headers by name in lower case, from a mapping, from pairs as in ASGI, or from a WSGI environment."""
    if headers is None:
        return {}
    items = getattr(headers, "items", None)
    pairs = cast("Callable[[], object]", items)() if callable(items) else headers
    if not isinstance(pairs, Iterable) or isinstance(pairs, (str, bytes)):
        raise InvalidArgumentError(
            f"headers must be a mapping of names to values, not {quote_value(headers)}", argument="headers"
        )
    found: dict[str, str] = {}
    for pair in cast("Iterable[object]", pairs):
        name, value = _pair(pair) or ("", None)
        text = _text(value)
        if text is not None:
            found[(_text(name) or "").lower().replace("_", "-").removeprefix("http-")] = text.strip()
    return found


def _pair(value: object) -> tuple[object, object] | None:
    """Return what is a pair as one; the value of a header may be listed, as gateways do that allow several."""
    if not isinstance(value, (tuple, list)):
        return None
    pair = cast("tuple[object, ...]", value)
    if len(pair) != len(("name", "value")):
        return None
    name, content = pair
    listed = cast("list[object]", content) if isinstance(content, list) else [content]
    return (name, listed[0]) if len(listed) == 1 else None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else None


def _body(body: object) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        try:
            return body.encode()
        except UnicodeEncodeError as error:
            raise InvalidArgumentError("body is no text that came in UTF-8; give its bytes", argument="body") from error
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(cast("bytes", body))
    if isinstance(body, (Mapping, list)):
        raise InvalidArgumentError(
            "body must be the raw bytes as they were received: parsed JSON cannot be checked", argument="body"
        )
    if isinstance(body, Awaitable):
        close = getattr(cast("object", body), "close", None)
        if callable(close):
            close()
        raise InvalidArgumentError(
            "the body of this request has to be awaited: use async_unwrap(), or give await request.body()",
            argument="body",
        )
    raise MissingWebhookBodyError(f"The body of a webhook message must be bytes or text, not {quote_value(body)}")
