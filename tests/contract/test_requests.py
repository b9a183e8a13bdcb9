"""What the contract lets callers send, and what it does not."""

import base64
import hashlib

import pytest
from contract_document import DOCUMENT, complaints, resolve, validator_of
from wire_bodies import PREDICTIONS, TRAININGS

VERSION = "7c1e0d5b9a3f48620c7e1d5b9a3f48620c7e1d5b9a3f48620c7e1d5b9a3f4862"


def header(name):
    parameters = [resolve(one) for one in DOCUMENT["paths"]["/predictions"]["post"]["parameters"]]
    return validator_of(next(one["schema"] for one in parameters if one["name"] == name))


@pytest.mark.parametrize("value", ["wait", "wait=1", "wait=9", "wait=10", "wait=59", "wait=60"])
def test_prefer_takes_one_to_sixty_seconds(value):
    header("Prefer").validate(value)


@pytest.mark.parametrize(
    "value", ["", "wait=", "wait=0", "wait=61", "wait=99", "wait=100", "wait=1.5", "wait=1s", "respond-async"]
)
def test_prefer_takes_nothing_else(value):
    assert not header("Prefer").is_valid(value)


@pytest.mark.parametrize(
    "value",
    [
        *("5", "9", "30", "30s", "86399", "86400", "86400s", "1m", "5m", "59m59s", "100m", "1439m59s", "1440m"),
        *("1h", "2h", "23h59m59s", "24h", "1m30s", "1h30m45s", "1h45s", "10h5m"),
    ],
)
def test_cancel_after_takes_five_seconds_to_a_day_in_hours_minutes_and_seconds(value):
    header("Cancel-After").validate(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0",
        "4",
        "4s",
        "86401",
        "86401s",
        "100000",
        "1441m",
        "1440m1s",
        "25h",
        "24h1s",
        "1s30m",
        "5m1h",
        "1d",
        "-5",
        "5.5",
        "h",
        "\N{ARABIC-INDIC DIGIT FIVE}5",
    ],
)
def test_cancel_after_takes_nothing_else(value):
    assert not header("Cancel-After").is_valid(value)


@pytest.mark.parametrize(
    "body",
    [
        {"version": VERSION, "input": {}},
        {"version": f"acme/painter:{VERSION}", "input": {"prompt": "a", "image": "data:text/plain;base64,YQ=="}},
        {"version": "acme/painter", "input": {"a": None}, "webhook": "https://e.org/?q=1", "webhook_events_filter": []},
        {
            "version": VERSION,
            "input": {},
            "webhook_events_filter": ["start", "output", "logs", "completed"],
            "stream": True,
        },
    ],
)
def test_a_prediction_can_be_asked_for(body):
    assert complaints("PredictionCreate", body) == []
    assert complaints("PredictionCreateWithoutVersion", {name: body[name] for name in body if name != "version"}) == []


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"version": None},
            {"version": ""},
            {"version": 1},
            {"input": None},
            {"input": []},
            {"input": "a"},
            {"input": 1},
        ),
        *({"input": True}, {"webhook": None}, {"webhook_events_filter": ["end"]}, {"webhook_events_filter": "start"}),
        *({"stream": "yes"}, {"model": "acme/painter"}, {"webhook_completed": "https://e.org"}, {"lifetime": "5m"}),
    ],
)
def test_a_prediction_cannot_be_asked_for_in_another_way(change):
    assert complaints("PredictionCreate", {"version": VERSION, "input": {}, **change})


@pytest.mark.parametrize("missing", ["version", "input"])
def test_a_prediction_needs_a_version_and_an_input(missing):
    body = {"version": VERSION, "input": {}}
    del body[missing]
    assert complaints("PredictionCreate", body)


def test_an_official_model_chooses_its_version_itself():
    assert complaints("PredictionCreateWithoutVersion", {"version": VERSION, "input": {}})


@pytest.mark.parametrize("missing", ["owner", "name", "visibility", "hardware"])
def test_a_model_needs_an_owner_a_name_a_visibility_and_hardware(missing):
    body = {"owner": "acme", "name": "painter", "visibility": "private", "hardware": "cpu"}
    assert complaints("ModelCreate", body) == []
    del body[missing]
    assert complaints("ModelCreate", body)


def test_a_model_cannot_have_a_visibility_that_the_service_does_not_know():
    body = {"owner": "acme", "name": "painter", "visibility": "unlisted", "hardware": "cpu"}
    assert complaints("ModelCreate", body)


@pytest.mark.parametrize("name", ["..", ".", ".hidden", "a/b", "", "a b", "ä"])
def test_a_model_cannot_have_a_name_that_is_no_segment_of_a_url(name):
    assert complaints("ModelCreate", {"owner": "acme", "name": name, "visibility": "private", "hardware": "cpu"})


@pytest.mark.parametrize("limit", [0, 51, 1.5, "5"])
def test_a_search_returns_one_to_fifty_models(limit):
    schema = next(one["schema"] for one in DOCUMENT["paths"]["/search"]["get"]["parameters"] if one["name"] == "limit")
    assert not validator_of(schema).is_valid(limit)
    for allowed in (1, 50):
        validator_of(schema).validate(allowed)


DEPLOYMENT = {
    "name": "painter-live",
    "model": "acme/painter",
    "version": VERSION,
    "hardware": "gpu-t4",
    "min_instances": 0,
    "max_instances": 1,
}


@pytest.mark.parametrize("missing", sorted(DEPLOYMENT))
def test_a_deployment_needs_all_its_members_to_be_created_and_any_of_them_to_be_changed(missing):
    body = {name: value for name, value in DEPLOYMENT.items() if name != missing}
    assert complaints("DeploymentCreate", DEPLOYMENT) == []
    assert complaints("DeploymentCreate", body)
    if missing not in {"name", "model"}:
        assert complaints("DeploymentUpdate", {missing: DEPLOYMENT[missing]}) == []


@pytest.mark.parametrize(
    "change",
    [
        *({"min_instances": -1}, {"min_instances": 6}, {"max_instances": -1}, {"max_instances": 21}),
        *({"min_instances": 0.5}, {"min_instances": "1"}, {"max_instances": None}, {"hardware": ""}),
        *({"version": "hidden"}, {"version": VERSION[:63]}, {"version": f"acme/painter:{VERSION}"}, {"version": None}),
    ],
)
def test_a_deployment_has_nought_to_five_instances_always_up_to_twenty_in_all_and_a_version_by_its_id(change):
    assert complaints("DeploymentCreate", {**DEPLOYMENT, **change})
    assert complaints("DeploymentUpdate", change)


@pytest.mark.parametrize("counts", [(0, 0), (5, 20), (0, 20), (5, 5)])
def test_a_deployment_can_have_as_many_instances_as_the_service_allows_and_none(counts):
    body = dict(zip(("min_instances", "max_instances"), counts, strict=True))
    assert complaints("DeploymentCreate", {**DEPLOYMENT, **body}) == []
    assert complaints("DeploymentUpdate", body) == []


@pytest.mark.parametrize("name", ["..", ".", ".hidden", "a/b", "", "a b", "ä"])
def test_a_deployment_cannot_have_a_name_that_is_no_segment_of_a_url(name):
    assert complaints("DeploymentCreate", {**DEPLOYMENT, "name": name})


@pytest.mark.parametrize("model", ["painter", "acme/", "/painter", "a/b/c", ""])
def test_models_are_named_by_owner_and_name(model):
    assert complaints("DeploymentCreate", {**DEPLOYMENT, "model": model})
    assert complaints("TrainingCreate", {"destination": model, "input": {}})


@pytest.mark.parametrize("missing", ["destination", "input"])
def test_a_training_needs_a_destination_and_an_input(missing):
    body = {"destination": "acme/boats", "input": {"pictures": "https://e.org/a.zip"}}
    assert complaints("TrainingCreate", body) == []
    del body[missing]
    assert complaints("TrainingCreate", body)


@pytest.mark.parametrize("value", [None, [], "a", 1, True])
def test_the_input_of_a_training_is_an_object(value):
    assert complaints("TrainingCreate", {"destination": "acme/boats", "input": value})


def test_a_training_can_carry_members_that_the_contract_does_not_know_unlike_a_prediction():
    body = {"destination": "acme/boats", "input": {}, "note": "a", "webhook_events_filter": ["start", "completed"]}
    assert complaints("TrainingCreate", body) == []
    assert complaints("TrainingCreate", {**body, "webhook_events_filter": ["end"]})


def test_a_download_needs_the_three_parts_of_a_signed_link():
    download = DOCUMENT["paths"]["/files/{file_id}/download"]["get"]
    parts = {one["name"]: one for one in download["parameters"]}
    assert set(parts) == {"owner", "expiry", "signature"}
    assert all(one["in"] == "query" and one["required"] for one in parts.values())
    assert not validator_of(parts["expiry"]["schema"]).is_valid("1740916800")
    validator_of(parts["expiry"]["schema"]).validate(2**40)
    signature = parts["signature"]["example"]
    assert len(base64.b64decode(signature, validate=True)) == hashlib.sha256().digest_size


@pytest.mark.parametrize("name", ["prediction", "training"])
def test_a_webhook_is_signed_by_three_headers(name):
    webhook = DOCUMENT["webhooks"][name]["post"]
    headers = {one["name"]: one for one in map(resolve, webhook["parameters"])}
    assert set(headers) == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert all(one["in"] == "header" and one["required"] for one in headers.values())
    for wrong in ("", "2025-03-01T12:00:00Z", "-1", "1.5"):
        assert not validator_of(headers["webhook-timestamp"]["schema"]).is_valid(wrong)


@pytest.mark.parametrize(("name", "bodies"), [("prediction", PREDICTIONS), ("training", TRAININGS)])
def test_a_webhook_sends_what_the_service_would_answer(name, bodies):
    schema = DOCUMENT["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": f"#/components/schemas/{name.capitalize()}"}
    for title, body in bodies.items():
        if title.startswith("webhook"):
            validator_of(schema).validate(body)
