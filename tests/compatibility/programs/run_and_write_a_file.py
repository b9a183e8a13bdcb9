"""Run a picture model and write its file, the first thing most people do."""

import replicate

output = replicate.run("local/identicon", input={"prompt": "a lighthouse"})

with open("lighthouse.png", "wb") as file:
    file.write(output.read())

with open("lighthouse.png", "rb") as file:
    assert file.read(8) == b"\x89PNG\r\n\x1a\n"
assert str(output) == output.url
assert output.url.startswith(("http", "data:"))
