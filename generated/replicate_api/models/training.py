from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.prediction_source import PredictionSource
from ..models.prediction_status import PredictionStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="Training")

_new = object.__new__
_moment = datetime.datetime.fromisoformat

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "model": UNSET,
    "version": UNSET,
    "destination": UNSET,
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
    "webhook": UNSET,
    "webhook_events_filter": UNSET,
    "webhook_completed": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "id", "status"})


@_attrs_define
class Training:
    """One run of a version's training code. It is told like a prediction: a member that is not set is missing in one form
    of this object and null in another, and both mean the same.

    """

    id: str
    """ Opaque identifier. """
    status: PredictionStatus | str
    """ Where the run is. Statuses that are not known yet may appear; treat them as not final. """
    model: None | str | Unset = UNSET
    """ `owner/name` of the model that is trained. """
    version: None | str | Unset = UNSET
    """ The version whose training code runs. """
    destination: None | str | Unset = UNSET
    """ `owner/name` of the model that gets the new version. Usually missing. """
    input_: Any | Unset = UNSET
    """ The input as it was sent; an object, or null after its data was removed. """
    output: Any | Unset = UNSET
    """ What the training made; any JSON. After success it is an object whose `version` is `owner/name:` and the id
    of the new version, and whose `weights` is the URL of a file; either can be missing. """
    logs: None | str | Unset = UNSET
    """ What the training wrote to its terminal so far. Empty and null both mean nothing. """
    error: None | str | Unset = UNSET
    """ Why the run failed. Null and the empty text both mean no error. """
    data_removed: bool | None | Unset = UNSET
    """ Whether input, output and logs have been deleted. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was created. """
    started_at: datetime.datetime | None | Unset = UNSET
    """ When the training code started; also set when it was canceled before that. """
    completed_at: datetime.datetime | None | Unset = UNSET
    """ When it ended and its files were stored. """
    metrics: Any | Unset = UNSET
    """ Measurements, set at the end; `predict_time` and `total_time` are seconds. """
    urls: None | TrainingUrls | Unset = UNSET
    """ Where this training can be reached. """
    source: None | PredictionSource | str | Unset = UNSET
    """ How it was made. """
    webhook: None | str | Unset = UNSET
    """ The URL that is called, as it was sent. """
    webhook_events_filter: list[str] | None | Unset = UNSET
    """ The events that the webhook is called for, as they were sent. """
    webhook_completed: None | str | Unset = UNSET
    """ Older name of `webhook`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status = self.status

        model = self.model

        version = self.version

        destination = self.destination

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
        elif isinstance(self.urls, TrainingUrls):
            urls = self.urls.to_dict()
        else:
            urls = self.urls

        source = self.source

        webhook = self.webhook

        webhook_events_filter = self.webhook_events_filter

        webhook_completed = self.webhook_completed

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
        if destination is not UNSET:
            field_dict["destination"] = destination
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
        if webhook is not UNSET:
            field_dict["webhook"] = webhook
        if webhook_events_filter is not UNSET:
            field_dict["webhook_events_filter"] = webhook_events_filter
        if webhook_completed is not UNSET:
            field_dict["webhook_completed"] = webhook_completed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"Training is read from a JSON object, not from {type(src_dict).__name__}")
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
                urls = TrainingUrls.from_dict(urls)
            except (TypeError, ValueError, AttributeError, KeyError):
                pass

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        training = _new(cls) if cls is Training else cls(id=id, status=status)
        training.id = id
        training.status = status
        training.model = d["model"]
        training.version = d["version"]
        training.destination = d["destination"]
        training.input_ = d["input"]
        training.output = d["output"]
        training.logs = d["logs"]
        training.error = d["error"]
        training.data_removed = d["data_removed"]
        training.created_at = created_at
        training.started_at = started_at
        training.completed_at = completed_at
        training.metrics = d["metrics"]
        training.urls = urls
        training.source = d["source"]
        training.webhook = d["webhook"]
        training.webhook_events_filter = d["webhook_events_filter"]
        training.webhook_completed = d["webhook_completed"]

        training.additional_properties = (
            {} if len(d) == 19 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return training

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
from ..models.training_urls import TrainingUrls  # noqa: E402
