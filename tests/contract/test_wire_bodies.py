"""Every body that the service has been seen to send is valid by the contract and can be read by what was compiled."""

from datetime import datetime

import pytest
from contract_document import complaints, same_times
from replicate_api import models
from replicate_api.types import UNSET
from wire_bodies import BODIES, MODEL, PREDICTIONS, STORED, YOUNG, without

each_body = pytest.mark.parametrize(
    ("schema", "body"),
    [
        pytest.param(schema, body, id=f"{schema}, {name}")
        for schema, bodies in BODIES.items()
        for name, body in bodies.items()
    ],
)


@each_body
def test_a_body_of_the_service_is_valid_by_the_contract(schema, body):
    assert complaints(schema, body) == []


@each_body
def test_a_body_of_the_service_is_decoded_and_encoded_again_without_loss(schema, body):
    decoded = getattr(models, schema).from_dict(body)
    assert same_times(decoded.to_dict()) == same_times(body)


def test_decoding_leaves_the_body_as_it_was():
    body = {**MODEL, "surprise": 1}
    models.Model.from_dict(body)
    assert body == {**MODEL, "surprise": 1}


@pytest.mark.parametrize("member", sorted(set(STORED) - {"id", "status"}))
def test_a_prediction_without_one_of_its_members_is_valid_and_decoded(member):
    body = without(STORED, member)
    assert complaints("Prediction", body) == []
    attribute = {"input": "input_"}.get(member, member)
    assert getattr(models.Prediction.from_dict(body), attribute) is UNSET


@pytest.mark.parametrize("member", sorted(set(STORED) - {"id", "status"}))
def test_a_prediction_with_null_for_one_of_its_members_is_valid_and_decoded(member):
    body = {**STORED, member: None}
    assert complaints("Prediction", body) == []
    attribute = {"input": "input_"}.get(member, member)
    assert getattr(models.Prediction.from_dict(body), attribute) is None


@pytest.mark.parametrize(
    "value",
    [
        *(
            without(YOUNG, "id"),
            without(YOUNG, "status"),
            {**YOUNG, "id": ""},
            {**YOUNG, "id": 7},
            {**YOUNG, "status": None},
        ),
        *({**YOUNG, "input": []}, {**YOUNG, "input": "boats"}, {**YOUNG, "metrics": [1]}, {**YOUNG, "logs": ["a"]}),
        *({**YOUNG, "created_at": "yesterday"}, {**YOUNG, "urls": []}, {**YOUNG, "webhook_events_filter": [1]}),
        *([], None, "text", [YOUNG]),
    ],
)
def test_the_contract_refuses_what_is_no_prediction(value):
    assert complaints("Prediction", value)


def test_the_forms_of_a_prediction_decode_to_the_same_types():
    for name, body in PREDICTIONS.items():
        prediction = models.Prediction.from_dict(body)
        assert isinstance(prediction.created_at, datetime), name
        assert isinstance(prediction.urls, models.PredictionUrls), name
        assert isinstance(prediction.status, str), name
