"""Models of a person's own: how they are named on the command line, found, described, and run where they lie."""

import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import replicate
from engine_calls import wait_until, wait_until_gone
from own_engines import serving, write
from replicate_local import cli, cog_yaml, kept_code, launcher, own_models
from replicate_local.cog_yaml import CogYaml, CogYamlError
from replicate_local.launcher import start_engine
from replicate_local.model_sources import ModelSourceError, parse_model
from replicate_local.workers import process

PINNED = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A directory of models in all the forms that can be served."""
    directory = tmp_path_factory.mktemp("models")
    write(
        directory / "greeter/cog.yaml",
        """\
        build:
          python_version: "3.11"
        predict: "src/predict.py:Greeter"
        train: "train.py:train"
        """,
    )
    write(directory / "greeter/README.md", "# Greeter\n\nSays hello.\n")
    write(directory / "greeter/words/hello.txt", "hello")
    write(directory / "greeter/shouting.py", "def shout(text): return text.upper() + '!'\n")
    write(directory / "greeter/tools/spelling.py", "def spell(text): return '-'.join(text)\n")
    write(
        directory / "greeter/src/predict.py",
        '''\
        """The file of the predictor."""
        import pathlib, shouting
        from cog import BasePredictor, Input, Path
        from tools.spelling import spell

        class Greeter(BasePredictor):
            """Greets people.

            At length.
            """

            def setup(self, weights: Path = None):
                self.word = (weights or pathlib.Path("words/hello.txt")).read_text()

            def predict(self, name: str = Input(description="Whom"), spelled: bool = False) -> str:
                print(pathlib.Path(__file__))
                return shouting.shout(f"{self.word} {spell(name) if spelled else name}")
        ''',
    )
    write(
        directory / "greeter/train.py",
        """\
        import pathlib, shouting, tempfile
        from cog import BaseModel, Input, Path
        class Trained(BaseModel):
            weights: Path
        def train(word: str = Input(description="What to say")) -> Trained:
            path = pathlib.Path(tempfile.mkdtemp(), "word.txt")
            path.write_text(shouting.shout(word))
            return Trained(weights=Path(path))
        """,
    )
    write(
        directory / "My Doubler.py", "class Predictor:\n    def predict(self, x: int) -> int:\n        return 2 * x\n"
    )
    write(directory / "runners.py", "class Runner:\n    def run(self, x: int) -> int:\n        return 3 * x\n")
    write(
        directory / "functions.py",
        '''\
        def halve(x: float) -> float:
            """Halves a number."""
            return x / 2
        class Thirds:
            def predict(self, x: float) -> float: return x / 3
        ''',
    )
    write(
        directory / "declared.py",
        '''\
        from collections.abc import Iterator
        from replicate_local import Input, model

        @model("acme/count")
        def count(to: int = Input(3, ge=1, le=9)) -> Iterator[int]:
            """Counts."""
            yield from range(1, to + 1)

        @model()
        def reverse(text: str) -> str:
            return text[::-1]

        @model("plain")
        class Plain:
            def predict(self) -> str: return "plain"
        ''',
    )
    return directory


@pytest.fixture(scope="module")
def served(models):
    """An engine with all of them."""
    with serving(
        models / "greeter",
        models / "My Doubler.py",
        f"{models / 'runners.py'}",
        f"{models / 'functions.py'}:halve",
        f"{models / 'functions.py'}:Thirds=acme/thirds",
        models / "declared.py",
        *("--alias", f"hosted/greeter:{PINNED}=local/greeter"),
    ) as engine:
        yield engine


RUNS = [
    pytest.param("local/greeter", {"name": "Ann"}, "HELLO ANN!", id="a folder with a cog.yaml"),
    pytest.param("local/My-Doubler", {"x": 4}, 8, id="a file, by its name"),
    pytest.param("local/runners", {"x": 4}, 12, id="a file with a Runner"),
    pytest.param("local/halve", {"x": 5}, 2.5, id="a function, by its own name"),
    pytest.param("acme/thirds", {"x": 6}, 2.0, id="a chosen name"),
    pytest.param("acme/count", {"to": 4}, [1, 2, 3, 4], id="a declared function"),
    pytest.param("local/reverse", {"text": "abc"}, "cba", id="a declared function without a name"),
    pytest.param("local/plain", {}, "plain", id="a declared class, named without its owner"),
    pytest.param("hosted/greeter", {"name": "Ann"}, "HELLO ANN!", id="an alias of an own model"),
]


@pytest.mark.parametrize(("name", "given", "output"), RUNS)
def test_an_own_model_runs_under_its_name(served, name, given, output):
    prediction = served.run(name, given)
    assert (prediction["status"], prediction["output"]) == ("succeeded", output)


def test_the_client_runs_own_models_as_it_runs_hosted_ones(served):
    client = replicate.Client(base_url=f"{served.url}/v1", api_token="none")
    assert client.run("local/greeter", input={"name": "Bob"}) == "HELLO BOB!"
    assert client.run(f"hosted/greeter:{PINNED}", input={"name": "Bob"}) == "HELLO BOB!"
    assert list(client.run("acme/count", input={"to": 2})) == [1, 2]


def test_code_runs_where_it_lies_with_its_own_modules_and_data(served, models):
    prediction = served.run("greeter", {"name": "Ann", "spelled": True})
    assert prediction["output"] == "HELLO A-N-N!"
    assert prediction["logs"] == f"{models}/greeter/src/predict.py\n"


def test_nothing_is_written_into_the_folder_of_a_model(served, models):
    served.run("greeter", {"name": "Ann"})
    assert not list(models.rglob("__pycache__"))


def test_a_model_is_described_in_the_words_of_its_author(served):
    greeter = served.client.get("models/local/greeter").json()
    assert greeter["description"] == "Greets people."
    assert served.client.get("models/local/greeter/readme").text == "# Greeter\n\nSays hello.\n"
    assert served.client.get("models/local/halve").json()["description"] == "Halves a number."


def test_the_input_of_an_own_model_is_checked_against_its_hints(served):
    refused = served.post("acme/count", {"to": 10})
    assert refused.status_code == 422
    assert refused.json()["invalid_fields"] == [
        {"type": "number_lte", "field": "input.to", "description": "Must be less than or equal to 9"}
    ]


def test_the_engine_says_what_it_serves(served):
    lines = served.told().splitlines()
    assert "replicate-local: serving local/greeter" in lines
    assert "replicate-local: serving acme/count" in lines
    assert len(lines) == 8


def test_training_code_of_an_own_model_makes_a_version_that_runs_with_its_modules(served):
    served.client.post(
        "models", json={"owner": "local", "name": "trained", "visibility": "private", "hardware": "cpu"}
    ).raise_for_status()
    version = served.version("greeter")["id"]
    schema = served.version("greeter")["openapi_schema"]
    assert "TrainingInput" in schema["components"]["schemas"]
    assert "/trainings" in schema["paths"]
    assert "/trainings" not in served.version("halve")["openapi_schema"]["paths"]
    training = served.client.post(
        f"models/local/greeter/versions/{version}/trainings",
        json={"destination": "local/trained", "input": {"word": "good day"}},
    ).json()
    training = served.until_ended(training)
    assert training["status"] == "succeeded", training
    name = training["output"]["version"]
    made = served.client.post(
        "predictions", json={"version": name, "input": {"name": "Ann"}}, headers={"Prefer": "wait"}
    ).json()
    assert made["output"] == "GOOD DAY! ANN!"


def test_versions_outlive_their_engine_and_the_folder_they_were_made_in(tmp_path):
    for name in ("kept", "moved"):
        write(tmp_path / name / "m.py", f"import beside\ndef {name}(x: int) -> int:\n    return beside.add(x)\n")
        write(tmp_path / name / "beside.py", "def add(x): return x + 1\n")
    with serving(f"{tmp_path}/kept/m.py:kept", f"{tmp_path}/moved/m.py:moved", "--data", tmp_path / "data") as engine:
        assert engine.run("kept", {"x": 1})["output"] == 2
        version = engine.version("moved")["id"]
    (tmp_path / "kept").rename(tmp_path / "gone")
    (tmp_path / "moved").rename(tmp_path / "elsewhere")
    with serving(f"{tmp_path}/elsewhere/m.py:moved", "--data", tmp_path / "data") as engine:
        assert engine.run("kept", {"x": 1})["output"] == 2
        assert engine.run("moved", {"x": 1})["output"] == 2
        assert engine.version("moved")["id"] == version


def test_a_program_names_its_models_when_it_starts_an_engine_or_in_a_variable(models, monkeypatch):
    monkeypatch.setenv("REPLICATE_LOCAL_MODELS", f"{models / 'functions.py'}:halve=acme/half; {models / 'runners.py'}")
    monkeypatch.setattr(launcher, "START_LIMIT", 0.001)  # importing models may take much longer
    engine = start_engine(models=[str(models / "declared.py")])
    try:
        client = replicate.Client(base_url=f"{engine.url}/v1", api_token="none")
        assert client.run("acme/half", input={"x": 3}) == 1.5
        assert client.run("local/runners", input={"x": 3}) == 9
        assert client.run("local/reverse", input={"text": "ab"}) == "ba"
    finally:
        engine.stop()


def test_a_declared_function_is_an_ordinary_one_outside_of_an_engine(models):
    program = (
        "import sys, declared, inspect; print(declared.reverse('ab'), declared.Plain().predict(), "
        "{'starlette', 'httpx', 'cog', 'asyncio', 'replicate'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=models, capture_output=True, text=True, check=True)
    assert done.stdout == "ba plain set()\n"


def test_a_path_of_the_environment_means_the_same_place_in_a_workers_directory(models, monkeypatch):
    monkeypatch.chdir(models / "greeter")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["tools", ""]))
    assert process.environment()["PYTHONPATH"] == str(models / "greeter/tools")


REFUSED = [
    pytest.param(["none.py"], "none.py is no model: there is no file or folder none.py", id="no such file"),
    pytest.param(["empty"], "empty has no cog.yaml; name the file to serve", id="a folder without cog.yaml"),
    pytest.param(["text.txt"], "text.txt is not a Python file", id="no Python file"),
    pytest.param(["named"], "names gone.py:P, but there is no such file", id="cog.yaml names a file that is not there"),
    pytest.param(["outside"], "names ../fine.py:fine, but there is no such file", id="cog.yaml names a file elsewhere"),
    pytest.param(["broken.py"], "broken.py cannot be served: SyntaxError: invalid syntax (broken.py", id="syntax"),
    pytest.param(["nothing.py"], "nothing.py has no class Predictor and no function", id="nothing in it"),
    pytest.param(["nothing.py:x"], "nothing.py:x is neither a class nor a function", id="no function"),
    pytest.param(["fine.py:other"], "fine.py has no 'other'", id="no such function"),
    pytest.param(["importing.py"], "No module named 'not_installed'; the engine installs nothing", id="import"),
    pytest.param(["exiting.py"], "exiting.py ended its process with status 3", id="ends the process"),
    pytest.param(["noisy.py"], "Traceback", id="what the code wrote is shown"),
    pytest.param(["fine.py:fine", "fine.py:fine"], "two models would be called local/fine", id="twice the same"),
    pytest.param(["fine.py:fine=local/echo"], "two models would be called local/echo", id="a name of the engine's own"),
    pytest.param(["two.py", "--name", "a/b"], "declares several models, so they cannot all be called a/b", id="a name"),
    pytest.param(["fine.py:fine", "two.py", "--name", "a/b"], "--name is for one model", id="a name for two"),
    pytest.param(["fine.py:fine", "--name", "a/b/c"], "'a/b/c' cannot be the name of a model", id="no name"),
    pytest.param(["limits.py"], "'soon' is no time", id="a declared limit"),
]


@pytest.fixture(scope="module")
def unusable(tmp_path_factory):
    directory = tmp_path_factory.mktemp("unusable")
    (directory / "empty").mkdir()
    for name, source in {
        "text.txt": "",
        "named/cog.yaml": "predict: gone.py:P\n",
        "outside/cog.yaml": "predict: ../fine.py:fine\n",
        "broken.py": "def (\n",
        "nothing.py": "x = 1\n",
        "fine.py": "def fine(): ...\n",
        "importing.py": "import not_installed\n",
        "exiting.py": "import os; os._exit(3)\n",
        "slow.py": "import time\nprint('on the way', flush=True)\ntime.sleep(60)\n",
        "noisy.py": "raise OSError('no')\n",
        "two.py": "from replicate_local import model\n@model()\ndef a(): ...\n@model()\ndef b(): ...\n",
        "limits.py": "from replicate_local import model\n@model(time_limit='soon')\ndef a(): ...\n",
    }.items():
        write(directory / name, source)
    return directory


@pytest.fixture
def refuse(unusable, monkeypatch, capsys):
    """Runs the command, which is going to refuse; the engine's own models are not described for that."""

    async def nothing(entries):
        return []

    def run(*arguments):
        monkeypatch.chdir(unusable)
        monkeypatch.setattr(cli, "describe", nothing)
        status = cli.main(["serve", "--port", "0", *arguments])
        return status, *capsys.readouterr()

    return run


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_cannot_be_served_is_refused_with_the_reason(refuse, arguments, sentence):
    status, out, err = refuse(*arguments)
    assert (status, out) == (1, "")
    assert sentence in err
    assert err.splitlines()[-1].startswith("replicate-local: ")
    assert "replicate_local/" not in err


def test_a_file_that_is_never_imported_to_its_end_is_given_up(refuse):
    _, _, err = refuse("slow.py", "--setup-timeout", "3")
    assert err == (
        "on the way\nreplicate-local: slow.py cannot be served: slow.py took longer than 3 seconds to be imported\n"
    )


def test_what_is_imported_ends_with_an_engine_that_is_killed(unusable, tmp_path):
    source = write(tmp_path / "told.py", "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)\n")
    engine = subprocess.Popen([sys.executable, "-m", "replicate_local", "serve", "--port", "0", source])
    pid = tmp_path / "pid"
    wait_until(lambda: pid.exists() and pid.read_text(), "it is not imported")
    engine.kill()
    engine.wait()
    wait_until_gone(int(pid.read_text()))


READABLE = [
    ('predict: "predict.py:Predictor"\n', CogYaml("predict.py:Predictor", None)),
    (
        "predict: predict.py:Predictor\ntrain: 'a b/train.py:train'\n",
        CogYaml("predict.py:Predictor", "a b/train.py:train"),
    ),
    ("# cog\n---\nrun: run.py:Runner  # the newer key\n", CogYaml("run.py:Runner", None)),
    ("\ufeffpredict : p.py:P\nimage: r8.im/a/b\nconcurrency:\n  max: 3\n", CogYaml("p.py:P", None)),
    ("build:\n  run:\n    - apt-get update\n  predict: no\npredict: p.py:P\n", CogYaml("p.py:P", None)),
    ("build:\n- a: 1\npredict: p.py:P\ntests: [a, b]\n", CogYaml("p.py:P", None)),
]
UNREADABLE = [
    "",
    "build: {}\n",
    "predict: 3\n",
    "predict: predict.py\n",
    "predict: predict:Predictor\n",
    "predict:\n  - p.py:P\n",
    "predict: [p.py:P]\n",
    "[a]\n",
    "predict: 'p.py:P\n",
]


@pytest.fixture(params=["PyYAML", "its plain lines"])
def reader(request, monkeypatch):
    """Reads with PyYAML, or as where that is not installed."""
    if request.param != "PyYAML":
        monkeypatch.setattr(cog_yaml.importlib.util, "find_spec", lambda name: None)
    return cog_yaml.read


@pytest.mark.parametrize(("text", "expected"), READABLE)
def test_a_cog_yaml_is_read_the_same_with_and_without_pyyaml(reader, tmp_path, text, expected):
    assert reader(write(tmp_path / "cog.yaml", text)) == expected


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_cog_yaml_that_names_no_predictor_is_refused(reader, tmp_path, text):
    with pytest.raises(CogYamlError, match=r"cog\.yaml"):
        reader(write(tmp_path / "cog.yaml", text))


@pytest.mark.parametrize("value", ["|\n  p.py:P", "&a p.py:P", '"p.py:\\u0050"', "{a: b}", "!!str p.py:P"])
def test_yaml_beyond_plain_lines_is_not_guessed_at(monkeypatch, tmp_path, value):
    monkeypatch.setattr(cog_yaml.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CogYamlError, match=r"line 1, is more YAML than is understood here.*install PyYAML"):
        cog_yaml.read(write(tmp_path / "cog.yaml", f"predict: {value}\n"))


def test_a_cog_yaml_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "cog.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelSourceError, match="cannot be read"):
        parse_model(str(tmp_path))


def test_the_code_of_a_folder_is_found_nearest_first_and_nothing_else(tmp_path, monkeypatch):
    for name in ["a.py", "b/c.py", "b/d/e.py", "f.txt", ".git/g.py", "own/i.py", "__pycache__/j.py"]:
        write(tmp_path / name, "1")
    (tmp_path / "own/pyvenv.cfg").touch()
    (tmp_path / "round").symlink_to(tmp_path)
    assert [*kept_code.read(tmp_path)] == ["a.py", "b/c.py", "b/d/e.py"]
    monkeypatch.setattr(kept_code, "MAX_ENTRIES", 9)
    assert "b/d/e.py" not in kept_code.read(tmp_path)


def test_a_module_is_found_in_the_order_of_the_path_kept_or_not(tmp_path):
    write(tmp_path / "vendored/textwrap.py", "WHOSE = 'vendored'\n")
    write(tmp_path / "vendored/own.py", "WHOSE = 'vendored'\n")
    source = write(
        tmp_path / "m.py",
        """
        import pathlib, sys
        sys.path.append(str(pathlib.Path(__file__).parent / "vendored"))
        import own, textwrap
        def m() -> list: return [own.WHOSE, hasattr(textwrap, "dedent")]
        """,
    )
    with serving(f"{source}:m", "--data", tmp_path / "data") as engine:
        write(tmp_path / "vendored/own.py", "WHOSE = 'changed'\n")
        assert engine.run("m")["output"] == ["vendored", True]
        assert not list((tmp_path / "data/versions").glob("new-*"))


def test_the_hash_of_code_tells_where_one_file_ends_and_the_next_begins():
    codes = [{"a": b"bc"}, {"ab": b"c"}, {"a": b"", "b": b"c"}, {"a": b"b", "c": b""}, {}]
    assert len({kept_code.digest(code) for code in codes}) == len(codes)


def test_each_option_that_the_document_names_is_there():
    document = (Path(__file__).parents[2] / "docs/engine.md").read_text("utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "replicate_local", "serve", "--help"], capture_output=True, text=True, check=True
    ).stdout
    options = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", document))
    assert len(options) > 5
    assert options <= set(re.findall(r"--[a-z]+(?:-[a-z]+)*", told))


def test_code_that_is_served_twice_is_kept_once(tmp_path):
    code, target = tmp_path / "code", tmp_path / "versions" / "kept"
    code.mkdir()
    (code / "predict.py").write_text("x = 1\n")
    start = threading.Barrier(8)

    def copy():
        start.wait()
        own_models._copy(code, target)

    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(copy) for _ in range(8)]:
            future.result()
    assert [path.name for path in target.parent.iterdir()] == ["kept"]
    assert (target / "predict.py").read_text() == "x = 1\n"
