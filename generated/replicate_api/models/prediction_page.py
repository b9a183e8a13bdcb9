from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..rows import read_rows, write_rows
from ..types import UNSET, Unset

T = TypeVar("T", bound="PredictionPage")

_new = object.__new__

# What from_dict starts with: each member that may be missing, as one that is.
_ABSENT: dict[str, Any] = {
    "next": UNSET,
    "previous": UNSET,
}
_MEMBERS = frozenset({*_ABSENT, "results"})


@_attrs_define
class PredictionPage:
    """A page of predictions."""

    results: list[Prediction]
    """ The predictions; can be empty while `next` is set. """
    next_: None | str | Unset = UNSET
    """ Absolute URL of the next page. Null, empty and the word `null` all mean that there is none. """
    previous: None | str | Unset = UNSET
    """ Absolute URL of the page before. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        results = write_rows(self.results)

        next_ = self.next_

        previous = self.previous

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "results": results,
            }
        )
        if next_ is not UNSET:
            field_dict["next"] = next_
        if previous is not UNSET:
            field_dict["previous"] = previous

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise TypeError(f"PredictionPage is read from a JSON object, not from {type(src_dict).__name__}")
        d: dict[str, Any] = {**_ABSENT, **src_dict}
        results = read_rows(d["results"], Prediction.from_dict)

        # Here __init__ would only set what is set below; that of a subclass may have more to do.
        prediction_page = _new(cls) if cls is PredictionPage else cls(results=results)
        prediction_page.results = results
        prediction_page.next_ = d["next"]
        prediction_page.previous = d["previous"]

        prediction_page.additional_properties = (
            {} if len(d) == 3 else {name: value for name, value in d.items() if name not in _MEMBERS}
        )
        return prediction_page

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
from ..models.prediction import Prediction  # noqa: E402
