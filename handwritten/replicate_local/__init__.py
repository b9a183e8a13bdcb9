"""The embedded engine: the service's wire contract served on this machine, running real model code; never client code.

Importing this package imports next to nothing, because model code imports it too: for `model`, and for the names of
`cog` that such code needs in any process, be `cog` installed or not. Start an engine from a program with
`replicate_local.launcher`, or from a shell with `replicate-local serve`.
"""

from typing import TYPE_CHECKING, Any

from replicate_local.declaring import model

if TYPE_CHECKING:
    from cog import BaseModel, ConcatenateIterator, File, Input, Path, Secret, current_scope

__all__ = [
    "BaseModel",
    "ConcatenateIterator",
    "File",
    "Input",
    "Path",
    "Secret",
    "current_scope",
    "model",
]


def __getattr__(name: str) -> Any:
    """Return a name of the installed `cog`, or of the stand-in, at its first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    try:
        cog: Any = importlib.import_module("cog")
    except ImportError:
        cog = importlib.import_module("replicate_local.worker.standin.cog")
    return getattr(cog, name)
