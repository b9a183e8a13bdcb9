"""Everything the scripted service knows, and the answers that all its operations share; never an operation itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from ._files import Files
from ._predictions import FakePrediction
from ._replies import Reply
from ._scripts import Scripts

if TYPE_CHECKING:
    from ._network import Incoming
    from ._time import SkippingTime

ACCOUNT: dict[str, Any] = {"type": "user", "username": "tester", "name": "Tester", "github_url": None}
"""The account that everything belongs to."""

_PAGE = 100


@dataclass
class State:
    """Everything that the scripted service knows."""

    time: SkippingTime
    secret: str
    """What webhook messages are signed with."""

    api: str = ""
    file_host: str = ""
    scripts: Scripts = field(default_factory=Scripts)
    files: Files = field(default_factory=Files)
    predictions: list[FakePrediction] = field(default_factory=list[FakePrediction])

    def find(self, prediction_id: str) -> FakePrediction | None:
        """Return a prediction or training by its id."""
        return next((prediction for prediction in self.predictions if prediction.id == prediction_id), None)


def not_found() -> Reply:
    """Return the answer for what is not there."""
    return Reply.problem(404, "The requested resource could not be found.")


def not_scripted(state: State, reference: str) -> Reply:
    """Return the answer for a model that the test says nothing of."""
    return Reply.problem(
        404,
        f"This is fake_replicate, and nothing is scripted for {reference}. Add to the test: "
        f"fake_replicate.script({reference!r}, output=…). Scripted so far: {state.scripts}.",
    )


def page(state: State, request: Incoming, rows: list[Any]) -> Reply:
    query = parse_qs(request.query)
    start = int(query.get("cursor", ["0"])[0])
    further = urlencode({**query, "cursor": start + _PAGE}, doseq=True)
    more = f"{state.api}{request.path}?{further}" if len(rows) > start + _PAGE else None
    return Reply.of({"next": more, "previous": None, "results": rows[start : start + _PAGE]})
