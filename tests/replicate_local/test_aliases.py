"""Models of the engine under further names: how they are written, and how they are served."""

import subprocess
import sys

import pytest
import replicate
from replicate_local.aliases import Alias, AliasError, parse_alias
from replicate_local.launcher import start_engine

VERSION = "5797a99edc939ea0e9242d5e8c9cb3bc7d125b1eac21bda852e5cb79ede2cd9b"
OTHER_VERSION = "db21e45d3f7023abc2a46ee38a23973f6dce16bb082a930b0c49861f96d1e5bf"


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("owner/name=local/julia", Alias("owner", "name", None, "local/julia")),
        ("o-1/kandinsky-2.2=local/echo", Alias("o-1", "kandinsky-2.2", None, "local/echo")),
        (f"owner/name:{VERSION}=local/julia", Alias("owner", "name", VERSION, "local/julia")),
    ],
)
def test_an_alias_is_a_name_and_maybe_a_version_of_a_local_model(text, alias):
    assert parse_alias(text) == alias


@pytest.mark.parametrize(
    "text",
    [
        "", "owner/name", "owner=local/julia", "owner/name=julia", "owner/name=other/julia", "a/../b=local/julia",
        "a/..=local/julia", "owner/name:abc=local/julia", "local/name=local/julia", "owner/name=local/julia\n",
    ],
)  # fmt: skip
def test_what_is_no_alias_is_refused_by_its_text(text):
    with pytest.raises(AliasError, match="is no alias") as caught:
        parse_alias(text)
    assert repr(text) in str(caught.value)


@pytest.fixture(scope="module")
def client():
    aliases = {
        "someone/painter": "local/identicon",
        f"someone/writer:{VERSION}": "local/ngram",
        f"someone/writer:{OTHER_VERSION}": "local/ngram",
    }
    engine = start_engine(aliases=aliases)
    with replicate.Client("token", base_url=engine.url) as client:
        yield client
    engine.stop()


def test_an_alias_runs_the_model_it_stands_for(client):
    output = client.run("someone/painter", input={"prompt": "hello"})
    assert output.read() == client.run("local/identicon", input={"prompt": "hello"}).read()


def test_a_prediction_of_an_alias_carries_its_name(client):
    prediction = client.predictions.create(f"someone/writer:{VERSION}", {"prompt": "The", "max_tokens": 1}, wait=True)
    assert (prediction.status, prediction.model) == ("succeeded", "someone/writer")


def test_an_alias_says_which_model_answers(client):
    assert "local/identicon" in client.models.get("someone/painter").description


def test_an_alias_has_the_versions_it_was_given_the_last_one_being_the_latest(client):
    model = client.models.get("someone/writer")
    assert {version.id for version in model.versions.list()} == {VERSION, OTHER_VERSION}
    assert model.latest_version.id == OTHER_VERSION
    assert model.versions.get(VERSION).openapi_schema == model.latest_version.openapi_schema


def test_the_version_of_an_alias_without_one_belongs_to_it_alone(client):
    version = client.models.get("someone/painter").latest_version
    assert version.id != client.models.get("local/identicon").latest_version.id
    assert client.predictions.create(version, {"prompt": ""}, wait=True).model == "someone/painter"


def test_an_alias_lasts_as_long_as_the_engine_that_was_told_it(tmp_path):
    engine = start_engine(data=str(tmp_path), aliases={"someone/painter": "local/identicon"})
    with replicate.Client("token", base_url=engine.url) as client:
        made = client.predictions.create("someone/painter", {"prompt": ""}, wait=True)
    engine.stop()
    engine = start_engine(data=str(tmp_path))
    with replicate.Client("token", base_url=engine.url) as client:
        with pytest.raises(replicate.exceptions.NotFoundError):
            client.models.get("someone/painter")
        assert client.predictions.get(made.id).status == "succeeded"
    engine.stop()


@pytest.mark.parametrize("alias", ["owner", "owner/name=local/nothing"])
def test_the_command_does_not_start_with_an_alias_that_cannot_be_served(alias):
    command = [sys.executable, "-m", "replicate_local", "serve", "--port", "0", "--alias", alias]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "alias" in done.stderr
