"""The models of a person's own as they are named on the command line: files, folders, names; never loading code."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from replicate_local import cog_yaml
from replicate_local.records import ACCOUNT

VARIABLE = "REPLICATE_LOCAL_MODELS"
"""Further models, separated by semicolons: for programs that start an engine without a command line."""

_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"
_NAME = re.compile(rf"(?:(?P<owner>{_PART})/)?(?P<name>{_PART})")
_NAMED = re.compile(rf"(?P<place>.+)=(?P<name>{_PART}/{_PART})")


class ModelSourceError(ValueError):
    """What should be served is no file or folder of a model, or has no usable name."""


@dataclass(frozen=True)
class ModelSource:
    """A file of model code, or what a folder's `cog.yaml` names."""

    text: str
    """What the person wrote, for messages."""
    folder: Path
    file: str
    """The path of the file, seen from the folder."""
    target: str | None
    """The class or function, None for all that the file declares."""
    train: str | None = None
    name: str | None = None
    """The name it was given, with its owner."""

    @property
    def usual_name(self) -> str:
        """The name of a model that was given none: that of the folder, the file or the function."""
        if self.file_was_named and self.target is not None and self.target[0].islower():
            return f"{ACCOUNT}/{self.target}"
        word = Path(self.file).stem if self.file_was_named else self.folder.name
        return f"{ACCOUNT}/{re.sub(r'[^A-Za-z0-9._-]+', '-', word).lstrip('.')[:100] or 'model'}"

    @property
    def file_was_named(self) -> bool:
        """Whether the person named a file, and not a folder."""
        return not Path(self.text).is_dir()

    def read_again(self) -> ModelSource:
        """Return it as it is now: a `cog.yaml` may have changed.

        Raises:
            ModelSourceError: there is nothing to serve any more.
        """
        return self if self.file_was_named else replace(_of_folder(self.text), name=self.name)


def parse_model(text: str, name: str | None = None) -> ModelSource:
    """Return the model written as `file.py`, `file.py:Name` or `folder`, with `=owner/name` if it is to have that name.

    Raises:
        ModelSourceError: there is no such file or folder, or the name cannot be one.
    """
    match = _NAMED.fullmatch(text)
    place = match["place"] if match else text
    source = _of_folder(place) if Path(place).is_dir() else _of_file(place)
    chosen = name or (match["name"] if match else None)
    return source if chosen is None else replace(source, name=full_name(chosen))


def full_name(name: str) -> str:
    """Return a name with its owner, which is the engine's account if none was given.

    Raises:
        ModelSourceError: it cannot be the name of a model.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ModelSourceError(f"{name!r} cannot be the name of a model; write owner/name with letters, digits, - . _")
    return f"{match['owner'] or ACCOUNT}/{match['name']}"


def _of_folder(text: str) -> ModelSource:
    folder = Path(text).resolve()
    if not (folder / cog_yaml.NAME).is_file():
        raise ModelSourceError(
            f"{text} has no {cog_yaml.NAME}; name the file to serve, like {text}/predict.py:Predictor"
        )
    try:
        named = cog_yaml.read(folder / cog_yaml.NAME)
    except cog_yaml.CogYamlError as error:
        raise ModelSourceError(str(error)) from error
    file, _, target = named.predict.rpartition(":")
    for reference in (named.predict, named.train):
        path = folder / (reference or named.predict).rpartition(":")[0]
        if not path.is_file() or not path.resolve().is_relative_to(folder):
            raise ModelSourceError(f"{folder / cog_yaml.NAME} names {reference}, but there is no such file in {folder}")
    return ModelSource(text, folder, str(Path(file)), target, named.train)


def _of_file(text: str) -> ModelSource:
    place, colon, target = text.rpartition(":")
    path = Path(place if colon and target.isidentifier() else text)
    if not path.is_file():
        raise ModelSourceError(f"{text} is no model: there is no file or folder {path}")
    if path.suffix != ".py":
        raise ModelSourceError(f"{text} is no model: {path.name} is not a Python file")
    path = path.resolve()
    return ModelSource(text, path.parent, path.name, target if colon and target.isidentifier() else None)
