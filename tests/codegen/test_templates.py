"""Our versions of the generator's templates are based on the ones that are installed."""

import hashlib
from importlib.resources import files

import pytest
from codegen.layout import Layout

TEMPLATES = Layout.of_this_checkout().templates
UPSTREAM = files("openapi_python_client") / "templates"
RECORDED = dict(line.split()[::-1] for line in (TEMPLATES / "UPSTREAM.sha256").read_text().splitlines())
OURS = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.jinja"))


def test_each_override_is_recorded_with_the_template_that_it_replaces():
    assert sorted(RECORDED) == OURS


@pytest.mark.parametrize("name", OURS)
def test_the_generator_still_has_the_template_that_an_override_was_made_from(name):
    original = UPSTREAM.joinpath(*name.split("/"))
    assert original.is_file(), f"the generator has no {name} and would ignore ours without a word"
    digest = hashlib.sha256(original.read_bytes()).hexdigest()
    assert digest == RECORDED[name], f"{name} changed in the generator: merge it into ours, then update UPSTREAM.sha256"


@pytest.mark.parametrize("name", OURS)
def test_each_override_changes_something_and_says_why(name):
    ours = (TEMPLATES / name).read_text()
    assert ours != UPSTREAM.joinpath(*name.split("/")).read_text()
    assert ours.startswith("{# Ours: ")
