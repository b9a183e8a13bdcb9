"""What endpoint functions raise when a response is not the one that was hoped for.

    ResponseError
    ├── ProblemError      an error status whose body says what the problem is
    ├── UnexpectedStatus  any other status that is not a success
    └── DecodeError       a success whose body cannot be read

A client can raise its own errors instead: see Client.build_response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models.problem import Problem


class ResponseError(Exception):
    """A response that is of no use: its status and its body"""

    def __init__(self, status_code: int, content: bytes) -> None:
        super().__init__(status_code, content)
        self.status_code = status_code
        self.content = content

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status_code={self.status_code})"

    def __str__(self) -> str:
        return f"{self._summary()} (HTTP status {self.status_code})"

    def _summary(self) -> str:
        return self.content[:500].decode(errors="replace") or "No body"


class ProblemError(ResponseError):
    """The service refused the call or failed, and says why"""

    def __init__(self, status_code: int, content: bytes, problem: Problem) -> None:
        super().__init__(status_code, content)
        self.args = (status_code, content, problem)
        self.problem = problem

    def _summary(self) -> str:
        said = [str(part) for part in (self.problem.title, self.problem.detail) if part]
        return ": ".join(said) or super()._summary()


class UnexpectedStatus(ResponseError):
    """A status that the contract does not know, or an error whose body is no problem description"""


class DecodeError(ResponseError):
    """A successful response whose body is not what the contract promises"""

    def _summary(self) -> str:
        return "Cannot read the body " + super()._summary()


__all__ = ["DecodeError", "ProblemError", "ResponseError", "UnexpectedStatus"]
