"""The worker process: chooses the `cog` that predictors import, and does what the engine asks for; never how.

This is run by the engine, which hands over the pipes; a person never calls it.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

_STANDIN = str(Path(__file__).with_name("standin"))
_OWN_MODELS = str(Path(__file__).parents[1] / "models")


def _choose_cog() -> None:
    """Let `cog` be the installed package, if that is Cog; the models that come with the engine never depend on it."""
    sys.path.append(_STANDIN)
    if any(argument.startswith(_OWN_MODELS) for argument in sys.argv):
        sys.path.insert(0, _STANDIN)
    elif not hasattr(importlib.import_module("cog"), "BasePredictor"):
        del sys.modules["cog"]
        sys.path.insert(0, _STANDIN)


if __name__ == "__main__":
    _choose_cog()
    from replicate_local.worker.serving import main

    sys.exit(main(sys.argv[1:]))
