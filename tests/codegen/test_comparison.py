"""Our contract against another description of the same API: what differs, what has a reason, what the command says."""

import json

import pytest
from codegen import contract
from codegen.command import DESCRIPTION_VARIABLE, main
from codegen.comparison import differences, judge
from codegen.layout import Layout

LAYOUT = Layout.of_this_checkout()
THING = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
COMPONENTS = contract.load(LAYOUT.contract)["components"]


def described(*, components=None, **operations):
    """Make a description with one path; keys are methods."""
    return {"openapi": "3.1.0", "paths": {"/things/{thing_id}": operations}, "components": components or {}}


def operation(*parameters, success=("200",), body=None, **more):
    given = {"operationId": "things.do", "parameters": list(parameters), **more}
    given["responses"] = {status: {"description": "As wished or not."} for status in [*success, "404"]}
    if body is not None:
        given["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return given


def parameter(name="thing_id", place="path", schema=None, **more):
    return {"name": name, "in": place, "schema": schema or {"type": "string"}, **more}


def found(ours, theirs):
    return differences(described(put=ours), described(put=theirs))


def test_equal_descriptions_do_not_differ():
    same = operation(parameter(required=True), body=THING)
    assert found(same, same) == []


def test_an_operation_that_one_of_them_lacks_is_named_once():
    ours, theirs = described(put=operation(), get=operation(body=THING)), described(put=operation(), delete=operation())
    assert differences(ours, theirs) == ["GET /things/{thing_id}: only here", "DELETE /things/{thing_id}: only there"]


def test_another_name_in_a_path_is_another_path():
    theirs = {"paths": {"/things/{id}": {"get": operation()}}}
    assert differences(described(get=operation()), theirs) == [
        "GET /things/{thing_id}: only here",
        "GET /things/{id}: only there",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "difference"),
    [
        ([parameter(required=True)], [], "path parameter thing_id: only here (required string)"),
        ([], [parameter("cursor", "query")], "query parameter cursor: only there (optional string)"),
        (
            [parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 50})],
            [parameter("limit", "query", {"type": "integer"})],
            "query parameter limit: optional integer from 1 to 50 here, optional integer there",
        ),
        (
            [parameter("sort", "query", {"type": "string", "enum": ["b", "a"]})],
            [parameter("sort", "query", {"type": "string", "enum": ["a", "c"]})],
            "query parameter sort: optional one of a, b here, optional one of a, c there",
        ),
        (
            [parameter(required=True)],
            [parameter()],
            "path parameter thing_id: required string here, optional string there",
        ),
    ],
)
def test_parameters_are_compared_by_name_place_need_and_type(ours, theirs, difference):
    assert found(operation(*ours), operation(*theirs)) == [f"PUT /things/{{thing_id}}: {difference}"]


def test_parameters_of_the_path_count_like_those_of_the_operation():
    ours = {"paths": {"/things": {"parameters": [parameter("a", "query")], "get": operation(parameter("b", "query"))}}}
    theirs = {"paths": {"/things": {"get": operation(parameter("a", "query"), parameter("b", "query"))}}}
    assert differences(ours, theirs) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "difference"),
    [
        (THING, {**THING, "properties": {}}, "body member name: only here (required string)"),
        (THING, {**THING, "required": []}, "body member name: required string here, optional string there"),
        (
            THING,
            {**THING, "additionalProperties": False},
            "body application/json: required object here, required closed object there",
        ),
        (
            {**THING, "propertyNames": {"enum": ["name"]}},
            THING,
            "body application/json: required closed object here, required object there",
        ),
        (
            {"type": "object", "properties": {"events": {"type": "array", "items": {"enum": ["b", "a"]}}}},
            {"type": "object", "properties": {"events": {"type": "array", "items": {"type": "string"}}}},
            "body member events: optional array of one of a, b here, optional array of string there",
        ),
    ],
)
def test_bodies_are_compared_member_by_member(ours, theirs, difference):
    assert found(operation(body=ours), operation(body=theirs)) == [f"PUT /things/{{thing_id}}: {difference}"]


def test_our_spelling_of_any_object_is_an_object():
    ours = {"type": "object", "properties": {"input": {"not": {"type": ["array", "boolean", "number", "string"]}}}}
    theirs = {"type": "object", "properties": {"input": {"type": "object"}}}
    assert found(operation(body=ours), operation(body=theirs)) == []


def test_a_body_that_only_one_of_them_has_is_named_with_its_members():
    assert found(operation(), operation(body=THING)) == [
        "PUT /things/{thing_id}: body application/json: only there (required object)",
        "PUT /things/{thing_id}: body member name: only there (required string)",
    ]


def test_a_range_of_statuses_stands_for_the_ones_that_it_lists():
    ours = operation(success=[])
    ours["responses"]["2XX"] = {"description": "Good.", "x-statuses": [202, 201]}
    assert found(ours, operation(success=["201", "202"])) == []
    assert found(ours, operation(success=["200"])) == ["PUT /things/{thing_id}: success: 201, 202 here, 200 there"]


def test_words_examples_patterns_formats_and_answers_are_not_compared():
    ours = operation(parameter(schema={"type": "string", "pattern": "^a"}), summary="A", tags=["a"])
    theirs = operation(parameter(schema={"type": "string", "format": "uri"}, example="x"), summary="B", tags=["B"])
    theirs["responses"]["200"] = {"description": "Very good.", "content": {"application/json": {"schema": THING}}}
    assert found(ours, theirs) == []


def test_references_are_followed():
    shared = {
        "schemas": {"a/b": THING, "Thing": {"$ref": "#/components/schemas/a~1b"}},
        "parameters": {"Id": parameter(required=True)},
        "responses": {"Done": {"description": "Good.", "x-statuses": [204]}},
        "requestBodies": {
            "Thing": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
            }
        },
    }
    ours = operation({"$ref": "#/components/parameters/Id"})
    ours["requestBody"] = {"$ref": "#/components/requestBodies/Thing"}
    ours["responses"] = {"2XX": {"$ref": "#/components/responses/Done"}}
    theirs = operation(parameter(required=True), body=THING, success=["204"])
    assert differences(described(put=ours, components=shared), described(put=theirs)) == []


def test_the_query_method_is_found_below_our_extension():
    ours, theirs = {"paths": {"/things": {"x-query-operation": operation()}}}, {"paths": {"/things": {}}}
    assert differences(ours, theirs) == ["QUERY /things: only here"]
    theirs["paths"]["/things"]["query"] = operation()
    assert differences(ours, theirs) == []


def test_differences_are_explained_unexplained_or_outdated():
    findings = judge(["a", "b"], {"a": "Because.", "c": "Long ago."})
    assert (findings.explained, findings.unexplained, findings.outdated) == ({"a": "Because."}, ["b"], ["c"])
    assert not findings.is_settled
    assert not judge([], {"c": "Long ago."}).is_settled
    assert judge(["a"], {"a": "Because."}).is_settled


# The command.


@pytest.fixture
def reasons(tmp_path):
    """A layout with the real contract and with a reason why each operation is missing from an empty description."""
    known = differences(contract.load(LAYOUT.contract), {"paths": {}})

    class WithOwnReasons(Layout):
        @property
        def reasons(self):
            return tmp_path / "reasons.yaml"

    (tmp_path / "reasons.yaml").write_text(json.dumps([{"reason": "Nothing is there.", "differences": known}]))
    return WithOwnReasons(LAYOUT.root)


def write(tmp_path, document):
    path = tmp_path / "description.yaml"
    path.write_text(json.dumps(document))
    return str(path)


def test_the_command_prints_each_difference_below_its_reason(reasons, tmp_path, capsys):
    assert main(["compare", write(tmp_path, {"paths": {}})], reasons) == 0
    output = capsys.readouterr()
    assert output.out.splitlines()[:4] == [
        "37 differences have a reason.",
        "",
        "Nothing is there.",
        "  GET /predictions: only here",
    ]
    assert output.err == ""


def test_the_command_names_differences_without_a_reason_and_reasons_without_a_difference(reasons, tmp_path, capsys):
    item = contract.load(LAYOUT.contract)["paths"]["/account"]
    theirs = {"paths": {"/account": {**item, "delete": operation()}}, "components": COMPONENTS}
    assert main(["compare", write(tmp_path, theirs)], reasons) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Differences without a reason; change openapi.yaml, or write the reason into reasons.yaml:",
        "  DELETE /account: only there",
        "Differences that do not exist; delete them from reasons.yaml:",
        "  GET /account: only here",
    ]


def test_the_command_finds_the_description_by_a_variable(reasons, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(DESCRIPTION_VARIABLE, write(tmp_path, {"paths": {}}))
    assert main(["compare"], reasons) == 0
    assert "37 differences" in capsys.readouterr().out


def test_the_command_says_what_it_needs_when_nobody_gives_a_description(monkeypatch, capsys):
    monkeypatch.delenv(DESCRIPTION_VARIABLE, raising=False)
    assert main(["compare"]) == 1
    assert f"give a copy of the service's own description, or set {DESCRIPTION_VARIABLE}" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "[1, 2]", "{", "paths: 5", "text", ""])
def test_a_file_that_is_no_description_is_refused_by_name(tmp_path, capsys, content):
    path = tmp_path / "other.yaml"
    if content is not None:
        path.write_text(content)
    assert main(["compare", str(path)]) == 1
    assert capsys.readouterr().err.startswith(f"{path} ")


def test_each_written_reason_is_about_an_operation_of_the_contract():
    reasons = contract.load_reasons(LAYOUT.reasons)
    document = contract.load(LAYOUT.contract)
    labels = {one.label for one in contract.operations(document)} | {"QUERY /models"}
    assert {difference.split(": ", maxsplit=1)[0] for difference in reasons} <= labels
    assert all(reason.endswith(".") for reason in reasons.values())
