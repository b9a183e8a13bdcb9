"""Checks that endpoint functions make before anything is sent. Never changes a value, never knows an operation.

This module is copied into the generated package by `make generate`; edit it in handwritten/codegen/support.
"""

from datetime import datetime
from urllib.parse import quote


def path_segment(name: str, value: object) -> str:
    """Return a path parameter, percent-encoded, that stays inside its own segment of the path.

    Dots alone would climb (`/predictions/../account`), and an encoded slash is decoded again by some proxies.

    Raises:
        ValueError: The value is not a text, is empty, `.` or `..`, holds a slash or cannot be encoded.
    """
    if not isinstance(value, str) or value in {"", ".", ".."} or "/" in value or "\\" in value:
        raise ValueError(f"{name} must be a text that is one segment of a path, not {value!r}")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} must be a text that UTF-8 can encode, not {value!r}") from error


def check_moment(name: str, value: object) -> None:
    """Refuse a time without a UTC offset: the service would have to guess which moment is meant.

    Raises:
        ValueError: The value is not a datetime, or a naive one.
    """
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ValueError(f"{name} must be a datetime with a UTC offset, not {value!r}")


def check_header(name: str, value: object) -> None:
    """Refuse a header value that would fail half-way through sending, or start a header of its own.

    Raises:
        ValueError: The value is not a text of printable ASCII characters. The message does not repeat it.
    """
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise ValueError(f"{name} must be a text of printable ASCII characters")


def check_body(body: object, expected: type[object]) -> None:
    """Refuse a request body that is not an instance of the generated class.

    Raises:
        TypeError: It is something else, most often a plain dictionary.
    """
    if not isinstance(body, expected):
        wanted = expected.__name__
        raise TypeError(
            f"body must be a {wanted}, not a {type(body).__name__}; {wanted}.from_dict() makes one of a dict"
        )
