"""The table of a run, with ratios and marks, as text for a person and as JSON. Nothing is measured here."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from .rows import ALL

if TYPE_CHECKING:
    from .rows import Figure, Limit, Row

Rounds = dict[str, list[dict[str, float]]]
"""What each client printed, round by round."""

_HEADINGS = ("what", "", "floor", "1.0.7", "beta", "ours", "× floor", "× 1.0.7", "must reach", "aim for")


def figures_of(figure: Figure, rounds: Rounds) -> dict[str, float]:
    """Return one figure of each client that has it."""
    found: dict[str, float] = {}
    for subject, results in rounds.items():
        if values := [result[figure.name] for result in results if figure.name in result]:
            best = max if figure.name in {"peak", "rate"} else min
            found[subject] = median(values) if figure.middle else best(values)
    return found


def lines_of(row: Row, rounds: Rounds) -> list[dict[str, Any]]:
    """Return the lines of one row for the table and the JSON."""
    lines: list[dict[str, Any]] = []
    for figure in row.figures:
        figures = figures_of(figure, rounds)
        lines.append(
            {
                "row": row.key,
                "what": figure.label,
                "unit": figure.unit,
                "figures": {subject: value * figure.scale for subject, value in figures.items()},
                "must": _mark(figure.must, figure, figures),
                "aim": _mark(figure.aim, figure, figures),
            }
        )
    return lines


def _mark(limit: Limit | None, figure: Figure, figures: dict[str, float]) -> dict[str, Any] | None:
    if limit is None:
        return None
    return {"mark": limit.text(figure.scale, figure.unit), "reached": limit.holds(figures)}


def table(lines: list[dict[str, Any]]) -> str:
    """Return the table in Markdown, which reads well in a terminal too."""
    rows = [_HEADINGS, *(_cells(line) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS))]
    shown = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([shown[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *shown[1:]])


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    figures: dict[str, float] = line["figures"]
    told = [_number(figures.get(subject)) for subject in ALL]
    ratios = [_ratio(figures, subject) for subject in ("floor", "v1")]
    return (line["what"], line["unit"], *told, *ratios, _told(line["must"]), _told(line["aim"]))


def _told(mark: dict[str, Any] | None) -> str:
    if mark is None:
        return "–"
    return f"{mark['mark']}: {({True: 'yes', False: 'NO'}).get(mark['reached'], '?')}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.{1 if abs(value) >= 10 else 2}f}"


def _ratio(figures: dict[str, float], other: str) -> str:
    if "ours" not in figures or not figures.get(other):
        return "–"
    return f"{figures['ours'] / figures[other]:.2f}"
