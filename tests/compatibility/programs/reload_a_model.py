"""Bring a model up to date, and go on using it."""

import replicate

model = replicate.models.get("local/echo")
model.reload()
assert model.latest_version.id == replicate.models.get("local/echo").latest_version.id
