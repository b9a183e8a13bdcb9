"""Deployments: releases with numbers, predictions of the current one, switching off, the rule for deleting."""

import contextlib
import datetime as dt
import json
import sqlite3

import httpx
import pytest
from engine_calls import Calls


class Deployments:
    """The operations on one deployment."""

    def __init__(self, api: Calls, name: str) -> None:
        self.api = api
        self.name = name
        self.path = f"deployments/local/{name}"

    def version(self, model: str) -> str:
        return self.api.client.get(f"models/local/{model}").json()["latest_version"]["id"]

    def create(self, model="echo", **members) -> httpx.Response:
        body = {"name": self.name, "model": f"local/{model}", "version": self.version(model), "hardware": "cpu"}
        return self.api.client.post("deployments", json=body | {"min_instances": 0, "max_instances": 2} | members)

    def update(self, **members) -> httpx.Response:
        return self.api.client.patch(self.path, json=members)

    def predict(self, given=None, **headers) -> httpx.Response:
        return self.api.client.post(f"{self.path}/predictions", json={"input": given or {}}, headers=headers)


@pytest.fixture
def deployment(api, request):
    return Deployments(api, f"d-{abs(hash(request.node.name))}")


def test_a_deployment_begins_with_release_one(deployment):
    response = deployment.create(hardware="gpu-t4")
    assert response.status_code == 200
    created = response.json()
    assert (created["owner"], created["name"]) == ("local", deployment.name)
    release = created["current_release"]
    assert (release["number"], release["model"], release["version"]) == (1, "local/echo", deployment.version("echo"))
    assert release["configuration"] == {"hardware": "gpu-t4", "min_instances": 0, "max_instances": 2}
    assert release["created_by"]["username"] == "local"
    assert deployment.api.client.get(deployment.path).json() == created
    assert created in deployment.api.client.get("deployments").json()["results"]


def test_each_update_makes_a_release_that_keeps_what_was_left_out(deployment):
    deployment.create()
    changed = deployment.update(max_instances=5).json()["current_release"]
    assert (changed["number"], changed["version"]) == (2, deployment.version("echo"))
    assert changed["configuration"] == {"hardware": "cpu", "min_instances": 0, "max_instances": 5}
    assert deployment.update().json()["current_release"]["number"] == 3


def test_deployments_are_listed_newest_first(api):
    names = ["listed-1", "listed-2", "listed-3"]
    for name in names:
        Deployments(api, name).create()
    listed = [item["name"] for item in api.client.get("deployments").json()["results"]]
    assert [name for name in listed if name in names] == names[::-1]


def test_a_prediction_runs_the_version_and_names_the_deployment(deployment):
    deployment.create()
    response = deployment.predict({"text": "hello"}, Prefer="wait")
    assert response.status_code == 201
    prediction = response.json()
    assert (prediction["status"], prediction["output"]["text"]) == ("succeeded", "hello")
    assert prediction["deployment"] == f"local/{deployment.name}"
    assert deployment.api.get(prediction)["deployment"] == f"local/{deployment.name}"


def test_the_input_must_fit_the_deployed_version(deployment):
    deployment.create()
    assert deployment.predict({"count": -1}).json()["invalid_fields"][0]["field"] == "input.count"


def test_switching_off_cancels_what_runs_and_refuses_more_until_it_is_switched_on(deployment):
    deployment.create("sleeper")
    running = deployment.api.until_started(deployment.predict({"seconds": 60}).json())
    assert deployment.update(min_instances=0, max_instances=0).status_code == 200
    assert deployment.api.until_ended(running)["status"] == "canceled"
    refused = deployment.predict({"seconds": 0})
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        f"The deployment local/{deployment.name} is disabled: its max_instances is 0.",
    )
    deployment.update(max_instances=1)
    assert deployment.predict({"seconds": 0}, Prefer="wait").json()["status"] == "succeeded"


def test_a_name_can_be_used_once(deployment):
    assert deployment.create().status_code == 200
    assert deployment.create().status_code == 409


BROKEN = [
    ({"min_instances": 3}, "min_instances"),
    ({"max_instances": 21}, "max_instances"),
    ({"min_instances": -1}, "min_instances"),
    ({"version": "x"}, "version"),
    ({"hardware": ""}, "hardware"),
]


@pytest.mark.parametrize(("members", "field"), BROKEN)
def test_settings_that_cannot_be_are_refused_and_change_nothing(deployment, members, field):
    response = deployment.create(**members)
    assert response.status_code == 422
    assert response.json()["invalid_fields"][0]["field"] == field
    assert deployment.api.client.get(deployment.path).status_code == 404
    deployment.create()
    assert deployment.update(**members).status_code == 422
    assert deployment.api.client.get(deployment.path).json()["current_release"]["number"] == 1


def test_a_version_of_another_model_and_an_unknown_version_are_refused(deployment):
    wrong = deployment.version("fail")
    for members in ({"version": wrong}, {"version": "0" * 64}):
        response = deployment.create(**members)
        assert (response.status_code, response.json()["title"]) == (422, "Invalid version or not permitted")
    deployment.create()
    assert deployment.update(version=wrong).status_code == 422


def test_what_is_unknown_is_not_found(api):
    unknown = Deployments(api, "unknown")
    answers = [api.client.get(unknown.path), unknown.update(), api.client.delete(unknown.path), unknown.predict()]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_deployment_that_was_never_used_can_be_deleted_when_it_keeps_nothing_on(deployment):
    deployment.create(min_instances=1)
    assert deployment.api.client.delete(deployment.path).status_code == 409
    deployment.update(min_instances=0)
    response = deployment.api.client.delete(deployment.path)
    assert (response.status_code, response.content) == (204, b"")
    assert deployment.api.client.get(deployment.path).status_code == 404


def test_deployments_survive_a_restart_and_can_be_deleted_a_quarter_of_an_hour_after_their_last_use(serve, tmp_path):
    engine, api = serve()
    deployment = Deployments(api, "kept")
    deployment.create()
    before = deployment.update(max_instances=3).json()
    deployment.predict(Prefer="wait")
    refused = api.client.delete(deployment.path)
    assert (refused.status_code, "15 minutes" in refused.json()["detail"]) == (409, True)
    engine.stop()

    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "engine.sqlite3")) as database, database:
        (text,) = database.execute("SELECT doc FROM deployments").fetchone()
        document = json.loads(text)
        used_at = dt.datetime.fromisoformat(document["used_at"]) - dt.timedelta(minutes=15)
        document["used_at"] = used_at.isoformat()
        database.execute("UPDATE deployments SET doc = ?", (json.dumps(document),))

    _, api = serve()
    assert api.client.get("deployments/local/kept").json() == before
    assert api.client.delete("deployments/local/kept").status_code == 204


def test_no_more_predictions_run_at_a_time_than_there_are_instances_and_a_new_release_lets_more_run(deployment):
    deployment.create("sleeper", max_instances=1)
    api = deployment.api
    first, second, third = (deployment.predict({"seconds": 60}).json() for _ in range(3))
    api.until_started(first)
    assert api.get(second)["status"] == "starting"
    api.cancel(first)
    api.until_started(second)
    assert api.get(third)["status"] == "starting"
    deployment.update(max_instances=2)
    api.until_started(third)
    assert {api.cancel(one)["status"] for one in (second, third)} == {"canceled"}
    last = deployment.predict({"seconds": 0})
    assert api.until_ended(last.json())["status"] == "succeeded"


def test_a_prediction_that_is_canceled_while_it_waits_for_an_instance_does_not_take_one(deployment):
    deployment.create("sleeper", max_instances=1)
    api = deployment.api
    first, second, third = (deployment.predict({"seconds": 60}).json() for _ in range(3))
    api.until_started(first)
    assert api.cancel(second)["status"] == "canceled"
    assert api.get(third)["status"] == "starting"
    api.cancel(first)
    api.until_started(third)
    api.cancel(third)
