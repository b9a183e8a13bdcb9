"""Give the output of one model to the next, and read a file from a prediction's output."""

import replicate

painter = replicate.models.get("local/identicon")
inverter = replicate.models.get("local/negative")

image = painter.latest_version.predict(prompt="avocado armchair")
negative = inverter.latest_version.predict(image=image)
assert negative.read() != image.read()

prediction = replicate.predictions.create(version=painter.latest_version, input={"prompt": "avocado armchair"})
prediction.wait()
assert prediction.output.read() == image.read()
