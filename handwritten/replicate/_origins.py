"""Origins: the scheme, host and port a request goes to, compared so that a token never leaves for another; no I/O."""

from __future__ import annotations

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from ._quoted_values import quote_value
from .exceptions import InvalidArgumentError

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port as RFC 6454 compares them: lower case, the default port made explicit."""

    scheme: str
    host: str
    port: int | None

    @classmethod
    def of(cls, scheme: str, host: str, port: int | None) -> Origin:
        """Return the origin of a URL already taken apart."""
        scheme = scheme.lower()
        return cls(scheme, host.lower(), port if port is not None else _DEFAULT_PORTS.get(scheme))

    @classmethod
    def of_url(cls, url: str) -> Origin:
        """Return the origin of a URL, or one equal to no API's where the text is no absolute URL."""
        try:
            parts = urlsplit(url)
            return cls.of(parts.scheme, parts.hostname or "", parts.port)
        except ValueError:
            return cls("", "", None)

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine, by its address or the name `localhost`."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


def parse_base_url(base_url: str) -> str:
    """Return the base URL every path of the API is appended to, ending in `/v1` and no slash.

    The 1.x client took the bare host, the 2.0 beta and the clients in other languages the host with `/v1`; both are
    read.

    Raises:
        InvalidArgumentError: it is no absolute http or https URL, or it carries a user name, a query or a fragment,
            or it is plain http to another machine, where the token would travel unencrypted.
    """
    url = base_url.strip().rstrip("/")
    origin = Origin.of_url(url)
    if origin.scheme not in _DEFAULT_PORTS or not origin.host:
        raise InvalidArgumentError(
            f"base_url must be an absolute URL such as 'https://api.replicate.com', or 'local'; got {quote_value(url)}",
            argument="base_url",
        )
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidArgumentError("base_url must not carry credentials, a query or a fragment", argument="base_url")
    if origin.scheme == "http" and not origin.is_loopback:
        raise InvalidArgumentError(
            f"base_url is plain http to another machine ({origin.host}): the token would travel unencrypted; use https",
            argument="base_url",
        )
    return url if url.endswith("/v1") else f"{url}/v1"
