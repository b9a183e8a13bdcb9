"""The official client, release 2.0.0b4."""

from pathlib import Path
from typing import Any

import replicate
from replicate import AsyncReplicate, Replicate

IMPORT = "import replicate"
COLD = """
import replicate
client = replicate.Replicate(bearer_token="r8_x", base_url="{base}/v1")
client.predictions.get(prediction_id="{id}").status
"""


def open_client(base: str) -> Any:
    return Replicate(bearer_token="r8_x", base_url=f"{base}/v1")


def open_async_client(base: str) -> Any:
    return AsyncReplicate(bearer_token="r8_x", base_url=f"{base}/v1")


open_wide_client = open_async_client


def get(client: Any, id: str) -> str:
    return client.predictions.get(prediction_id=id).status


async def get_async(client: Any, id: str) -> str:
    return (await client.predictions.get(prediction_id=id)).status


def page(client: Any) -> int:
    return len([row.status for row in client.predictions.list().results])


def wait(client: Any, version: str, given: dict[str, Any]) -> str:
    prediction = client.predictions.create(version=version, input=given)
    return client.predictions.wait(prediction.id).id


async def run_async(client: Any, given: dict[str, Any]) -> Any:
    return await client.run("quay/harbour", input=given)


def read(client: Any, url: str) -> int:
    return len(replicate.FileOutput(url, client).read())


def upload(client: Any, path: str) -> Any:
    return client.predictions.create(version="0" * 64, input={"image": Path(path)}).id
