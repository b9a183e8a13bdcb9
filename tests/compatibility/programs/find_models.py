"""Look models and versions up."""

import replicate

found = replicate.models.search("sets")
assert "local/julia" in [model.id for model in found]

listed = [model for page in replicate.paginate(replicate.models.list) for model in page]
assert "local/ngram" in [f"{model.owner}/{model.name}" for model in listed]

model = replicate.models.get("local", "ngram")
assert model.id == replicate.models.get("local/ngram").id == "local/ngram"
assert replicate.models.get(owner="local", name="ngram").url == model.url
assert model.visibility == "public"
assert isinstance(model.run_count, int)
assert model.description
assert model.default_example is None or model.default_example.status == "succeeded"

versions = model.versions.list()
assert model.latest_version.id in [version.id for version in versions]
version = model.versions.get(versions[0].id)
assert "prompt" in version.openapi_schema["components"]["schemas"]["Input"]["properties"]
assert version.cog_version
