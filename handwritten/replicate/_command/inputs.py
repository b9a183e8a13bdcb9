"""Reading `name=value` arguments as the input of a model; what can be sent is judged by the client."""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._quoted_values import quote_value
from ..exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FORMS = """\
inputs:
  name=text       a text
  name=@path      a file of this machine, which is uploaded; @- is standard input
  name:=json      anything else: steps:=4, fast:=true, sizes:='[1, 2]'
  name:=@path     JSON out of a file
  name[]=…        one more item of a list: images[]=@a.png images[]=@b.png
"""

_ARGUMENT = re.compile(r"(?P<name>[^=]+?)(?P<item>\[\])?(?P<sign>:?=)(?P<file>@?)(?P<value>.*)", re.DOTALL)


def read_inputs(arguments: Sequence[str]) -> dict[str, Any]:
    """Return the input that arguments such as `prompt=hello`, `image=@cat.png` and `steps:=4` mean.

    Raises:
        InvalidArgumentError: one of them is none of these, or a name is given twice.
    """
    read: dict[str, Any] = {}
    lists: set[str] = set()
    standard_input = cache(_read_standard_input)
    for argument in arguments:
        match = _ARGUMENT.fullmatch(argument)
        if match is None:
            raise InvalidArgumentError(
                f"{quote_value(argument)} is no input; write name=text, name=@path or name:=json", argument="input"
            )
        name = match["name"]
        if name in read and not (match["item"] and name in lists):
            raise InvalidArgumentError(
                f"the input {quote_value(name)} is given twice; items of a list are written {name}[]=…", argument=name
            )
        value = _value(name, match, standard_input)
        if match["item"]:
            lists.add(name)
            read.setdefault(name, []).append(value)
        else:
            read[name] = value
    return read


def numbers_as_text(arguments: Sequence[str]) -> list[str]:
    """Return the arguments whose text reads as a number, as true, false or null: perhaps they were meant so."""
    matches = [(argument, _ARGUMENT.fullmatch(argument)) for argument in arguments]
    return [
        argument.replace("=", ":=", 1)
        for argument, match in matches
        if match is not None and match["sign"] == "=" and not match["file"] and _is_json_word(match["value"])
    ]


def _is_json_word(text: str) -> bool:
    try:
        return not isinstance(json.loads(text), str)
    except (ValueError, RecursionError):
        return False


def _value(name: str, match: re.Match[str], standard_input: Callable[[], bytes]) -> Any:
    text, is_json = match["value"], match["sign"] == ":="
    if match["file"]:
        if text == "-":
            return _json(name, standard_input().decode("utf-8", "replace")) if is_json else standard_input()
        path = Path(text).expanduser()
        return _json(name, _text_of(name, path)) if is_json else path
    return _json(name, text) if is_json else text


def _read_standard_input() -> bytes:
    return sys.stdin.buffer.read()


def _text_of(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InvalidArgumentError(
            f"the input {quote_value(name)}: {path} cannot be read: {error}", argument=name
        ) from error


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidArgumentError(
            f"the input {quote_value(name)}: {quote_value(text)} is no JSON; a text is written {name}=…", argument=name
        ) from error
