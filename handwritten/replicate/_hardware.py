"""Hardware that models and deployments can run on: `client.hardware`. Imports as in 1.x go through `hardware`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from replicate_api.api.hardware import hardware_list
from replicate_api.models.hardware import Hardware as RawHardware

from ._blocking import run_blocking
from ._views import View, text
from .resource import Namespace

if TYPE_CHECKING:
    import builtins
    from collections.abc import Mapping

    from ._wire import Wire


class Hardware(View[RawHardware]):
    """Something that models and deployments can run on."""

    __slots__ = ()

    _key = ("sku",)

    _fields = ("sku", "name")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawHardware:
        return RawHardware.from_dict(data)

    @property
    def sku(self) -> str:
        """What `models.create` and `deployments.create` call it: `cpu`, `gpu-t4`, … The list grows and changes."""
        return self._raw.sku

    @property
    def id(self) -> str:
        """The SKU, by the name older programs use."""
        return self.sku

    @property
    def name(self) -> str:
        """What it is called for people; the SKU if the service did not tell."""
        return text(self._raw.name) or self.sku


class HardwareNamespace(Namespace):
    """Hardware that models and deployments can run on."""

    def list(self) -> builtins.list[Hardware]:
        """Return all hardware; this list has no pages."""
        return run_blocking(self._list(self._client.wire))

    async def async_list(self) -> builtins.list[Hardware]:
        """Return all hardware, awaiting the service's answer."""
        return await self._list(self._client.async_wire)

    async def _list(self, wire: Wire) -> builtins.list[Hardware]:
        rows = await wire.call(hardware_list, client=wire.api)
        return [Hardware.of(row, self._client) for row in rows]
