"""The operations of the API as a client offers them: one namespace for each kind of thing, made on first use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ._deployments import Deployments
    from ._files import Files
    from ._hardware import HardwareNamespace
    from ._models import Models
    from ._predictions import Predictions
    from ._trainings import Trainings
    from .account import Accounts
    from .client import Client
    from .collection import Collections
    from .webhook import Webhooks


class Namespaces:
    """What a client gives access to. Looking at a namespace sends nothing."""

    @cached_property
    def accounts(self) -> Accounts:
        """The account of the token: current."""
        from .account import Accounts

        return Accounts(self._as_client)

    @cached_property
    def collections(self) -> Collections:
        """Collections of models: get, list."""
        from .collection import Collections

        return Collections(self._as_client)

    @cached_property
    def deployments(self) -> Deployments:
        """Deployments: get, list, create, update, delete, and their predictions."""
        from ._deployments import Deployments

        return Deployments(self._as_client)

    @cached_property
    def files(self) -> Files:
        """Uploaded files: create, get, list, delete, download."""
        from ._files import Files

        return Files(self._as_client)

    @cached_property
    def hardware(self) -> HardwareNamespace:
        """Hardware to run on: list."""
        from ._hardware import HardwareNamespace

        return HardwareNamespace(self._as_client)

    @cached_property
    def models(self) -> Models:
        """Models: get, list, search, create, update, delete; their readmes, examples and predictions."""
        from ._models import Models

        return Models(self._as_client)

    @cached_property
    def predictions(self) -> Predictions:
        """Predictions: create, get, list, cancel."""
        from ._predictions import Predictions

        return Predictions(self._as_client)

    @cached_property
    def trainings(self) -> Trainings:
        """Trainings: create, get, list, cancel."""
        from ._trainings import Trainings

        return Trainings(self._as_client)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Webhooks: the secret they are signed with, checking messages and reading them."""
        from .webhook import Webhooks

        return Webhooks(self._as_client)

    @property
    def _as_client(self) -> Client:
        return cast("Client", self)
