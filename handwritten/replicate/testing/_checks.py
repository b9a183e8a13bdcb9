"""What a test can assert of the requests that were made and of what became of them; each failure says which."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._predictions import FakePrediction
    from ._records import RecordedRequest

_LONGEST_BODY = 200


def check_creates(creates: Sequence[RecordedRequest]) -> None:
    """Check that after each create that may have been accepted, no equal one followed."""
    by_request: dict[tuple[str, bytes], list[RecordedRequest]] = defaultdict(list)
    for create in creates:
        by_request[create.path, create.body].append(create)
    told = [
        f"{line} with the body {_short(body)}:\n{_lines(equal)}"
        for (line, body), equal in by_request.items()
        if any(not create.surely_refused for create in equal[:-1])
    ]
    if told:
        raise AssertionError(
            "a create was sent again although an equal one before it was, or may have been, accepted: "
            "both may run, and both be billed.\n" + "\n".join(told)
        )


def check_leaks(leaks: Sequence[RecordedRequest]) -> None:
    """Check that nothing carried a token to the file host."""
    if leaks:
        raise AssertionError(
            "the token left the API's origin: the file host, another origin, got it with\n" + _lines(leaks)
        )


def check_endings(predictions: Sequence[FakePrediction]) -> None:
    """Check that all predictions and trainings are over."""
    running = [prediction for prediction in predictions if not prediction.is_over]
    if running:
        listed = "\n".join(
            f"  {prediction!r}{', which hangs' if prediction.is_stuck else ''}" for prediction in running
        )
        raise AssertionError(
            f"{len(running)} of {len(predictions)} predictions were left running: nobody waited for their end or "
            f"canceled them.\n{listed}"
        )


def _lines(requests: Sequence[RecordedRequest]) -> str:
    return "\n".join(
        f"  {request.method} {request.path} at {request.time:.2f} s, which {request.outcome}" for request in requests
    )


def _short(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}…"
