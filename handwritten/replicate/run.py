"""`replicate.run` as a module, for programs that import its functions; they live on the client."""

from __future__ import annotations

TYPE_CHECKING = False  # without `typing`, as in the package

if TYPE_CHECKING:
    from typing import Any

    from .client import Client

__all__ = ["async_run", "run"]


def run(client: Client, ref: Any, input: Any = None, **options: Any) -> Any:  # noqa: A002 - the API's word
    """Run a model through a client; see `Client.run`."""
    return client.run(ref, input, **options)


async def async_run(client: Client, ref: Any, input: Any = None, **options: Any) -> Any:  # noqa: A002 - the API's word
    """Run a model through a client, awaiting its output; see `Client.async_run`."""
    return await client.async_run(ref, input, **options)
