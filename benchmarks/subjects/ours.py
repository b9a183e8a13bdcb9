"""This client. What it is asked in the words of 1.0.7 stands in `v1`, which imports this client here."""

from typing import Any

import replicate

from .v1 import events, get, get_async, page, read, run_async, upload, wait  # noqa: F401 - functions of this one too

IMPORT = "import replicate"
COLD = """
import replicate
client = replicate.Client(api_token="r8_x", base_url="{base}/v1")
client.predictions.get("{id}").status
"""


def open_client(base: str) -> Any:
    return replicate.Client(api_token="r8_x", base_url=f"{base}/v1")


open_async_client = open_wide_client = open_client


def save(client: Any, url: str, path: str) -> int:
    return replicate.FileOutput(url, client).save(path).stat().st_size
