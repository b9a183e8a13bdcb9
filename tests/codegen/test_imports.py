"""Every generated module can be imported, whichever comes first."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import replicate_api
from replicate_api import models

PACKAGE = Path(replicate_api.__file__).parent
MODULES = sorted(
    ".".join(("replicate_api", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
)


def run(code):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_generated_module_can_be_imported():
    assert len(MODULES) > 50
    run(f"from importlib import import_module\nfor name in {MODULES}: import_module(name)")


@pytest.mark.parametrize(
    "first",
    [
        "models.prediction",
        "models.model",
        "models.model_page",
        "models.search_model",
        "models.problem",
        "errors",
        "client",
    ],
)
def test_modules_that_need_each_other_can_be_imported_in_any_order(first):
    # A process of its own, so that nothing has been imported before.
    run(
        f"import replicate_api.{first}\n"
        "from replicate_api.models import Model\n"
        "Model.from_dict({'owner': 'a', 'name': 'b'}).to_dict()"
    )


def test_models_are_imported_only_when_they_are_asked_for():
    loaded = run(
        "import sys, replicate_api.models as m\n"
        "assert 'replicate_api.models.version' not in sys.modules\n"
        "m.Version\n"
        "print(*sorted(name for name in sys.modules if name.startswith('replicate_api.models.')))"
    )
    assert loaded.split() == ["replicate_api.models.version"]


def test_models_and_types_come_without_an_http_library():
    run(
        "import sys, replicate_api.types\n"
        "from replicate_api.models import Prediction\n"
        "assert 'httpx' not in sys.modules"
    )


def test_the_package_offers_its_two_clients_and_nothing_else():
    assert set(replicate_api.__all__) <= set(dir(replicate_api))
    assert replicate_api.Client.__name__ == "Client"
    assert replicate_api.AuthenticatedClient.__name__ == "AuthenticatedClient"
    with pytest.raises(AttributeError, match="'Nothing'"):
        replicate_api.Nothing  # noqa: B018 reading it is the test


def test_all_models_are_listed_and_can_be_asked_for():
    assert set(models.__all__) <= set(dir(models))
    for name in models.__all__:
        assert getattr(models, name) is not None
    assert {"Prediction", "PredictionStatus", "Problem"} <= set(models.__all__)


def test_a_model_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'Nothing'"):
        models.Nothing  # noqa: B018 reading it is the test


def test_type_checkers_see_every_model_and_no_catch_all():
    tree = ast.parse((PACKAGE / "models/__init__.py").read_text())
    seen = {
        alias.name
        for block in tree.body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert seen == set(models.__all__)
    outside = [block for block in tree.body if isinstance(block, ast.FunctionDef)]
    assert outside == []


def test_the_package_is_marked_as_typed():
    assert (PACKAGE / "py.typed").read_bytes() == b""
