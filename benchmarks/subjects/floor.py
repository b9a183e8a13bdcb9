"""A few lines of httpx and `json.loads`: what any client on httpx pays."""

import asyncio
import json
import time
from typing import Any

import httpx

IMPORT = "import httpx, json"
COLD = """
import httpx, json
with httpx.Client(base_url="{base}/v1", headers={{"Authorization": "Bearer r8_x"}}) as client:
    response = client.get("/predictions/{id}")
    response.raise_for_status()
    json.loads(response.content)["status"]
"""

_HEADERS = {"Authorization": "Bearer r8_x"}
_OVER = {"succeeded", "failed", "canceled", "aborted"}


def open_client(base: str) -> httpx.Client:
    return httpx.Client(base_url=f"{base}/v1", headers=_HEADERS, timeout=60)


def open_async_client(base: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"{base}/v1", headers=_HEADERS, timeout=60)


def open_wide_client(base: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=1000)
    return httpx.AsyncClient(base_url=f"{base}/v1", headers=_HEADERS, timeout=90, limits=limits)


def _read(response: httpx.Response) -> Any:
    response.raise_for_status()
    return json.loads(response.content)


def get(client: httpx.Client, id: str) -> str:
    return _read(client.get(f"/predictions/{id}"))["status"]


async def get_async(client: httpx.AsyncClient, id: str) -> str:
    return _read(await client.get(f"/predictions/{id}"))["status"]


def page(client: httpx.Client) -> int:
    return len([row["status"] for row in _read(client.get("/predictions"))["results"]])


def wait(client: httpx.Client, version: str, given: dict[str, Any]) -> str:
    job = _read(client.post("/predictions", json={"version": version, "input": given}))
    while job["status"] not in _OVER:
        time.sleep(0.5)
        job = _read(client.get(f"/predictions/{job['id']}"))
    return job["id"]


async def run_async(client: httpx.AsyncClient, given: dict[str, Any]) -> Any:
    headers = {"Prefer": "wait"}
    job = _read(await client.post("/models/quay/harbour/predictions", json={"input": given}, headers=headers))
    while job["status"] not in _OVER:
        await asyncio.sleep(0.5)
        job = _read(await client.get(f"/predictions/{job['id']}"))
    return job["output"]


def events(client: httpx.Client, id: str) -> int:
    count, rest = 0, b""
    with client.stream("GET", f"{str(client.base_url)[: -len('/v1/')]}/streams/{id}") as response:
        for chunk in response.iter_bytes():
            *blocks, rest = (rest + chunk).split(b"\n\n")
            for block in blocks:
                fields = dict(line.partition(": ")[::2] for line in block.decode().split("\n"))
                count += bool(fields["data"])
    return count


def read(client: httpx.Client, url: str) -> int:
    return len(client.get(url).content)


def save(client: httpx.Client, url: str, path: str) -> int:
    with client.stream("GET", url) as response, open(path, "wb") as file:
        return sum(file.write(chunk) for chunk in response.iter_bytes())


def upload(client: httpx.Client, path: str) -> Any:
    with open(path, "rb") as file:
        url = _read(client.post("/files", files={"content": file}))["urls"]["get"]
    body = {"version": "0" * 64, "input": {"image": url}}
    return _read(client.post("/predictions", json=body))["id"]
