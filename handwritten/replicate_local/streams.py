"""The stream endpoint behind `urls.stream`: its paths, and who answers; never the events themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replicate_local import events
from replicate_local.outputs import with_urls
from replicate_local.problems import not_found

if TYPE_CHECKING:
    from starlette.requests import Request

    from replicate_local.engine import Engine
    from replicate_local.records import Prediction

FILES_PREFIX = "/v1/files/"
TEXT_PREFIX = "/v1/streams/"
"""Clients tell streams of files from streams of text by these prefixes."""


def stream_path(prediction: Prediction) -> str:
    """Return the path of a prediction's stream."""
    files = "-" in prediction.stream_token
    return f"{FILES_PREFIX if files else TEXT_PREFIX}{prediction.stream_token}"


def open_stream(engine: Engine, request: Request, origin: str, token: str) -> events.EventStream:
    """Return the stream that an unguessable token stands for.

    Raises:
        Problem: 404 if there is none.
    """
    stored = engine.store.prediction_by_stream(token)
    if stored is None:
        raise not_found()
    run = engine.runner.run(stored.id)
    prediction = run.prediction if run is not None else stored
    begin = events.resume_at(request.headers.get("Last-Event-ID"), prediction)
    return events.EventStream(
        events.stream(prediction, run, begin, lambda value: events.text(with_urls(value, origin)))
    )
