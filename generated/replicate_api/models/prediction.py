from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.prediction_source import PredictionSource
from ..models.prediction_status import PredictionStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="Prediction")

_new = object.__new__
_moment = datetime.datetime.fromisoformat

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "model": UNSET,
    "version": UNSET,
    "input": UNSET,
    "output": UNSET,
    "logs": UNSET,
    "error": UNSET,
    "data_removed": UNSET,
    "created_at": UNSET,
    "started_at": UNSET,
    "completed_at": UNSET,
    "metrics": UNSET,
    "urls": UNSET,
    "source": UNSET,
    "deadline": UNSET,
    "deployment": UNSET,
    "webhook": UNSET,
    "webhook_events_filter": UNSET,
    "webhook_completed": UNSET,
    "stream": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "id", "status"})


@_attrs_define
class Prediction:
    """One run of a model. A member that is not set is missing in one form of this object and null in another; both mean
    the same. Time stamps have zero to nine fractional digits and come from more than one clock.

    """

    id: str
    """ Opaque identifier. """
    status: PredictionStatus | str
    """ Where the run is. Statuses that are not known yet may appear; treat them as not final. """
    model: None | str | Unset = UNSET
    """ `owner/name` of the model. Missing in very old predictions. """
    version: None | str | Unset = UNSET
    """ The version that ran: 64 hexadecimal digits, `d-` or `dp-` and 32 of them, or the word `hidden`. It can
    differ from the one that was asked for. """
    input_: Any | Unset = UNSET
    """ The input as it was sent, without defaults; an object, or null after its data was removed. """
    output: Any | Unset = UNSET
    """ What the model made; any JSON. Missing or null until there is some, and after its data was removed. """
    logs: None | str | Unset = UNSET
    """ What the model wrote to its terminal so far. Empty and null both mean nothing. """
    error: None | str | Unset = UNSET
    """ Why the run failed. Null and the empty text both mean no error. """
    data_removed: bool | None | Unset = UNSET
    """ Whether input, output and logs have been deleted. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was created. """
    started_at: datetime.datetime | None | Unset = UNSET
    """ When the model's code started; also set when it was canceled before that. """
    completed_at: datetime.datetime | None | Unset = UNSET
    """ When it ended and its files were stored. """
    metrics: Any | Unset = UNSET
    """ Measurements, set at the end: an object whose values are numbers, texts or booleans. `predict_time` and
    `total_time` are seconds. """
    urls: None | PredictionUrls | Unset = UNSET
    """ Where this prediction can be reached. """
    source: None | PredictionSource | str | Unset = UNSET
    """ How it was made. """
    deadline: datetime.datetime | None | Unset = UNSET
    """ When it will be ended; set when it was created with `Cancel-After`. """
    deployment: None | str | Unset = UNSET
    """ The deployment that made it. """
    webhook: None | str | Unset = UNSET
    """ The URL that is called, as it was sent. """
    webhook_events_filter: list[str] | None | Unset = UNSET
    """ The events that the webhook is called for, as they were sent. """
    webhook_completed: None | str | Unset = UNSET
    """ Older name of `webhook`. """
    stream: bool | None | Unset = UNSET
    """ Echo of the request member of that name. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status = self.status

        model = self.model

        version = self.version

        input_ = self.input_

        output = self.output

        logs = self.logs

        error = self.error

        data_removed = self.data_removed

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        started_at: None | str | Unset
        if isinstance(self.started_at, Unset):
            started_at = UNSET
        elif isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        completed_at: None | str | Unset
        if isinstance(self.completed_at, Unset):
            completed_at = UNSET
        elif isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        metrics = self.metrics

        urls: dict[str, Any] | None | Unset
        if isinstance(self.urls, Unset):
            urls = UNSET
        elif isinstance(self.urls, PredictionUrls):
            urls = self.urls.to_dict()
        else:
            urls = self.urls

        source = self.source

        deadline: None | str | Unset
        if isinstance(self.deadline, Unset):
            deadline = UNSET
        elif isinstance(self.deadline, datetime.datetime):
            deadline = self.deadline.isoformat()
        else:
            deadline = self.deadline

        deployment = self.deployment

        webhook = self.webhook

        webhook_events_filter = self.webhook_events_filter

        webhook_completed = self.webhook_completed

        stream = self.stream

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if version is not UNSET:
            field_dict["version"] = version
        if input_ is not UNSET:
            field_dict["input"] = input_
        if output is not UNSET:
            field_dict["output"] = output
        if logs is not UNSET:
            field_dict["logs"] = logs
        if error is not UNSET:
            field_dict["error"] = error
        if data_removed is not UNSET:
            field_dict["data_removed"] = data_removed
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if started_at is not UNSET:
            field_dict["started_at"] = started_at
        if completed_at is not UNSET:
            field_dict["completed_at"] = completed_at
        if metrics is not UNSET:
            field_dict["metrics"] = metrics
        if urls is not UNSET:
            field_dict["urls"] = urls
        if source is not UNSET:
            field_dict["source"] = source
        if deadline is not UNSET:
            field_dict["deadline"] = deadline
        if deployment is not UNSET:
            field_dict["deployment"] = deployment
        if webhook is not UNSET:
            field_dict["webhook"] = webhook
        if webhook_events_filter is not UNSET:
            field_dict["webhook_events_filter"] = webhook_events_filter
        if webhook_completed is not UNSET:
            field_dict["webhook_completed"] = webhook_completed
        if stream is not UNSET:
            field_dict["stream"] = stream

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Prediction is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        id = d["id"]
        status = d["status"]
        created_at = d["created_at"]
        if isinstance(created_at, str):
            try:
                created_at = _moment(created_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        started_at = d["started_at"]
        if isinstance(started_at, str):
            try:
                started_at = _moment(started_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        completed_at = d["completed_at"]
        if isinstance(completed_at, str):
            try:
                completed_at = _moment(completed_at)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        urls = d["urls"]
        if isinstance(urls, dict):
            try:
                urls = PredictionUrls.from_dict(urls)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
        deadline = d["deadline"]
        if isinstance(deadline, str):
            try:
                deadline = _moment(deadline)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        prediction = _new(cls) if cls is Prediction else cls(id=id, status=status)
        prediction.id = id
        prediction.status = status
        prediction.model = d["model"]
        prediction.version = d["version"]
        prediction.input_ = d["input"]
        prediction.output = d["output"]
        prediction.logs = d["logs"]
        prediction.error = d["error"]
        prediction.data_removed = d["data_removed"]
        prediction.created_at = created_at
        prediction.started_at = started_at
        prediction.completed_at = completed_at
        prediction.metrics = d["metrics"]
        prediction.urls = urls
        prediction.source = d["source"]
        prediction.deadline = deadline
        prediction.deployment = d["deployment"]
        prediction.webhook = d["webhook"]
        prediction.webhook_events_filter = d["webhook_events_filter"]
        prediction.webhook_completed = d["webhook_completed"]
        prediction.stream = d["stream"]

        prediction.additional_properties = (
            {} if len(d) == 21 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return prediction

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


# Below the class, so that models can refer to each other and to themselves.
from ..models.prediction_urls import PredictionUrls  # noqa: E402
