"""Types that models and endpoint functions share"""

from collections.abc import Mapping
from typing import IO, Generic, Literal, TypeVar

from attrs import define, field


class Unset:
    """The type of UNSET, which stands for a member that is missing, as None stands for one that is null"""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        """Copies and pickles are the one UNSET again, because it is compared by identity"""
        return "UNSET"


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """A file to upload: open in binary mode, or its bytes"""

    payload: IO[bytes] | bytes = field(repr=False)
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


T_co = TypeVar("T_co", covariant=True)


@define(frozen=True)
class Response(Generic[T_co]):
    """A successful response of an endpoint. The status is a plain number: not every one in use has a name"""

    status_code: int
    content: bytes
    headers: Mapping[str, str]
    parsed: T_co


__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset"]
