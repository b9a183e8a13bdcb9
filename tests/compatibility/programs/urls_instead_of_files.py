"""Keep outputs as URLs: `use_file_output=False`, and `prediction.output` in JSON and in other HTTP libraries."""

import json
from urllib.request import urlopen

import replicate

picture = {"prompt": "a harbour", "width": 16, "height": 16, "seed": 5}

urls = replicate.run("local/julia", input=picture, use_file_output=False)
assert isinstance(urls[0], str)
assert json.loads(json.dumps(urls)) == urls

prediction = replicate.predictions.create(model="local/julia", input=picture)
prediction.wait()
assert isinstance(prediction.output[0], str)
assert json.loads(json.dumps(prediction.output)) == list(prediction.output)
with urlopen(prediction.output[0]) as response:
    content = response.read()
assert content[:4] == b"\x89PNG"
assert prediction.output[0].split("/")[-1].endswith(".png")
