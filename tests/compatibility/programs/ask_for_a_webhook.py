"""Ask for a webhook, and make a prediction out of what is sent to one."""

import json
from urllib.request import urlopen

import replicate
from replicate.prediction import Prediction

prediction = replicate.predictions.create(
    model="local/echo",
    input={"text": "call me"},
    webhook="https://example.com/hook",
    webhook_events_filter=["completed"],
)
prediction.wait()

with urlopen(prediction.urls["get"]) as response:
    body = response.read()  # the body of a webhook is the prediction's JSON
received = Prediction(**json.loads(body))
assert received.id == prediction.id
assert received.status == "succeeded"
assert received.output["text"] == "call me"
