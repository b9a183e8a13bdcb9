"""Replace parts of the package as the tests of a program do."""

from unittest import mock

import replicate
from replicate.prediction import Prediction


def ask(prompt):
    return "".join(replicate.run("local/ngram", input={"prompt": prompt, "max_tokens": 2}))


with mock.patch("replicate.run", return_value=["a", "b"]) as run:
    assert ask("anything") == "ab"
run.assert_called_once()
assert ask("A") != "ab"

finished = Prediction(id="p1", model="local/ngram", version="v", status="succeeded", output=["done"], urls={})
with mock.patch.object(replicate.predictions, "create", return_value=finished):
    assert replicate.predictions.create(version="v", input={}).output == ["done"]

with mock.patch("replicate.client.Client.run", return_value="patched"):
    assert replicate.Client(api_token="t").run("local/echo", input={}) == "patched"

with mock.patch("replicate.prediction.Prediction.wait") as wait:
    finished.wait()
wait.assert_called_once()
