"""What this client logs, to the logger `replicate`: each exchange and each retry, at level DEBUG, and nothing secret.

A line has method, URL, status and duration. Headers, queries, bodies, long parts of a path and the token are never in
it. The logger has no handler of its own, so nothing is printed unless the program or `REPLICATE_LOG=debug` asks for
it.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import httpx

from .failures import describe

if TYPE_CHECKING:
    from ..exceptions import ReplicateError

logger = logging.getLogger("replicate")
logger.addHandler(logging.NullHandler())


def log_exchange(request: httpx.Request, outcome: httpx.Response | ReplicateError, seconds: float) -> None:
    """Log one try of one request."""
    if not logger.isEnabledFor(logging.DEBUG):
        return
    told = outcome.status_code if isinstance(outcome, httpx.Response) else outcome.status or outcome.title
    logger.debug("%s -> %s in %.3f s", describe(request), told, seconds)


def log_retry(request: httpx.Request, attempt: int, delay: float) -> None:
    """Log that a request will be sent again."""
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s: retry %d in %.2f s", describe(request), attempt, delay)


def log_as_environment_asks() -> None:
    """Print the log to standard error if `REPLICATE_LOG` names a level, such as `debug`."""
    level = logging.getLevelNamesMapping().get(os.environ.get("REPLICATE_LOG", "").strip().upper())
    if level is not None and len(logger.handlers) < 2:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(level)
