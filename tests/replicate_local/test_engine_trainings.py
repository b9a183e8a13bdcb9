"""Trainings: real training code makes versions that run; where they may go, how they end, what outlives a restart."""

import httpx
import pytest
from engine_calls import TERMINAL, Calls

TEXT = "A cat sat on a mat. A cat sat on a log. A cat sat on a mat."
MISSING = {"detail": "The specified training destination does not exist", "status": 404}


class Trainings:
    """Trainings of local/ngram into a model of the test's own."""

    def __init__(self, api: Calls, name: str) -> None:
        self.api = api
        self.destination = f"local/{name}"
        self.version = api.client.get("models/local/ngram").json()["latest_version"]["id"]
        model = {"owner": "local", "name": name, "visibility": "private", "hardware": "cpu"}
        api.client.post("models", json=model).raise_for_status()

    def post(self, given=None, **members) -> httpx.Response:
        body = {"destination": self.destination, "input": {"text": TEXT} if given is None else given, **members}
        return self.api.client.post(f"models/local/ngram/versions/{self.version}/trainings", json=body)

    def create(self, given=None, **members):
        response = self.post(given, **members)
        assert response.status_code == 201, response.text
        return response.json()

    def get(self, training):
        return self.api.client.get(f"trainings/{training['id']}").json()

    def run(self, given=None):
        created = self.create(given)
        self.api.until_ended(created)  # by the URL of the answer, which names a prediction
        return self.get(created)

    def write(self, version, prompt="a cat"):
        body = {"version": version, "input": {"prompt": prompt, "temperature": 0, "max_tokens": 4}}
        answer = self.api.client.post("predictions", json=body, headers={"Prefer": "wait"})
        return "".join(answer.json()["output"])


@pytest.fixture
def trainings(api, request):
    name = request.node.name.partition("[")[0][-60:] + str(abs(hash(request.node.name)))
    return Trainings(api, name)


def test_a_training_makes_a_version_of_its_destination_that_writes_what_it_learned(trainings):
    training = trainings.run()
    assert training["status"] == "succeeded", training
    version = training["output"]["version"]
    assert version.startswith(f"{trainings.destination}:")
    assert trainings.write(version) == " sat on a mat"
    latest = trainings.api.client.get(f"models/{trainings.destination}").json()["latest_version"]
    assert latest["id"] == version.partition(":")[2]
    assert httpx.get(training["output"]["weights"]).json()["after_two"]["a cat"] == ["sat"] * 3


def test_each_training_makes_a_version_of_its_own_and_the_original_stays_what_it_is(trainings):
    first, second = trainings.run(), trainings.run({"text": "A cat ran over the hill."})
    assert trainings.write(first["output"]["version"]) == " sat on a mat"
    assert trainings.write(second["output"]["version"]) == " ran over the hill"
    latest = trainings.api.client.get("models/local/ngram").json()["latest_version"]
    assert latest["id"] == trainings.version


def test_what_is_learned_does_not_depend_on_the_number_of_steps(trainings):
    whole, parts = trainings.run(), trainings.run({"text": TEXT, "steps": 7})
    assert (
        httpx.get(whole["output"]["weights"]).json()["after_two"]
        == httpx.get(parts["output"]["weights"]).json()["after_two"]
    )
    assert parts["logs"].count("Step ") == 7


@pytest.mark.parametrize("how", ["upload", "data URI"])
def test_a_training_learns_from_a_file(trainings, how):
    url = "data:text/plain,a%20cat%20sat%20on%20a%20mat"
    if how == "upload":
        content = {"content": ("cats.txt", TEXT.encode(), "text/plain")}
        url = trainings.api.client.post("files", files=content).json()["urls"]["get"]
    training = trainings.run({"file": url})
    assert trainings.write(training["output"]["version"]).startswith(" sat on")


def test_a_trained_version_can_be_trained_on(trainings):
    version = trainings.run()["output"]["version"].partition(":")[2]
    body = {"destination": trainings.destination, "input": {"text": "one two three four five six"}}
    path = f"models/{trainings.destination}/versions/{version}"
    created = trainings.api.client.post(f"{path}/trainings", json=body).json()
    trainings.api.until_ended(created)
    assert trainings.write(trainings.get(created)["output"]["version"], "one two") == " three four five six"
    assert trainings.api.client.delete(path).status_code == 403


def test_training_code_that_raises_fails_the_training_with_its_sentence(trainings):
    training = trainings.run({})
    assert (training["status"], training["output"]) == ("failed", None)
    assert training["error"].startswith("there are fewer than three words")
    assert trainings.api.client.get(f"models/{trainings.destination}").json()["latest_version"] is None


def test_a_training_that_is_canceled_makes_no_version(trainings):
    created = trainings.create({"text": TEXT, "delay": 10})
    trainings.api.until_started(created)
    response = trainings.api.client.post(f"trainings/{created['id']}/cancel")
    assert (response.status_code, response.json()["status"]) == (200, "canceled")
    assert trainings.api.client.post(f"trainings/{created['id']}/cancel").json()["status"] == "canceled"
    assert trainings.api.client.get(f"models/{trainings.destination}").json()["latest_version"] is None


def test_the_urls_of_creates_name_a_prediction_and_those_of_reads_a_training(trainings):
    created = trainings.create()
    own = f"{trainings.api.origin}/v1"
    assert created["urls"]["get"] == f"{own}/predictions/{created['id']}"
    assert trainings.get(created)["urls"]["cancel"] == f"{own}/trainings/{created['id']}/cancel"
    assert "stream" not in created["urls"]
    assert trainings.api.until_ended(created)["id"] == created["id"]


def test_trainings_and_predictions_are_listed_apart(trainings):
    training, prediction = trainings.run(), trainings.api.run("echo")
    listed = {path: trainings.api.client.get(path).json()["results"] for path in ("trainings", "predictions")}
    assert listed["trainings"][0] == training
    assert training["id"] not in [item["id"] for item in listed["predictions"]]
    assert prediction["id"] not in [item["id"] for item in listed["trainings"]]
    assert trainings.api.client.get(f"trainings/{prediction['id']}").status_code == 404


@pytest.mark.parametrize("destination", ["local/no-such-model", "acme/painter"])
def test_a_destination_that_is_not_there_is_told_as_the_service_does(trainings, destination):
    response = trainings.post(destination=destination)
    assert (response.status_code, response.json()) == (404, MISSING)


def test_the_models_that_come_with_the_engine_are_no_destination(trainings):
    response = trainings.post(destination="local/ngram")
    assert response.status_code == 403
    assert "create a model of your own" in response.json()["detail"]


def test_a_model_without_training_code_cannot_be_trained(trainings):
    version = trainings.api.client.get("models/local/echo").json()["latest_version"]["id"]
    body = {"destination": trainings.destination, "input": {}}
    response = trainings.api.client.post(f"models/local/echo/versions/{version}/trainings", json=body)
    assert response.status_code == 422
    assert response.json()["detail"] == "local/echo cannot be trained: it has no training code."


def test_the_input_must_fit_the_training_schema_and_the_version_must_exist(trainings):
    response = trainings.post({"steps": 0})
    assert response.status_code == 422
    assert response.json()["invalid_fields"][0]["field"] == "input.steps"
    trainings.version = "0" * 64
    assert trainings.post().status_code == 404


def test_the_schema_of_a_version_tells_what_training_takes_and_gives(api):
    schemas = api.client.get("models/local/ngram").json()["latest_version"]["openapi_schema"]["components"]["schemas"]
    assert set(schemas["TrainingInput"]["properties"]) == {"file", "text", "steps", "delay"}
    assert schemas["TrainingOutput"]["properties"]["weights"]["format"] == "uri"


def test_the_webhook_of_a_training_is_called(trainings, receiver):
    created = trainings.create(webhook=receiver.url, webhook_events_filter=["start", "completed"])
    start, end = receiver.next(), receiver.next()
    secret = trainings.api.client.get("webhooks/default/secret").json()["key"]
    assert (start.json["status"], end.json["status"]) == ("processing", "succeeded")
    assert start.json["id"] == end.json["id"] == created["id"]
    assert end.json["output"]["version"].startswith(trainings.destination)
    assert start.is_signed_with(secret)
    assert end.is_signed_with(secret)


def test_trained_versions_run_after_their_data_has_moved_and_interrupted_trainings_have_failed(serve, tmp_path):
    engine, api = serve()
    trainings = Trainings(api, "mine")
    done = trainings.run()
    running = trainings.create({"text": TEXT, "delay": 10})
    api.until_started(running)
    engine.process.kill()
    engine.process.wait()
    engine.stop()
    (tmp_path / "data").rename(tmp_path / "moved")

    _, trainings.api = serve("moved")
    again = trainings.get(done)
    assert (again["status"], again["output"]["version"]) == ("succeeded", done["output"]["version"])
    assert trainings.write(done["output"]["version"]) == " sat on a mat"
    interrupted = trainings.get(running)
    assert interrupted["status"] in TERMINAL
    assert interrupted["error"].startswith("The engine was stopped while this training")
