"""The wire contract as the engine tests use it: its own free-form parts are filled with what this engine can run.

The contract lets `input` be any object, because each version brings a schema of its own. A generator that knows no more
than that makes inputs no model accepts, and then tests nothing but refusals. So the parts that depend on the server are
narrowed here: versions and models to one that exists, inputs to that model's own schema, owners to its account.
"""

import asyncio
import copy
import json
from pathlib import Path
from typing import Any

import httpx
import schemathesis
import yaml
from replicate_local.catalog import Builtin, builtins
from replicate_local.curated import COLLECTIONS
from replicate_local.workers.process import describe

ROOT = Path(__file__).parents[2]
MODEL = "echo"
"""It has one input of each kind, and answers in a millisecond whatever it is sent."""

TRAINABLE = "ngram"
DESTINATION = "destination"
DEPLOYMENT = "standing"
WEBHOOK = "http://127.0.0.1:9/nobody-listens"


def furnish(client: httpx.Client) -> None:
    """Make what the narrowed contract names and a new engine does not have."""
    model = {"owner": "local", "name": DESTINATION, "visibility": "public", "hardware": "cpu"}
    client.post("models", json=model).raise_for_status()
    version = client.get(f"models/local/{MODEL}").json()["latest_version"]["id"]
    deployment = {"name": DEPLOYMENT, "model": f"local/{MODEL}", "version": version, "hardware": "cpu"}
    client.post("deployments", json=deployment | {"min_instances": 1, "max_instances": 2}).raise_for_status()


def narrowed_contract() -> dict[str, Any]:
    """Return openapi.yaml, narrowed to what the engine has."""
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))
    model, trainable = (next(one for one in builtins() if one.name == name) for name in (MODEL, TRAINABLE))
    [described, described_trainable] = asyncio.run(describe([model.entry, trainable.entry]))
    input_schema = json_schema(described["schema"])
    schemas = document["components"]["schemas"]
    for name in ("PredictionCreate", "PredictionCreateWithoutVersion"):
        schemas[name]["properties"]["input"] = input_schema
    versions = [model.version_id, f"local/{MODEL}:{model.version_id}", f"local/{MODEL}"]
    schemas["PredictionCreate"]["properties"]["version"] = {"type": "string", "enum": versions}
    schemas["ModelCreate"]["properties"]["owner"] = {"type": "string", "enum": ["local"]}
    # Names that fit into a URL's path, and that a wrong value for another operation's path (0, true) cannot hit.
    schemas["ModelCreate"]["properties"]["name"] = {"type": "string", "pattern": "^made-[a-z0-9._-]{1,20}$"}
    # A text part of an upload is a text whatever was meant: no wrong type can be sent there, so none can be refused.
    for name in ("filename", "type"):
        del schemas["FileUpload"]["properties"][name]
    parameters = document["components"]["parameters"]
    parameters["ModelOwner"]["schema"] = {"type": "string", "enum": ["local"]}
    parameters["ModelName"]["schema"] = {"type": "string", "enum": [MODEL]}
    parameters["VersionId"]["schema"] = {"type": "string", "enum": [model.version_id]}
    parameters["CollectionSlug"]["schema"] = {"type": "string", "enum": [one.slug for one in COLLECTIONS]}
    parameters["DeploymentOwner"]["schema"] = {"type": "string", "enum": ["local"]}
    parameters["DeploymentName"]["schema"] = {"type": "string", "enum": [DEPLOYMENT]}
    _narrow_trainings(document, trainable, described_trainable["schema"])
    deployment = schemas["DeploymentCreate"]["properties"]
    deployment["name"] = {"type": "string", "pattern": "^made-[a-z0-9._-]{1,20}$"}
    deployment["model"] = {"type": "string", "enum": [f"local/{MODEL}"]}
    for name in ("DeploymentCreate", "DeploymentUpdate"):
        schemas[name]["properties"]["version"] = {"type": "string", "enum": [model.version_id]}
    for name in ("PredictionCreate", "PredictionCreateWithoutVersion", "TrainingCreate"):
        schemas[name]["properties"]["webhook"] = {"type": "string", "enum": [WEBHOOK]}
    for item in document["paths"].values():
        if "x-query-operation" in item:
            item["query"] = {key: value for key, value in item.pop("x-query-operation").items() if key != "method"}
    document["openapi"] = "3.2.0"  # the version in which the QUERY method has a place
    _replace_examples(document, model.version_id)
    return document


def _narrow_trainings(document: dict[str, Any], model: Builtin, openapi_schema: dict[str, Any]) -> None:
    """Let trainings be those of a model that can be trained, and end at once."""
    properties = document["components"]["schemas"]["TrainingCreate"]["properties"]
    properties["destination"] = {"type": "string", "enum": [f"local/{DESTINATION}"]}
    properties["input"] = json_schema(openapi_schema, "TrainingInput")
    properties["input"]["properties"]["delay"]["enum"] = [0]
    properties["input"]["properties"]["file"] = {
        "type": ["string", "null"],
        "enum": ["data:text/plain,one two three four", None],
    }
    path = document["paths"]["/models/{model_owner}/{model_name}/versions/{version_id}/trainings"]
    names = {"model_owner": "local", "model_name": model.name, "version_id": model.version_id}
    path["parameters"] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "enum": [value]}, "example": value}
        for name, value in names.items()
    ]


def _order_instances(case: schemathesis.Case) -> None:
    """Let a release have no more instances always on than at most, where both numbers are numbers."""
    body = case.body
    if not isinstance(body, dict):
        return
    if case.operation.method.upper() == "PATCH" and {"min_instances", "max_instances"} & set(body):
        body.setdefault("max_instances", 20)
        body.setdefault("min_instances", 0)
    least, most = body.get("min_instances"), body.get("max_instances")
    if type(least) is int and type(most) is int and 0 <= most < least <= 5:
        body["min_instances"] = most


def json_schema(openapi_schema: dict[str, Any], component: str = "Input") -> dict[str, Any]:
    """Return a version's `Input` as a schema of OpenAPI 3.1 that stands alone."""
    components = openapi_schema["components"]["schemas"]

    def convert(node: Any) -> Any:
        if isinstance(node, list):
            return [convert(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return convert(components[node["$ref"].rpartition("/")[2]])
        result = {key: convert(value) for key, value in node.items() if key not in {"nullable", "default"}}
        if node.get("nullable"):
            result["type"] = [result["type"], "null"]
        return result

    return convert(copy.deepcopy(components[component]))


def _replace_examples(document: dict[str, Any], version_id: str) -> None:
    """Let the examples name what exists here; those of the contract name models of the hosted service."""
    text = json.dumps(document)
    for name in ("PredictionCreateVersion", "PredictionCreateWebhook", "PredictionCreateWithoutVersion"):
        value = document["components"]["examples"][name]["value"]
        value["input"] = {"text": "a lighthouse", "count": 4}
        if "version" in value:
            value["version"] = version_id
        if "webhook" in value:
            value["webhook"] = WEBHOOK
    training = document["components"]["examples"]["TrainingCreate"]["value"]
    training |= {"destination": f"local/{DESTINATION}", "input": {"text": "one two three"}, "webhook": WEBHOOK}
    assert text != json.dumps(document)
    examples = {"ModelOwner": "local", "ModelName": MODEL, "VersionId": version_id, "CollectionSlug": "text"}
    examples |= {"DeploymentOwner": "local", "DeploymentName": DEPLOYMENT}
    for name, example in examples.items():
        document["components"]["parameters"][name]["example"] = example
    create = document["paths"]["/models"]["post"]["requestBody"]["content"]["application/json"]
    create["examples"]["private"]["value"] |= {"owner": "local", "name": "made-painter"}
    deploy = document["paths"]["/deployments"]["post"]["requestBody"]["content"]["application/json"]
    deploy["examples"]["small"]["value"] |= {"name": "made-live", "model": f"local/{MODEL}", "version": version_id}
    release = document["paths"]["/deployments/{deployment_owner}/{deployment_name}"]["patch"]["requestBody"]
    release["content"]["application/json"]["examples"]["version"]["value"]["version"] = version_id


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Mend what no schema can say: a model that a link brought along, and two numbers that depend on each other."""
    if case.operation.definition.raw["operationId"] in {"deployments.create", "deployments.update"}:
        _order_instances(case)
    if case.operation.definition.raw["operationId"] == "models.predictions.create":
        names = {builtin.name for builtin in builtins()}
        if case.path_parameters.get("model_name") in names:
            case.path_parameters["model_name"] = MODEL
