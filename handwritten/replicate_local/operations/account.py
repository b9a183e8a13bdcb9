"""The operations on what the engine's owner is and has: account and hardware; never on models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replicate_local import serialize
from replicate_local.calls import Call, handles
from replicate_local.responses import json_response

if TYPE_CHECKING:
    from starlette.responses import Response

_HARDWARE = [{"sku": "cpu", "name": "CPU"}]
"""Everything runs on this machine's processor, whatever hardware models and deployments ask for."""


@handles("account.get")
async def get(_call: Call) -> Response:
    """Return the one account there is."""
    return json_response(serialize.ACCOUNT_FORM)


@handles("hardware.list")
async def list_hardware(_call: Call) -> Response:
    """Return the one kind of hardware there is."""
    return json_response(_HARDWARE)
