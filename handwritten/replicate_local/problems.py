"""The error bodies of the wire contract and the exception that carries one to the client; never what causes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class InvalidField:
    """One broken rule of an input, in the vocabulary of the service's validator."""

    type: str
    field: str
    description: str

    @property
    def line(self) -> str:
        """The sentence about it in the problem's `detail`."""
        return f"- {self.field}: {self.description}\n" if self.field else f"- {self.description}\n"


class Problem(Exception):  # noqa: N818  the contract's name for it
    """A refusal: an HTTP status, a body, and sometimes headers."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        title: str | None = None,
        invalid_fields: Sequence[InvalidField] = (),
        headers: dict[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.title = title
        self.invalid_fields = tuple(invalid_fields)
        self.headers = headers or {}
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """Return the JSON body; the order of members is the service's."""
        if self.invalid_fields:
            fields = [{"type": f.type, "field": f.field, "description": f.description} for f in self.invalid_fields]
            return {"detail": self.detail, "status": self.status, "title": self.title, "invalid_fields": fields}
        body: dict[str, Any] = {} if self.title is None else {"title": self.title}
        body |= {"detail": self.detail, "status": self.status}
        return body if self.retry_after is None else body | {"retry_after": self.retry_after}


def not_found() -> Problem:
    """Return the answer for anything that is not there."""
    return Problem(404, "The requested resource could not be found.")


def unauthenticated(*, token_was_sent: bool) -> Problem:
    """Return the answer to a missing or a wrong token."""
    detail = (
        "You did not pass a valid authentication token"
        if token_was_sent
        else "You did not pass an authentication token"
    )
    return Problem(401, detail, title="Unauthenticated")


def invalid_version() -> Problem:
    """Return the answer to a version that does not exist or may not be used."""
    detail = "The specified version does not exist (or perhaps you don't have permission to use it?)"
    return Problem(422, detail, title="Invalid version or not permitted")


def invalid_input(fields: Sequence[InvalidField]) -> Problem:
    """Return the answer to a body or an input that breaks rules of its schema."""
    detail = "".join(field.line for field in fields)
    return Problem(422, detail, title="Input validation failed", invalid_fields=fields)


def method_not_allowed(method: str, allowed: Sequence[str]) -> Problem:
    """Return the answer to a method that a path does not have."""
    return Problem(405, f'Method "{method}" not allowed.', headers={"Allow": ", ".join(allowed)})


def too_large(limit: int) -> Problem:
    """Return the answer to a body above a limit in bytes."""
    return Problem(413, f"The request body is larger than the limit of {limit} bytes.")


def throttled(seconds: int, headers: dict[str, str]) -> Problem:
    """Return the answer to a call that comes too early by so many seconds."""
    detail = f"Request was throttled. Your rate limit resets in ~{seconds}s."
    return Problem(429, detail, headers=headers | {"Retry-After": str(seconds)}, retry_after=seconds)


def not_emulated(operation_id: str) -> Problem:
    """Return the answer of an operation that this engine does not have."""
    return Problem(501, f"The local engine does not emulate {operation_id}.", title="Not implemented")
