"""Reading the JSON of a successful answer, which may be no JSON, or none that the API describes; no I/O.

One bad row does not break a page: generated models leave out rows that they cannot read, which is told to the log here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from replicate_api.rows import unreadable_rows

from ..exceptions import DecodeError, ReplicateError
from .logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_LONGEST_SHOWN = 300
_LONGEST_KEPT = 64 * 1024

# What a generated model raises for JSON it cannot be read from.
_FAILURES = (ValueError, TypeError, KeyError, AttributeError, RecursionError)

# The members of answers that are arrays of objects; an answer can also be such an array itself.
_ARRAYS = ("results", "models")


class Answer(NamedTuple):
    """A successful answer that was read to its end."""

    request: str
    """Method and URL, as they may be shown."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def decode(answer: Answer, read: Callable[[bytes], T]) -> T:
    """Return what a reader makes of an answer's body.

    Raises:
        DecodeError: the answer is not what the API describes.
    """
    try:
        value = read(answer.content)
    except ReplicateError:
        raise
    except _FAILURES as error:
        raise _not_as_described(answer, error) from error
    for rows in (value, *(getattr(value, name, None) for name in _ARRAYS)):
        for position in unreadable_rows(rows):
            logger.warning("%s: left out a row that cannot be read, number %d", answer.request, position + 1)
    return value


def _not_as_described(answer: Answer, error: Exception) -> DecodeError:
    """Return the error for a successful answer whose body cannot be read."""
    kind = answer.headers.get("content-type", "no content type")
    text = answer.content[:_LONGEST_KEPT].decode("utf-8", "replace")
    shown = " ".join(text[:_LONGEST_SHOWN].split())
    return DecodeError(
        title="The answer is not what the API describes",
        status=answer.status,
        detail=f"{kind}: {shown or 'an empty body'} ({type(error).__name__}: {error})",
        headers={name.lower(): value for name, value in answer.headers.items()},
        body=text,
        request=answer.request,
    )
