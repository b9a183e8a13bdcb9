"""Comparing two folders of generated files and making one like the other. Knows nothing about what the files mean."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Drift:
    """How a folder differs from the one it should be equal to, as sorted relative paths."""

    edited: tuple[str, ...]
    missing: tuple[str, ...]
    stray: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether there is any difference."""
        return bool(self.edited or self.missing or self.stray)

    def __str__(self) -> str:
        """List the files, one per line, with what is wrong with each."""
        named = (("edited", self.edited), ("missing", self.missing), ("stray", self.stray))
        return "\n".join(f"  {what}: {path}" for what, paths in named for path in paths)


def compare(expected: Path, actual: Path) -> Drift:
    """Compare two folders byte by byte. Byte-code caches do not count."""
    wanted, present = _files(expected), _files(actual)
    both = wanted & present
    edited = [name for name in both if (expected / name).read_bytes() != (actual / name).read_bytes()]
    return Drift(tuple(sorted(edited)), tuple(sorted(wanted - present)), tuple(sorted(present - wanted)))


def mirror(source: Path, target: Path) -> Drift:
    """Make `target` equal to `source`, touching only files that differ, and return what differed before."""
    drift = compare(source, target)
    for name in (*drift.edited, *drift.missing):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    for name in drift.stray:
        (target / name).unlink()
    for folder in sorted((path for path in target.rglob("*") if path.is_dir()), reverse=True):
        if not (source / folder.relative_to(target)).is_dir():
            shutil.rmtree(folder)
    return drift


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
