"""Reading timestamps of the service, and dates as a person writes them."""

from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate._timestamps import parse_filter_date, parse_timestamp
from replicate.exceptions import InvalidArgumentError

NOW = datetime(2025, 6, 15, 12, 30, 45, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-01T00:00:00Z", utc(2025, 1, 1)),
        ("2025-01-01T00:00:00.5Z", utc(2025, 1, 1, 0, 0, 0, 500000)),
        ("2025-01-01T00:00:00.12Z", utc(2025, 1, 1, 0, 0, 0, 120000)),
        ("2025-01-01T00:00:00.123Z", utc(2025, 1, 1, 0, 0, 0, 123000)),
        ("2025-01-01T00:00:00.1234Z", utc(2025, 1, 1, 0, 0, 0, 123400)),
        ("2025-01-01T00:00:00.12345Z", utc(2025, 1, 1, 0, 0, 0, 123450)),
        ("2025-01-01T00:00:00.123456Z", utc(2025, 1, 1, 0, 0, 0, 123456)),
        ("2025-01-01T00:00:00.1234567Z", utc(2025, 1, 1, 0, 0, 0, 123456)),
        ("2025-06-08T12:06:20.383588891Z", utc(2025, 6, 8, 12, 6, 20, 383588)),
        ("2025-01-01T00:00:00.999999999Z", utc(2025, 1, 1, 0, 0, 0, 999999)),
        ("2025-01-01t00:00:00z", utc(2025, 1, 1)),
        ("2025-01-01 00:00:00Z", utc(2025, 1, 1)),
        ("2025-01-01T02:00:00+02:00", utc(2025, 1, 1)),
        ("2024-12-31T18:30:00-05:30", utc(2025, 1, 1)),
        ("2025-01-01T00:00:00-00:00", utc(2025, 1, 1)),
        ("2024-02-29T23:59:59Z", utc(2024, 2, 29, 23, 59, 59)),
        ("2016-12-31T23:59:60Z", utc(2017, 1, 1)),
        ("2016-12-31T23:59:60.25Z", utc(2017, 1, 1, 0, 0, 0, 250000)),
    ],
)
def test_a_timestamp_is_read_with_any_number_of_digits_and_any_offset(text, moment):
    found = parse_timestamp(text)

    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-01-01",
        "2025-01-01T00:00:00",
        "2025-01-01T00:00Z",
        "2025-01-01T00:00:00.Z",
        "2025-01-01T00:00:00,5Z",
        "2025-01-01T00:00:00+02",
        "2025-01-01T00:00:00+24:00",
        "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-01-01T24:00:01Z",
        "2025-01-01T00:00:61Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:60Z",
        "2025-01-01T00:00:00Z\n",
        " 2025-01-01T00:00:00Z",
        "٢٠٢٥-01-01T00:00:00Z",
        "now",
    ],
)
def test_what_is_no_timestamp_is_an_error(text):
    with pytest.raises(ValueError):
        parse_timestamp(text)


@given(moment=st.datetimes(timezones=st.just(UTC)), digits=st.integers(0, 9))
def test_a_timestamp_cut_to_any_precision_reads_back(moment, digits):
    fraction = f"{moment.microsecond:06d}000"[:digits]
    text = f"{moment:%H:%M:%S}{'.' if fraction else ''}{fraction}Z"

    found = parse_timestamp(f"{moment.date().isoformat()}T{text}")

    assert found == moment.replace(microsecond=int(fraction[:6].ljust(6, "0")))


# --- dates a person writes --------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True, params=["UTC", "America/New_York"])
def local_zone(request, monkeypatch):
    """Run each test in two local time zones; the second is 5 hours behind UTC in winter, 4 in summer."""
    monkeypatch.setenv("TZ", request.param)
    clock.tzset()
    yield request.param
    monkeypatch.undo()
    clock.tzset()


def read(value, *, now=NOW):
    return parse_filter_date(value, argument="created_after", now=lambda: now)


def local(*parts):
    return datetime(*parts).astimezone(UTC)


def test_no_date_stays_none():
    assert read(None) is None


@pytest.mark.parametrize(
    "value",
    [
        datetime(2025, 3, 3, 14, tzinfo=UTC),
        datetime(2025, 3, 3, 16, tzinfo=timezone(timedelta(hours=2))),
        "2025-03-03T14:00:00Z",
        "2025-03-03t14:00:00.000000000z",
        "2025-03-03 14:00:00+00:00",
        "2025-03-03T16:00+02:00",
        "20250303T140000Z",
        "Mar 3 2025 14:00 UTC",
        "Mon, 3 March 2025 2pm GMT",
        "3 Mar 2025 16:00 +0200",
        "3 Mar 2025 16:00+02:00",
        "Mon, 03 Mar 2025 14:00:00 GMT",
        "  Mar  3, 2025   14:00 UTC ",
    ],
)
def test_a_moment_with_a_time_zone_is_that_moment(value):
    found = read(value)

    assert found == utc(2025, 3, 3, 14)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        datetime(2025, 3, 3, 14),  # noqa: DTZ001 - a naive datetime is the case
        "2025-03-03T14:00:00",
        "2025-03-03 14:00",
        "2025-03-03 2pm",
        "Mar 3 2025 14:00",
        "mar 3, 2025 2:00 PM",
        "3 March 2025 14:00",
        "3.3.2025 14:00",
        "03/03/2025 14:00",
        "2025/03/03 14:00",
    ],
)
def test_a_moment_without_a_time_zone_is_local(value):
    assert read(value) == local(2025, 3, 3, 14)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2025-03-04 2pm", (2025, 3, 4, 14)),
        ("Jan 1 2000 14:00", (2000, 1, 1, 14)),
        ("Feb 2 2004 14:00", (2004, 2, 2, 14)),
        ("Feb 2 2004 1am", (2004, 2, 2, 1)),
    ],
)
def test_a_whole_date_is_taken_as_it_is_written(value, moment):
    assert read(value) == local(*moment)


@pytest.mark.parametrize(
    "value", [date(2025, 3, 13), "2025-03-13", "20250313", "13 Mar 2025", "13/03/2025", "03/13/2025"]
)
def test_a_date_means_its_first_moment_here(value):
    assert read(value) == local(2025, 3, 13)


@pytest.mark.parametrize(
    ("value", "ago"),
    [
        (timedelta(), timedelta()),
        (timedelta(hours=24), timedelta(days=1)),
        ("24h", timedelta(days=1)),
        ("7d", timedelta(days=7)),
        ("90m", timedelta(minutes=90)),
        ("30s", timedelta(seconds=30)),
        ("2w", timedelta(days=14)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        ("2 days ago", timedelta(days=2)),
        ("2 Days Ago", timedelta(days=2)),
        ("1 day", timedelta(days=1)),
        ("1 hour, 30 minutes ago", timedelta(minutes=90)),
        ("1 hour and 30 minutes ago", timedelta(minutes=90)),
        ("10 mins ago", timedelta(minutes=10)),
        ("3 hrs", timedelta(hours=3)),
        ("5 secs ago", timedelta(seconds=5)),
        ("1 week ago", timedelta(days=7)),
        ("now", timedelta()),
    ],
)
def test_a_length_of_time_means_that_long_ago(value, ago):
    assert read(value) == NOW - ago


def test_days_have_names():
    assert read("today") == local(2025, 6, 15)
    assert read("Yesterday") == local(2025, 6, 14)


def test_today_is_the_day_it_is_here(local_zone):
    now = utc(2025, 6, 15, 2)

    assert read("today", now=now) == (utc(2025, 6, 15) if local_zone == "UTC" else utc(2025, 6, 14, 4))


@pytest.mark.parametrize("value", ["14:00", "2pm", "14:00:00"])
def test_a_time_alone_is_a_time_of_today(value):
    assert read(value) == local(2025, 6, 15, 14)


def test_a_time_alone_with_an_offset_is_a_time_of_today_there():
    assert read("01:00 +05:00", now=utc(2025, 6, 15, 23)) == utc(2025, 6, 15, 20)


@pytest.mark.parametrize(
    "value",
    [
        "Mar 3",
        "March 2025",
        "2025",
        "10",
        "Monday",
        "Sat",
        "Sat 14:00",
        "3rd",
        "2025-03",
        "Feb 30 2025x",
        "29 Feb",
        "UTC",
        "am",
        "m30",
        "31",
    ],
)
def test_a_date_that_is_not_whole_is_an_error(value):
    with pytest.raises(InvalidArgumentError, match=f"^created_after: '{value}' is not a (whole )?date") as caught:
        read(value)

    assert caught.value.argument == "created_after"


@pytest.mark.parametrize("value", ["03/04/2025", "3.4.2025", "03-04-2025 14:00", "01-02-03", "13/02/03", "010203"])
def test_a_date_that_can_be_read_in_several_ways_is_an_error(value):
    with pytest.raises(InvalidArgumentError, match="can be read as several dates; write the month as a word"):
        read(value)


@pytest.mark.parametrize("value", ["Mar 3 2025 14:00 PST", "3 Mar 2025 14:00 EST", "14:00 CEST"])
def test_a_time_zone_by_name_is_an_error_that_asks_for_its_offset(value):
    with pytest.raises(InvalidArgumentError, match=r"names the time zone '[A-Z]+'; write its offset"):
        read(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "soon",
        "last week",
        "one day ago",
        "ago",
        "-1d",
        "2 fortnights ago",
        "Feb 30 2025",
        "Mar 3 2025 25:00",
        "x" * 101,
        "2025-03-03" + " " * 100,
    ],
)
def test_a_text_that_is_no_date_is_an_error_with_examples(value):
    with pytest.raises(InvalidArgumentError, match=r"^created_after: .*'2025-03-03T14:00:00Z'"):
        read(value)


@pytest.mark.parametrize("value", [7, 1735689600.0, True, b"2025-01-01", ["2025-01-01"], object()], ids=range(6))
def test_what_is_no_date_at_all_is_an_error_that_names_what_would_be(value):
    with pytest.raises(
        InvalidArgumentError, match=r"^created_after: .* is not a date; give a datetime, a date, a timedelta"
    ):
        read(value)


def test_a_negative_timedelta_is_an_error():
    with pytest.raises(InvalidArgumentError, match="lies in the future"):
        read(timedelta(days=-1))


@pytest.mark.parametrize(
    "value",
    [
        timedelta(days=900000),
        "900000 days ago",
        "99999999999999999999999 days ago",
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))),
    ],
    ids=range(5),
)
def test_a_moment_outside_the_calendar_is_an_error(value):
    with pytest.raises(InvalidArgumentError, match="is outside the years 1 to 9999"):
        read(value)


words = st.sampled_from(
    [
        "Mar",
        "3",
        "2025",
        "14:00",
        "pm",
        "UTC",
        "+02:00",
        "ago",
        "days",
        "-",
        "/",
        ".",
        ":",
        ",",
        " ",
        "T",
        "Z",
        "1e9",
        "h",
    ]
)


@given(
    value=st.text(max_size=20) | st.lists(words, max_size=8).map("".join) | st.lists(words, max_size=8).map(" ".join)
)
def test_any_text_is_a_moment_in_utc_or_a_clear_error(value):
    try:
        found = read(value)
    except InvalidArgumentError as error:
        outcome = str(error)
    else:
        outcome = f"created_after: {found.tzname()}"

    assert outcome.startswith("created_after: ")
