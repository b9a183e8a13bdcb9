"""What a test sees of the requests that were made, tokens taken out; nothing here answers one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from ._network import Incoming

REDACTED = "[redacted]"
CREATES = frozenset({"predictions.create", "models.predictions.create", "deployments.predictions.create"})

Host = Literal["api", "files"]


@dataclass(eq=False)
class RecordedRequest:
    """One request as it reached the API or the file host."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str] = field(repr=False)
    """By their names in lower case; tokens read `[redacted]`."""

    body: bytes = field(repr=False)
    time: float
    """Seconds since the start of the test, with the pauses that were skipped."""

    host: Host
    """`api`, or `files` for the file host, another origin."""

    operation: str | None
    """Such as `predictions.get`; None where the API has none for it."""

    had_token: bool
    """Whether it carried credentials."""

    status: int | None = None
    """What it was answered with; None where the connection was cut, or the answer is not out yet."""

    accepted: bool = False
    """Whether the service did what it asked for, whatever became of the answer."""

    @property
    def json(self) -> Any:
        """The body as JSON; None where there is none.

        Raises:
            ValueError: the body is something else.
        """
        return json.loads(self.body) if self.body else None

    @property
    def is_create(self) -> bool:
        """Whether it asks for a prediction."""
        return self.operation in CREATES

    @property
    def surely_refused(self) -> bool:
        """Whether its answer says that nothing was done, so that it may be sent again."""
        return not self.accepted and self.status is not None and 400 <= self.status < 500 and self.status != 408

    @property
    def outcome(self) -> str:
        """What became of it, in words."""
        answer = "got no answer" if self.status is None else f"was answered {self.status}"
        return f"was accepted and {answer}" if self.accepted else answer


class Records:
    """All requests of one test, in order, and the tokens that were seen in them."""

    def __init__(self, token: str) -> None:
        self.requests: list[RecordedRequest] = []
        self.leaks: list[RecordedRequest] = []
        """Requests to the file host that carried a token, or any other credentials."""
        self.failures: list[Exception] = []
        """What functions of the test raised while they sent answers."""
        self._tokens = {token}

    def add(self, request: Incoming, host: Host, operation: str | None, time: float) -> RecordedRequest:
        """Keep a request, tokens taken out."""
        authorization = request.headers.get("authorization", "")
        if host == "api" and (token := authorization.rpartition(" ")[2]):
            self._tokens.add(token)
        whole = (request.head + request.body).decode("latin-1")
        record = RecordedRequest(
            method=request.method,
            path=self._redacted(request.path),
            query=dict(parse_qsl(self._redacted(request.query), keep_blank_values=True)),
            headers={name: self._redacted(text) for name, text in request.headers.items()},
            body=self._redacted(request.body.decode("latin-1")).encode("latin-1", "replace"),
            time=time,
            host=host,
            operation=operation,
            had_token=bool(authorization),
        )
        if authorization:
            record.headers["authorization"] = f"{authorization.partition(' ')[0]} {REDACTED}"
        self.requests.append(record)
        if host == "files" and (authorization or any(token in whole for token in self._tokens)):
            self.leaks.append(record)
        return record

    def _redacted(self, text: str) -> str:
        for token in self._tokens:
            text = text.replace(token, REDACTED)
        return text
