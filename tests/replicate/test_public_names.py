"""What the package offers: names that resolve, twins that are equal, docstrings, and a light import."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
import replicate
from processes import in_a_new_process

PUBLIC_MODULES = sorted(
    f"replicate.{found.name}" for found in pkgutil.iter_modules(replicate.__path__) if not found.name.startswith("_")
)
TWINS = {"read": "aread", "save": "asave", "info": "ainfo", "iter_bytes": "aiter_bytes", "close": "aclose"}


def test_importing_loads_nothing_heavy():
    code = """
import sys
before = set(sys.modules)
import replicate
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded))
"""
    loaded = in_a_new_process(code)
    assert "replicate" in loaded
    assert {name for name in loaded if name.partition(".")[0] != "replicate"} <= {"__future__"}


def test_importing_needs_no_token_and_no_sane_environment():
    code = "import replicate, json; print(json.dumps(replicate.__version__))"
    assert in_a_new_process(code, REPLICATE_BASE_URL="nonsense", REPLICATE_API_TOKEN="a b")


@pytest.mark.parametrize("name", ["run", "stream"])
@pytest.mark.parametrize("first", ["module first", "function first"])
def test_a_module_with_the_name_of_a_function_does_not_replace_it(name, first):
    use = f"callable(replicate.{name})"
    order = [f"import replicate.{name}", use] if first == "module first" else [use, f"import replicate.{name}"]
    code = f"""
import json, replicate
{order[0]}
{order[1]}
from replicate.{name} import {name} as of_the_module
import importlib
module = importlib.import_module("replicate.{name}")
function = replicate.{name}
print(json.dumps([callable(function), hasattr(function, "__self__"), callable(of_the_module), module.__name__]))
"""
    assert in_a_new_process(code) == [True, True, True, f"replicate.{name}"]


def test_star_import_works():
    code = "import json; from replicate import *; print(json.dumps([callable(run), callable(Client)]))"
    assert in_a_new_process(code) == [True, True]


@pytest.mark.parametrize("name", sorted(replicate.__all__))
def test_every_public_name_resolves(name):
    assert getattr(replicate, name) is not None
    assert name in dir(replicate)


def test_the_names_of_the_package_belong_to_one_default_client():
    assert isinstance(replicate.default_client, replicate.Client)
    assert replicate.run.__self__ is replicate.async_run.__self__ is replicate.default_client
    assert replicate.predictions is replicate.default_client.predictions


def test_a_name_nobody_knows_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        replicate.runn  # noqa: B018
    assert not hasattr(replicate, "__wrapped__")


@pytest.mark.parametrize("module", PUBLIC_MODULES)
def test_every_name_a_module_promises_exists(module):
    found = importlib.import_module(module)
    for name in getattr(found, "__all__", ()):
        assert getattr(found, name) is not None, name


def public_things():
    """Yield every public class, function and member of the public modules, with the name it is known by."""
    for module in PUBLIC_MODULES:
        found = importlib.import_module(module)
        for name in getattr(found, "__all__", ()):
            thing = getattr(found, name)
            yield f"{module}.{name}", thing
            if inspect.isclass(thing):
                for member in dir(thing):
                    value = inspect.getattr_static(thing, member)
                    if not member.startswith("_") and (
                        callable(value) or isinstance(value, (property, classmethod, staticmethod))
                    ):
                        yield f"{module}.{name}.{member}", value


def test_every_public_name_has_a_docstring():
    bare = sorted(
        name
        for name, thing in public_things()
        if (callable(thing) or isinstance(thing, property)) and not (inspect.getdoc(thing) or "").strip()
    )
    assert bare == []


def pairs():
    """Yield each public method with its awaiting twin, once."""
    seen = set()
    for name, thing in public_things():
        if not inspect.isclass(thing) or thing in seen:
            continue
        seen.add(thing)
        for member in dir(thing):
            twin = TWINS.get(member, f"async_{member}")
            if not member.startswith(("_", "async_")) and callable(getattr(thing, twin, None)):
                yield pytest.param(getattr(thing, member), getattr(thing, twin), id=f"{name}.{member}")


PAIRS = list(pairs())


def test_there_are_twins_to_compare():
    assert len(PAIRS) > 25


@pytest.mark.parametrize(("blocking", "awaiting"), PAIRS)
def test_twins_take_the_same_arguments(blocking, awaiting):
    one, other = inspect.signature(blocking), inspect.signature(awaiting)
    assert list(one.parameters.values()) == list(other.parameters.values())


@pytest.mark.parametrize(("blocking", "awaiting"), PAIRS)
def test_twins_return_the_same_thing(blocking, awaiting):
    one, other = inspect.signature(blocking).return_annotation, inspect.signature(awaiting).return_annotation
    assert str(other).replace("AsyncIterator", "Iterator") == one


def test_every_method_that_sends_something_has_a_twin():
    alone = {"with_options", "as_dict", "dict", "json", "update", "decode", "of", "limit", "validate", "construct"}
    paired = {f"{pair.values[0].__qualname__}" for pair in PAIRS}
    for kind in (replicate.Client, replicate.Prediction, replicate.Model, replicate.Version, replicate.FileOutput):
        for name, method in vars(kind).items():
            if inspect.isfunction(method) and not name.startswith(("_", "async_", "a")) and name not in alone:
                assert method.__qualname__ in paired or "wire" not in inspect.getsource(method), method.__qualname__
