"""The SQLite file under the store: tables, single rows, and pages by cursor; never what the rows mean."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from replicate_local.cursors import Cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from replicate_local.jsontypes import JsonObject

_SCHEMA = """
CREATE TABLE IF NOT EXISTS predictions (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, created_at TEXT NOT NULL, status TEXT NOT NULL,
    model TEXT NOT NULL, version TEXT NOT NULL, source TEXT NOT NULL, example INTEGER NOT NULL DEFAULT 0,
    stream_token TEXT UNIQUE NOT NULL, doc TEXT NOT NULL, training INTEGER NOT NULL DEFAULT 0, data_since TEXT);
CREATE INDEX IF NOT EXISTS predictions_by_time ON predictions (created_at, row);
CREATE TABLE IF NOT EXISTS models (
    row INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, created_at TEXT NOT NULL,
    visibility TEXT NOT NULL, run_count INTEGER NOT NULL DEFAULT 0, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS versions (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, created_at TEXT NOT NULL, model TEXT NOT NULL,
    doc TEXT NOT NULL, UNIQUE (id, model));
CREATE VIEW IF NOT EXISTS listed_models AS
    SELECT models.*, (SELECT max(created_at) FROM versions WHERE model = name) AS latest_version_created_at
    FROM models WHERE visibility = 'public' AND EXISTS (SELECT 1 FROM versions WHERE model = name)
    AND EXISTS (SELECT 1 FROM predictions WHERE model = name AND example);
CREATE TABLE IF NOT EXISTS files (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deployments (
    row INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, created_at TEXT NOT NULL, model TEXT NOT NULL,
    version TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS last_calls (prediction TEXT PRIMARY KEY, message TEXT NOT NULL, origin TEXT NOT NULL);
"""

_LATER_COLUMNS = {
    # Data of an engine that had no trainings.
    "training": "ALTER TABLE predictions ADD COLUMN training INTEGER NOT NULL DEFAULT 0",
    # Data of an engine that never removed any: what is in it gets its time from now on.
    "data_since": """
ALTER TABLE predictions ADD COLUMN data_since TEXT;
UPDATE predictions SET data_since = strftime('%Y-%m-%d %H:%M:%f000+00:00')
    WHERE source = 'api' AND NOT example AND NOT training AND status NOT IN ('starting', 'processing')""",
}
"""What to do where a column is missing."""

_LATER_INDEXES = "CREATE INDEX IF NOT EXISTS data_by_age ON predictions (data_since) WHERE data_since IS NOT NULL"

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of a list and the places next to them."""

    rows: list[T]
    next: Cursor | None
    previous: Cursor | None


@dataclass(frozen=True)
class Selection:
    """What to list: conditions in SQL with their values, and the order."""

    table: str
    conditions: Sequence[str] = ()
    values: Sequence[Any] = ()
    sort_by: str = "created_at"
    ascending: bool = False
    size: int = 100


class Copy(sqlite3.Connection):
    """All rows of a database as they were at one moment."""


class Database:
    """The file of one engine; each row holds its record as JSON, beside the columns that are searched and sorted by."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        columns = {row[1] for row in self._connection.execute("PRAGMA table_info(predictions)")}
        for name, statements in _LATER_COLUMNS.items():
            if name not in columns:
                self._connection.executescript(statements)
        self._connection.execute(_LATER_INDEXES)

    def close(self) -> None:
        """Write everything out and close."""
        self._connection.close()

    def copy(self) -> Copy:
        """Return a copy of everything, in memory."""
        copy = Copy(":memory:")
        self._connection.backup(copy)
        return copy

    def go_back(self, copy: Copy) -> None:
        """Put everything in the place of what is there."""
        copy.backup(self._connection)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement; half a surrogate pair, which the database cannot hold, is taken for a question mark."""
        try:
            return self._connection.execute(statement, values)
        except UnicodeEncodeError:
            return self._connection.execute(statement, [_encodable(value) for value in values])

    @contextlib.contextmanager
    def transaction(self) -> Generator[None]:
        """Let the statements of a `with` block count together, or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def one(self, statement: str, values: Sequence[Any], make: Callable[[JsonObject], T]) -> T | None:
        """Return the record of the first row, or None."""
        row: tuple[str] | None = self.execute(f"{statement} LIMIT 1", values).fetchone()
        return make(json.loads(row[0])) if row else None

    def all(self, statement: str, values: Sequence[Any], make: Callable[[JsonObject], T]) -> list[T]:
        """Return the records of all rows."""
        return [make(json.loads(row[0])) for row in self.execute(statement, values).fetchall()]

    def page(self, selection: Selection, cursor: Cursor | None, make: Callable[[JsonObject], T]) -> Page[T]:
        """Return the page of records that a cursor names."""
        backwards = cursor is not None and cursor.backwards
        ascending = selection.ascending != backwards
        conditions, values = list(selection.conditions), list(selection.values)
        if cursor is not None:
            conditions.append(f"({selection.sort_by}, row) {'>' if ascending else '<'} (?, ?)")
            values += [cursor.position, cursor.row]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        direction = "ASC" if ascending else "DESC"
        rows: list[tuple[str, str, int]] = self._connection.execute(
            f"SELECT doc, {selection.sort_by} AS place, row FROM {selection.table} {where}"  # noqa: S608  no caller's text
            f" ORDER BY place {direction}, row {direction} LIMIT ?",
            [*values, selection.size + 1],
        ).fetchall()
        more = len(rows) > selection.size
        rows = rows[: selection.size]
        if backwards:
            rows.reverse()
        first, last = (rows[0], rows[-1]) if rows else (None, None)
        forward = Cursor(last[1], last[2]) if last and (more or backwards) else None
        back = (
            Cursor(first[1], first[2], backwards=True)
            if first and (more if backwards else cursor is not None)
            else None
        )
        return Page([make(json.loads(row[0])) for row in rows], forward, back)


def _encodable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
