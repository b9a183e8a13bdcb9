"""Create a prediction, follow it with a loop of one's own, and look at everything it tells."""

import time

import replicate

model = replicate.models.get("local/sleeper")
version = model.versions.get(model.latest_version.id)

prediction = replicate.predictions.create(version=version, input={"seconds": 0.2, "steps": 4})
assert prediction.status in {"starting", "processing"}

while prediction.status not in {"succeeded", "failed", "canceled"}:
    time.sleep(min(replicate.default_client.poll_interval, 0.05))
    prediction.reload()

assert prediction.output == "slept 0.2 s"
assert "100%" in prediction.logs
assert prediction.progress.percentage == 1.0
assert (prediction.progress.current, prediction.progress.total) == (4, 4)
assert prediction.error is None
assert prediction.metrics["predict_time"] > 0
assert prediction.input == {"seconds": 0.2, "steps": 4}
assert prediction.version == version.id
assert prediction.created_at <= prediction.completed_at
assert set(prediction.urls) >= {"get", "cancel"}

# The same in fewer words, with the arguments in the order of old.
other = replicate.predictions.create(version.id, {"seconds": 0})
other.wait()
assert other.status == "succeeded"
assert replicate.predictions.get(other.id).output == other.output

official = replicate.models.predictions.create("local/sleeper", {"seconds": 0})
official.wait()
assert official.model == "local/sleeper"

held = replicate.predictions.create(version=version.id, input={"seconds": 0}, wait=True)
held.wait()
assert held.status == "succeeded"
