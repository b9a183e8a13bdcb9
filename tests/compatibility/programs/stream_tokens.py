"""Print a model's text as it is made, and notice its end."""

import replicate
from replicate.stream import ServerSentEvent

tokens = []
ended = False
for event in replicate.stream("local/ngram", input={"prompt": "A function", "max_tokens": 6, "seed": 2}):
    print(str(event), end="")
    if event.event == ServerSentEvent.EventType.DONE:
        ended = True
    elif event.event.value == "output":
        assert event.id
        tokens.append(event.data)

assert ended
assert len(tokens) == 6
