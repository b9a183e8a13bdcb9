"""The account a token belongs to: a user or an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from replicate_api.api.account import account_get
from replicate_api.models.account import Account as RawAccount

from ._blocking import run_blocking
from ._views import View, text
from .resource import Namespace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._wire import Wire

__all__ = ["Account", "Accounts"]


class Account(View[RawAccount]):
    """A user or an organisation."""

    __slots__ = ()

    _key = ("username",)

    _fields = ("type", "username", "name", "github_url", "avatar_url")

    @classmethod
    def decode(cls, data: Mapping[str, Any]) -> RawAccount:
        return RawAccount.from_dict(data)

    @property
    def type(self) -> str:
        """`user` or `organization`; empty if the service did not tell."""
        return text(self._raw.type_) or ""

    @property
    def username(self) -> str:
        """Its name in URLs, and the owner of its models."""
        return self._raw.username

    @property
    def name(self) -> str | None:
        """The name it shows to people."""
        return text(self._raw.name)

    @property
    def github_url(self) -> str | None:
        """Its page on GitHub."""
        return text(self._raw.github_url)

    @property
    def avatar_url(self) -> str | None:
        """Its picture."""
        return text(self._raw.avatar_url)

    def __hash__(self) -> int:
        return hash((type(self), self.username))


class Accounts(Namespace):
    """The account of the token."""

    def current(self) -> Account:
        """Return the account the token belongs to.

        Raises:
            AuthenticationError: there is no token, or the service does not accept it.
        """
        return run_blocking(self._current(self._client.wire))

    async def async_current(self) -> Account:
        """Return the account the token belongs to, awaiting the service's answer."""
        return await self._current(self._client.async_wire)

    async def _current(self, wire: Wire) -> Account:
        return Account.of(await wire.call(account_get, client=wire.api), self._client)
