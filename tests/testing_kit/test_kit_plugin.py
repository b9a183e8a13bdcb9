"""The fixtures as a user gets them: pytest in a process of its own, which finds them because of what is installed."""

from __future__ import annotations

import re
import shutil

import pytest
from clean_site import CLIENT, ENGINE, ROOT, make_site, run_pytest

EXAMPLE = ROOT / "docs" / "examples" / "testing_an_application"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The client and pytest, without the engine."""
    return make_site(tmp_path_factory.mktemp("user") / "site", "pytest", *CLIENT)


def test_a_user_has_the_fixtures_without_any_more(site, tmp_path):
    (tmp_path / "test_first.py").write_text(
        """
import sys

def test_what_nobody_asked_for_is_not_loaded():
    heavy = {"httpx", "replicate.client", "replicate.testing._fake", "replicate_api"}
    assert not heavy & set(sys.modules)
"""
    )
    (tmp_path / "test_second.py").write_text(
        """
import asyncio
import replicate

def test_blocking(fake_replicate):
    fake_replicate.script("acme/writer", ["a", "b"], delay=60)
    assert replicate.run("acme/writer", input={}) == ["a", "b"]
    fake_replicate.assert_nothing_left_running()

def test_awaiting(fake_replicate):
    fake_replicate.script("acme/writer", "done")
    assert asyncio.run(replicate.async_run("acme/writer", input={})) == "done"
"""
    )
    done = run_pytest(site, tmp_path)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_a_failure_tells_what_went_wrong(site, tmp_path):
    (tmp_path / "test_it.py").write_text(
        """
import replicate

def test_unscripted(fake_replicate):
    replicate.run("acme/writer", input={})

def test_left_running(fake_replicate):
    fake_replicate.script("acme/writer", delay=float("inf"))
    replicate.predictions.create("acme/writer", input={})
    fake_replicate.assert_nothing_left_running()

def test_without_the_extra(replicate_client):
    pass
"""
    )
    done = run_pytest(site, tmp_path)
    assert "2 failed, 1 error" in done.stdout
    assert "fake_replicate.script('acme/writer', output=…)" in done.stdout
    assert "predictions were left running" in done.stdout
    assert "pip install 'replicate-openapi[local]'" in done.stdout


def test_the_fixtures_can_be_named_twice(site, tmp_path):
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["replicate.testing.pytest_plugin"]\n')
    (tmp_path / "test_it.py").write_text("def test_it(fake_replicate):\n    assert fake_replicate.url\n")
    done = run_pytest(site, tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_worked_example_and_the_tests_of_the_document_pass(tmp_path):
    site = make_site(tmp_path / "site", "pytest", *CLIENT, *ENGINE)
    shutil.copytree(EXAMPLE, tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    document = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```py\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    for number, block in enumerate(blocks):
        (tmp_path / "tests" / f"test_document_{number}.py").write_text(block, encoding="utf-8")
    expected = sum(
        path.read_text(encoding="utf-8").count("\ndef test_") for path in (tmp_path / "tests").glob("test_*.py")
    ) + sum(block.startswith("def test_") for block in blocks)
    done = run_pytest(site, tmp_path / "tests")
    assert f"{expected} passed" in done.stdout, done.stdout + done.stderr
    assert len(blocks) >= 6


def test_the_document_tells_each_argument_of_a_script_and_each_name_there_is():
    import inspect

    from replicate import testing

    document = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    arguments = set(inspect.signature(testing.FakeReplicate.script).parameters) - {"self", "openapi_schema"}
    names = {name for name in vars(testing.FakeReplicate) if not name.startswith("_")} - {"close", "trainings", "file"}
    assert {name for name in arguments | names if f"`{name}" not in document and f".{name}" not in document} == set()
