"""Telling the engine what a file offers: its models and the schema of each; never running one."""

from __future__ import annotations

import inspect
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replicate_local.declaring import declaration
from replicate_local.worker import cog_package, schema, values
from replicate_local.worker.kept import KeptCode
from replicate_local.worker.predictor import Predictor, find, load_module
from replicate_local.worker.reporting import print_error, text_of


@dataclass(frozen=True)
class Question:
    """Which file, and what of it: a class or function, or whatever it declares."""

    file: str
    target: str | None
    train: str | None
    folder: str
    code: str


def describe(entries: list[str], messages_fd: int) -> int:
    """Send the schema of each predictor, or why there is none."""
    for entry in entries:
        message: dict[str, Any] = {"entry": entry}
        try:
            predictor = Predictor(entry)
            message["schema"] = schema.describe(predictor.predict, predictor.train)
        except BaseException as error:  # noqa: BLE001  a predictor that cannot be imported is a finding, not a crash
            message["error"] = f"{type(error).__name__}: {text_of(error)}"
        os.write(messages_fd, values.dumps(message))
    return 0


def inspect_file(question: Question, messages_fd: int) -> int:
    """Send each model of a file with its schema, or what keeps the file from being imported."""
    kept = KeptCode(Path(question.folder), Path(question.code))
    kept.install()
    try:
        found = [_model(question, name, kept) for name in _targets(question, kept)]
        message: dict[str, Any] = {"models": found, "cog_version": cog_package.version()}
    except BaseException as error:  # noqa: BLE001  same
        print_error(error)
        message = {"error": f"{type(error).__name__}: {text_of(error)}"}
    line = values.dumps(message)
    while line:
        line = line[os.write(messages_fd, line) :]
    return 0


def _targets(question: Question, kept: KeptCode) -> list[str]:
    """Return the names of the file's models."""
    if question.target is not None:
        return [question.target]
    module: Any = load_module(Path(question.folder, question.file), kept)
    members: dict[str, Any] = module.__dict__
    declared = list({id(value): name for name, value in members.items() if declaration(value) is not None}.values())
    usual = [name for name in ("Predictor", "Runner") if inspect.isclass(getattr(module, name, None))]
    if not declared and not usual:
        raise ImportError(
            f"{question.file} has no class Predictor and no function with @replicate_local.model(...); "
            f"name what to serve: {question.file}:name"
        )
    return declared or usual[:1]


def _model(question: Question, target: str, kept: KeptCode) -> dict[str, Any]:
    entry = f"{question.folder}/{question.file}:{target}"
    value = find(load_module(Path(question.folder, question.file), kept), target)
    if not callable(value):
        raise TypeError(f"{question.file}:{target} is neither a class nor a function")
    predictor = Predictor(entry, kept)
    train: Any = predictor.train
    if question.train is not None:
        train = Predictor(f"{question.folder}/{question.train}", kept).predict
    declared = declaration(value)
    return {
        "target": target,
        "name": None if declared is None else declared.name,
        "limits": {} if declared is None else declared.limits,
        "train": question.train or (f"{question.file}:train" if train is not None else None),
        "schema": schema.describe(predictor.predict, train),
        "description": _description(value, predictor.predict),
    }


def _description(value: Any, predict: Any) -> str | None:
    """Return the first paragraph of the author's own words."""
    for candidate in (vars(value).get("__doc__") if inspect.isclass(value) else None, predict.__doc__):
        if isinstance(candidate, str) and candidate.strip():
            return " ".join(inspect.cleandoc(candidate).split("\n\n")[0].split())
    return None
