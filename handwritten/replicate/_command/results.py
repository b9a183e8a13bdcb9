"""Showing what a prediction put out, to a person or a machine, its files saved where that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .. import _outputs
from . import saving
from .printing import as_json, complain, write, write_json, write_line, write_link

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from ..prediction import Prediction


def add_save(parser: argparse.ArgumentParser) -> None:
    """Add the option that keeps the files of an output."""
    parser.add_argument("--save", metavar="DIR", help="save the files of the output here, and write their paths")


def show_output(output: Any, directory: str | None) -> None:
    """Write an output: text in one piece, each file as its URL or its path on a line, anything else as JSON."""
    if output is None:
        complain("the model put out nothing")
    elif directory is not None and next(saving.files_of(output), None) is not None:
        _show_saved(output, directory)
    elif _is_all_files(output):
        for file in saving.files_of(output):
            write_link(str(file))
    elif (text := _as_text(output)) is not None:
        write(text if text.endswith("\n") else f"{text}\n")
    else:
        write_line(as_json(_plain(output), indent=2))


def show_prediction(prediction: Prediction, directory: str | None) -> None:
    """Write a prediction as JSON, with the paths its files were saved to."""
    told = prediction.dict()
    if directory is not None:
        told["saved"] = [str(path) for path in saving.save_all(prediction.output, directory)]
    write_json(told)


def _show_saved(output: Any, directory: str) -> None:
    saved: dict[int, Path] = {}
    for file in saving.files_of(output):  # one by one: what is saved is told, even if the next one fails
        saved[id(file)] = path = saving.save(file, directory)
        if _is_all_files(output):
            write_line(str(path))
    if not _is_all_files(output):
        write_line(as_json(_plain(output, saved), indent=2))


def _is_all_files(output: Any) -> bool:
    items = cast("list[object]", output) if isinstance(output, list) else [output]
    return bool(items) and all(isinstance(item, (_outputs.FileOutput, _outputs.FileURL)) for item in items)


def _as_text(output: Any) -> str | None:
    """Return an output that is text, or text in pieces; None for any other."""
    if isinstance(output, str):
        return output
    items = cast("list[object]", output) if isinstance(output, list) else []
    texts = [item for item in items if isinstance(item, str)]
    return "".join(texts) if texts and len(texts) == len(items) else None


def _plain(output: Any, saved: dict[int, Path] | None = None) -> Any:
    """Return an output as JSON can carry it, each file as its path or its URL."""
    if isinstance(output, (_outputs.FileOutput, _outputs.FileURL)):
        return str((saved or {}).get(id(output), output))
    if isinstance(output, list):
        return [_plain(item, saved) for item in cast("list[object]", output)]
    if isinstance(output, dict):
        return {name: _plain(item, saved) for name, item in cast("dict[str, object]", output).items()}
    return output
