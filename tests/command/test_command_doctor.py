"""`doctor`: what it finds with a service, without one, and that it never tells the token."""

import json
import time
from email.utils import formatdate

import pytest

ACCOUNT = {"type": "user", "username": "ada"}


@pytest.fixture
def examine(command):
    """A function that returns what the doctor found, by topic, and its exit status."""

    def examine(*arguments):
        done = command("doctor", "--json", *arguments)
        findings = [json.loads(line) for line in done.lines]
        return {finding["topic"]: (finding["verdict"], finding["told"]) for finding in findings}, done.status

    return examine


def test_all_is_well_with_the_engine(examine, engine_url):
    found, status = examine("--base-url", engine_url)
    assert status == 0
    assert found["service"][0] == found["clock"][0] == found["local engine"][0] == "ok"
    assert found["account"] == ("ok", "local")
    assert found["token"] == ("ok", "REPLICATE_API_TOKEN is not set, and a server here needs none")
    assert "ratelimit-remaining: " in found["rate limit"][1]


def test_the_token_is_found_and_never_told(command, fake_replicate):
    done = command("doctor")
    assert done.status == 0
    assert "token          found in REPLICATE_API_TOKEN" in done.out
    assert fake_replicate.token not in done.out + done.err


def test_a_token_that_is_not_accepted_is_a_problem(examine, fake_replicate):
    fake_replicate.fail("account.get", status=401, times=None)
    found, status = examine()
    assert (status, found["account"][0], found["service"][0]) == (1, "problem", "ok")
    assert fake_replicate.token not in str(found)


@pytest.mark.parametrize(
    ("seconds", "verdict", "side"), [(1, "ok", "within"), (900, "problem", "behind"), (-900, "problem", "ahead of")]
)
def test_clocks_are_compared(examine, fake_replicate, seconds, verdict, side):
    headers = {"Date": formatdate(time.time() + seconds, usegmt=True)}
    fake_replicate.answer("GET /v1/account", json=ACCOUNT, headers=headers)
    found, status = examine()
    assert (found["clock"][0], side in found["clock"][1]) == (verdict, True)
    assert status == (verdict == "problem")


def test_a_service_in_trouble_is_asked_once(examine, fake_replicate):
    fake_replicate.fail("account.get", status=503, times=None)
    found, status = examine()
    assert (status, found["service"][0]) == (1, "problem")
    assert len(fake_replicate.requests) == 1


@pytest.fixture
def offline(surroundings):
    """A machine that reaches nothing."""
    surroundings.setenv("https_proxy", "http://127.0.0.1:1")
    surroundings.setenv("REPLICATE_BASE_URL", "https://replicate.invalid")
    return surroundings


def test_offline_and_without_a_token_it_says_what_is_missing(examine, offline):
    found, status = examine()
    assert status == 1
    assert found["base URL"] == ("ok", "https://replicate.invalid/v1 (REPLICATE_BASE_URL)")
    assert found["token"][0] == "problem"
    assert "https://replicate.com/account/api-tokens" in found["token"][1]
    assert (found["service"][0], "No connection could be made" in found["service"][1]) == ("problem", True)
    assert found["local engine"][0] == "ok"


def test_a_base_url_that_is_none_ends_the_way_to_the_service(examine):
    found, status = examine("--base-url", "ftp://example.com")
    assert (status, found["base URL"][0], "service" in found) == (1, "problem", False)


def test_a_token_that_cannot_be_sent_is_told_without_it(command, offline):
    offline.setenv("REPLICATE_API_TOKEN", "r8_half other-half")
    done = command("doctor")
    assert "problem  token          REPLICATE_API_TOKEN: The API token contains a blank" in done.out
    assert "half" not in done.out + done.err


def test_a_proxy_is_told_without_its_password(examine, surroundings, engine_url):
    surroundings.setenv("https_proxy", "http://ada:s3cret@proxy.example:8080")
    found, _ = examine("--base-url", engine_url)
    assert found["proxy"] == ("note", "https goes through http://proxy.example")


def test_the_official_distribution_beside_this_one_is_a_problem(examine, engine_url, monkeypatch):
    monkeypatch.setattr("replicate._installation._official_distribution", lambda directory: "replicate 1.0.7")
    found, status = examine("--base-url", engine_url)
    assert (status, found["installation"][0]) == (1, "problem")
    assert "pip uninstall replicate" in found["installation"][1]


def test_an_engine_without_its_packages_is_told_with_the_command_that_installs_them(examine, engine_url, monkeypatch):
    from importlib import metadata

    def version(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    found, status = examine("--base-url", engine_url)
    assert (status, found["local engine"][0]) == (0, "note")
    assert "pip install 'replicate-openapi[local]'" in found["local engine"][1]
