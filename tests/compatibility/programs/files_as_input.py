"""Send files: an open file, a path, a URL, and one inside the request."""

from pathlib import Path

import replicate

picture = replicate.run("local/identicon", input={"prompt": "in", "size": 12})
Path("in.png").write_bytes(picture.read())

with open("in.png", "rb") as file:
    negative = replicate.run("local/negative", input={"image": file})
from_path = replicate.run("local/negative", input={"image": Path("in.png")})
from_url = replicate.run("local/negative", input={"image": negative.url})
with open("in.png", "rb") as file:
    inside = replicate.run("local/negative", input={"image": file}, file_encoding_strategy="base64")

assert negative.read() == from_path.read() == inside.read()
assert from_url.read() != negative.read()

Path("text.txt").write_text("to be or not to be", encoding="utf-8")
with open("text.txt", "rb") as file:
    counts = replicate.run("local/wordcount", input={"text": file})
assert counts["words"] == 6
