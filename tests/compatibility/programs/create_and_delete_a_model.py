"""Create a model, find it, and delete it again."""

import replicate
from replicate.exceptions import ReplicateError

name = "a-model-of-a-compatibility-program"
model = replicate.models.create(
    owner="local",
    name=name,
    visibility="private",
    hardware="cpu",
    description="To be deleted at once.",
)
assert (model.owner, model.name, model.visibility) == ("local", name, "private")
assert replicate.models.get(f"local/{name}").description == "To be deleted at once."

assert replicate.models.delete("local", name) is True

try:
    replicate.models.get(f"local/{name}")
except ReplicateError as error:
    assert error.status == 404
else:
    raise AssertionError("the model is still there")
