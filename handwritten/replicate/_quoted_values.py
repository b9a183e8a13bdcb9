"""Shows values and texts inside an error message: short, without secrets or control characters. It judges nothing."""

from __future__ import annotations

import re

_LONGEST_SHOWN = 80
_LONGEST_INTEGER = 256  # bits; Python refuses to write out integers of thousands of digits
_SECRETS = r"(r8_|whsec_)[^\s'\"]+"

# What a terminal would obey, or could not print: controls other than tab and line feed, and halves of surrogate pairs.
_UNPRINTABLE = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]"


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
    shown = re.sub(_SECRETS, r"\1…", value[: 2 * _LONGEST_SHOWN])
    if len(value) > _LONGEST_SHOWN:
        shown = f"{shown[:_LONGEST_SHOWN]}…"
    return repr(shown)


def show_text(text: str, *, longest: int) -> str:
    """Return a text that somebody else wrote, as a terminal or a log may show it: cut, control characters escaped."""
    shown = text if len(text) <= longest else f"{text[:longest]}…"
    return re.sub(_UNPRINTABLE, lambda found: repr(found[0])[1:-1], shown)
