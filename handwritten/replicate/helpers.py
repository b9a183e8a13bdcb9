"""Names that programs written for 1.x import from `replicate.helpers`; they live in modules for input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._blocking import run_blocking
from ._data_uris import write_data_uri
from ._inputs import encode_input
from ._outputs import FileOutput, as_files
from ._uploads import describe_file, read_whole

if TYPE_CHECKING:
    from .client import Client

__all__ = ["FileOutput", "async_encode_json", "base64_encode_file", "encode_json", "transform_output"]


def encode_json(obj: Any, client: Client, file_encoding_strategy: str | None = None) -> Any:
    """Return a value as JSON can carry it, its files uploaded or inlined."""
    return run_blocking(encode_input(client.wire, {"value": obj}, strategy=file_encoding_strategy))["value"]


async def async_encode_json(obj: Any, client: Client, file_encoding_strategy: str | None = None) -> Any:
    """Return a value as JSON can carry it, awaiting the uploads of its files."""
    return (await encode_input(client.async_wire, {"value": obj}, strategy=file_encoding_strategy))["value"]


def base64_encode_file(file: Any) -> str:
    """Return an open file as a `data:` URI."""
    described = describe_file(file)
    return write_data_uri(read_whole(described), described.media_type)


def transform_output(value: Any, client: Client) -> Any:
    """Return an output with its file URLs replaced by `FileOutput` objects."""
    return as_files(value, client)
