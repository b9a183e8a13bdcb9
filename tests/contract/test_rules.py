"""The rules that keep the contract readable, truthful and compilable (docs/contract.md)."""

import re

import pytest
from contract_document import DOCUMENT, at, nodes, operations, resolve, validator_of, webhooks
from openapi_spec_validator import validate

OPERATIONS = operations()
WEBHOOKS = webhooks()
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.id for operation in OPERATIONS])
each_operation_or_webhook = pytest.mark.parametrize(
    "operation", [*OPERATIONS, *WEBHOOKS], ids=[operation.id for operation in [*OPERATIONS, *WEBHOOKS]]
)
SCHEMA_PLACE = re.compile(r"#/components/schemas/.*|.*/schema(/.*)?")


def schema_nodes():
    for place, node in nodes(DOCUMENT):
        if SCHEMA_PLACE.fullmatch(place) and not place.endswith(("/properties", "/not", "/propertyNames")):
            yield place, node


def test_the_contract_is_a_valid_openapi_3_1_document():
    validate(DOCUMENT)
    assert DOCUMENT["openapi"] == "3.1.0"


@each_operation_or_webhook
def test_each_operation_has_one_tag_and_it_is_the_first_part_of_its_name(operation):
    assert operation.definition["tags"] == [operation.id.split(".", maxsplit=1)[0]]
    assert operation.definition["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}


@each_operation_or_webhook
def test_each_operation_says_in_one_line_and_in_sentences_what_it_does(operation):
    assert not operation.definition["summary"].endswith(".")
    assert operation.definition["description"].endswith(".")


def test_no_two_operations_share_a_name():
    names = [operation.id.replace(".", "_") for operation in [*OPERATIONS, *WEBHOOKS]]
    assert len(names) == len(set(names))


@each_operation
def test_each_operation_answers_any_success_and_both_kinds_of_error_and_nothing_by_default(operation):
    assert set(operation.definition["responses"]) == {"2XX", "4XX", "5XX"}
    for status in ("4XX", "5XX"):
        content = operation.responses[status]["content"]
        assert next(iter(content)) == "application/problem+json"
        assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


NOT_200 = {
    **dict.fromkeys(["predictions.create", "models.predictions.create", "deployments.predictions.create"], (201, 202)),
    **dict.fromkeys(["models.create", "trainings.create", "files.create"], (201,)),
    **dict.fromkeys(["models.delete", "deployments.delete", "files.delete"], (204,)),
    "models.versions.delete": (202,),
}


@each_operation
def test_each_operation_says_which_statuses_its_success_has(operation):
    success = operation.responses["2XX"]
    statuses = tuple(success["x-statuses"])
    assert statuses == NOT_200.get(operation.id, (200,))
    assert ("content" in success) == (operation.method != "DELETE")
    for status in statuses:
        assert status == 200 or str(status) in success["description"]


@each_operation_or_webhook
def test_each_body_of_an_operation_has_an_example_that_fits_its_schema(operation):
    for name, body in operation.media_types:
        assert body["examples"], name
        for title, shared in body["examples"].items():
            example = resolve(shared)
            assert example["summary"], title
            errors = [
                f"{error.json_path}: {error.message}"
                for error in validator_of(body["schema"]).iter_errors(example["value"])
            ]
            assert errors == [], f"{name} {title}"


@each_operation_or_webhook
def test_each_parameter_has_a_description_and_an_example_that_fits_its_schema(operation):
    for parameter in operation.parameters:
        assert parameter["description"].endswith("."), parameter["name"]
        validator_of(parameter["schema"]).validate(parameter["example"])


@each_operation
def test_each_placeholder_of_a_path_is_a_declared_parameter_and_the_other_way_round(operation):
    declared = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"}
    assert declared == set(re.findall(r"{(\w+)}", operation.path))


@each_operation_or_webhook
def test_a_request_body_is_required_and_has_one_content_type(operation):
    if "requestBody" in operation.definition:
        assert operation.definition["requestBody"]["required"] is True
        assert len(operation.definition["requestBody"]["content"]) == 1


def test_each_operation_that_creates_or_finds_something_links_to_the_one_that_reads_it():
    linked = {
        operation.id for operation in OPERATIONS for response in operation.responses.values() if "links" in response
    }
    creating_or_finding = {
        *("predictions.create", "predictions.list", "predictions.cancel", "models.create", "models.list", "models.get"),
        *("models.predictions.create", "models.versions.list", "files.create", "files.list", "files.get", "search"),
        *("deployments.create", "deployments.list", "deployments.get", "deployments.update"),
        *("deployments.predictions.create", "trainings.create", "trainings.list", "trainings.get", "trainings.cancel"),
        *("collections.list", "collections.get"),
    }
    assert creating_or_finding <= linked


@each_operation
def test_each_link_names_an_operation_fills_its_path_and_takes_values_that_examples_have(operation):
    targets = {other.id: other for other in operations(with_extensions=False)}
    own_path = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"}
    for response in operation.responses.values():
        examples = [
            resolve(one)["value"] for body in response.get("content", {}).values() for one in body["examples"].values()
        ]
        for link in response.get("links", {}).values():
            target = targets[link["operationId"]]
            assert set(link["parameters"]) == {one["name"] for one in target.parameters if one["in"] == "path"}
            assert link["description"]
            for expression in link["parameters"].values():
                assert value_exists(expression, examples, own_path), expression


def value_exists(expression, examples, own_path):
    if expression.startswith("$request.path."):
        return expression.removeprefix("$request.path.") in own_path
    pointer = expression.removeprefix("$response.body#/").split("/")
    return any(isinstance(follow(pointer, example), str) for example in examples)


def follow(pointer, value):
    for part in pointer:
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (LookupError, TypeError):
            return None
    return value


def test_the_query_search_is_described_as_fully_as_any_other_operation():
    search = DOCUMENT["paths"]["/models"]["x-query-operation"]
    assert search["method"] == "QUERY"
    assert search["operationId"] == "models.search"
    assert list(search["requestBody"]["content"]) == ["text/plain"]
    page = search["responses"]["2XX"]["content"]["application/json"]["schema"]
    assert page == DOCUMENT["paths"]["/models"]["get"]["responses"]["2XX"]["content"]["application/json"]["schema"]


def test_each_reference_leads_somewhere_and_each_component_is_referred_to():
    referred = {node["$ref"] for _, node in nodes(DOCUMENT) if isinstance(node.get("$ref"), str)}
    bodies = [body for operation in [*OPERATIONS, *WEBHOOKS] for _, body in operation.media_types]
    referred |= {example["$ref"] for body in bodies for example in body["examples"].values() if "$ref" in example}
    for reference in referred:
        at(reference)
    kinds = {kind: names for kind, names in DOCUMENT["components"].items() if kind != "securitySchemes"}
    assert {f"#/components/{kind}/{name}" for kind, names in kinds.items() for name in names} - referred == set()


def test_the_token_is_asked_for_everywhere_but_where_a_signature_takes_its_place():
    assert DOCUMENT["security"] == [{"bearerAuth": []}]
    others = {
        operation.id: operation.definition["security"]
        for operation in [*OPERATIONS, *WEBHOOKS]
        if "security" in operation.definition
    }
    assert others == {"files.download": [], "webhooks.prediction": [], "webhooks.training": []}


# What the generator turns into broken or lossy code without a word.


def test_no_schema_is_a_boolean_or_a_constant_or_closed_or_has_a_discriminator():
    for place, schema in schema_nodes():
        assert {"const", "discriminator", "additionalProperties"}.isdisjoint(schema), place
        properties = schema.get("properties", {})
        assert [name for name, value in properties.items() if not isinstance(value, dict)] == [], place


def test_objects_are_components_or_have_a_title():
    for place, schema in schema_nodes():
        if schema.get("type") == "object":
            assert re.fullmatch(r"#/components/schemas/\w+", place) or "title" in schema, place


def test_arrays_have_items_and_are_never_one_of_several_types():
    for place, schema in schema_nodes():
        if "type" in schema:
            assert schema["type"] != "array" or "items" in schema, place
            assert isinstance(schema["type"], str) or not {"array", "object"} & set(schema["type"]), place


def test_enumerations_are_components_without_null():
    for place, schema in schema_nodes():
        if "enum" in schema:
            assert re.fullmatch(r"#/components/schemas/\w+", place), place
            assert None not in schema["enum"], place


def test_enumerations_in_responses_are_open():
    answered = ("Prediction", "Model", "Training", "Account")
    for name in answered:
        for member, schema in DOCUMENT["components"]["schemas"][name]["properties"].items():
            if "enum" in resolve(schema):
                pytest.fail(f"{name}.{member} refuses values that are not known yet")
            if any("enum" in resolve(one) for one in schema.get("anyOf", [])):
                assert {"type": "string"} in schema["anyOf"], f"{name}.{member}"


def test_nothing_has_a_default_that_the_generated_code_would_send_by_itself():
    assert [place for place, schema in schema_nodes() if "default" in schema] == []


def test_no_member_is_called_like_a_method_of_the_generated_classes():
    taken = {"additional_properties", "additional_keys", "to_dict", "from_dict", "to_multipart"}
    for place, schema in schema_nodes():
        assert taken.isdisjoint(schema.get("properties", {})), place
