from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.prediction_source import PredictionSource, check_prediction_source
from ..models.prediction_status import PredictionStatus, check_prediction_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="Training")


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

        status: str
        if isinstance(self.status, str):
            status = self.status
        else:
            status = self.status

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        version: None | str | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        destination: None | str | Unset
        if isinstance(self.destination, Unset):
            destination = UNSET
        else:
            destination = self.destination

        input_ = self.input_

        output = self.output

        logs: None | str | Unset
        if isinstance(self.logs, Unset):
            logs = UNSET
        else:
            logs = self.logs

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        data_removed: bool | None | Unset
        if isinstance(self.data_removed, Unset):
            data_removed = UNSET
        else:
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

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, str):
            source = self.source
        else:
            source = self.source

        webhook: None | str | Unset
        if isinstance(self.webhook, Unset):
            webhook = UNSET
        else:
            webhook = self.webhook

        webhook_events_filter: list[str] | None | Unset
        if isinstance(self.webhook_events_filter, Unset):
            webhook_events_filter = UNSET
        elif isinstance(self.webhook_events_filter, list):
            webhook_events_filter = self.webhook_events_filter

        else:
            webhook_events_filter = self.webhook_events_filter

        webhook_completed: None | str | Unset
        if isinstance(self.webhook_completed, Unset):
            webhook_completed = UNSET
        else:
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
        if not isinstance(src_dict, (dict, Mapping)):
            raise TypeError(f"Training is read from a JSON object, not from {type(src_dict).__name__}")
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_status(data: object) -> PredictionStatus | str:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = check_prediction_status(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(PredictionStatus | str, data)

        status = _parse_status(d.pop("status"))

        model = d.pop("model", UNSET)

        version = d.pop("version", UNSET)

        destination = d.pop("destination", UNSET)

        input_ = d.pop("input", UNSET)

        output = d.pop("output", UNSET)

        logs = d.pop("logs", UNSET)

        error = d.pop("error", UNSET)

        data_removed = d.pop("data_removed", UNSET)

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_started_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        started_at = _parse_started_at(d.pop("started_at", UNSET))

        def _parse_completed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_at_type_0 = datetime.datetime.fromisoformat(data)

                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        completed_at = _parse_completed_at(d.pop("completed_at", UNSET))

        metrics = d.pop("metrics", UNSET)

        def _parse_urls(data: object) -> None | TrainingUrls | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                urls_type_0 = TrainingUrls.from_dict(data)

                return urls_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrainingUrls | Unset, data)

        urls = _parse_urls(d.pop("urls", UNSET))

        def _parse_source(data: object) -> None | PredictionSource | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                source_type_0 = check_prediction_source(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PredictionSource | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        webhook = d.pop("webhook", UNSET)

        def _parse_webhook_events_filter(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                webhook_events_filter_type_0 = cast(list[str], data)

                return webhook_events_filter_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        webhook_events_filter = _parse_webhook_events_filter(d.pop("webhook_events_filter", UNSET))

        webhook_completed = d.pop("webhook_completed", UNSET)

        training = cls(
            id=id,
            status=status,
            model=model,
            version=version,
            destination=destination,
            input_=input_,
            output=output,
            logs=logs,
            error=error,
            data_removed=data_removed,
            created_at=created_at,
            started_at=started_at,
            completed_at=completed_at,
            metrics=metrics,
            urls=urls,
            source=source,
            webhook=webhook,
            webhook_events_filter=webhook_events_filter,
            webhook_completed=webhook_completed,
        )

        training.additional_properties = d
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
