"""Keeping the files of an output in a directory, beside what is there already; downloading is left to the files."""

from __future__ import annotations

import os
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .._outputs import FileOutput, FileURL
from ..exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator


def files_of(output: Any) -> Iterator[FileOutput | FileURL]:
    """Yield the files in an output, in their order."""
    if isinstance(output, (FileOutput, FileURL)):
        yield output
    elif isinstance(output, (list, dict)):
        items = cast("dict[str, object]", output).values() if isinstance(output, dict) else cast("list[object]", output)
        for item in items:
            yield from files_of(item)


def prepare(directory: str | None) -> None:
    """Make a directory before anything is spent on what shall go there.

    Raises:
        InvalidArgumentError: it cannot be made, or nothing can be written there.
    """
    if directory is None:
        return
    try:
        Path(directory).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise InvalidArgumentError(f"--save: {error}", argument="save") from error


def save_all(output: Any, directory: str) -> list[Path]:
    """Save the files in an output and return their paths.

    Raises:
        ReplicateError: a file cannot be had.
        OSError: a file cannot be written.
    """
    return [save(file, directory) for file in files_of(output)]


def save(file: FileOutput | FileURL, directory: str) -> Path:
    """Save a file under the name of its URL, with a number where that name is taken, and return its path."""
    target = Path(directory)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".replicate-", dir=target) as passing:
        saved = file.save(f"{passing}/")
        return saved.replace(_free_place(target, saved.name))


def _free_place(directory: Path, name: str) -> Path:
    """Return a path that was free, and is now taken by an empty file of ours."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - of a name alone
    for number in count(1):
        place = directory / (name if number == 1 else f"{stem}-{number}{suffix}")
        try:
            place.touch(exist_ok=False)
        except FileExistsError:
            continue
        return place
    raise AssertionError("numbers do not end")
