"""How a caller's value appears in an error message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate._quoted_values import quote_value


class Chatty:
    def __repr__(self):
        return "everything it holds"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("owner", "'owner'"),
        ("", "''"),
        ("a\nb", r"'a\nb'"),
        (None, "None"),
        (True, "True"),
        (7, "7"),
        (1.5, "1.5"),
        (Chatty(), "a Chatty object"),
        ({"token": "x"}, "a dict object"),
        (b"bytes", "a bytes object"),
    ],
)
def test_values_are_shown_short_and_on_one_line(value, shown):
    assert quote_value(value) == shown


@pytest.mark.parametrize(
    "value", ["x" * 81, "x" * 1_000_000, 10**200, 10**5000, -(10**5000)], ids=["81", "million", "200", "5000", "-5000"]
)
def test_long_values_are_cut(value):
    assert len(quote_value(value)) <= 83


@pytest.mark.parametrize("secret", ["r8_" + "a" * 37, "whsec_" + "b" * 32])
@pytest.mark.parametrize("before", [0, 5, 77, 79])
def test_what_looks_like_a_secret_is_not_shown(secret, before):
    shown = quote_value("-" * before + secret)

    assert secret[-6:] not in shown
    assert "aa" not in shown
    assert "bb" not in shown


@given(value=st.text())
def test_any_text_is_shown_on_one_printable_line(value):
    assert quote_value(value).isprintable()
