"""Noticing that the official `replicate` distribution lies in the same place: both fill the package `replicate`.

pip does not know that two distributions own the same files: the one installed last overwrites those of the other, and
uninstalling either takes files of both. Nothing is changed on disk here, and no module of the client is loaded.
"""

from __future__ import annotations

import os

_PACKAGE = __file__.rpartition(os.sep)[0]

_MENDED_BY = "pip uninstall replicate replicate-openapi && pip install replicate-openapi"

SHARED_MODULES = (
    "__about__", "_files", "_models", "_streaming", "account", "client", "collection", "deployment", "exceptions",
    "file", "hardware", "helpers", "identifier", "model", "pagination", "prediction", "resource", "run", "schema",
    "stream", "training", "version", "webhook",
)  # fmt: skip
"""The modules that both have: of 1.x nearly all of these, of the 2.0 beta those with an underscore and two more."""

_OPENING = b'"""'
"""What each module of this distribution starts with, as this one does; of the official ones above at least one of each
release does not."""


def check_files(package: str = _PACKAGE) -> None:
    """Check that the modules beside this one belong to the same distribution.

    It reads three bytes of each, because it runs with every `import replicate`.

    Raises:
        ImportError: one of them is another distribution's.
    """
    for name in SHARED_MODULES:
        path = f"{package}{os.sep}{name}.py"
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - importing pathlib would take longer than all of this
                opening = file.read(len(_OPENING))
        except OSError:  # byte code alone, or an archive: not what pip makes, and nothing that can be read here
            continue
        if opening != _OPENING:
            raise ImportError(f"{path} is not of this distribution. {_clash('replicate')}", name=f"replicate.{name}")


def find_clash(package: str = _PACKAGE) -> str | None:
    """Return what to say if the official distribution is installed beside this one, None if it is not.

    The files are this one's then, or `check_files` would have raised; with the next upgrade of the other they will not
    be.
    """
    found = _official_distribution(package.rpartition(os.sep)[0])
    return None if found is None else _clash(found)


def _official_distribution(directory: str) -> str | None:
    """Return the name and version of the official distribution whose metadata lie in a directory, if they do."""
    try:
        names = os.listdir(directory)  # noqa: PTH208 - as above
    except OSError:
        return None
    for name in names:
        stem, dot, kind = name.rpartition(".")
        if dot and kind in {"dist-info", "egg-info"} and stem.lower().startswith("replicate-"):
            return stem.lower().replace("-", " ", 1)
    return None


def _clash(official: str) -> str:
    return (
        f"The distributions {official} and replicate-openapi are both installed here and overwrite each other's files, "
        f"because both are imported as `replicate`; mend it with: {_MENDED_BY}"
    )
