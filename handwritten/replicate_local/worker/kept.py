"""Importing a predictor's code as it was when its version was made, whatever its files hold now; never keeping it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class KeptCode:
    """Finds modules in a copy of a folder; they see themselves at their own places, beside their data."""

    def __init__(self, folder: Path, copy: Path) -> None:
        self._folder = folder
        self._copy = copy

    def install(self) -> None:
        """Ask it first, but for the modules that are part of the interpreter."""
        place = next((i for i, finder in enumerate(sys.meta_path) if "PathFinder" in repr(finder)), 0)
        sys.meta_path.insert(place, self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, _target: Any = None) -> Any:
        """Return where a module is to be loaded from, None if it is not among the kept code."""
        tail = name.rpartition(".")[2]
        places = [(place, self._relative(Path(place))) for place in (sys.path if path is None else path)]
        while places and places[-1][1] is None:
            places.pop()
        for place, relative in places:
            if relative is None:  # a place outside of the folder that comes first
                if _is_in(place, name):
                    return None
                continue
            for candidate in (relative / tail / "__init__.py", relative / f"{tail}.py"):
                if (self._copy / candidate).is_file():
                    return self.spec(name, self._folder / candidate)
        return None

    def spec(self, name: str, source: Path) -> Any:
        """Return the specification of a module whose file is, or was, in the folder."""
        relative = self._relative(source)
        kept = self._copy / relative if relative is not None else source
        loader = _Loader(name, str(source), str(kept)) if kept.is_file() else None
        packages = [str(source.parent)] if source.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(name, source, loader=loader, submodule_search_locations=packages)

    def _relative(self, place: Path) -> Path | None:
        return place.relative_to(self._folder) if place.is_relative_to(self._folder) else None


def _is_in(place: str, name: str) -> bool:
    spec = importlib.machinery.PathFinder.find_spec(name, [place])
    return spec is not None and spec.loader is not None


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, kept: str) -> None:
        super().__init__(name, path)
        self._kept = kept

    def get_data(self, path: str) -> bytes:
        return Path(self._kept).read_bytes() if os.fspath(path) == self.path else super().get_data(path)

    def path_stats(self, path: str) -> Any:
        """Refuse: compiled files of the folder belong to what the folder holds now."""
        raise OSError(path)
