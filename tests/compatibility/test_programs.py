"""Programs written for the official 1.0.7, run unchanged with this client against a live engine.

That they are genuine programs for 1.0.7 is what `against_official.py` shows.
"""

import sys

import pytest
from running import PROGRAMS, run_program


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_program_written_for_1x_runs_unchanged(program, engine_url, tmp_path):
    done = run_program(program, python=sys.executable, options=["-W", "error"], engine_url=engine_url, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
