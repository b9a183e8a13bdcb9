"""Pickle and deeply copy a prediction as it came from the service, as multiprocessing and caches do."""

import copy
import pickle

import replicate

prediction = replicate.predictions.create(model="local/echo", input={"text": "keep me"})
prediction.wait()
assert pickle.loads(pickle.dumps(prediction)) == prediction
assert copy.deepcopy(prediction) == prediction
