"""Creating, reading, listing and canceling scripted predictions and trainings; what they do is scripted elsewhere."""

from __future__ import annotations

import json
import math
import re
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

from ._predictions import Asked, FakePrediction
from ._replies import Reply
from ._scripts import model_of
from ._state import ACCOUNT, not_found, not_scripted, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._network import Incoming
    from ._predictions import Noun
    from ._scripts import OutputFile, Script
    from ._state import State

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DURATION = re.compile(r"(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s?)?")


def create(state: State, request: Incoming) -> Reply:
    version = _body(request).get("version")
    if not isinstance(version, str):
        return Reply.problem(422, "- version is required\n", title="Input validation failed")
    script = state.scripts.claim(lambda: state.scripts.of_version(version))
    if script is None:
        return not_scripted(state, version)
    return _created(state, request, script, version=version)


def create_for_model(state: State, request: Incoming, owner: str, name: str) -> Reply:
    model = f"{owner}/{name}"
    known = state.scripts.find(model)
    if known is not None and not known.official:
        return not_found()
    script = state.scripts.claim(lambda: state.scripts.find(model))
    return not_scripted(state, model) if script is None else _created(state, request, script, model=model)


def create_for_deployment(state: State, request: Incoming, owner: str, name: str) -> Reply:
    deployment = f"{owner}/{name}"
    script = state.scripts.claim(lambda: state.scripts.find(f"deployments/{deployment}"))
    if script is None:
        return not_scripted(state, f"deployments/{deployment}")
    return _created(state, request, script, deployment=deployment)


def create_training(state: State, request: Incoming, owner: str, name: str, version: str) -> Reply:
    model = f"{owner}/{name}"
    script = state.scripts.claim(lambda: state.scripts.find(f"{model}:{version}", model))
    if script is None:
        return not_scripted(state, f"{model}:{version}")
    return _created(state, request, script, model=model, version=version, noun="training")


def _created(
    state: State,
    request: Incoming,
    script: Script,
    *,
    model: str | None = None,
    version: str | None = None,
    deployment: str | None = None,
    noun: Noun = "prediction",
) -> Reply:
    """Make a prediction. Its model and version are those asked for, as far as the request tells them."""
    body = _body(request)
    if not isinstance(body.get("input"), dict):
        return Reply.problem(422, "- input is required\n", title="Input validation failed")
    told = version or script.version
    asked = Asked(
        id="".join(secrets.choice(_ALPHABET) for _ in range(26)),
        noun=noun,
        model=model or model_of(told) or model_of(script.reference) or f"{ACCOUNT['username']}/model",
        version="hidden" if version is None and deployment is None else told.rpartition(":")[2],
        deployment=deployment,
        body=body,
        lasts=_seconds(request.headers.get("cancel-after")),
    )
    course = script.course(body["input"], lambda file: _url(state, file))
    prediction = FakePrediction(asked, script, course, state.time, state.api)
    state.predictions.append(prediction)
    return Reply.of(prediction.json(), 201, {"Location": f"{state.api}/v1/{noun}s/{prediction.id}"})


def _url(state: State, file: OutputFile) -> str:
    path = state.files.add_output(file)
    return f"{state.file_host if file.foreign else state.api}{path}"


def get(state: State, _: Incoming, prediction_id: str) -> Reply:
    found = state.find(prediction_id)
    return not_found() if found is None else Reply.of(found.json())


def cancel(state: State, _: Incoming, prediction_id: str) -> Reply:
    found = state.find(prediction_id)
    if found is None:
        return not_found()
    found.cancel()
    return Reply.of(found.json())


def list_all(noun: Noun) -> Callable[[State, Incoming], Reply]:
    def answer(state: State, request: Incoming) -> Reply:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        found = [prediction for prediction in reversed(state.predictions) if prediction.noun == noun]
        try:
            after, before = (_moment(query.get(name)) for name in ("created_after", "created_before"))
        except ValueError:
            return Reply.problem(422, "- created_after: Does not match format 'date-time'\n")
        rows = [
            prediction.json()
            for prediction in found
            if (after is None or prediction.created_at >= after) and (before is None or prediction.created_at < before)
        ]
        return page(state, request, rows)

    return answer


def _body(request: Incoming) -> dict[str, Any]:
    try:
        body: Any = json.loads(request.body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _seconds(cancel_after: str | None) -> float:
    """Return the seconds of a `Cancel-After` header, infinite without one."""
    match = _DURATION.fullmatch(cancel_after or "")
    if not cancel_after or match is None:
        return math.inf
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600.0 + minutes * 60.0 + seconds
