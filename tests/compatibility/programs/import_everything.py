"""Import names from where 1.x has them, and use them in annotations and `isinstance`."""

import replicate
import replicate.client
import replicate.exceptions
import replicate.stream
from replicate import Client, default_client, paginate, run
from replicate.__about__ import __version__
from replicate.exceptions import ModelError, ReplicateError, ReplicateException
from replicate.helpers import FileOutput, base64_encode_file, encode_json, transform_output
from replicate.identifier import ModelVersionIdentifier
from replicate.model import Model, Models
from replicate.pagination import Page, async_paginate
from replicate.prediction import Prediction, Predictions
from replicate.resource import Namespace, Resource
from replicate.run import run as run_with
from replicate.schema import make_schema_backwards_compatible, version_has_no_array_type
from replicate.stream import ServerSentEvent
from replicate.version import Version, Versions


def first_text(client: Client, ref: str) -> str:
    prediction: Prediction = client.predictions.create(model=ref, input={"text": "typed"})
    prediction.wait()
    return prediction.output["text"]


assert first_text(default_client, "local/echo") == "typed"
assert isinstance(default_client, replicate.client.Client)
assert isinstance(default_client.predictions, Predictions)
assert isinstance(default_client.models, Models)
assert isinstance(default_client.models, Namespace)
model = replicate.models.get("local/echo")
assert isinstance(model, Model)
assert isinstance(model, Resource)
assert isinstance(model.versions, Versions)
assert isinstance(model.latest_version, Version)
assert isinstance(model.versions.list(), Page)
assert issubclass(ReplicateError, ReplicateException)
assert issubclass(ModelError, ReplicateException)
assert ServerSentEvent.EventType.DONE.value == "done"
assert ModelVersionIdentifier.parse("owner/name:abc") == ("owner", "name", "abc")
assert __version__
assert replicate.model.Model is Model
assert replicate.helpers.FileOutput is FileOutput
assert run_with(default_client, "local/echo", {"text": "by hand"})["text"] == "by hand"
assert callable(run)
assert callable(paginate)
assert callable(async_paginate)

assert version_has_no_array_type("0.3.8") is True
assert version_has_no_array_type("0.14.1") is False
schema = {"components": {"schemas": {"Output": {"type": "array", "items": {"type": "string"}}}}}
assert make_schema_backwards_compatible(schema, "0.3.8")["components"]["schemas"]["Output"]["x-cog-array-type"]

assert encode_json({"numbers": (1, 2)}, default_client) == {"numbers": [1, 2]}
assert isinstance(transform_output("https://example.com/a.png", default_client), FileOutput)
with open(__file__, "rb") as file:
    assert base64_encode_file(file).startswith("data:")
