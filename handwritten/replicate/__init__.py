"""A client for the Replicate API: `replicate.run("owner/name", input={…})`.

What stands here is made on first use: importing this package loads almost nothing, opens nothing and asks for no token.
"""

from __future__ import annotations

from ._installation import check_files

TYPE_CHECKING = False
"""As type checkers read it; importing `typing` takes most of the time that `import replicate` would take."""

if TYPE_CHECKING:
    from typing import Any

    from . import account as account
    from . import client as client
    from . import collection as collection
    from . import deployment as deployment
    from . import exceptions as exceptions
    from . import file as file
    from . import helpers as helpers
    from . import identifier as identifier
    from . import model as model
    from . import pagination as pagination
    from . import prediction as prediction
    from . import resource as resource
    from . import schema as schema
    from . import training as training
    from . import version as version
    from . import webhook as webhook
    from .__about__ import __version__
    from ._search import SearchResults
    from .account import Account
    from .budget import Budget
    from .client import Client
    from .collection import Collection
    from .deployment import Deployment
    from .exceptions import ModelError, ReplicateError, ReplicateException
    from .file import File
    from .hardware import Hardware
    from .helpers import FileOutput
    from .identifier import ModelVersionIdentifier
    from .model import Model
    from .pagination import Page, async_paginate, paginate
    from .prediction import Prediction
    from .stream import ServerSentEvent
    from .training import Training
    from .version import Version
    from .webhook import WebhookEvent, Webhooks

    default_client = Client()

    accounts = default_client.accounts
    async_run = default_client.async_run
    async_run_many = default_client.async_run_many
    async_search = default_client.async_search
    async_stream = default_client.async_stream
    collections = default_client.collections
    deployments = default_client.deployments
    files = default_client.files
    hardware = default_client.hardware
    models = default_client.models
    predictions = default_client.predictions
    run = default_client.run
    run_many = default_client.run_many
    search = default_client.search
    stream = default_client.stream
    trainings = default_client.trainings
    use = default_client.use
    webhooks = default_client.webhooks
else:
    check_files()
    # `replicate.run` and `replicate.stream` are functions here, `replicate.hardware` is a namespace, and modules of the
    # same names exist for programs that import from them. Loading a module puts it into its package, so these are
    # loaded now and taken out again; a later `import replicate.run` finds the module without touching this namespace.
    from . import hardware, run, stream
    from .__about__ import __version__

    del check_files, hardware, run, stream

__all__ = [
    "Account",
    "Budget",
    "Client",
    "Collection",
    "Deployment",
    "File",
    "FileOutput",
    "Hardware",
    "Model",
    "ModelError",
    "ModelVersionIdentifier",
    "Page",
    "Prediction",
    "ReplicateError",
    "ReplicateException",
    "SearchResults",
    "ServerSentEvent",
    "Training",
    "Version",
    "WebhookEvent",
    "Webhooks",
    "__version__",
    "accounts",
    "async_paginate",
    "async_run",
    "async_run_many",
    "async_search",
    "async_stream",
    "collections",
    "default_client",
    "deployments",
    "exceptions",
    "files",
    "hardware",
    "models",
    "paginate",
    "predictions",
    "run",
    "run_many",
    "search",
    "stream",
    "trainings",
    "use",
    "webhooks",
]

_HOMES = {
    "Account": "account",
    "Budget": "budget",
    "Client": "client",
    "Collection": "collection",
    "Deployment": "deployment",
    "File": "file",
    "FileOutput": "_outputs",
    "Hardware": "_hardware",
    "Model": "model",
    "ModelError": "exceptions",
    "ModelVersionIdentifier": "identifier",
    "Page": "pagination",
    "Prediction": "prediction",
    "ReplicateError": "exceptions",
    "ReplicateException": "exceptions",
    "SearchResults": "_search",
    "ServerSentEvent": "_stream_events",
    "Training": "training",
    "Version": "version",
    "WebhookEvent": "webhook",
    "Webhooks": "webhook",
    "async_paginate": "pagination",
    "paginate": "pagination",
}
"""Where each public class and function lives."""

_MODULES = frozenset(
    {
        "account", "client", "collection", "deployment", "exceptions", "file", "helpers", "identifier", "model",
        "pagination", "prediction", "resource", "schema", "training", "version", "webhook",
    }
)  # fmt: skip
"""The public modules, which 1.x loads at once: `import replicate` and then `replicate.model.Model`."""

_OF_THE_DEFAULT_CLIENT = frozenset(
    {
        "accounts", "async_run", "async_run_many", "async_search", "async_stream", "collections", "deployments",
        "files", "hardware", "models", "predictions", "run", "run_many", "search", "stream", "trainings", "use",
        "webhooks",
    }
)  # fmt: skip


def __getattr__(name: str) -> Any:
    value = _find(name)
    globals().setdefault(name, value)
    return globals()[name]


def _find(name: str) -> Any:
    """Return what a public name stands for, loading its module now."""
    from importlib import import_module

    if name == "default_client":
        return import_module(".client", __name__).Client()
    if name in _OF_THE_DEFAULT_CLIENT:
        return getattr(__getattr__("default_client"), name)
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
