"""What the engine remembers: runs with their life cycle, models, versions, deployments, files; never storage."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from replicate_local.jsontypes import JsonObject

TERMINAL = frozenset({"succeeded", "failed", "canceled", "aborted"})
ACCOUNT = "local"
"""The owner of everything on this engine."""

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32, as in the service's newer ids
_TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # noqa: S105  the letters of stream tokens


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)


def milliseconds(moment: dt.datetime) -> dt.datetime:
    """Cut a moment to milliseconds, the resolution of `created_at`."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_id() -> str:
    """Return a new prediction id: 26 characters, as the service's."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(26))


def new_stream_token(*, files: bool) -> str:
    """Return the unguessable part of a stream URL; streams of files have four letters in front, as the service's."""
    token = "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(52))
    return f"{''.join(secrets.choice(_TOKEN_ALPHABET[:26]) for _ in range(4))}-{token}" if files else token


class TerminalError(Exception):
    """Something tried to change a prediction that has ended."""


@dataclass
class Prediction:
    """One run of a version: of its prediction code or, with a destination, of its training code.

    A status never changes again once it is terminal.
    """

    id: str
    model: str
    version: str
    input: JsonObject
    created_at: dt.datetime
    stream_token: str
    status: str = "starting"
    output: Any = None
    iterates: bool = False
    logs: str = ""
    error: str | None = None
    started_at: dt.datetime | None = None
    completed_at: dt.datetime | None = None
    metrics: JsonObject = field(default_factory=dict[str, Any])
    source: str = "api"
    deadline: dt.datetime | None = None
    webhook: str | None = None
    webhook_events_filter: list[str] | None = None
    stream: bool | None = None
    deployment: str | None = None
    """The deployment it was sent to, with its owner."""
    destination: str | None = None
    """The model that gets the version which a training makes; None for a prediction."""
    data_removed: bool = False
    """Whether input, output and logs were taken away, some time after the end."""

    @property
    def is_training(self) -> bool:
        """Whether training code runs."""
        return self.destination is not None

    @property
    def ended(self) -> bool:
        """Whether the status is terminal."""
        return self.status in TERMINAL

    def start(self, moment: dt.datetime) -> None:
        """Note that the model's code begins."""
        self._must_go_on()
        self.status = "processing"
        self.started_at = max(moment, self.created_at)

    def begin_iteration(self) -> None:
        """Note that the output is a list that grows."""
        self._must_go_on()
        self.iterates = True
        self.output = []

    def add_output(self, value: Any) -> None:
        """Take a piece of the output, or all of it."""
        self._must_go_on()
        if self.iterates:
            self.output.append(value)
        else:
            self.output = value

    def add_logs(self, text: str) -> None:
        """Take what the model wrote to its terminal."""
        self._must_go_on()
        self.logs += text

    def record_metric(self, name: str, value: Any, mode: str) -> None:
        """Take a measurement of the model's own."""
        self._must_go_on()
        if mode == "incr":
            self.metrics[name] = self.metrics.get(name, 0) + value
        elif mode == "append":
            self.metrics.setdefault(name, []).append(value)
        else:
            self.metrics[name] = value

    def end(self, status: str, moment: dt.datetime, error: str | None = None) -> None:
        """Note how and when it ended, with the two times the service measures.

        A prediction that is canceled before its start gets the moment of the cancel as its `started_at`; one that
        failed or was aborted before its start gets none, and no metrics.
        """
        self._must_go_on()
        self.completed_at = max(moment, self.started_at or self.created_at)
        if self.started_at is None and status == "canceled":
            self.started_at = self.completed_at
        if self.started_at is not None:
            self.metrics["predict_time"] = (self.completed_at - self.started_at).total_seconds()
            self.metrics["total_time"] = (self.completed_at - self.created_at).total_seconds()
        self.status = status
        self.error = error

    def remove_data(self) -> None:
        """Forget what went in and what came out; how it went stays."""
        self.input, self.output, self.logs = {}, None, ""
        self.data_removed = True

    def _must_go_on(self) -> None:
        if self.ended:
            raise TerminalError(f"prediction {self.id} is {self.status}")


@dataclass
class Model:
    """A model; its versions are rows of their own."""

    owner: str
    name: str
    created_at: dt.datetime
    visibility: str = "public"
    description: str | None = None
    readme: str | None = None
    github_url: str | None = None
    paper_url: str | None = None
    license_url: str | None = None
    weights_url: str | None = None
    cover_image_url: str | None = None
    is_official: bool = False

    @property
    def full_name(self) -> str:
        """The name with its owner."""
        return f"{self.owner}/{self.name}"


@dataclass
class Version:
    """A build of a model: the hash of its source, where that source is, and the schema made from it."""

    id: str
    model: str
    created_at: dt.datetime
    cog_version: str
    openapi_schema: JsonObject
    entry: str
    """`path.py:Name` of the predictor; a trained version's path begins at the data directory, which may move."""
    source_hash: str
    """The SHA-256 of its source: its id too, but for versions of an alias and trained ones."""
    weights: str | None = None
    """Where the file lies that training made, seen from the data directory."""
    own: JsonObject | None = None
    """For a model of the user's own: its `folder`, the `file` and `target` in it, `train` if it has training code, and
    `code`, where its code was copied to, seen from the data directory."""

    @property
    def trainable(self) -> bool:
        """Whether it has training code: a function `train` beside the predictor."""
        return "TrainingInput" in self.openapi_schema["components"]["schemas"]

    @property
    def yields(self) -> bool:
        """Whether the output is a list that grows while the prediction runs."""
        output: JsonObject = self.openapi_schema["components"]["schemas"]["Output"]
        return output.get("x-cog-array-type") == "iterator"

    @property
    def yields_files(self) -> bool:
        """Whether each output event is a file."""
        output: JsonObject = self.openapi_schema["components"]["schemas"]["Output"]
        return "uri" in {output.get("format"), output.get("items", {}).get("format")}


@dataclass
class StoredFile:
    """An uploaded file, without its bytes."""

    id: str
    name: str
    content_type: str
    size: int
    md5: str
    sha256: str
    metadata: JsonObject
    created_at: dt.datetime
    expires_at: dt.datetime


@dataclass
class Deployment:
    """A version under a name of its own, with the settings of its current release."""

    owner: str
    name: str
    created_at: dt.datetime
    model: str
    version: str
    hardware: str
    min_instances: int
    max_instances: int
    released_at: dt.datetime
    number: int = 1
    used_at: dt.datetime | None = None
    """When a prediction was last sent to it."""

    @property
    def full_name(self) -> str:
        """The name with its owner."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True)
class LastCall:
    """A call of a webhook that is still to be made: the one that tells a prediction's terminal status."""

    prediction: str
    message: str
    """Its id."""
    origin: str
    """How the creator of the prediction addressed the engine."""


Record = Prediction | Model | Version | StoredFile | Deployment

_MOMENTS = frozenset({"created_at", "started_at", "completed_at", "deadline", "expires_at", "released_at", "used_at"})


def to_document(record: Record) -> JsonObject:
    """Return a record as plain JSON values."""
    return {
        key: value.isoformat(timespec="microseconds") if isinstance(value, dt.datetime) else value
        for key, value in vars(record).items()
    }


def from_document(document: JsonObject) -> JsonObject:
    """Return the keyword arguments that make the record again."""
    return {
        key: dt.datetime.fromisoformat(value) if key in _MOMENTS and value is not None else value
        for key, value in document.items()
    }
