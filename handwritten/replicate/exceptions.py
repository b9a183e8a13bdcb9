"""Every error this client raises, and nothing that talks to the network.

The tree, so that one `except` clause can be as wide as it needs to be::

    ReplicateException                  the root: everything this client raises on purpose
    ├── ModelError                      the prediction ended without success; carries it as `.prediction`
    │   ├── PredictionCanceledError     … it was canceled: by a caller, or by its deadline while running
    │   └── PredictionAbortedError      … its deadline passed before it started; never billed
    ├── ReplicateError                  the API, or the way to it, failed; carries `status`, `title`, `detail`, …
    │   ├── APIStatusError              the API answered with an error status
    │   │   ├── BadRequestError         400
    │   │   ├── AuthenticationError     401, or no token was found (then nothing was sent)
    │   │   ├── InsufficientCreditError 402
    │   │   ├── PermissionDeniedError   403
    │   │   ├── NotFoundError           404
    │   │   ├── ConflictError           409
    │   │   ├── ValidationError         422; carries `invalid_fields` (also a ValueError)
    │   │   ├── RateLimitError          429; carries `retry_after`
    │   │   └── ServerError             500 and above
    │   ├── NetworkError                no usable answer came back (also a ConnectionError)
    │   │   └── RequestTimeoutError     … in time (also a TimeoutError)
    │   ├── DecodeError                 an answer came back that is not what the API describes
    │   ├── StreamError                 an event stream could not be opened or ended without its last event
    │   ├── UnsupportedError            the model or the object cannot do what was asked
    │   ├── AmbiguousCreateError        it is not known whether a job was created; says how to find out
    │   └── WaitTimeoutError            waiting ended before the job did (also a TimeoutError)
    ├── LocalEngineError                the embedded engine could not be started (also a RuntimeError)
    ├── BudgetExceededError             a client's budget allows no other prediction; nothing was created
    └── InvalidArgumentError            an argument cannot be used; nothing was sent (also a ValueError)
        ├── InvalidInputError           an input is none that the model takes; carries `invalid_fields`
        ├── InvalidReferenceError       a model, version or deployment reference is malformed
        └── UnknownOptionError          an option this call does not know (also a TypeError)

No message contains the API token or a webhook secret. `ReplicateException`, `ModelError` and `ReplicateError` keep the
names, attributes and constructor arguments they had in `replicate` 1.x.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._problems import Problem, read_problem
from ._quoted_values import show_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    import httpx

    from .prediction import Prediction
    from .training import Training

__all__ = [
    "APIStatusError",
    "AmbiguousCreateError",
    "AuthenticationError",
    "BadRequestError",
    "BudgetExceededError",
    "ConflictError",
    "DecodeError",
    "InsufficientCreditError",
    "InvalidArgumentError",
    "InvalidInputError",
    "InvalidReferenceError",
    "LocalEngineError",
    "ModelError",
    "NetworkError",
    "NotFoundError",
    "PermissionDeniedError",
    "PredictionAbortedError",
    "PredictionCanceledError",
    "RateLimitError",
    "ReplicateError",
    "ReplicateException",
    "RequestTimeoutError",
    "ServerError",
    "StreamError",
    "UnknownOptionError",
    "UnsupportedError",
    "ValidationError",
    "WaitTimeoutError",
]

_LOG_LINES_SHOWN = 5

# Characters of somebody else's text in a message; the attributes hold all of it.
_LONGEST_TEXT_SHOWN = 2000
_LONGEST_LINE_SHOWN = 300


class ReplicateException(Exception):  # noqa: N818 - the name programs written for 1.x catch
    """The root of every error this client raises on purpose."""


class ModelError(ReplicateException):
    """A prediction ended without success: the model failed, or the prediction was canceled or aborted.

    The work up to the failure may have been billed. Look at `prediction` for logs, metrics and partial output.
    """

    prediction: Prediction
    """The prediction, as last seen."""

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        super().__init__(_describe_failure(prediction))

    def __reduce__(self) -> tuple[type[ModelError], tuple[Prediction]]:
        return type(self), (self.prediction,)

    @property
    def id(self) -> str:
        """The id of the prediction."""
        return self.prediction.id

    @property
    def model(self) -> str | None:
        """The model, as `owner/name`, where the service told it."""
        return self.prediction.model

    @property
    def status(self) -> str:
        """The status the prediction ended with: `failed`, `canceled` or `aborted`."""
        return self.prediction.status

    @property
    def error(self) -> str | None:
        """The model's own error text, as the service sent it."""
        return self.prediction.error

    @property
    def code(self) -> str | None:
        """The service's error code, such as `E1001` or `PA`, where the error text carries one."""
        return find_error_code(self.prediction.error)

    @property
    def logs_tail(self) -> str:
        """The last lines of the prediction's logs."""
        return _last_lines(self.prediction.logs)

    @property
    def web_url(self) -> str | None:
        """The page of the prediction on the service's site, where the service told it."""
        return (self.prediction.urls or {}).get("web")


class PredictionCanceledError(ModelError):
    """A prediction was canceled, by a caller or because its deadline passed while it ran. The run time is billed."""


class PredictionAbortedError(ModelError):
    """A prediction's deadline passed before it started. It is never billed."""


def unsuccessful(prediction: Prediction) -> ModelError:
    """Return the error that fits a prediction which ended without success."""
    kinds = {"canceled": PredictionCanceledError, "aborted": PredictionAbortedError}
    return kinds.get(prediction.status, ModelError)(prediction)


def find_error_code(text: str | None) -> str | None:
    """Return the service's error code inside an error text: `E` and four digits, or what stands after `code:`."""
    import re

    match = re.search(r"\b(E\d{4})\b|\(code:\s*([A-Z]{2,})\)", text or "")
    return match and (match[1] or match[2])


def _describe_failure(prediction: Prediction) -> str:
    model = f" of {prediction.model}" if prediction.model else ""
    lines = [_line(f"Prediction {prediction.id}{model} {_ending(prediction.status)}")]
    if prediction.error:
        lines[0] += f": {show_text(prediction.error, longest=_LONGEST_TEXT_SHOWN)}"
    if tail := _last_lines(prediction.logs):
        lines += ["Last log lines:", *map(_line, tail.split("\n"))]
    if web := (prediction.urls or {}).get("web"):
        lines.append(_line(f"See {web}"))
    return "\n".join(lines)


def _line(text: str) -> str:
    return show_text(text, longest=_LONGEST_LINE_SHOWN)


def _ending(status: str) -> str:
    known = {
        "failed": "failed",
        "canceled": "was canceled",
        "aborted": "was aborted: its deadline passed before it started",
    }
    return known.get(status, f"ended with status {status!r}")


def _last_lines(logs: str | None) -> str:
    lines = (logs or "").rstrip().splitlines()
    return "\n".join(lines[-_LOG_LINES_SHOWN:])


class ReplicateError(ReplicateException):
    """The API, or the way to it, failed.

    `type`, `title`, `status`, `detail` and `instance` are the members of the service's problem document (RFC 7807);
    each is None where the service sent none.
    """

    def __init__(
        self,
        type: str | None = None,  # noqa: A002 - the member's name in RFC 7807 and in 1.x
        title: str | None = None,
        status: int | None = None,
        detail: str | None = None,
        instance: str | None = None,
        *,
        invalid_fields: Sequence[Mapping[str, Any]] = (),
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        request: str | None = None,
        prediction_id: str | None = None,
        training_id: str | None = None,
    ) -> None:
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.instance = instance
        self.invalid_fields = [dict(field) for field in invalid_fields]
        """The rejected inputs of a 422: `type`, `field` and `description` of each."""
        self.retry_after = retry_after
        """How long the service asked to wait before the next try, in seconds."""
        self.headers = dict(headers or {})
        """The response headers, names in lower case."""
        self.body = body
        """The response body as text, cut after 64 KiB."""
        self.request = request
        """What was asked, as method and URL without its query."""
        self.prediction_id = prediction_id
        """The prediction concerned, where there is one: it may be running and billed."""
        self.training_id = training_id
        """The training concerned, where there is one: it may be running and billed."""
        super().__init__()
        self.args = (type, title, status, detail, instance)  # set last: OSError, a base of some, would rewrite them

    @classmethod
    def from_response(cls, response: httpx.Response) -> ReplicateError:
        """Return the error that fits an HTTP response. It never fails, whatever the body holds."""
        problem = read_problem(response.status_code, response.headers, response.content)
        request = response.request
        return error_from_problem(problem, request=f"{request.method} {request.url.host}")

    @property
    def request_id(self) -> str | None:
        """The id under which the service's side logged the request, where it sent one."""
        return next((self.headers[name] for name in _REQUEST_ID_HEADERS if name in self.headers), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the members of the problem document that are set."""
        members = {name: getattr(self, name) for name in ("type", "title", "status", "detail", "instance")}
        return {name: value for name, value in members.items() if value is not None}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        parts = (self.title, self.detail and self.detail.rstrip())
        told = [show_text(part, longest=_LONGEST_TEXT_SHOWN) for part in parts if part]
        head = ": ".join([str(self.status), *told] if self.status else told) or "The request failed"
        lines = [head]
        if self.request:
            lines.append(f"Request: {self.request}")
        if self.prediction_id:
            lines.append(f"Prediction: {self.prediction_id}")
        if self.training_id:
            lines.append(f"Training: {self.training_id}")
        if self.retry_after is not None:
            lines.append(f"Retry after: {self.retry_after:g} s")
        if self.request_id:
            lines.append(_line(f"Request id: {self.request_id}"))
        return lines

    def __repr__(self) -> str:
        members = ", ".join(f"{name}={value!r}" for name, value in self.to_dict().items())
        return f"{self.__class__.__name__}({members})"

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: value for name, value in self.__dict__.items() if name not in _UNPICKLED}
        return _rebuild, (type(self), self.args, state)


def _rebuild(kind: type[ReplicateError], args: tuple[Any, ...], state: dict[str, Any]) -> ReplicateError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


_UNPICKLED = frozenset({"finder", "_find", "_async_find"})  # functions, which hold a client
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "replicate-request-id", "cf-ray")


class APIStatusError(ReplicateError):
    """The API answered with an error status."""


class BadRequestError(APIStatusError):
    """The API could not read the request (400)."""


class AuthenticationError(APIStatusError):
    """The API did not accept the token (401), or there is none: then nothing was sent."""


class InsufficientCreditError(APIStatusError):
    """The account has no credit to run this model (402). Nothing was created."""


class PermissionDeniedError(APIStatusError):
    """The account may not do this (403)."""


class NotFoundError(APIStatusError):
    """There is no such thing, or the account may not see it (404)."""


class ConflictError(APIStatusError):
    """The request conflicts with what exists (409)."""


class ValidationError(APIStatusError, ValueError):
    """The API rejected the request's content (422); `invalid_fields` says which members. Nothing was created.

    Also raised, without a status, for data that an object such as `Prediction(**data)` cannot be made from.
    """

    def _lines(self) -> list[str]:
        lines = super()._lines()
        told = self.detail or ""
        for field in self.invalid_fields:
            description = str(field.get("description", ""))
            if description not in told:
                lines.append(_line(f"- {field.get('field', '')}: {description}"))
        return lines


class RateLimitError(APIStatusError):
    """Too many requests (429). Nothing was executed; `retry_after` says when to come back."""


class ServerError(APIStatusError):
    """The service failed (500 and above)."""


class NetworkError(ReplicateError, ConnectionError):
    """No usable answer came back."""

    sent: bool = True
    """Whether the request may have reached the service."""


class RequestTimeoutError(NetworkError, TimeoutError):
    """No answer came back in time."""


class DecodeError(ReplicateError):
    """An answer came back that is not what the API describes: HTML from a proxy, cut JSON, another shape."""


class StreamError(ReplicateError):
    """An event stream could not be opened, or ended without its last event."""


class UnsupportedError(ReplicateError):
    """The model or the object cannot do what was asked, such as streaming a model that has no stream."""


class AmbiguousCreateError(ReplicateError):
    """It is not known whether a prediction or training was created: do not simply create it again.

    It may exist and be billed. It was looked for and could not be told from the others; `recover()` looks again.
    """

    candidates: list[str]
    """The ids of those that fit, where there is more than one."""

    created_after: str
    """When the create was sent, by this machine's clock, as RFC 3339 text."""

    model: str | None
    """The model that was to run, as `owner/name`."""

    version: str | None
    """The version that was to run."""

    deployment: str | None = None
    """The deployment that was to run, as `owner/name`."""

    input: dict[str, Any]
    """The input as it was sent."""

    finder: Callable[[Any, Any], Coroutine[Any, Any, Any]] | None = None
    """The search behind `recover`; it does not survive pickling."""

    _find: Callable[[], Prediction | Training] | None = None
    _async_find: Callable[[], Awaitable[Prediction | Training]] | None = None

    def bind(
        self,
        find: Callable[[], Prediction | Training],
        async_find: Callable[[], Awaitable[Prediction | Training]],
    ) -> None:
        """Say how `recover` and `async_recover` look for what was created."""
        self._find, self._async_find = find, async_find

    def recover(self) -> Prediction | Training:
        """Look again for the prediction or the training and return it; nothing is created.

        Raises:
            AmbiguousCreateError: it is still not to be found, or there are several.
        """
        if self._find is None:
            raise self
        return self._find()

    async def async_recover(self) -> Prediction | Training:
        """Look again as `recover` does, awaiting the service's answers; nothing is created."""
        if self._async_find is None:
            raise self
        return await self._async_find()


class WaitTimeoutError(ReplicateError, TimeoutError):
    """Waiting ended before the prediction or the training did. It may still be running and billed."""

    prediction: Prediction | None = None
    """The prediction, as last seen, if it was one."""

    training: Training | None = None
    """The training, as last seen, if it was one."""


class LocalEngineError(ReplicateException, RuntimeError):
    """The embedded engine could not be started, or the extra `local` is not installed; the message says which."""


class BudgetExceededError(ReplicateException):
    """The budget of a client allows no other prediction or training. Nothing was created, so nothing more is billed."""

    def __init__(self, message: str, *, limit: float = 0.0, spent: float = 0.0, held: float = 0.0) -> None:
        self.limit = limit
        """What may be spent in all."""
        self.spent = spent
        """What was spent, as far as it is known."""
        self.held = held
        """What was held back for those whose cost was not known."""
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args, dict(self.__dict__)


class InvalidArgumentError(ReplicateException, ValueError):
    """An argument cannot be used. Nothing was sent."""

    def __init__(self, message: str, *, argument: str = "") -> None:
        self.argument = argument
        """The name of the argument."""
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args, dict(self.__dict__)


class InvalidInputError(InvalidArgumentError):
    """An input is none that the model takes, by its own schema. Nothing was sent, so nothing is billed."""

    def __init__(self, message: str, *, invalid_fields: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message, argument="input")
        self.invalid_fields = [dict(field) for field in invalid_fields]
        """What is wrong: `field` and `description` of each, as `ValidationError` has them of the service."""


class InvalidReferenceError(InvalidArgumentError):
    """A model, version or deployment reference is malformed."""


class UnknownOptionError(InvalidArgumentError, TypeError):
    """An option this call does not know."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: InsufficientCreditError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: ValidationError,
    429: RateLimitError,
}


def error_from_problem(problem: Problem, *, request: str | None = None) -> APIStatusError:
    """Return the error class and attributes that fit an error response."""
    kind = _BY_STATUS.get(problem.status, ServerError if problem.status >= 500 else APIStatusError)
    return kind(
        type=problem.type,
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        instance=problem.instance,
        invalid_fields=problem.invalid_fields,
        retry_after=problem.retry_after,
        headers=problem.headers,
        body=problem.body,
        request=request,
    )
