"""The engine's own secrets, kept with its data, and what is signed with them; never whether a call may go on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_KEY_BYTES = 24
_PREFIX = "whsec_"


class SigningKeys:
    """The two keys of a data directory: made at its first use, the same ever after."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._webhooks = _key(directory / "webhooks")
        self._downloads = _key(directory / "downloads")

    @property
    def webhook_secret(self) -> str:
        """The secret as receivers of webhooks get it: in the standard alphabet, which has no second `_`."""
        return _PREFIX + base64.b64encode(self._webhooks).decode("ascii")

    def webhook_headers(self, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
        """Return the headers that show a receiver that a call is genuine."""
        message = f"{message_id}.{timestamp}.".encode("ascii") + body
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": f"v1,{_signature(self._webhooks, message)}",
        }

    def download_signature(self, owner: str, file_id: str, expiry: int) -> str:
        """Return what makes the download link of an upload valid."""
        return download_signature(self._downloads, owner, file_id, expiry)


def download_signature(key: bytes, owner: str, file_id: str, expiry: int) -> str:
    """Return the signature of a download link: HMAC-SHA256 of owner, id and Unix time, with single spaces."""
    return _signature(key, f"{owner} {file_id} {expiry}".encode("utf-8", "replace"))


def _signature(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode("ascii")


def _key(path: Path) -> bytes:
    if not path.is_file():
        unfinished = path.with_suffix(".new")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        unfinished.replace(path)
    return path.read_bytes()
