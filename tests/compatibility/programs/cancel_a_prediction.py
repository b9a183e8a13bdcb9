"""Cancel a prediction through its object and through its id."""

import replicate

first = replicate.predictions.create(model="local/sleeper", input={"seconds": 30})
first.cancel()
first.wait()
assert first.status == "canceled"

second = replicate.predictions.create(model="local/sleeper", input={"seconds": 30})
answer = replicate.predictions.cancel(second.id)
assert answer.id == second.id
answer.wait()
second.reload()
assert second.status == "canceled"
