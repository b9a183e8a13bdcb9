"""Durations in request headers: `Cancel-After` and `Prefer`."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate._durations import format_cancel_after, format_prefer_wait, parse_cancel_after
from replicate.exceptions import InvalidArgumentError

DAY = 24 * 60 * 60


@pytest.mark.parametrize(
    ("given_value", "header"),
    [
        (5, "5s"),
        (90, "90s"),
        (7.2, "8s"),
        (DAY, "86400s"),
        (DAY - 0.5, "86400s"),
        (timedelta(minutes=1, seconds=30), "90s"),
        (timedelta(days=1), "86400s"),
        (timedelta(seconds=5, microseconds=1), "6s"),
        ("1m30s", "90s"),
        ("30", "30s"),
    ],
)
def test_a_deadline_becomes_whole_seconds_never_fewer_than_asked(given_value, header):
    assert format_cancel_after(given_value) == header


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        4.999,
        DAY + 0.001,
        1e300,
        10**400,
        math.nan,
        math.inf,
        -math.inf,
        timedelta(),
        timedelta(days=2),
        "4s",
        "25h",
    ],
)
def test_a_deadline_outside_the_range_is_an_error_that_names_the_argument(value):
    with pytest.raises(InvalidArgumentError, match=r"^cancel_after must be from 5 seconds to 24 hours, not ") as caught:
        format_cancel_after(value)

    assert caught.value.argument == "cancel_after"


@pytest.mark.parametrize("value", [None, True, False, [], object(), b"5m", Decimal(30)])
def test_a_deadline_that_is_no_duration_is_an_error_that_names_the_argument(value):
    with pytest.raises(InvalidArgumentError, match=r"^timeout must be seconds, a timedelta or a text") as caught:
        format_cancel_after(value, argument="timeout")

    assert caught.value.argument == "timeout"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        ("30s", 30),
        ("5m", 300),
        ("2h", 7200),
        ("1m30s", 90),
        ("1h30m45s", 5445),
        ("1h30m", 5400),
        ("1h5s", 3605),
        ("24h", DAY),
        ("0h0m5s", 5),
        ("005", 5),
    ],
)
def test_the_header_means_seconds(text, seconds):
    assert parse_cancel_after(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "s",
        "m",
        "1d",
        "30S",
        "1m 30s",
        " 30",
        "30\n",
        "30s1m",
        "1m1h",
        "1m1m",
        "1.5m",
        "-30",
        "+30",
        "٣٠",
        "1h30",
    ],
)
def test_a_malformed_header_is_an_error_that_shows_it(text):
    with pytest.raises(InvalidArgumentError, match=r"^cancel_after: .* is not a duration; write seconds") as caught:
        parse_cancel_after(text)

    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["0", "4", "4s", "86401", "24h1s", "25h", "999999999h"])
def test_a_header_outside_the_range_is_an_error(text):
    with pytest.raises(InvalidArgumentError, match="must be from 5 seconds to 24 hours"):
        parse_cancel_after(text)


@given(seconds=st.floats(5, DAY))
def test_what_is_written_reads_back_rounded_up(seconds):
    assert parse_cancel_after(format_cancel_after(seconds)) == math.ceil(seconds)


@pytest.mark.parametrize(
    ("wait", "header"),
    [
        (None, None),
        (False, None),
        (0, None),
        (0.0, None),
        (True, "wait"),
        (1, "wait=1"),
        (10, "wait=10"),
        (60, "wait=60"),
        (2.5, "wait=3"),
        (59.1, "wait=60"),
    ],
)
def test_a_hold_becomes_a_preference(wait, header):
    assert format_prefer_wait(wait) == header


@pytest.mark.parametrize("wait", [-1, 0.5, 60.5, 61, 10**400, math.nan, math.inf, "10", [], timedelta(seconds=5)])
def test_a_hold_outside_the_range_is_an_error_that_names_the_argument(wait):
    with pytest.raises(
        InvalidArgumentError, match=r"^wait must be True, False or a number of seconds from 1 to 60"
    ) as caught:
        format_prefer_wait(wait)

    assert caught.value.argument == "wait"
