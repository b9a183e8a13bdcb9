"""Keeping the code of a folder as it is now, and noticing that it has changed; never importing it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from replicate_local import cog_yaml

MAX_ENTRIES = 10_000
"""Entries of a folder that are looked at, nearest first: a file may lie in somebody's home directory."""

_MAX_FILE = 4 * 1024 * 1024
_MAX_CODE = 64 * 1024 * 1024
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})
_SETTINGS = frozenset({".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".txt", ".csv"})


@dataclass(frozen=True)
class Look:
    """What a folder holds, by a glance at sizes and times: comparing two looks tells whether something has changed."""

    code: frozenset[tuple[str, int, int]]
    settings: frozenset[tuple[str, int, int]]


def look(folder: Path) -> Look:
    """Return the Python files and the small files of settings and texts of a folder and its sub-folders, by stat."""
    code: set[tuple[str, int, int]] = set()
    settings: set[tuple[str, int, int]] = set()
    for entry, relative in _walk(folder):
        with contextlib.suppress(OSError):
            found = entry.stat()
            if _is_code(relative):
                code.add((relative, found.st_mtime_ns, found.st_size))
            elif Path(relative).suffix in _SETTINGS:
                settings.add((relative, found.st_mtime_ns, found.st_size))
    return Look(frozenset(code), frozenset(settings))


def read(folder: Path) -> dict[str, bytes]:
    """Return the code of a folder, each file by its path within it."""
    code: dict[str, bytes] = {}
    size = 0
    for entry, relative in _walk(folder):
        with contextlib.suppress(OSError):
            if _is_code(relative) and entry.stat().st_size <= _MAX_FILE and size < _MAX_CODE:
                code[relative] = Path(entry.path).read_bytes()
                size += len(code[relative])
    return code


def digest(code: dict[str, bytes]) -> str:
    """Return a hash of names and contents, whatever their order."""
    result = hashlib.sha256()
    for relative, content in sorted(code.items()):
        result.update(f"{len(relative)} {len(content)} {relative}".encode("utf-8", "surrogateescape"))
        result.update(content)
    return result.hexdigest()


def write(code: dict[str, bytes], directory: Path) -> None:
    """Write the code into a new directory."""
    directory.mkdir(parents=True)
    for relative, content in code.items():
        path = directory / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _is_code(relative: str) -> bool:
    return relative.endswith(".py") or relative == cog_yaml.NAME


def _walk(folder: Path) -> list[tuple[os.DirEntry[str], str]]:
    """Return the files of a folder and its sub-folders, nearest first."""
    found: list[tuple[os.DirEntry[str], str]] = []
    waiting = deque([folder])
    left = MAX_ENTRIES
    while waiting and left > 0:
        with contextlib.suppress(OSError), os.scandir(waiting.popleft()) as entries:
            for entry in sorted(entries, key=lambda item: item.name):
                left -= 1
                if entry.name.startswith(".") or entry.name in _SKIPPED:
                    continue
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    if not (path / "pyvenv.cfg").exists():
                        waiting.append(path)
                elif entry.is_file():
                    found.append((entry, str(path.relative_to(folder))))
    return found
