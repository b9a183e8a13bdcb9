"""Testing programs that use Replicate, without a token, a network or cost: the scripted service and its fixtures.

With pytest, `fake_replicate` and `replicate_client` are there as soon as this distribution is installed. Elsewhere:
`with FakeReplicate() as fake: …`. What stands here is made on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._engines import LocalEngine
    from ._fake import FakeReplicate
    from ._predictions import FakePrediction
    from ._records import RecordedRequest
    from ._scripts import OutputFile
    from ._webhooks import WebhookMessage, sign_webhook

__all__ = [
    "FakePrediction",
    "FakeReplicate",
    "LocalEngine",
    "OutputFile",
    "RecordedRequest",
    "WebhookMessage",
    "sign_webhook",
]

_HOMES = {
    "FakePrediction": "_predictions",
    "FakeReplicate": "_fake",
    "LocalEngine": "_engines",
    "OutputFile": "_scripts",
    "RecordedRequest": "_records",
    "WebhookMessage": "_webhooks",
    "sign_webhook": "_webhooks",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
