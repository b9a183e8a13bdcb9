"""The JSON objects of the service, as small as they come, with any member set by a test."""

from __future__ import annotations

from typing import Any

TOKEN = "r8_" + "t0ken" * 7
ID = "q5w1zx7k3mrt40cvy9h8b2ndfe"
VERSION = "a1" * 32
API = "https://api.replicate.com"
STREAM = "https://stream.replicate.com/v1/files/abcd-opaque"
FILE_URL = "https://replicate.delivery/xezq/token/out-0.png"


def prediction(status: str = "starting", *, id: str = ID, **members: Any) -> dict[str, Any]:  # noqa: A002 - the member's name
    """Return a prediction as a create answers it."""
    return {
        "id": id,
        "model": "acme/painter",
        "version": "hidden",
        "input": {"prompt": "a lighthouse"},
        "logs": "",
        "output": None,
        "data_removed": False,
        "error": None,
        "status": status,
        "created_at": "2025-03-01T12:00:00.123Z",
        "urls": {
            "cancel": f"{API}/v1/predictions/{id}/cancel",
            "get": f"{API}/v1/predictions/{id}",
            "stream": STREAM,
            "web": f"https://replicate.com/p/{id}",
        },
        **members,
    }


def version(id: str = VERSION, **members: Any) -> dict[str, Any]:  # noqa: A002
    return {
        "id": id,
        "created_at": "2025-03-01T12:00:00.123456Z",
        "cog_version": "0.14.2",
        "openapi_schema": {},
        **members,
    }


def model(owner: str = "acme", name: str = "painter", **members: Any) -> dict[str, Any]:
    return {
        "url": f"https://replicate.com/{owner}/{name}",
        "owner": owner,
        "name": name,
        "description": None,
        "visibility": "public",
        "run_count": 7,
        "latest_version": version(),
        "default_example": None,
        **members,
    }


def uploaded(id: str = "f1", **members: Any) -> dict[str, Any]:  # noqa: A002
    """Return a file as an upload answers it."""
    return {
        "id": id,
        "name": "cat.png",
        "content_type": "image/png",
        "size": 3,
        "etag": "0",
        "checksums": {"sha256": "0"},
        "metadata": {},
        "created_at": "2025-03-01T12:00:00Z",
        "expires_at": "2025-03-02T12:00:00Z",
        "urls": {"get": f"{API}/v1/files/{id}"},
        **members,
    }


def page(*results: Any, next: Any = None, previous: Any = None) -> dict[str, Any]:  # noqa: A002
    return {"previous": previous, "next": next, "results": list(results)}


def training(status: str = "starting", *, id: str = ID, **members: Any) -> dict[str, Any]:  # noqa: A002
    """Return a training as a create answers it: with the URLs of a prediction, and without its destination."""
    return {
        "id": id,
        "model": "acme/trainer",
        "version": VERSION,
        "input": {"steps": 3},
        "logs": "",
        "error": None,
        "status": status,
        "created_at": "2025-03-01T12:00:00.123Z",
        "urls": {"cancel": f"{API}/v1/predictions/{id}/cancel", "get": f"{API}/v1/predictions/{id}"},
        **members,
    }


def account(username: str = "acme", **members: Any) -> dict[str, Any]:
    return {
        "type": "organization",
        "username": username,
        "name": "Acme Labs",
        "github_url": "https://github.com/acme",
        "avatar_url": "https://img.example/acme.png",
        **members,
    }


def release(number: int = 1, **members: Any) -> dict[str, Any]:
    return {
        "number": number,
        "model": "acme/painter",
        "version": VERSION,
        "created_at": "2025-03-01T12:00:00.123456Z",
        "created_by": account(),
        "configuration": {"hardware": "gpu-t4", "min_instances": 0, "max_instances": 2},
        **members,
    }


def deployment(owner: str = "acme", name: str = "fast", **members: Any) -> dict[str, Any]:
    return {"owner": owner, "name": name, "current_release": release(), **members}


def collection(slug: str = "text-to-image", **members: Any) -> dict[str, Any]:
    """Return a collection as a list answers it: without its models."""
    return {"name": "Text to image", "slug": slug, "description": "Models that paint.", **members}


def search_results(**members: Any) -> dict[str, Any]:
    """Return the answer to a search over everything."""
    return {
        "query": "paint",
        "models": [
            {"model": model(), "metadata": {"generated_description": "It paints.", "tags": ["a"], "score": 0.5}}
        ],
        "collections": [{**collection(), "models": ["acme/painter"]}],
        "pages": [{"name": "How to paint", "href": "/docs/paint"}],
        **members,
    }
