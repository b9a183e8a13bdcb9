"""Run a language model: join its pieces, or loop over those of a pinned version."""

import replicate

prompt = {"prompt": "The value of", "max_tokens": 8, "seed": 4}

text = "".join(replicate.run("local/ngram", input=prompt))
assert text.strip()

version = replicate.models.get("local/ngram").latest_version
pieces = []
for piece in replicate.run(f"local/ngram:{version.id}", input=prompt):
    pieces.append(str(piece))
assert "".join(pieces) == text
