"""Loop over the output of a prediction that is already over."""

import replicate

prediction = replicate.predictions.create(model="local/ngram", input={"prompt": "A", "max_tokens": 4, "seed": 1})
prediction.wait()
assert list(prediction.output_iterator()) == prediction.output
