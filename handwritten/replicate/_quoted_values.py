"""Shows a caller's own value inside an error message: short, on one line, without secrets. It judges nothing."""

from __future__ import annotations

import re

_LONGEST_SHOWN = 80
_LONGEST_INTEGER = 256  # bits; Python refuses to write out integers of thousands of digits
_SECRET = re.compile(r"(r8_|whsec_)[^\s'\"]+")


def quote_value(value: object) -> str:
    """Return the value as an error message may show it.

    Texts are quoted, cut after 80 characters, and lose what looks like an API token or a webhook secret: people pass
    these to the wrong argument. Of other objects only the type is told, because their repr may hold anything.
    """
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        return "a very large integer"
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    if not isinstance(value, str):
        return f"a {type(value).__name__} object"
    shown = _SECRET.sub(r"\1…", value[: 2 * _LONGEST_SHOWN])
    if len(value) > _LONGEST_SHOWN:
        shown = f"{shown[:_LONGEST_SHOWN]}…"
    return repr(shown)
