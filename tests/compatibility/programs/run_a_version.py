"""Name what to run in each way: a pinned version, a model's name, the objects of both."""

import replicate
from replicate.identifier import ModelVersionIdentifier

model = replicate.models.get("local/julia")
version = model.latest_version
picture = {"prompt": "a heron", "width": 16, "height": 16, "seed": 1}

pinned = replicate.run(f"local/julia:{version.id}", picture)
named = replicate.run("local/julia", input=picture)
of_model = replicate.run(model, input=picture)
of_version = replicate.run(version, input=picture)
of_identifier = replicate.run(ModelVersionIdentifier("local", "julia", version.id), input=picture)

outputs = [pinned, named, of_model, of_version, of_identifier]
assert len({output[0].read() for output in outputs}) == 1

# Without `wait` the first request returns at once.
(slow,) = replicate.run("local/julia", picture, wait=False)
assert slow.read() == pinned[0].read()
