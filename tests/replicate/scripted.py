"""A service made of prepared answers: it records every request, opens no socket and serves both colours."""

from __future__ import annotations

import json as json_module
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

Answer: TypeAlias = "dict[str, Any] | list[Any] | int | Exception | httpx.Response | Callable[[Sent], Answer]"
"""A JSON body of a 200, a status with an empty body, an exception to raise, a response, or a function giving these."""


@dataclass
class Sent:
    """One request as it left the client."""

    method: str
    url: httpx.URL
    headers: httpx.Headers
    body: bytes
    timeout: dict[str, float | None] = field(repr=False)

    @property
    def line(self) -> str:
        """The method and the path with its query, or the whole URL where the host is not the API's."""
        target = str(self.url)
        return f"{self.method} {target.removeprefix('https://api.replicate.com')}"

    @property
    def json(self) -> Any:
        return json_module.loads(self.body)

    @property
    def token(self) -> str | None:
        return self.headers.get("authorization")


class Script(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Gives its answers in order, one for each request; a request too many fails the test.

    With `routes`, answers are found by method and path instead; a list of answers is used up in order, and any other
    answer is given every time.
    """

    def __init__(self, *answers: Answer, routes: dict[str, Any] | None = None, keep_bodies: bool = True) -> None:
        self.answers = deque(answers)
        self.routes = {
            line: deque(value) if isinstance(value, list) else value for line, value in (routes or {}).items()
        }
        self.keep_bodies = keep_bodies
        self.sent: list[Sent] = []
        self.bytes_received = 0
        self.closed = 0

    @property
    def lines(self) -> list[str]:
        """What was asked for, in order."""
        return [sent.line for sent in self.sent]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request, b"".join(self._kept(chunk) for chunk in request.stream))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request, b"".join([self._kept(chunk) async for chunk in request.stream]))

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1

    def _kept(self, chunk: bytes) -> bytes:
        self.bytes_received += len(chunk)
        return chunk if self.keep_bodies else b""

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        sent = Sent(request.method, request.url, request.headers.copy(), body, request.extensions["timeout"])
        self.sent.append(sent)
        answer: Any = self._next(sent)
        while callable(answer):
            answer = answer(sent)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def _next(self, sent: Sent) -> Answer:
        found: Any = self.routes.get(sent.line, self.answers)
        if isinstance(found, deque):
            assert found, f"an unexpected request: {sent.line}, after {self.lines[:-1]}"
            return found.popleft()
        return found


def answer(
    status: int = 200, body: Any = b"", *, headers: dict[str, str] | None = None
) -> Callable[[Sent], httpx.Response]:
    """Return an answer made anew for each request: a body of bytes or text as it is, of anything else as JSON."""

    def respond(_: Sent) -> httpx.Response:
        content = {"content": body} if isinstance(body, (bytes, str)) else {"json": body}
        return httpx.Response(status, headers=headers, **content)

    return respond


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in parts; a part that is an exception breaks the connection there."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts = parts
        self.delivered = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            self.delivered += 1
            yield part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def events(*parts: bytes | Exception, stream: Chunks | None = None) -> httpx.Response:
    """Return an answer that is an event stream arriving in these parts."""
    return httpx.Response(
        200, headers={"content-type": "text/event-stream; charset=utf-8"}, stream=stream or Chunks(*parts)
    )
