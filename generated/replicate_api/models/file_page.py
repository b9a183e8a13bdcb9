from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..rows import read_rows, write_rows
from ..types import UNSET, Unset

T = TypeVar("T", bound="FilePage")


@_attrs_define
class FilePage:
    """A page of files."""

    results: list[FileResource]
    """ The files; can be empty while `next` is set. """
    next_: None | str | Unset = UNSET
    """ Absolute URL of the next page. Null, empty and the word `null` all mean that there is none. """
    previous: None | str | Unset = UNSET
    """ Absolute URL of the page before. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        results = write_rows(self.results)

        next_: None | str | Unset
        if isinstance(self.next_, Unset):
            next_ = UNSET
        else:
            next_ = self.next_

        previous: None | str | Unset
        if isinstance(self.previous, Unset):
            previous = UNSET
        else:
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
        if not isinstance(src_dict, (dict, Mapping)):
            raise TypeError(f"FilePage is read from a JSON object, not from {type(src_dict).__name__}")
        d = dict(src_dict)
        results = read_rows(d.pop("results"), FileResource.from_dict)

        next_ = d.pop("next", UNSET)

        previous = d.pop("previous", UNSET)

        file_page = cls(
            results=results,
            next_=next_,
            previous=previous,
        )

        file_page.additional_properties = d
        return file_page

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
from ..models.file_resource import FileResource  # noqa: E402
