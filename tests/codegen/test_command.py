"""`codegen generate` and `codegen check`, run on a copy of this checkout."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from codegen.command import main
from codegen.layout import Layout
from codegen.trees import compare

CHECKOUT = Layout.of_this_checkout()


@pytest.fixture
def layout(tmp_path):
    for path in (CHECKOUT.contract, CHECKOUT.config):
        shutil.copyfile(path, tmp_path / path.name)
    shutil.copytree(CHECKOUT.target, tmp_path / "generated/replicate_api", ignore=shutil.ignore_patterns("__pycache__"))
    return Layout(tmp_path)


def change(path: Path, old: str, new: str):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_check_names_each_edited_missing_and_stray_file_and_generate_repairs_them(layout, capsys):
    change(layout.target / "client.py", "65.0", "650.0")
    (layout.target / "models/version.py").unlink()
    (layout.target / "api/models/models_old.py").write_text("")
    assert main(["check"], layout) == 1
    assert capsys.readouterr().err.splitlines() == [
        "generated/replicate_api is not what openapi.yaml compiles to; edit openapi.yaml and run `make generate`:",
        "  edited: client.py",
        "  missing: models/version.py",
        "  stray: api/models/models_old.py",
    ]
    assert main(["generate"], layout) == 0
    assert not compare(CHECKOUT.target, layout.target)
    assert list(layout.staging.iterdir()) == []


def test_check_notices_a_contract_that_was_not_compiled(layout, capsys):
    change(layout.contract, "summary: Cancel a prediction", "summary: Stop a prediction")
    assert main(["check"], layout) == 1
    message = capsys.readouterr().err
    assert "edited: api/predictions/predictions_cancel.py" in message
    assert "edited: openapi.json" in message


def test_a_dropped_method_is_an_error_and_the_package_stays_as_it_was(layout, capsys):
    change(layout.contract, "    x-query-operation:", "    query:")
    assert main(["generate"], layout) == 1
    assert "QUERY /models" in capsys.readouterr().err
    assert not compare(CHECKOUT.target, layout.target)


def test_a_warning_of_the_generator_is_an_error(layout, capsys):
    change(layout.contract, "multipart/form-data:", "text/csv:")
    assert main(["generate"], layout) == 1
    assert "text/csv" in capsys.readouterr().err
    assert not compare(CHECKOUT.target, layout.target)


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_package_does_not_depend_on_the_hash_seed(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-m", "codegen", "check"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@dataclass(frozen=True)
class WithoutTemplates(Layout):
    @property
    def templates(self):
        return self.root / "nowhere"


def test_missing_templates_are_an_error_because_the_generator_would_use_its_own(layout, capsys):
    assert main(["check"], WithoutTemplates(layout.root)) == 1
    assert "nowhere is missing" in capsys.readouterr().err


def test_a_missing_formatter_is_an_error(layout, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert main(["check"], layout) == 1
    assert "ruff is not installed" in capsys.readouterr().err


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["compile"])
    assert "choose from" in capsys.readouterr().err
