"""`predictions cancel`: ending predictions by their ids, or all of the account that are not over."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from .options import add_json_lines, open_client
from .printing import complain, is_terminal, write_json_line, write_line, write_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from ..client import Client
    from ..exceptions import ReplicateException
    from ..prediction import Prediction
    from ..training import Training
    from .parser import Commands

_AT_ONCE = 8
_LONG_AGO = "2 days ago"
"""How far back to look: nothing runs so long unless it was told to."""


def add_cancel(group: Commands) -> None:
    """Add the subcommand."""
    parser = group.add("cancel", cancel_predictions, "cancel predictions; what ran so far is billed")
    parser.set_defaults(several="ids")
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument(
        "--all-running", action="store_true", help="cancel all predictions of the account that are not over"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before canceling all of them")
    parser.add_argument(
        "--created-after",
        metavar="WHEN",
        default=_LONG_AGO,
        help="how far back to look for them (default: %(default)s)",
    )
    add_json_lines(parser)


def cancel_predictions(options: argparse.Namespace) -> int:
    """Cancel the predictions that are named, or all that run."""
    from ..exceptions import InvalidArgumentError

    if bool(options.ids) == options.all_running:
        raise InvalidArgumentError("name predictions by their ids, or give --all-running", argument="ids")
    with open_client(options) as client:
        ids: Iterable[str] = options.ids
        if options.all_running:
            running = _running(client, options.created_after)
            if not running:
                complain(f"nothing is running that was created since {options.created_after}")
                return 0
            if not _agreed(running, yes=options.yes):
                complain("nothing was canceled")
                return 1
            ids = [prediction.id for prediction in running]
        return cancel_all(options, ids, client.predictions.cancel, "prediction")


def cancel_all(
    options: argparse.Namespace, ids: Iterable[str], cancel: Callable[[str], Prediction | Training], noun: str
) -> int:
    """Cancel jobs by their ids, several at once, write what became of each, and say how many there were.

    One that cannot be canceled does not keep the others from it.
    """
    ids, canceled = list(ids), 0

    def outcome_of(job_id: str) -> Prediction | Training | ReplicateException:
        return _outcome(cancel, job_id)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for job_id, outcome in zip(ids, pool.map(outcome_of, ids), strict=True):
            if isinstance(outcome, Exception):
                complain(f"{noun} {job_id}: {outcome}")
                continue
            canceled += 1
            if options.json:
                write_json_line(outcome.dict())
            else:
                over = outcome.is_terminal and outcome.status not in {"canceled", "aborted"}
                write_line(f"{job_id}  {'was over already: ' if over else ''}{outcome.status}")
    failed = len(ids) - canceled
    complain(f"told {_counted(canceled, noun)} to cancel" + (f"; {failed} could not be" if failed else ""))
    return 1 if failed else 0


def _outcome(cancel: Callable[[str], Prediction | Training], job_id: str) -> Prediction | Training | ReplicateException:
    from ..exceptions import ReplicateException

    try:
        return cancel(job_id)
    except ReplicateException as error:
        return error


def _running(client: Client, since: str) -> list[Prediction]:
    page = client.predictions.list(created_after=since)
    return [prediction for prediction in page.auto_paging_iter() if not prediction.is_terminal]


def _agreed(running: list[Prediction], *, yes: bool) -> bool:
    """Return whether to cancel them: as told, or as a person answers who sees which they are.

    Raises:
        InvalidArgumentError: nobody is there to ask.
    """
    from ..exceptions import InvalidArgumentError
    from .predictions import COLUMNS, row

    if yes:
        return True
    if not is_terminal(sys.stdin):
        raise InvalidArgumentError(
            f"{_counted(len(running), 'prediction')} would be canceled, and there is nobody to ask; give --yes",
            argument="yes",
        )
    write_table(COLUMNS, map(row, running))
    sys.stdout.flush()
    sys.stderr.write(f"Cancel {_counted(len(running), 'prediction')}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
