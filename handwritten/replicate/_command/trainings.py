"""`trainings`: listing, getting and canceling trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .options import add_json, add_json_lines, add_limit, open_client
from .tables import Column

if TYPE_CHECKING:
    import argparse

    from ..training import Training
    from .parser import Commands

_COLUMNS = (
    Column("id", whole=True),
    Column("status", whole=True),
    Column("created"),
    Column("model"),
    Column("destination"),
)


def add_to(commands: Commands) -> None:
    """Add the subcommands."""
    group = commands.group("trainings", "list, get and cancel trainings")

    parser = group.add("list", list_them, "list the account's trainings, newest first")
    add_limit(parser)
    add_json_lines(parser)

    parser = group.add("get", get, "show a training")
    parser.add_argument("id", metavar="ID")
    add_json(parser)

    parser = group.add("cancel", cancel, "cancel trainings; what ran so far is billed")
    parser.add_argument("ids", nargs="+", metavar="ID")
    add_json_lines(parser)


def list_them(options: argparse.Namespace) -> int:
    """List trainings."""
    from .listing import local_time, show_list

    def row(training: Training) -> tuple[object, ...]:
        return training.id, training.status, local_time(training.created_at), training.model, training.destination

    with open_client(options) as client:
        return show_list(options, client.trainings.list(), _COLUMNS, row)


def get(options: argparse.Namespace) -> int:
    """Show a training."""
    from .listing import show_one

    with open_client(options) as client:
        return show_one(options, client.trainings.get(options.id), _members)


def cancel(options: argparse.Namespace) -> int:
    """Cancel trainings."""
    from .canceling import cancel_all

    with open_client(options) as client:
        return cancel_all(options, options.ids, client.trainings.cancel, "training")


def _members(training: Training) -> list[tuple[str, Any]]:
    from .listing import local_time

    metrics = training.metrics or {}
    return [
        ("id", training.id),
        ("model", training.model),
        ("version", training.version),
        ("destination", training.destination),
        ("status", training.status),
        ("created", local_time(training.created_at)),
        ("started", local_time(training.started_at)),
        ("completed", local_time(training.completed_at)),
        *((name, value) for name, value in metrics.items() if isinstance(value, (int, float, str))),
        ("page", (training.urls or {}).get("web")),
        ("error", training.error),
        ("input", training.input or None),
        ("logs", training.logs),
        ("output", training.output),
    ]
