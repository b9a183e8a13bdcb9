"""Run a model with a list of files: read one, write the others chunk by chunk."""

import replicate
from replicate.helpers import FileOutput

output = replicate.run(
    "local/julia",
    input={"prompt": "an astronaut", "num_outputs": 2, "width": 32, "height": 32},
)

assert isinstance(output, list)
for index, item in enumerate(output):
    assert isinstance(item, FileOutput)
    with open(f"output_{index}.png", "wb") as file:
        for chunk in item:
            file.write(chunk)

with open("output_1.png", "rb") as file:
    assert file.read() == output[1].read()
assert output[0].url != output[1].url
