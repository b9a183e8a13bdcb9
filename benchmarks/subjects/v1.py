"""The official client, release 1.0.7; all but how a client is opened is asked of this client too, by `ours`."""

from pathlib import Path
from typing import Any

import replicate
from replicate.helpers import FileOutput

IMPORT = "import replicate"
COLD = """
import replicate
client = replicate.Client(api_token="r8_x", base_url="{base}")
client.predictions.get("{id}").status
"""


def open_client(base: str) -> Any:
    return replicate.Client(api_token="r8_x", base_url=base)


open_async_client = open_wide_client = open_client


def get(client: Any, id: str) -> str:
    return client.predictions.get(id).status


async def get_async(client: Any, id: str) -> str:
    return (await client.predictions.async_get(id)).status


def page(client: Any) -> int:
    return len([row.status for row in client.predictions.list().results])


def wait(client: Any, version: str, given: dict[str, Any]) -> str:
    prediction = client.predictions.create(version=version, input=given)
    prediction.wait()
    return prediction.id


async def run_async(client: Any, given: dict[str, Any]) -> Any:
    return await client.async_run("quay/harbour", input=given)


def events(client: Any, id: str) -> int:
    return sum(1 for event in client.predictions.get(id).stream() if event.data)


def read(client: Any, url: str) -> int:
    return len(FileOutput(url, client).read())


def upload(client: Any, path: str) -> Any:
    return client.predictions.create(version="0" * 64, input={"image": Path(path)}).id
