"""Arrays of objects: what cannot be read is kept aside, the rest is read, and all is written again in its place."""

import asyncio
import copy
import json
import pickle

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate_api import Client, errors
from replicate_api.api.collections import collections_get
from replicate_api.api.hardware import hardware_list
from replicate_api.api.predictions import predictions_list
from replicate_api.models import Collection, Hardware, PredictionPage, Problem, SearchResults
from replicate_api.rows import read_rows, unreadable_rows, write_rows

GOOD = {"id": "p1", "status": "starting"}
UNREADABLE = [
    *(None, True, 7, 0.5, "p1", "", [], [["id", "p1"], ["status", "starting"]], [GOOD]),
    *({}, {"id": "p1"}, {"status": "starting"}, {"ID": "p1", "status": "starting"}),
]


def page(*rows):
    return PredictionPage.from_dict({"results": list(rows), "next": "n"})


def client(body):
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    return Client(base_url="https://api.test/v1", httpx_args={"transport": transport})


@pytest.mark.parametrize("row", UNREADABLE, ids=repr)
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_row_that_cannot_be_read_leaves_the_others_and_is_kept_with_its_position(position, row):
    rows = [{**GOOD, "id": "a"}, {**GOOD, "id": "b"}]
    rows.insert(position, row)
    decoded = page(*rows)
    assert [prediction.id for prediction in decoded.results] == ["a", "b"]
    assert unreadable_rows(decoded.results) == {position: row}
    assert decoded.next_ == "n"
    assert decoded.to_dict() == {"results": rows, "next": "n"}


def test_a_page_without_any_row_that_can_be_read_is_empty_and_still_leads_on():
    decoded = page(None, {}, 7)
    assert decoded.results == []
    assert unreadable_rows(decoded.results) == {0: None, 1: {}, 2: 7}
    assert decoded.next_ == "n"


def test_nothing_is_unreadable_in_a_good_page_or_a_list_that_was_made_by_hand():
    assert unreadable_rows(page(GOOD, GOOD).results) == {}
    assert unreadable_rows(page().results) == {}
    assert unreadable_rows([1, 2]) == {}
    assert unreadable_rows(None) == {}


def test_a_row_with_odd_members_is_still_a_row():
    decoded = page({**GOOD, "urls": 5, "created_at": "?", "input": [1], "status": "new", "x": 1})
    assert [prediction.status for prediction in decoded.results] == ["new"]
    assert unreadable_rows(decoded.results) == {}


def test_what_is_told_about_unreadable_rows_cannot_be_changed_by_accident():
    results = page(None).results
    unreadable_rows(results).clear()
    assert unreadable_rows(results) == {0: None}


@pytest.mark.parametrize(
    "twin",
    [
        copy.copy,
        copy.deepcopy,
        *(lambda value, p=p: pickle.loads(pickle.dumps(value, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)),
    ],
)
def test_copies_and_pickles_of_a_page_keep_its_unreadable_rows(twin):
    decoded = page(GOOD, ["odd"], GOOD)
    assert twin(decoded) == decoded
    assert unreadable_rows(twin(decoded).results) == {1: ["odd"]}
    assert twin(decoded).to_dict() == decoded.to_dict()


def test_rows_can_be_added_to_a_page_that_had_unreadable_ones():
    decoded = page(GOOD, None)
    decoded.results.append(page({**GOOD, "id": "p2"}).results[0])
    assert decoded.to_dict()["results"] == [GOOD, None, {**GOOD, "id": "p2"}]


@pytest.mark.parametrize("rows", [None, {}, {"a": GOOD}, "rows", 5])
def test_what_is_no_array_is_refused_as_a_whole(rows):
    with pytest.raises(TypeError, match=r"^rows are read from a JSON array, not from "):
        read_rows(rows, Hardware.from_dict)


@given(st.lists(st.none() | st.integers() | st.dictionaries(st.sampled_from(["sku", "name", "x"]), st.text())))
def test_any_rows_are_written_again_as_they_came(values):
    rows = read_rows(values, Hardware.from_dict)
    assert len(rows) + len(unreadable_rows(rows)) == len(values)
    assert all(isinstance(row, Hardware) for row in rows)
    assert write_rows(rows) == values


# The other arrays of objects.


@pytest.fixture(params=["blocking", "async"])
def call(request):
    if request.param == "blocking":
        return lambda endpoint, *args, **kwargs: endpoint.sync(*args, **kwargs)
    return lambda endpoint, *args, **kwargs: asyncio.run(endpoint.asyncio(*args, **kwargs))


def test_callers_of_an_endpoint_get_the_rows_that_can_be_read(call):
    decoded = call(predictions_list, client=client({"results": [None, GOOD, {}]}))
    assert [prediction.id for prediction in decoded.results] == ["p1"]
    assert unreadable_rows(decoded.results) == {0: None, 2: {}}


def test_an_answer_that_is_an_array_is_read_row_by_row(call):
    hardware = call(hardware_list, client=client([{"name": "CPU", "sku": "cpu"}, {"name": "?"}, "gpu", {"sku": "new"}]))
    assert [row.sku for row in hardware] == ["cpu", "new"]
    assert unreadable_rows(hardware) == {1: {"name": "?"}, 2: "gpu"}


@pytest.mark.parametrize("body", [None, {}, {"results": []}, "cpu", 5])
def test_an_answer_that_should_be_an_array_and_is_none_is_a_decode_error(call, body):
    with pytest.raises(errors.DecodeError):
        call(hardware_list, client=client(body))


def test_the_models_of_a_collection_are_read_one_by_one(call):
    body = {"slug": "boats", "models": [{"owner": "a"}, {"owner": "a", "name": "b"}]}
    collection = call(collections_get, "boats", client=client(body))
    assert [model.name for model in collection.models] == ["b"]
    assert unreadable_rows(collection.models) == {0: {"owner": "a"}}
    assert collection.to_dict() == body
    assert Collection.from_dict({"slug": "boats", "models": "none"}).models == "none"


def test_what_a_search_finds_is_read_one_by_one():
    body = {"models": [{"model": {"owner": "a", "name": "b"}}, {"model": {}}, {}], "pages": [5], "collections": None}
    found = SearchResults.from_dict(body)
    assert [row.model.name for row in found.models] == ["b"]
    assert unreadable_rows(found.models) == {1: {"model": {}}, 2: {}}
    assert (found.pages, unreadable_rows(found.pages)) == ([], {0: 5})
    assert found.to_dict() == body


def test_the_broken_rules_of_a_problem_are_read_one_by_one():
    problem = Problem.from_dict({"invalid_fields": [{"field": "input"}, "input.steps"]})
    assert [rule.field for rule in problem.invalid_fields] == ["input"]
    assert unreadable_rows(problem.invalid_fields) == {1: "input.steps"}
    assert json.loads(json.dumps(problem.to_dict())) == {"invalid_fields": [{"field": "input"}, "input.steps"]}
