"""Create a prediction, then read its stream, once by its method and once through an own request."""

import httpx
import replicate
from replicate.stream import EventSource

prediction = replicate.predictions.create(
    model="local/ngram",
    input={"prompt": "A class", "max_tokens": 5, "seed": 3},
    stream=True,
)
text = "".join(str(event) for event in prediction.stream())

with httpx.stream("GET", prediction.urls["stream"], headers={"Accept": "text/event-stream"}) as response:
    events = list(EventSource(replicate.default_client, response, use_file_output=False))

assert "".join(str(event) for event in events) == text
assert events[-1].event.value == "done"
assert set(events[0].dict()) == {"event", "data", "id", "retry"}
prediction.reload()
assert "".join(prediction.output) == text
