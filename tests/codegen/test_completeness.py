"""Whatever the generator drops, overwrites or leaves behind is noticed."""

import pytest
from codegen import contract
from codegen.completeness import problems
from codegen.layout import Layout


def operation(name="things.get", tag="things", **more):
    return {"operationId": name, "tags": [tag], "responses": {}, **more}


def package_with(folder, *names):
    for name in ("api/__init__.py", "models/__init__.py", *names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


def found(tmp_path, paths, *names, schemas=None):
    return problems({"paths": paths, "components": {"schemas": schemas or {}}}, package_with(tmp_path, *names))


def test_a_complete_package_has_no_problems(tmp_path):
    paths = {"/things": {"parameters": [], "get": operation(), "x-query-operation": operation("things.search")}}
    assert found(tmp_path, paths, "api/things/__init__.py", "api/things/things_get.py") == []


@pytest.mark.parametrize("method", ["query", "additionalOperations", "GET", "connect"])
def test_a_method_that_the_generator_drops_is_named(tmp_path, method):
    assert found(tmp_path, {"/things": {method: operation()}}) == [
        f"{method.upper()} /things: the generator knows no such method and drops it"
    ]


def test_an_operation_without_a_module_is_named(tmp_path):
    assert found(tmp_path, {"/things": {"get": operation()}}) == [
        "GET /things: api/things/things_get.py was not generated"
    ]


def test_a_module_without_an_operation_is_named(tmp_path):
    assert found(tmp_path, {}, "api/things/things_old.py") == [
        "api/things/things_old.py: belongs to no operation of the contract"
    ]


@pytest.mark.parametrize("twin", ["things.get", "things_get"])
def test_two_operations_that_overwrite_each_other_are_named(tmp_path, twin):
    paths = {"/things": {"get": operation()}, "/others": {"delete": operation(twin)}}
    assert found(tmp_path, paths, "api/things/things_get.py") == [
        "api/things/things_get.py: claimed by GET /things and DELETE /others, and the last one wins"
    ]


@pytest.mark.parametrize("tags", [[], ["things", "more"], ["Things"]])
def test_an_operation_needs_exactly_one_tag_in_lower_case(tmp_path, tags):
    message = f"GET /things: needs exactly one tag of lower-case words, has {tags}"
    assert found(tmp_path, {"/things": {"get": operation() | {"tags": tags}}}) == [message]


@pytest.mark.parametrize("name", ["", "thingsGet", "things..get", "things.get2"])
def test_an_operation_needs_a_name_that_says_its_module(tmp_path, name):
    message = f"GET /things: needs an operationId such as predictions.create, has {name!r}"
    assert found(tmp_path, {"/things": {"get": operation(name)}}) == [message]


@pytest.mark.parametrize("content", [{}, {"application/json": {}, "text/plain": {}}])
def test_a_body_needs_exactly_one_content_type(tmp_path, content):
    paths = {"/things": {"post": operation(requestBody={"content": content})}}
    assert found(tmp_path, paths, "api/things/things_get.py") == [
        "POST /things: needs exactly one content type for its body, or the module cannot be imported"
    ]


def test_a_schema_without_a_module_is_named(tmp_path):
    schemas = {"ThingPage": {"type": "object"}, "ThingKind": {"enum": ["a"]}, "Text": {"type": "string"}}
    assert found(tmp_path, {}, "models/thing_page.py", schemas=schemas) == [
        "schema ThingKind: no module of models/ was generated for it"
    ]


def test_the_committed_package_is_complete():
    layout = Layout.of_this_checkout()
    assert problems(contract.load(layout.contract), layout.target) == []
