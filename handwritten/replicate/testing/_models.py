"""Scripted models, their versions and deployments, as they are read; how they are run is decided elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ._replies import Reply
from ._scripts import Script, model_of
from ._state import ACCOUNT, not_scripted, page

if TYPE_CHECKING:
    from ._network import Incoming
    from ._state import State

_WHEN = "2025-01-01T00:00:00.000000Z"
"""When scripted models, versions and deployments say that they were made."""


def _version_json(script: Script) -> dict[str, Any]:
    return {
        "id": script.version,
        "created_at": _WHEN,
        "cog_version": "0.14.2",
        "openapi_schema": dict(script.openapi_schema),
    }


def _model_json(state: State, script: Script, name: str) -> dict[str, Any]:
    owner, _, short = name.partition("/")
    return {
        "url": f"{state.api}/{name}",
        "owner": owner,
        "name": short,
        "description": "A scripted model.",
        "visibility": "public",
        "github_url": None,
        "paper_url": None,
        "license_url": None,
        "run_count": sum(prediction.model == name for prediction in state.predictions),
        "cover_image_url": None,
        "default_example": None,
        "is_official": script.official,
        "latest_version": _version_json(script),
    }


def list_models(state: State, request: Incoming) -> Reply:
    named = [(script, cast("str", model_of(script.reference))) for script in state.scripts.models()]
    return page(state, request, [_model_json(state, script, name) for script, name in named])


def get_model(state: State, _: Incoming, owner: str, name: str) -> Reply:
    model = f"{owner}/{name}"
    known = next((script for script in state.scripts.models() if model_of(script.reference) == model), None)
    script = state.scripts.find(model) or known
    return not_scripted(state, model) if script is None else Reply.of(_model_json(state, script, model))


def list_versions(state: State, request: Incoming, owner: str, name: str) -> Reply:
    script = state.scripts.find(f"{owner}/{name}")
    if script is None:
        return not_scripted(state, f"{owner}/{name}")
    return page(state, request, [_version_json(script)])


def get_version(state: State, _: Incoming, owner: str, name: str, version: str) -> Reply:
    script = state.scripts.find(f"{owner}/{name}:{version}", f"{owner}/{name}")
    if script is None:
        return not_scripted(state, f"{owner}/{name}:{version}")
    return Reply.of({**_version_json(script), "id": version})


def get_deployment(state: State, _: Incoming, owner: str, name: str) -> Reply:
    script = state.scripts.find(f"deployments/{owner}/{name}")
    if script is None:
        return not_scripted(state, f"deployments/{owner}/{name}")
    release = {
        "number": 1,
        "model": f"{ACCOUNT['username']}/model",
        "version": script.version,
        "created_at": _WHEN,
        "created_by": ACCOUNT,
        "configuration": {"hardware": "cpu", "min_instances": 0, "max_instances": 1},
    }
    return Reply.of({"owner": owner, "name": name, "current_release": release})
