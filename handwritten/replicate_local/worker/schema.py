"""The Cog-shaped OpenAPI document of a predictor, made from its type hints; values are never checked here."""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import inspect
import pathlib
import types
import typing
from typing import Any

import cog  # the stand-in, or the real package

from replicate_local.worker import structures
from replicate_local.worker.cog_package import REQUIRED, Field, is_input, read_field

if typing.TYPE_CHECKING:
    from replicate_local.jsontypes import JsonObject

_SCALARS: dict[Any, JsonObject] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
_ITERATORS: tuple[Any, ...] = (collections.abc.Iterator, collections.abc.AsyncIterator, collections.abc.Generator)
_ASYNC_ITERATORS: tuple[Any, ...] = (
    collections.abc.AsyncGenerator,
    collections.abc.Iterable,
    collections.abc.AsyncIterable,
)
_CALL: JsonObject = {"post": {"responses": {"200": {"description": "Of the container itself."}}}}
"""A path of the document: which there are tells readers whether a model can be trained, and nobody calls them."""

_CONCATENATING: tuple[Any, ...] = (cog.ConcatenateIterator, cog.AsyncConcatenateIterator)


def describe(predict: Any, train: Any = None) -> JsonObject:
    """Return the OpenAPI document that a version with this `predict` and `train` function publishes."""
    schemas: JsonObject = {}
    schemas["Input"] = _arguments(predict, "Input", schemas)
    schemas["Output"] = _output(typing.get_type_hints(predict).get("return", Any), "Output")
    if train is not None:
        schemas["TrainingInput"] = _arguments(train, "TrainingInput", schemas)
        schemas["TrainingOutput"] = _output(typing.get_type_hints(train).get("return", Any), "TrainingOutput")
    return {
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": "0.1.0"},
        "paths": dict.fromkeys(["/predictions"] if train is None else ["/predictions", "/trainings"], _CALL),
        "components": {"schemas": schemas},
    }


def _arguments(function: Any, title: str, schemas: JsonObject) -> JsonObject:
    hints = typing.get_type_hints(function)
    properties: JsonObject = {}
    required: list[str] = []
    for order, (name, field) in enumerate(fields(function).items()):
        properties[name] = _property(name, hints.get(name, Any), field, order, schemas)
        if field.default is REQUIRED and not is_optional(hints.get(name, Any)):
            required.append(name)
    described: JsonObject = {"type": "object", "title": title, "properties": properties}
    if required:
        described["required"] = required
    return described


def fields(predict: Any) -> dict[str, Field]:
    """Return what is known about each parameter of `predict` besides its type."""
    hints = typing.get_type_hints(predict, include_extras=True)
    result: dict[str, Field] = {}
    for name, parameter in inspect.signature(predict).parameters.items():
        if name == "self" or parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        field = read_field(parameter.default)
        for extra in getattr(hints.get(name), "__metadata__", ()):
            if is_input(extra):
                field = dataclasses.replace(
                    read_field(extra), **({} if field.default is REQUIRED else {"default": field.default})
                )
        result[name] = field
    return result


def is_optional(hint: Any) -> bool:
    """Whether None is a value of the type."""
    return type(None) in _union_members(hint)


def without_none(hint: Any) -> Any:
    """Return the type without None."""
    members = [member for member in _union_members(hint) if member is not type(None)]
    if not members:
        return hint
    return members[0] if len(members) == 1 else typing.Union[tuple(members)]  # noqa: UP007  made at run time


def _union_members(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in {typing.Union, types.UnionType} else (hint,)


def _property(name: str, hint: Any, field: Field, order: int, schemas: JsonObject) -> JsonObject:
    optional = is_optional(hint)
    inner = without_none(hint)
    choices = field.choices or _literals(inner)
    if choices and typing.get_origin(inner) is not list:
        schemas[name] = _enumeration(name, choices)
        result: JsonObject = {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}
    else:
        result = {**_type(inner), "title": name.replace("_", " ").title()}
        if choices:
            schemas[name] = _enumeration(name, choices)
            result["items"] = {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}
    if field.description is not None:
        result["description"] = field.description
    if field.default is not REQUIRED and field.default is not None:
        result["default"] = _plain(field.default)
    result |= _bounds(field)
    if optional:
        result["nullable"] = True
    result["x-order"] = order
    return result


def _bounds(field: Field) -> JsonObject:
    bounds = {
        "minimum": field.ge,
        "maximum": field.le,
        "minLength": field.min_length,
        "maxLength": field.max_length,
        "pattern": field.regex,
        "deprecated": field.deprecated or None,
        "x-cog-accept": field.accept,
    }
    return {keyword: bound for keyword, bound in bounds.items() if bound is not None}


def _enumeration(name: str, choices: tuple[Any, ...]) -> JsonObject:
    kind = _SCALARS.get(type(choices[0]), {})
    return {**kind, "enum": [_plain(choice) for choice in choices], "title": name, "description": "An enumeration."}


def _literals(hint: Any) -> tuple[Any, ...] | None:
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return tuple(member.value for member in hint)
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return str(value) if isinstance(value, pathlib.PurePath) else value


def _type(hint: Any) -> JsonObject:
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if literals := _literals(hint):
        return {**_SCALARS.get(type(literals[0]), {}), "enum": [_plain(literal) for literal in literals]}
    if origin in {list, tuple, set, collections.abc.Sequence} or hint in {list, tuple, set}:
        return {"type": "array", "items": _type(arguments[0]) if arguments else {}}
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [_type(argument) for argument in arguments if argument is not type(None)]}
    if origin is dict or hint is dict:
        return {"type": "object"}
    return _class_type(hint) if isinstance(hint, type) else {}


def _class_type(hint: Any) -> JsonObject:
    if issubclass(hint, pathlib.PurePath | cog.File):
        return {"type": "string", "format": "uri"}
    if issubclass(hint, cog.Secret):
        return {"type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True}
    if structures.is_structure(hint):
        return _structure(hint)
    return {}


def _structure(hint: Any) -> JsonObject:
    properties: JsonObject = {}
    required: list[str] = []
    for name, member in structures.members(hint).items():
        properties[name] = {**_type(without_none(member.hint)), "title": name.replace("_", " ").title()}
        if is_optional(member.hint):
            properties[name]["nullable"] = True
        if member.required:
            required.append(name)
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _output(hint: Any, title: str) -> JsonObject:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in _ITERATORS or origin in _ASYNC_ITERATORS or origin in _CONCATENATING:
        item = _type(arguments[0]) if arguments else {}
        result: JsonObject = {"type": "array", "items": item, "title": title, "x-cog-array-type": "iterator"}
        if origin in _CONCATENATING:
            result["x-cog-array-display"] = "concatenate"
        return result
    result = {**_type(without_none(hint)), "title": title}
    if is_optional(hint) and hint is not type(None):
        result["nullable"] = True
    return result
