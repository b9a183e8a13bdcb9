"""Run the programs of this directory with the official client, to show that they are programs for it.

    python tests/compatibility/against_official.py path/to/an/environment/bin/python

The environment is one that `pip install replicate==1.0.7` was run in. The engine is started by the interpreter that
runs this script. The exit status is 0 if every program ends as `DEFECTS` says.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from replicate_local.launcher import start_engine
from running import PROGRAMS, run_program
from tls import behind_tls, make_certificate

DEFECTS = {
    "compose_models": "a version has no predict(), and an output cannot be read, although its documentation shows both",
    "output_iterator": "what is there before the loop starts is never yielded",
    "pickle_what_was_fetched": "an object holds its client, which cannot be pickled once it was used",
    "reload_a_model": "the version of a model is a dictionary after reload()",
    "stream_files": "str(event) raises TypeError where the output is a URL",
    "two_event_loops": "its connections stay bound to the first event loop",
}
"""The programs that the official client cannot run, by defects of its own that this client does not have."""

WITH_FILES = {
    "compose_models", "files_as_input", "run_a_version", "run_and_write_a_file", "run_many_with_a_task_group",
    "run_with_several_files", "stream_files", "urls_instead_of_files",
}  # fmt: skip
"""The programs that get files. To the official client only an `https:` URL is one, so they run behind TLS."""


def main(python):
    """Run all programs; print how each ended; return how many ended otherwise than expected."""
    version = "import importlib.metadata as m; print(m.version('replicate'))"
    told = subprocess.run([python, "-c", version], capture_output=True, text=True, check=True).stdout.strip()
    print(f"replicate {told}")
    engine = start_engine()
    try:
        with tempfile.TemporaryDirectory() as directory:
            certificate, key = make_certificate(Path(directory))
            with behind_tls(int(engine.url.rpartition(":")[2]), certificate, key) as secure_url:
                urls = [secure_url if program.stem in WITH_FILES else engine.url for program in PROGRAMS]
                results = [check(*each, python, certificate) for each in zip(PROGRAMS, urls, strict=True)]
    finally:
        engine.stop()
    unexpected = results.count(False)
    print(f"{len(PROGRAMS)} programs, {len(DEFECTS)} of them beyond the official client, {unexpected} not as expected")
    return unexpected


def check(program, url, python, certificate):
    """Run one program, print how it ended, and return whether that was expected."""
    with tempfile.TemporaryDirectory() as directory:
        done = run_program(program, python=python, engine_url=url, cwd=directory, certificate=certificate)
    passed = done.returncode == 0
    if passed:
        print(f"passes  {program.stem}")
    else:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        print(f"fails   {program.stem}: {DEFECTS.get(program.stem, 'NOT EXPECTED')} [{last}]")
    return passed != (program.stem in DEFECTS)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]) > 0)
