"""The table of operations in docs/api.md, and the operations of the contract that it has to name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import replicate_api

TABLE = Path(__file__).parents[2] / "docs" / "api.md"
CONTRACT = Path(replicate_api.__file__).parent / "openapi.json"


class Row(NamedTuple):
    """One row of the table, without the marks around code; empty where it has a dash."""

    operation: str
    request: str
    function: str
    blocking: str
    awaiting: str
    official: str


def rows() -> list[Row]:
    """Return the rows of the table of operations."""
    _, _, table = TABLE.read_text(encoding="utf-8").partition("| operation |")
    lines = table.partition("\n\n")[0].splitlines()[2:]
    return [Row(*(cell.strip(" `—") for cell in line.strip("|").split("|"))) for line in lines]


def operations() -> dict[str, str]:
    """Return the requests of the contract's operations, by operation."""
    document = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return {
        operation["operationId"]: f"{operation.get('method', method).upper()} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "operationId" in operation
    }
