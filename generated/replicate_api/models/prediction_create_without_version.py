from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_event import WebhookEvent, check_webhook_event
from ..types import UNSET, Unset

T = TypeVar("T", bound="PredictionCreateWithoutVersion")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "webhook": UNSET,
    "webhook_events_filter": UNSET,
    "stream": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "input"})


@_attrs_define
class PredictionCreateWithoutVersion:
    """The input of a model whose version the service chooses. Unknown members are refused."""

    input_: Any
    """ An object that fits the model's `Input` schema. Files are given as URLs or data URIs. """
    webhook: str | Unset = UNSET
    """ An absolute HTTPS URL that receives the prediction by POST. Redirects are not followed. """
    webhook_events_filter: list[WebhookEvent] | Unset = UNSET
    """ When to call the webhook. Say it; the default is described differently in different places. """
    stream: bool | Unset = UNSET
    """ No longer needed; every version that can stream offers `urls.stream`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        input_ = self.input_

        webhook = self.webhook

        webhook_events_filter: list[str] | Unset = UNSET
        if not isinstance(self.webhook_events_filter, Unset):
            webhook_events_filter = []
            for webhook_events_filter_item_data in self.webhook_events_filter:
                webhook_events_filter_item: str = webhook_events_filter_item_data
                webhook_events_filter.append(webhook_events_filter_item)

        stream = self.stream

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "input": input_,
            }
        )
        if webhook is not UNSET:
            field_dict["webhook"] = webhook
        if webhook_events_filter is not UNSET:
            field_dict["webhook_events_filter"] = webhook_events_filter
        if stream is not UNSET:
            field_dict["stream"] = stream

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(
                f"PredictionCreateWithoutVersion is read from a JSON object, not from {type(src_dict).__name__}"
            )
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        input_ = d["input"]
        _webhook_events_filter = d["webhook_events_filter"]
        webhook_events_filter: list[WebhookEvent] | Unset = UNSET
        if _webhook_events_filter is not UNSET:
            webhook_events_filter = []
            for webhook_events_filter_item_data in _webhook_events_filter:
                webhook_events_filter_item = check_webhook_event(webhook_events_filter_item_data)

                webhook_events_filter.append(webhook_events_filter_item)

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        prediction_create_without_version = _new(cls) if cls is PredictionCreateWithoutVersion else cls(input_=input_)
        prediction_create_without_version.input_ = input_
        prediction_create_without_version.webhook = d["webhook"]
        prediction_create_without_version.webhook_events_filter = webhook_events_filter
        prediction_create_without_version.stream = d["stream"]

        prediction_create_without_version.additional_properties = (
            {} if len(d) == 4 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return prediction_create_without_version

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
