"""Finding the API token, as late as each request; it is never kept in a repr, a log or an error message. No I/O."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Protocol

from .exceptions import AuthenticationError, InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE = "REPLICATE_API_TOKEN"


class TokenSource(Protocol):
    """Something that gives the API token now, or None where there is none."""

    def __call__(self) -> str | None: ...

    def given_only(self) -> TokenSource:
        """Return what gives a token that was passed in, and never that of the surroundings."""
        ...


class GivenToken:
    """A token that was passed in: a text, or a function called before each request, for tokens that rotate."""

    __slots__ = ("_given",)

    def __init__(self, given: str | Callable[[], str]) -> None:
        if not isinstance(given, str) and not callable(given):
            raise InvalidArgumentError("api_token must be a text, or a function that returns one", argument="api_token")
        self._given = given

    def __call__(self) -> str | None:
        """Return the token, stripped of surrounding white space."""
        return clean_token(self._given if isinstance(self._given, str) else self._given())

    def given_only(self) -> TokenSource:
        """Return this very source."""
        return self

    def __repr__(self) -> str:
        return "GivenToken(…)"


class EnvironmentToken:
    """The token of the surroundings: of the request a Cog predictor is serving, otherwise `REPLICATE_API_TOKEN`.

    It is looked up for every request, so a token set after `import replicate` counts, and a predictor that serves
    several callers uses each caller's own token.
    """

    __slots__ = ("_environment",)

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    def __call__(self) -> str | None:
        """Return the token, stripped of surrounding white space, or None."""
        scoped = _scope_token()
        return clean_token(self._environment.get(VARIABLE) if scoped is None else scoped)

    def given_only(self) -> TokenSource:
        """Return a source without a token: the account's is of no use to an engine on this machine."""
        return EnvironmentToken({})

    def __repr__(self) -> str:
        return "EnvironmentToken()"


def clean_token(token: Any) -> str | None:
    """Return the token without surrounding white space, None where nothing remains.

    Raises:
        AuthenticationError: it cannot be sent in a header. The message does not contain it.
    """
    if token is None:
        return None
    if not isinstance(token, str):
        raise AuthenticationError(detail=f"The API token must be a text, not {type(token).__name__}.")
    stripped = token.strip()
    if not all("!" <= character <= "~" for character in stripped):
        raise AuthenticationError(
            detail="The API token contains a blank, a line break or a character that is not ASCII; copy it again."
        )
    return stripped or None


def missing_token() -> AuthenticationError:
    """Return the error for a request that needs a token where none was found."""
    return AuthenticationError(
        title="No API token",
        detail=(
            f"Set the environment variable {VARIABLE}, or pass replicate.Client(api_token=…). "
            "Nothing was sent. To run offline without a token, use base_url='local'."
        ),
    )


def _scope_token() -> str | None:
    """Return the token of the request that a surrounding Cog predictor serves, where there is one."""
    cog: Any = sys.modules.get("cog")  # only a predictor has it loaded; importing it here would cost every program
    if cog is None:
        return None
    try:
        context = cog.current_scope().context
        found = {str(name).upper(): value for name, value in context.items()}
    except Exception:  # noqa: BLE001 - another package's internals; a predictor without a scope is no error
        return None
    token = found.get(VARIABLE)
    return token if token is None or isinstance(token, str) else None
