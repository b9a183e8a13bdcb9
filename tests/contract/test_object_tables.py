"""Each object is read whatever of it is null, missing or new, and the contract says which of that can happen."""

import keyword

import pytest
from contract_document import DOCUMENT, complaints, resolve, same_times
from object_tables import TABLES
from replicate_api import models
from replicate_api.types import UNSET

SCHEMAS = DOCUMENT["components"]["schemas"]


def required(schema):
    return set(SCHEMAS[schema].get("required", []))


def attribute(member):
    return f"{member}_" if member in {"input", "next", "type"} or keyword.iskeyword(member) else member


def read(schema, body):
    return getattr(models, schema).from_dict(body)


def cases(select):
    return [
        pytest.param(name, table, member, id=f"{name}.{member}")
        for name, table in TABLES.items()
        for member in select(table)
    ]


def test_every_object_of_an_answer_has_a_table_and_every_table_all_members():
    requests = {"FileUpload", "FileMetadata"}
    objects = {
        name
        for name, schema in SCHEMAS.items()
        if schema["type"] == "object" and name not in requests and not name.endswith(("Create", "Update", "Version"))
    }
    assert objects | {"Version"} == set(TABLES)
    for name, table in TABLES.items():
        assert set(table.body) == set(SCHEMAS[name]["properties"]), name


@pytest.mark.parametrize("name", TABLES)
def test_an_object_with_all_its_members_is_valid_and_written_again_as_it_came(name):
    body = TABLES[name].body
    assert complaints(name, body) == []
    assert same_times(read(name, body).to_dict()) == same_times(body)


@pytest.mark.parametrize(("name", "table", "member"), cases(lambda table: table.nullable))
def test_a_member_that_can_be_null_may_be_null(name, table, member):
    body = {**table.body, member: None}
    assert complaints(name, body) == []
    decoded = read(name, body)
    assert getattr(decoded, attribute(member)) is None
    assert same_times(decoded.to_dict()) == same_times(body)


@pytest.mark.parametrize(("name", "table", "member"), cases(lambda table: table.optional))
def test_a_member_that_can_be_missing_may_be_missing(name, table, member):
    body = {key: value for key, value in table.body.items() if key != member}
    assert complaints(name, body) == []
    decoded = read(name, body)
    assert getattr(decoded, attribute(member)) is UNSET
    assert same_times(decoded.to_dict()) == same_times(body)


@pytest.mark.parametrize(
    ("name", "table", "member"), cases(lambda table: [*table.never_null.split(), *table.never_missing.split()])
)
def test_a_member_that_has_always_been_there_breaks_nothing_when_it_is_null_or_missing_unless_it_is_required(
    name, table, member
):
    if member in required(name):
        without = {key: value for key, value in table.body.items() if key != member}
        assert complaints(name, without)
        assert complaints(name, {**table.body, member: None})
        with pytest.raises(KeyError, match=member):
            read(name, without)
        return
    for body in ({**table.body, member: None}, {key: table.body[key] for key in table.body if key != member}):
        assert same_times(read(name, body).to_dict()) == same_times(body)


@pytest.mark.parametrize("name", TABLES)
def test_only_what_is_never_missing_is_required(name):
    assert required(name) <= set(TABLES[name].never_missing.split())


@pytest.mark.parametrize(("name", "table", "member"), cases(lambda table: table.never_null.split()))
def test_the_contract_does_not_call_null_what_never_was(name, table, member):
    assert complaints(name, {**table.body, member: None})


@pytest.mark.parametrize("name", TABLES)
def test_members_that_nobody_has_seen_yet_are_kept(name):
    body = {**TABLES[name].body, "tide": {"high": [1, None]}, "class": "x"}
    assert complaints(name, body) == []
    decoded = read(name, body)
    assert decoded["tide"] == {"high": [1, None]}
    assert same_times(decoded.to_dict()) == same_times(body)


@pytest.mark.parametrize(("name", "table", "member"), cases(lambda table: table.open.split()))
@pytest.mark.parametrize("value", ["unheard-of", ""])
def test_a_value_of_an_enumeration_that_nobody_has_seen_yet_is_a_plain_text(name, table, member, value):
    body = {**table.body, member: value}
    assert complaints(name, body) == []
    decoded = getattr(read(name, body), attribute(member))
    assert (type(decoded), decoded) == (str, value)


def test_every_enumeration_in_an_answer_is_in_a_table_as_open():
    for name, table in TABLES.items():
        for member, schema in SCHEMAS[name]["properties"].items():
            if any("enum" in resolve(one) for one in [schema, *schema.get("anyOf", [])]):
                assert member in table.open.split(), f"{name}.{member}"


@pytest.mark.parametrize("odd", [None, 5, "text", [], {"tide": 1}], ids=repr)
@pytest.mark.parametrize(
    ("name", "table", "member"),
    cases(lambda table: [key for key, value in table.body.items() if isinstance(value, dict)]),
)
def test_a_nested_object_of_another_kind_breaks_nothing(name, table, member, odd):
    body = {**table.body, member: odd}
    if member in required(name):
        with pytest.raises((TypeError, KeyError)):
            read(name, body)
    else:
        assert same_times(read(name, body).to_dict()) == same_times(body)
