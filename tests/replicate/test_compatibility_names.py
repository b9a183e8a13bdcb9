"""The names of 1.0.7, where they are and how they may be called; what they do is tested elsewhere."""

import importlib
import inspect
import pickle
import subprocess
import sys

import httpx
import pytest
import replicate
from replicate.client import Client
from replicate.model import Model, Models, ModelsPredictions
from replicate.prediction import Prediction, Predictions
from replicate.version import Version, Versions

NAMES = {
    "replicate": "Client async_paginate async_run async_stream default_client models paginate predictions run stream",
    "replicate.__about__": "__version__",
    "replicate.client": "Client RetryTransport",
    "replicate.exceptions": "ModelError ReplicateError ReplicateException",
    "replicate.helpers": "FileOutput async_encode_json base64_encode_file encode_json transform_output",
    "replicate.identifier": "ModelVersionIdentifier",
    "replicate.model": "Model Models ModelsPredictions",
    "replicate.pagination": "Page async_paginate paginate",
    "replicate.prediction": "Prediction Predictions",
    "replicate.resource": "Namespace Resource",
    "replicate.run": "async_run run",
    "replicate.schema": "make_schema_backwards_compatible version_has_no_array_type",
    "replicate.stream": "EventSource ServerSentEvent async_stream stream",
    "replicate.version": "Version Versions",
}

MEMBERS = {
    Client: "async_run async_stream models poll_interval predictions run stream",
    Model: """cover_image_url default_example description github_url id latest_version license_url name owner paper_url
        predict reload run_count url username versions visibility""",
    Models: """async_create async_delete async_get async_list async_search create delete get list predictions
        search""",
    ModelsPredictions: "async_create create",
    Prediction: """Progress async_cancel async_output_iterator async_reload async_stream async_wait cancel completed_at
        copy created_at dict error id input json logs metrics model output output_iterator parse_obj parse_raw progress
        reload started_at status stream urls version wait""",
    Predictions: "CreatePredictionParams async_cancel async_create async_get async_list cancel create get list",
    Version: "cog_version created_at id openapi_schema",
    Versions: "async_delete async_get async_list delete get list",
}

V = "v" * 64
CALLS = [
    (Client, ("token",), {}),
    (Client, (), {"api_token": None, "base_url": None, "timeout": httpx.Timeout(5.0)}),
    (Client.run, (None, "owner/name", {}), {"use_file_output": False, "wait": True}),
    (Client.run, (None,), {"ref": "owner/name", "input": {}}),
    (Client.stream, (None, "owner/name"), {"input": {}, "use_file_output": True}),
    (Models.get, (None, "owner/name"), {}),
    (Models.get, (None, "owner", "name"), {}),
    (Models.get, (None,), {"key": "owner/name"}),
    (Models.get, (None,), {"owner": "owner", "name": "name"}),
    (Models.delete, (None, "owner", "name"), {}),
    (Models.search, (None, "query"), {}),
    (Models.search, (None,), {"query": "query"}),
    (Models.list, (None, "cursor"), {}),
    (Models.create, (None, "owner", "name"), {"hardware": "cpu", "visibility": "private", "description": "d"}),
    (Models.create, (None,), {"owner": "o", "name": "n", "hardware": "cpu", "visibility": "private"}),
    (ModelsPredictions.create, (None, "owner/name", {}), {"webhook": "https://example.com"}),
    (ModelsPredictions.create, (None,), {"model": "owner/name", "input": {}}),
    (Predictions.create, (None, V, {}), {}),
    (Predictions.create, (None, V), {"input": {}}),
    (Predictions.create, (None,), {"version": V, "input": {}, "stream": True, "webhook_completed": "https://e.com"}),
    (Predictions.create, (None,), {"model": "owner/name", "input": {}, "file_encoding_strategy": "base64"}),
    (Predictions.get, (None,), {"id": "p"}),
    (Predictions.cancel, (None,), {"id": "p"}),
    (Predictions.list, (None,), {"cursor": "c"}),
    (Prediction.wait, (None,), {}),
    (Prediction.stream, (None,), {"use_file_output": True}),
    (Prediction.stream, (None, True), {}),
    (Prediction.async_stream, (None, False), {}),
    (Versions, (None, "owner/name"), {}),
    (Versions.get, (None,), {"id": "v"}),
    (Versions.delete, (None, "v"), {}),
]


@pytest.mark.parametrize(("module", "names"), NAMES.items())
def test_a_module_of_1x_has_its_names(module, names):
    found = importlib.import_module(module)
    assert [name for name in names.split() if not hasattr(found, name)] == []


@pytest.mark.parametrize(("kind", "names"), MEMBERS.items())
def test_a_class_of_1x_has_its_members(kind, names):
    assert [name for name in names.split() if not hasattr(kind, name)] == []


@pytest.mark.parametrize(("function", "arguments", "named"), CALLS)
def test_a_call_of_1x_fits_the_signature(function, arguments, named):
    inspect.signature(function).bind(*arguments, **named)


@pytest.mark.parametrize("module", sorted(name for name in NAMES if name not in {"replicate", "replicate.__about__"}))
def test_a_module_is_an_attribute_of_the_package_unless_a_function_has_its_name(module):
    short = module.removeprefix("replicate.")
    code = f"import replicate, sys; found = replicate.{short}; print(getattr(found, '__name__', ''))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert told == (short if short in {"run", "stream"} else module)


def test_importing_a_module_named_like_a_function_leaves_the_function():
    code = "import replicate.run, replicate.stream; print(callable(replicate.run), callable(replicate.stream))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "True True\n"


def test_an_attribute_nobody_knows_is_told_as_such():
    with pytest.raises(AttributeError, match="has no attribute 'trainigns'"):
        _ = replicate.trainigns


def test_what_1x_makes_by_hand_can_be_made_by_hand():
    assert Prediction.Progress(percentage=0.5, current=1, total=2).percentage == 0.5
    assert Prediction.Progress.parse(" 50%|#####     | 1/2 [00:01<00:01]").current == 1
    error = replicate.exceptions.ReplicateError("about:blank", "Not here", 404, "gone", "/x")
    assert (error.type, error.title, error.status, error.detail, error.instance) == (
        "about:blank", "Not here", 404, "gone", "/x",
    )  # fmt: skip
    assert pickle.loads(pickle.dumps(error)).to_dict() == error.to_dict()
