"""Code that changes while it is served with `--reload`: what runs, under which version, and what if it is broken."""

import pytest
from own_engines import serving, write

PINNED = "7c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccbb"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("reloaded")


@pytest.fixture(scope="module")
def api(directory):
    """An engine that follows changes."""
    for name in ("plain", "running", "broken", "settings", "back", "aliased", "pinned"):
        write(
            directory / name / f"{name}.py", f"import other\ndef {name}(x: int = 1) -> str:\n    return other.word()\n"
        )
        write(directory / name / "other.py", "def word(): return 'first'\n")
    write(
        directory / "running/running.py",
        "import os, time\nimport other\ndef running(wait: bool = False) -> str:\n    print('begun', flush=True)\n"
        "    while wait and not os.path.exists('go'): time.sleep(0.01)\n    return other.word()\n",
    )
    write(
        directory / "settings/settings.py",
        "import pathlib, os\nWORD = pathlib.Path('word.txt').read_text()\n"
        "def settings() -> list:\n    return [WORD, os.getpid()]\n",
    )
    write(directory / "settings/word.txt", "first")
    write(directory / "folder/cog.yaml", "predict: one.py:predict\n")
    write(directory / "folder/one.py", "def predict() -> str: return 'one'\n")
    write(directory / "folder/two.py", "def predict(n: int = 2) -> str: return 'two'\n")
    write(
        directory / "many/many.py",
        "from replicate_local import model\n@model()\ndef many_a() -> str: return 'a'\n",
    )
    models = [
        f"{directory / name / name}.py:{name}"
        for name in ("plain", "running", "broken", "settings", "back", "aliased", "pinned")
    ]
    alias = ("--alias", f"hosted/aliased:{PINNED}=local/aliased")
    with serving("--reload", *alias, *models, directory / "folder", directory / "many/many.py") as engine:
        yield engine


def test_the_prediction_after_a_change_runs_the_new_code_as_a_new_version(api, directory):
    before = api.run("plain")
    assert before["output"] == "first"
    write(directory / "plain/other.py", "def word(): return 'second'\n")
    after = api.run("plain")
    assert after["output"] == "second"
    assert after["version"] == api.version("plain")["id"] != before["version"]
    assert f"local/plain is now version {after['version']}" in api.told()


def test_a_change_of_the_same_length_within_the_same_moment_is_noticed(api, directory):
    for word in ("aaaaaa", "bbbbbb", "cccccc"):
        write(directory / "plain/other.py", f"def word(): return {word!r}\n")
        assert api.run("plain")["output"] == word


def test_a_changed_signature_is_a_changed_schema_and_other_checks(api, directory):
    assert api.post("plain", {"x": "a"}).status_code == 422
    write(directory / "plain/plain.py", "def plain(x: str) -> str:\n    return x\n")
    properties = api.version("plain")["openapi_schema"]["components"]["schemas"]["Input"]["properties"]
    assert properties["x"]["type"] == "string"
    assert api.run("plain", {"x": "a"})["output"] == "a"


def test_a_prediction_that_runs_when_the_code_changes_ends_undisturbed(api, directory):
    running = api.create("running", {"wait": True})
    api.until(running, lambda state: "begun" in state["logs"])
    write(directory / "running/other.py", "def word(): return 'second'\n")
    assert api.run("running")["output"] == "second"
    assert api.get(running)["status"] == "processing"
    (directory / "running/go").touch()
    ended = api.until_ended(running)
    assert (ended["status"], ended["output"]) == ("succeeded", "first")


def test_broken_code_is_reported_and_the_version_before_is_still_served(api, directory):
    before = api.run("broken")
    write(directory / "broken/broken.py", "def broken(:\n")
    for _ in range(2):
        still = api.run("broken")
        assert (still["output"], still["version"]) == ("first", before["version"])
    told = api.told()
    assert told.count("broken.py:broken cannot be served: SyntaxError: invalid syntax (broken.py, line 1)") == 1
    assert "The version before is still served." in told


def test_the_version_before_broken_code_is_served_by_new_workers_too(api, directory):
    write(
        directory / "broken/broken.py",
        "import os\ndef broken(die: bool = False) -> str:\n    die and os._exit(1)\n    return 'ok'\n",
    )
    assert api.run("broken")["output"] == "ok"
    write(directory / "broken/broken.py", "raise OSError('not now')\n")
    assert api.run("broken", {"die": True})["status"] == "failed"
    assert api.run("broken")["output"] == "ok"
    assert "broken.py:broken cannot be served: OSError: not now" in api.told()
    write(directory / "broken/broken.py", "def broken() -> str: return 'mended'\n")
    assert api.run("broken")["output"] == "mended"


def test_changed_settings_are_read_by_a_new_worker_of_the_same_version(api, directory):
    word, worker = api.run("settings")["output"]
    assert api.run("settings")["output"] == [word, worker]
    version = api.version("settings")["id"]
    write(directory / "settings/word.txt", "second")
    fresh, another = api.run("settings")["output"]
    assert (word, fresh) == ("first", "second")
    assert another != worker
    assert api.version("settings")["id"] == version


def test_who_goes_back_to_earlier_code_gets_it(api, directory):
    write(directory / "back/other.py", "def word(): return 'second'\n")
    assert api.run("back")["output"] == "second"
    write(directory / "back/other.py", "def word(): return 'first'\n")
    assert api.run("back")["output"] == "first"
    assert len(api.client.get("models/local/back/versions").json()["results"]) == 3


def test_an_earlier_version_still_runs_where_it_is_asked_for(api, directory):
    first = api.version("pinned")["id"]
    write(directory / "pinned/pinned.py", "def pinned() -> str: return 'second'\n")
    write(directory / "pinned/other.py", "import nothing_of_that_name\n")
    assert api.run("pinned")["output"] == "second"
    body = {"version": first, "input": {}}
    again = api.client.post("predictions", json=body, headers={"Prefer": "wait"}).json()
    assert (again["output"], again["version"]) == ("first", first)


def test_an_alias_follows_its_model(api, directory):
    write(directory / "aliased/other.py", "def word(): return 'second'\n")
    body = {"version": PINNED, "input": {}}
    assert api.client.post("predictions", json=body, headers={"Prefer": "wait"}).json()["output"] == "second"


def test_a_changed_cog_yaml_is_followed(api, directory):
    assert api.run("folder")["output"] == "one"
    write(directory / "folder/cog.yaml", "predict: two.py:predict\n")
    assert api.run("folder")["output"] == "two"
    write(directory / "folder/cog.yaml", "predict: three.py:predict\n")
    assert api.run("folder")["output"] == "two"
    assert "cog.yaml names three.py:predict, but there is no such file" in api.told()


def test_a_function_that_is_declared_later_is_served_too(api, directory):
    declared = "from replicate_local import model\n@model()\ndef many_a() -> str: return 'a2'\n"
    write(directory / "many/many.py", declared + "@model()\ndef many_b() -> str: return 'b'\n")
    assert api.run("many_b")["output"] == "b"
    assert api.run("many_a")["output"] == "a2"
    write(directory / "many/many.py", declared + "@model('local/echo')\ndef many_b() -> str: return 'b'\n")
    assert api.run("many_b")["output"] == "b"
    assert "many.py offers local/echo, but there is a model of that name already" in api.told()


def test_many_calls_at_a_time_after_a_change_make_one_version(api, directory):
    before = len(api.client.get("models/local/aliased/versions").json()["results"])
    write(directory / "aliased/other.py", "def word(): return 'third'\n")
    created = [api.create("aliased") for _ in range(5)]
    assert {api.until_ended(one)["output"] for one in created} == {"third"}
    assert len(api.client.get("models/local/aliased/versions").json()["results"]) == before + 1


def test_without_that_option_a_change_waits_for_the_next_start(tmp_path):
    source = write(tmp_path / "m.py", "import late\ndef m(die: bool = False) -> str:\n    return late.word(die)\n")
    write(tmp_path / "late.py", "import os\ndef word(die): return die and os._exit(1) or 'first'\n")
    with serving(f"{source}:m") as engine:
        assert engine.run("m")["output"] == "first"
        write(tmp_path / "late.py", "def word(die): return 'second'\n")
        assert engine.run("m", {"die": True})["status"] == "failed"
        assert engine.run("m")["output"] == "first"
