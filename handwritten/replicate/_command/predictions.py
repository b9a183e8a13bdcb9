"""`predictions`: listing, getting, waiting for, canceling predictions, and saving their files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .options import add_json, add_json_lines, add_limit, open_client, seconds
from .printing import complain, is_terminal, write_line
from .tables import Column

if TYPE_CHECKING:
    import argparse

    from ..prediction import Prediction
    from .parser import Commands

COLUMNS = (Column("id", whole=True), Column("status", whole=True), Column("created"), Column("model"), Column("source"))


def add_to(commands: Commands) -> None:
    """Add the subcommands."""
    from .canceling import add_cancel
    from .results import add_save

    group = commands.group("predictions", "list, get, wait for, cancel and save predictions")

    parser = group.add("list", list_them, "list the account's predictions, newest first")
    parser.add_argument(
        "--created-after", metavar="WHEN", help="those created then or later: 2025-03-01, '2 days ago', 24h, yesterday"
    )
    parser.add_argument("--created-before", metavar="WHEN", help="those created before then")
    parser.add_argument("--source", choices=["web"], help="web: those made on the website, of the last 14 days")
    add_limit(parser)
    add_json_lines(parser)

    parser = group.add("get", get, "show a prediction")
    parser.add_argument("id", metavar="ID")
    add_json(parser)

    parser = group.add("wait", wait, "wait until a prediction is over, and write its output as run does")
    parser.add_argument("id", metavar="ID")
    parser.add_argument(
        "--timeout", type=seconds, metavar="TIME", help="how long to wait; it goes on running after that"
    )
    add_save(parser)
    add_json(parser)

    add_cancel(group)

    parser = group.add("save", save, "save the files of a prediction's output, and write their paths")
    parser.add_argument("id", metavar="ID")
    parser.add_argument("directory", metavar="DIR")


def row(prediction: Prediction) -> tuple[object, ...]:
    """Return the cells of a prediction in a table."""
    from .listing import local_time

    what = prediction.deployment or prediction.model or prediction.version
    return prediction.id, prediction.status, local_time(prediction.created_at), what, prediction.source


def list_them(options: argparse.Namespace) -> int:
    """List predictions."""
    from .listing import show_list

    with open_client(options) as client:
        page = client.predictions.list(
            created_after=options.created_after, created_before=options.created_before, source=options.source
        )
        return show_list(options, page, COLUMNS, row)


def get(options: argparse.Namespace) -> int:
    """Show a prediction."""
    from .listing import show_one

    with open_client(options) as client:
        return show_one(options, client.predictions.get(options.id), _members)


def wait(options: argparse.Namespace) -> int:
    """Wait for a prediction and write its output."""
    from .._waiting import SUCCESS
    from ..exceptions import unsuccessful
    from . import saving
    from .results import show_output, show_prediction

    saving.prepare(options.save)
    with open_client(options) as client:
        prediction = client.predictions.get(options.id)
        try:
            _wait(prediction, options.timeout)
        except KeyboardInterrupt as interruption:
            interruption.add_note(
                f"prediction {prediction.id} goes on running; `predictions cancel {prediction.id}` ends it"
            )
            raise
        succeeded = prediction.status in SUCCESS
        if options.json:
            show_prediction(prediction, options.save if succeeded else None)
        if not succeeded:
            raise unsuccessful(prediction)
        if not options.json:
            show_output(prediction.output, options.save)
    return 0


def _wait(prediction: Prediction, timeout: float | None) -> None:
    from .following import Follower

    if not is_terminal(sys.stderr):
        prediction.wait(timeout=timeout)
        return
    follower = Follower()
    try:
        for event in prediction.watch(timeout=timeout):
            follower(event)
    finally:
        follower.finish()


def save(options: argparse.Namespace) -> int:
    """Save the files of a prediction's output."""
    from . import saving

    with open_client(options) as client:
        prediction = client.predictions.get(options.id)
        found = 0
        for file in saving.files_of(prediction.output):
            write_line(str(saving.save(file, options.directory)))
            found += 1
    if not found:
        why = "the service has removed its output" if prediction.data_removed else f"it is {prediction.status}"
        complain(f"prediction {prediction.id} has no files: {why}")
    return 0 if found else 1


def _members(prediction: Prediction) -> list[tuple[str, Any]]:
    from .listing import local_time

    metrics = prediction.metrics or {}
    return [
        ("id", prediction.id),
        ("model", prediction.model),
        ("version", prediction.version),
        ("deployment", prediction.deployment),
        ("status", prediction.status),
        ("source", prediction.source),
        ("created", local_time(prediction.created_at)),
        ("started", local_time(prediction.started_at)),
        ("completed", local_time(prediction.completed_at)),
        ("deadline", local_time(prediction.deadline)),
        *((name, value) for name, value in metrics.items() if isinstance(value, (int, float, str))),
        ("page", (prediction.urls or {}).get("web")),
        ("data removed", "yes" if prediction.data_removed else None),
        ("error", prediction.error),
        ("input", prediction.input or None),
        ("logs", prediction.logs),
        ("output", prediction.output),
    ]
