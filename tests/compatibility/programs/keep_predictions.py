"""Turn predictions into dictionaries, JSON and copies."""

import copy
import json
import pickle

import replicate
from replicate.prediction import Prediction

prediction = replicate.predictions.create(model="local/echo", input={"text": "keep me"})
prediction.wait()

assert dict(prediction)["status"] == "succeeded"
assert prediction.dict()["output"]["text"] == "keep me"
assert json.loads(json.dumps(dict(prediction)))["id"] == prediction.id
assert json.loads(prediction.json(indent=2, exclude={"logs"}))["input"] == {"text": "keep me"}
assert set(prediction.dict(include={"id", "model"})) == {"id", "model"}
assert "error" not in prediction.dict(exclude_none=True)

assert prediction.copy() == prediction
assert prediction.copy(update={"status": "failed"}).status == "failed"
assert copy.copy(prediction) == prediction

kept = Prediction(**prediction.dict())
assert kept == prediction
assert Prediction.parse_raw(prediction.json()) == prediction
assert copy.deepcopy(kept) == kept
assert pickle.loads(pickle.dumps(kept)) == kept

try:
    Prediction(**{"id": "only an id"})
except ValueError:
    pass
else:
    raise AssertionError("half a prediction was made")
