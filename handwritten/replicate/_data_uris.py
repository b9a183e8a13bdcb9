"""Reading and writing `data:` URIs (RFC 2397); nothing here fetches anything."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

# type/subtype, then parameters, then perhaps `;base64`, then a comma. A media type may be missing altogether.
_PATTERN = (
    r"(?i)data:(?P<media>[\w.+-]+/[\w.+-]+)?"
    r"(?P<parameters>(?:;[\w.+-]+=(?:[\w.+-]|%[0-9a-fA-F]{2}|\"[^\"]*\")+)*)(?P<base64>;base64)?,"
)


class DataURI(NamedTuple):
    """The content of a `data:` URI."""

    media_type: str
    content: bytes


def is_data_uri(text: str) -> bool:
    """Return whether a text is a `data:` URI: its head is well formed and no blank or line break follows."""
    match = re.match(_PATTERN, text)
    return match is not None and not any(blank in text for blank in " \t\r\n")


def read_data_uri(uri: str) -> DataURI:
    """Return the content of a `data:` URI, base64 or percent-encoded.

    Raises:
        ValueError: it is none, or its base64 is broken.
    """
    match = re.match(_PATTERN, uri)
    if match is None:
        raise ValueError(f"not a data URI: {uri[:40]!r}")
    content = unquote_to_bytes(uri[match.end() :])
    if match["base64"]:
        try:
            content = base64.b64decode(content + b"=" * (-len(content) % 4), validate=True)
        except binascii.Error as error:
            raise ValueError(f"the base64 of a data URI is broken: {error}") from error
    return DataURI(media_type=(match["media"] or "text/plain").lower(), content=content)


def write_data_uri(content: bytes, media_type: str = "application/octet-stream") -> str:
    """Return content as a base64 `data:` URI."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
