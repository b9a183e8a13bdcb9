"""What the things and the operations of the API have in common, by the names of 1.x; no particular kind of either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._views import View as Resource

if TYPE_CHECKING:
    from .client import Client

__all__ = ["Namespace", "Resource"]


class Namespace:
    """The operations on one kind of thing, such as `client.predictions`, through one client."""

    def __init__(self, client: Client) -> None:
        self._client = client
