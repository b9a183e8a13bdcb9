"""What a prediction put out, as objects a program uses: URL strings that can be read, and file objects. No HTTP here.

`prediction.output` stays what the service sent, with each URL a `str` that can also be read (`FileURL`).
`replicate.run()` hands out `FileOutput` objects, as 1.x does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from . import _downloads
from ._blocking import run_blocking
from ._data_uris import is_data_uri
from ._origins import Origin

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from ._downloads import FileInfo
    from ._output_schemas import OutputSchema
    from .client import Client


_MARKUP = {
    "image": '<img src="{url}" style="max-width: 100%">',
    "audio": '<audio controls src="{url}"></audio>',
    "video": '<video controls src="{url}" style="max-width: 100%"></video>',
}
"""How a notebook shows a file, by the kind of its media type."""


class _Readable:
    """Reading and saving what a URL names, in both colours."""

    __slots__ = ()

    @property
    def url(self) -> str:
        """Where the file is: an `https:` URL, which the service deletes after an hour, or a `data:` URI."""
        raise NotImplementedError

    @property
    def _bound_client(self) -> Client:
        raise NotImplementedError

    @property
    def media_type(self) -> str:
        """The media type by the URL's ending, such as `image/png`; nothing is asked for it. `info` asks."""
        return _downloads.guess_media_type(self.url)

    def info(self) -> FileInfo:
        """Return the file's name, media type and size without downloading it; it costs one request.

        Raises:
            ReplicateError: the file cannot be had.
        """
        return run_blocking(_downloads.info(self._bound_client.wire, self.url))

    async def ainfo(self) -> FileInfo:
        """Await the file's name, media type and size, as `info` returns them."""
        return await _downloads.info(self._bound_client.async_wire, self.url)

    def _repr_html_(self) -> str | None:
        """Show pictures, sound and films in a notebook; its browser fetches them, so links work for an hour."""
        from html import escape  # here, because few programs show anything

        kind = self.media_type.partition("/")[0]
        markup = _MARKUP.get(kind)
        return markup and markup.format(url=escape(self.url, quote=True))

    def read(self) -> bytes:
        """Download the file and return its bytes, all of them in memory.

        Raises:
            ReplicateError: it cannot be had; links of the service live for one hour.
        """
        return run_blocking(_downloads.read(self._bound_client.wire, self.url))

    async def aread(self) -> bytes:
        """Await the file's bytes, as `read` returns them."""
        return await _downloads.read(self._bound_client.async_wire, self.url)

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the file's bytes as they arrive, without holding the whole of it in memory."""
        wire = self._bound_client.wire
        return wire.iterate(_downloads.iterate(wire, self.url))

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the file's bytes as they arrive, for `async for`."""
        wire = self._bound_client.async_wire
        return wire.iterate(_downloads.iterate(wire, self.url))

    def save(self, target: str | os.PathLike[str] | None = None) -> Path:
        """Download the file to disk and return its path; memory stays small whatever its size.

        Args:
            target: a file, or a directory (an existing one, or a text that ends in a slash) in which the file gets
                the name of its URL; the current directory by default.

        Raises:
            ReplicateError: the file cannot be had. Nothing is left at the path then.
            OSError: it cannot be written.
        """
        return run_blocking(_downloads.save(self._bound_client.wire, self.url, target))

    async def asave(self, target: str | os.PathLike[str] | None = None) -> Path:
        """Await the download to disk that `save` does."""
        return await _downloads.save(self._bound_client.async_wire, self.url, target)


class FileOutput(_Readable):
    """A file a model put out, as `replicate.run()` returns it.

    It prints as its URL and is equal to it. Iterating it, with `for` or `async for`, yields its bytes as they arrive,
    so it can be handed to whatever takes an iterable of bytes.
    """

    __slots__ = ("_client", "_url")

    def __init__(self, url: str, client: Client | None = None) -> None:
        self._url = url
        self._client = client

    @property
    def url(self) -> str:
        """Where the file is: an `https:` URL, which the service deletes after an hour, or a `data:` URI."""
        return self._url

    @property
    def _bound_client(self) -> Client:
        return self._client or _default_client()

    def close(self) -> None:
        """Do nothing: each reading opens and closes a connection of its own. 1.x has it too."""

    async def aclose(self) -> None:
        """Do nothing, as `close`."""

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_bytes()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.aiter_bytes()

    def __str__(self) -> str:
        return self._url

    def __repr__(self) -> str:
        return repr(self._url)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FileOutput):
            return self._url == other._url
        return self._url == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._url)

    def __copy__(self) -> FileOutput:
        return self

    def __deepcopy__(self, memo: object) -> FileOutput:
        return self

    def __reduce__(self) -> tuple[type[FileOutput], tuple[str]]:
        return FileOutput, (self._url,)


class Pieces(list[Any]):
    """A list that `async for` takes too, because 1.x gave an async iterator for the pieces of a version's text."""

    __slots__ = ()

    async def __aiter__(self) -> AsyncIterator[Any]:
        for piece in self:
            yield piece


class FileURL(str, _Readable):  # noqa: SLOT000 - it must carry the client it came from
    """The URL of a file a model put out: a `str` in every way, that can also be read and saved."""

    _client: Client | None = None

    @classmethod
    def of(cls, url: str, client: Client | None) -> FileURL:
        """Return a URL that is read through a client."""
        self = cls(url)
        self._client = client
        return self

    @property
    def url(self) -> str:
        """The URL as a plain `str`."""
        return str.__str__(self)

    @property
    def _bound_client(self) -> Client:
        return self._client or _default_client()

    def __copy__(self) -> FileURL:
        return self

    def __deepcopy__(self, memo: object) -> FileURL:
        return self

    def __reduce__(self) -> tuple[type[FileURL], tuple[str]]:
        return FileURL, (self.url,)


def _default_client() -> Client:
    """Return the default client, for a file that came out of a pickle and has none of its own."""
    import replicate

    return replicate.default_client


def as_urls(output: Any, client: Client, schema: OutputSchema | None) -> Any:
    """Return an output with its file URLs made readable; everything else is what the service sent."""
    return _mapped(output, schema, client, FileURL.of)


def as_files(output: Any, client: Client, schema: OutputSchema | None = None) -> Any:
    """Return an output with its file URLs replaced by `FileOutput` objects."""
    return _mapped(output, schema, client, FileOutput)


def plain(output: Any) -> Any:
    """Return an output with plain strings for its file URLs."""
    if isinstance(output, str):
        return str.__str__(output)
    if isinstance(output, list):
        return [plain(item) for item in cast("list[object]", output)]
    if isinstance(output, dict):
        return {name: plain(item) for name, item in cast("dict[str, object]", output).items()}
    return output


def _mapped(value: Any, schema: OutputSchema | None, client: Client, file: Callable[[str, Client], Any]) -> Any:
    if isinstance(value, str):
        known_as_file = None if schema is None else schema.is_file
        if known_as_file is False or not is_file_url(value, client.origin, surely=known_as_file is True):
            return value
        return file(value, client)
    if isinstance(value, list):
        below = schema and schema.item()
        return [_mapped(item, below, client, file) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {name: _mapped(item, schema and schema.member(name), client, file) for name, item in members.items()}
    return value


_URL = re.compile(r"https?://[!-~]+")


def is_file_url(text: str, api: Origin, *, surely: bool = False) -> bool:
    """Return whether an output text is, as a whole, the URL of a file.

    Without the version's schema this is a judgement: an `https:` URL with a host and a path, and no blank anywhere;
    or a well-formed `data:` URI; or a plain `http:` URL on the API's own origin, as the embedded engine makes. Where
    the schema says that it is a file (`surely`), any `http:` or `https:` URL is one.
    """
    if text.startswith("data:"):
        return is_data_uri(text)
    if not text.startswith("http") or _URL.fullmatch(text) is None:
        return False
    origin = Origin.of_url(text)
    if not origin.host or surely:
        return bool(origin.host)
    has_path = len(urlsplit(text).path) > 1
    return has_path and ((origin.scheme == "https" and "." in origin.host) or origin == api)
