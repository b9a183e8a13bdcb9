"""Whatever the contract allows the service to answer, the compiled models read, and write again without loss."""

import json
import pickle
from copy import deepcopy
from datetime import datetime

import httpx
import pytest
from contract_document import complaints, operations, same_times
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from replicate_api import Client, errors, models
from replicate_api.api.predictions import predictions_get
from replicate_api.rows import unreadable_rows
from schema_strategies import JSON, moments, values

ANSWERS = sorted(
    {
        schema["$ref"].rsplit("/", maxsplit=1)[1]
        for operation in operations()
        for name, body in operation.media_types
        for schema in (body["schema"], body["schema"].get("items", {}))
        if not name.startswith("request") and "$ref" in schema
    }
)
each_answer = pytest.mark.parametrize("schema", ANSWERS)
# Models hold predictions and versions, so drawing one is slow for its size.
patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def test_the_answers_of_all_operations_are_covered():
    listed = {"Prediction", "Training", "Model", "Version", "Deployment", "Collection", "File"}
    alone = (listed - {"File"}) | {"FileResource", "Account", "Hardware", "WebhookSecret", "SearchResults", "Problem"}
    assert {f"{name}Page" for name in listed} | alone == set(ANSWERS)


@each_answer
@patient
@given(data=st.data())
def test_each_answer_that_the_contract_allows_is_decoded_and_encoded_again_without_loss(schema, data):
    body = data.draw(values(schema))
    assert complaints(schema, body) == []
    decoded = getattr(models, schema).from_dict(body)
    assert same_times(decoded.to_dict()) == same_times(body)
    json.dumps(decoded.to_dict())


@each_answer
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_copies_and_pickles_of_a_decoded_answer_are_equal_to_it(schema, data):
    decoded = getattr(models, schema).from_dict(data.draw(values(schema)))
    for twin in (deepcopy(decoded), pickle.loads(pickle.dumps(decoded))):
        assert twin == decoded
        assert twin.to_dict() == decoded.to_dict()


@pytest.mark.parametrize("schema", [schema for schema in ANSWERS if schema.endswith("Page")])
@patient
@given(data=st.data())
def test_a_page_is_decoded_and_encoded_again_without_loss_whatever_its_rows_are(schema, data):
    row = values(schema.removesuffix("Page").replace("File", "FileResource"))
    body = {"results": data.draw(st.lists(row | JSON, max_size=4)), "next": None}
    decoded = getattr(models, schema).from_dict(body)
    assert len(decoded.results) + len(unreadable_rows(decoded.results)) == len(body["results"])
    assert same_times(decoded.to_dict()) == same_times(body)


@given(moments())
def test_a_time_of_any_precision_is_decoded(text):
    decoded = models.Prediction.from_dict({"id": "a", "status": "starting", "created_at": text}).created_at
    assert isinstance(decoded, datetime)
    assert decoded.utcoffset() is not None


@patient
@given(
    status=st.integers(200, 299) | st.integers(200, 599),
    body=(values("Prediction") | JSON).map(json.dumps) | st.text(max_size=20),
)
def test_an_answer_of_any_kind_is_a_prediction_or_one_of_our_errors(status, body):
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    with Client(base_url="https://api.test/v1", httpx_args={"transport": transport}) as client:
        try:
            outcome = predictions_get.sync("a", client=client)
        except errors.ResponseError as error:
            outcome = error
    if isinstance(outcome, models.Prediction):
        assert status < 300
    else:
        assert (outcome.status_code, outcome.content) == (status, body.encode())
