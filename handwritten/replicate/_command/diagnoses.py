"""What `doctor` looks at, one thing after another; how it is shown is not decided here. The token is never told."""

from __future__ import annotations

import os
import platform
import time
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies

from ..__about__ import __version__
from .._installation import find_clash
from .._origins import Origin
from .._settings import DEFAULT_BASE_URL, LOCAL, read_base_url
from .._tokens import VARIABLE, EnvironmentToken
from ..client import Client
from ..exceptions import (
    APIStatusError,
    AuthenticationError,
    InvalidArgumentError,
    LocalEngineError,
    NetworkError,
    ReplicateError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DISTRIBUTION = "replicate-openapi"
_TOKENS_PAGE = "https://replicate.com/account/api-tokens"
_USUAL_TOKEN = "r8_"  # noqa: S105 - how the service's tokens begin
_TIMEOUT = 10.0
"""Seconds without progress after which the service counts as unreachable."""

_CLOSE_ENOUGH = 60.0
"""Seconds between two clocks that do no harm. Webhooks older than five minutes by this machine's clock are refused."""

Verdict = Literal["ok", "note", "problem"]


class Finding(NamedTuple):
    """One thing that was looked at."""

    verdict: Verdict
    topic: str
    told: str


class Diagnosis:
    """Everything that is looked at, in the order in which one thing needs the other."""

    def __init__(self, base_url: str | None) -> None:
        self._given = base_url
        self._base_url = ""
        self._token = ""

    def findings(self) -> Iterator[Finding]:
        """Yield what is found, as it is found; the way to the service comes last but one."""
        yield Finding("ok", "package", f"{_DISTRIBUTION} {__version__} on {_python()}")
        yield _installed_beside()
        base_url = self._find_base_url()
        yield base_url
        yield from _proxies()
        yield self._find_token()
        if base_url.verdict != "problem":
            yield from self._reach()
        yield _local_engine()

    @property
    def _needs_token(self) -> bool:
        return self._base_url != LOCAL and not Origin.of_url(self._base_url).is_loopback

    def _find_base_url(self) -> Finding:
        try:
            self._base_url = read_base_url(self._given)
        except InvalidArgumentError as error:
            return Finding("problem", "base URL", str(error))
        told_by = "--base-url" if self._given else "REPLICATE_BASE_URL"
        if not self._given and self._base_url == DEFAULT_BASE_URL:
            told_by = "default"
        return Finding("ok", "base URL", f"{self._base_url} ({told_by})")

    def _find_token(self) -> Finding:
        try:
            self._token = EnvironmentToken()() or ""
        except AuthenticationError as error:
            return Finding("problem", "token", f"{VARIABLE}: {error.detail}")
        if not self._token:
            verdict: Verdict = "problem" if self._needs_token else "ok"
            advice = f"; make a token at {_TOKENS_PAGE}" if self._needs_token else ", and a server here needs none"
            return Finding(verdict, "token", f"{VARIABLE} is not set{advice}")
        if self._base_url == DEFAULT_BASE_URL and not self._token.startswith(_USUAL_TOKEN):
            return Finding("note", "token", f"{VARIABLE} is set, but does not begin with {_USUAL_TOKEN} as others do")
        return Finding("ok", "token", f"found in {VARIABLE}")

    def _reach(self) -> Iterator[Finding]:
        """Send one request, and yield what its answer tells."""
        with Client(self._token, base_url=self._given, timeout=_TIMEOUT, max_retries=0) as client:
            began = time.monotonic()
            try:
                answer = self._ask(client)
            except (LocalEngineError, NetworkError) as error:
                yield Finding("problem", "service", str(error))
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    yield Finding(
                        "problem", "TLS", "the certificate of the service, or of what is before it, is not trusted"
                    )
                return
            seconds = time.monotonic() - began
        yield self._answered(answer, seconds)
        if Origin.of_url(client.api.base_url).scheme == "https":
            yield Finding("ok", "TLS", "the connection is encrypted, and the service's certificate is accepted")
        yield from self._account(answer)
        yield _clock(answer.headers)
        yield _rate_limit(answer.headers)

    def _ask(self, client: Client) -> _Answer:
        """Ask who the token belongs to; without a token for a file by a link nobody signed, as that path needs none."""
        from replicate_api.api.account import account_get
        from replicate_api.api.files import files_download

        try:
            if self._token or not self._needs_token:
                response = account_get.sync_detailed(client=client.api)
                return _Answer(int(response.status_code), response.headers, response.parsed)
            download = files_download.sync_detailed(
                "doctor", client=client.api, owner="nobody", expiry=1, signature="none"
            )
            return _Answer(int(download.status_code), download.headers, None)
        except NetworkError:
            raise
        except ReplicateError as error:
            return _Answer(error.status, error.headers, error)

    def _answered(self, answer: _Answer, seconds: float) -> Finding:
        failed = not isinstance(answer.body, APIStatusError) and isinstance(answer.body, ReplicateError)
        if failed or (answer.status or 0) >= 500:
            return Finding("problem", "service", str(answer.body))
        return Finding("ok", "service", f"answers in {seconds:.2f} s")

    def _account(self, answer: _Answer) -> Iterator[Finding]:
        if isinstance(answer.body, AuthenticationError) and self._token:
            yield Finding("problem", "account", f"the service does not accept the token; see {_TOKENS_PAGE}")
        elif not isinstance(answer.body, ReplicateError) and answer.body is not None:
            yield Finding("ok", "account", str(answer.body.username))


class _Answer(NamedTuple):
    """What the service said."""

    status: int | None
    headers: Mapping[str, str]
    body: Any
    """The account, or the error."""


def _python() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}"


def _installed_beside() -> Finding:
    clash = find_clash()
    if clash is not None:
        return Finding("problem", "installation", clash)
    return Finding("ok", "installation", "no other distribution fills the package `replicate`")


def _proxies() -> Iterator[Finding]:
    found = {kind: urlsplit(url) for kind, url in getproxies().items() if kind != "no"}
    for kind, url in sorted(found.items()):  # without a user name and a password, which such a URL may have
        yield Finding("note", "proxy", f"{kind} goes through {url.scheme or kind}://{url.hostname or '?'}")


def _clock(headers: Mapping[str, str]) -> Finding:
    try:
        ahead = parsedate_to_datetime(headers.get("date", "")).timestamp() - time.time()
    except (TypeError, ValueError):
        return Finding("note", "clock", "the service does not tell the time")
    if abs(ahead) <= _CLOSE_ENOUGH:
        return Finding("ok", "clock", f"within {max(1, round(abs(ahead)))} s of the service's")
    side = "behind" if ahead > 0 else "ahead of"
    return Finding("problem", "clock", f"this machine's is {abs(ahead):.0f} s {side} the service's: set it")


def _rate_limit(headers: Mapping[str, str]) -> Finding:
    told = [f"{name}: {value}" for name, value in sorted(headers.items()) if "ratelimit-" in name.lower()]
    return Finding("note", "rate limit", ", ".join(told) or "the service does not tell any")


def _local_engine() -> Finding:
    if os.name != "posix":
        return Finding("note", "local engine", "needs a Unix system")
    try:
        requirements = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return Finding("note", "local engine", f"{_DISTRIBUTION} is here without its metadata, so this is not known")
    needed = [_name(text) for text in requirements if 'extra == "local"' in text.replace("'", '"')]
    missing = [name for name in needed if not _is_installed(name)]
    if missing:
        told = f"not installed ({', '.join(missing)}); pip install '{_DISTRIBUTION}[local]'"
        return Finding("note", "local engine", told)
    return Finding("ok", "local engine", "installed; --base-url local starts it")


def _name(requirement: str) -> str:
    """Return the distribution that a requirement names."""
    length = next((n for n, sign in enumerate(requirement) if not (sign.isalnum() or sign in "-_.")), len(requirement))
    return requirement[:length]


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True
