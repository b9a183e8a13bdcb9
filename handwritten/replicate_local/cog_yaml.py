"""Reading what a `cog.yaml` says about code: `predict` and `train`; never its build section, as nothing is built."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from replicate_local.jsontypes import is_object

if TYPE_CHECKING:
    from pathlib import Path

NAME = "cog.yaml"

_KEYS = ("predict", "run", "train")
_LINE = re.compile(r"(?P<key>[A-Za-z_][A-Za-z0-9_-]*)[ \t]*:(?:[ \t]+(?P<value>.*))?")
_SCALAR = re.compile(
    r"""(?:"(?P<double>[^"\\]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s"'#&*!|>%@`{\[\],-][^#]*?))\s*(?:#.*)?"""
)


class CogYamlError(ValueError):
    """A `cog.yaml` cannot be read, or names no predictor."""


@dataclass(frozen=True)
class CogYaml:
    """The code that a `cog.yaml` names, each as `path.py:Name`."""

    predict: str
    train: str | None


def read(path: Path) -> CogYaml:
    """Return what a `cog.yaml` names: with PyYAML where that is installed, else by its plain lines.

    Raises:
        CogYamlError: it cannot be read, or names no predictor.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CogYamlError(f"{path} cannot be read: {error}") from error
    values = _with_yaml(text, path) if importlib.util.find_spec("yaml") else _by_lines(text, path)
    predict = values.get("predict") or values.get("run")
    if predict is None:
        raise CogYamlError(f'{path} names no predictor; it needs a line like: predict: "predict.py:Predictor"')
    return CogYaml(
        _reference(predict, path), None if values.get("train") is None else _reference(values["train"], path)
    )


def _with_yaml(text: str, path: Path) -> dict[str, Any]:
    import yaml

    try:
        document: Any = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise CogYamlError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not is_object(document):
        raise CogYamlError(f"{path} is no mapping of names to values")
    return {key: document[key] for key in _KEYS if key in document}


def _by_lines(text: str, path: Path) -> dict[str, Any]:
    """Read the lines that begin at the margin; what is indented belongs to keys that do not matter here."""
    values: dict[str, Any] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line[0] in " \t#-" or line.startswith("%YAML"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise _unreadable(path, number)
        if match["key"] in _KEYS:
            scalar = _SCALAR.fullmatch((match["value"] or "").strip())
            if scalar is None or match["key"] in values:
                raise _unreadable(path, number)
            values[match["key"]] = next(part for part in scalar.groups() if part is not None).strip()
    return values


def _unreadable(path: Path, number: int) -> CogYamlError:
    return CogYamlError(
        f'{path}, line {number}, is more YAML than is understood here; write it as `predict: "predict.py:Predictor"`, '
        "or install PyYAML"
    )


def _reference(value: Any, path: Path) -> str:
    if not isinstance(value, str) or re.fullmatch(r"[^:\0]+\.py:[A-Za-z_]\w*", value) is None:
        raise CogYamlError(f'{path}: {value!r} names no code; write it like "predict.py:Predictor"')
    return value
