"""When a failed request may be sent again, and after which delay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate._retries import (
    Backoff,
    RequestKind,
    RetryPolicy,
    classify,
    delay_from_response,
    is_already_deleted,
    may_retry,
)
from replicate.exceptions import InvalidArgumentError

READ, CREATE, CANCEL, UPDATE, DELETE = RequestKind

NOW = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT
ID = "q5w1zx7k3mrt40cvy9h8b2ndfe"


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", f"/v1/predictions/{ID}", READ),
        ("get", "/v1/predictions", READ),
        ("HEAD", "/v1/files/abc", READ),
        ("OPTIONS", "/v1/models", READ),
        ("QUERY", "/v1/models", READ),
        ("GET", f"/v1/predictions/{ID}/cancel", READ),
        ("POST", "/v1/predictions", CREATE),
        ("POST", "/v1/models/owner/name/predictions", CREATE),
        ("POST", "/v1/deployments/owner/name/predictions", CREATE),
        ("POST", "/v1/models/owner/name/versions/abc/trainings", CREATE),
        ("POST", "/v1/files", CREATE),
        ("POST", "/v1/models", CREATE),
        ("POST", "/v1/deployments", CREATE),
        ("POST", f"/v1/predictions/{ID}/cancel", CANCEL),
        ("post", f"/predictions/{ID}/cancel", CANCEL),
        ("POST", f"/v1/trainings/{ID}/cancel", CANCEL),
        ("POST", "/v1/predictions/cancel", CREATE),
        ("POST", f"/v1/predictions/{ID}/cancel/", CREATE),
        ("POST", "/v1/models/predictions/x/cancel/predictions", CREATE),
        ("POST", "/v1/models/owner/cancel", CREATE),
        ("PATCH", "/v1/deployments/owner/name", UPDATE),
        ("PUT", "/v1/anything", UPDATE),
        ("DELETE", "/v1/files/abc", DELETE),
        ("BREW", "/v1/predictions", CREATE),
        ("BREW", f"/v1/predictions/{ID}/cancel", CREATE),
    ],
)
def test_a_request_is_classified_by_what_sending_it_twice_would_do(method, path, kind):
    assert classify(method, path) is kind


# One line per situation, one column per kind: READ, CREATE, CANCEL, UPDATE, DELETE.
RETRY_TABLE = {
    "never sent": ({"status": None, "sent": False}, (True, True, True, True, True)),
    "no answer": ({"status": None, "sent": True}, (True, False, True, True, True)),
    "400": ({"status": 400}, (False, False, False, False, False)),
    "401": ({"status": 401}, (False, False, False, False, False)),
    "402": ({"status": 402}, (False, False, False, False, False)),
    "403": ({"status": 403}, (False, False, False, False, False)),
    "404": ({"status": 404}, (False, False, False, False, False)),
    "408": ({"status": 408}, (True, False, True, False, True)),
    "409": ({"status": 409}, (False, False, False, False, False)),
    "413": ({"status": 413}, (False, False, False, False, False)),
    "422": ({"status": 422}, (False, False, False, False, False)),
    "429": ({"status": 429}, (True, True, True, True, True)),
    "499": ({"status": 499}, (False, False, False, False, False)),
    "500": ({"status": 500}, (True, False, True, False, True)),
    "501": ({"status": 501}, (False, False, False, False, False)),
    "502": ({"status": 502}, (True, False, True, False, True)),
    "503": ({"status": 503}, (True, False, True, False, True)),
    "504": ({"status": 504}, (True, False, True, False, True)),
    "505": ({"status": 505}, (False, False, False, False, False)),
    "520": ({"status": 520}, (True, False, True, False, True)),
    "200": ({"status": 200}, (False, False, False, False, False)),
    "302": ({"status": 302}, (False, False, False, False, False)),
}
CELLS = [
    pytest.param(kind, outcome, retried, id=f"{name}-{kind.value}")
    for name, (outcome, row) in RETRY_TABLE.items()
    for kind, retried in zip(RequestKind, row, strict=True)
]


@pytest.mark.parametrize(("kind", "outcome", "retried"), CELLS)
def test_what_is_sent_again_follows_the_table(kind, outcome, retried):
    assert may_retry(kind, **outcome) is retried


@pytest.mark.parametrize(("kind", "outcome", "retried"), CELLS)
def test_the_plan_follows_the_table(kind, outcome, retried):
    assert (plan(kind=kind, **outcome) is not None) is retried


def test_without_word_from_the_caller_a_request_counts_as_sent():
    assert not may_retry(CREATE)


@pytest.mark.parametrize(
    ("kind", "status", "retried", "expected"),
    [
        (DELETE, 404, True, True),
        (DELETE, 404, False, False),
        (DELETE, 409, True, False),
        (READ, 404, True, False),
        (CANCEL, 404, True, False),
    ],
)
def test_a_delete_sent_again_that_finds_nothing_has_succeeded(kind, status, retried, expected):
    assert is_already_deleted(kind, status=status, retried=retried) is expected


# --- what a response asks for -----------------------------------------------------------------------------------------


def asked(headers=None, body=None, *, now=NOW, status=None):
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    return delay_from_response(headers or {}, body, now=now, status=status)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("3600", 3600.0),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10.0),
        ("Sunday, 06-Nov-94 08:49:47 GMT", 10.0),
        ("Sun Nov  6 08:49:47 1994", 10.0),
        ("Sun, 06 Nov 1994 10:49:47 +0200", 10.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0.0),
        ("Mon, 07 Nov 1994 08:49:37 GMT", 86400.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_in_any_form_of_http(value, seconds):
    assert asked({"Retry-After": value}) == seconds


GARBAGE = [
    "",
    "-1",
    "nan",
    "inf",
    "1e3",
    "+5",
    "1_000",
    "٣",
    "soon",
    "0x10",
    "5 s",
    "9" * 400,
    "Sun, 99 Nov 1994 08:49:37 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "1994-11-06T08:49:47Z ",
]


@pytest.mark.parametrize("value", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("name", ["retry-after", "retry-after-ms"])
def test_a_header_that_makes_no_sense_asks_for_nothing(name, value):
    assert asked({name: value}) is None


def test_a_date_is_measured_by_the_servers_own_clock():
    headers = {"Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:49:47 GMT"}

    assert asked(headers, now=NOW + 5000) == 10.0
    assert asked({**headers, "Date": "garbage"}, now=NOW + 4) == 6.0


def test_dates_mean_the_same_in_any_time_zone(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert asked({"retry-after": "Sun Nov  6 08:49:47 1994"}) == 10.0
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after-ms": "1500"}, None, 1.5),
        ({}, {"retry_after": 7}, 7.0),
        ({}, {"retry_after": 0.5}, 0.5),
        ({}, {"retry_after": "7"}, 7.0),
        ({}, {"detail": "Request was throttled. Expected available in 1 second."}, 1.0),
        ({}, {"detail": "Request was throttled. Expected available in 12 seconds."}, 12.0),
        ({}, {"detail": "Request was throttled. Your rate limit resets in ~30s."}, 30.0),
        (
            {},
            {
                "detail": "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests "
                "per minute with a burst of 1 requests while you have less than $5.0 in credit. "
                "Your rate limit resets in ~7s.",
                "status": 429,
            },
            7.0,
        ),
        ({"ratelimit-reset": "1"}, None, 1.0),
    ],
)
def test_a_429_may_say_in_other_places_how_long_to_wait(headers, body, seconds):
    assert asked(headers, body, status=429) == seconds


def test_the_places_count_in_their_order():
    detail = {"detail": "Your rate limit resets in ~6s."}
    headers = {"retry-after-ms": "1000", "retry-after": "2", "ratelimit-reset": "4"}
    found = []
    for dropped in [None, "retry-after-ms", "retry-after", "body", "ratelimit-reset"]:
        headers.pop(dropped, None)
        body = detail if dropped in {"body", "ratelimit-reset"} else {**detail, "retry_after": 3}
        found.append(asked(headers, body, status=429))

    assert found == [1.0, 2.0, 3.0, 4.0, 6.0]


def test_a_place_that_makes_no_sense_leaves_the_word_to_the_next():
    headers = {"retry-after-ms": "-1", "retry-after": "soon", "ratelimit-reset": "nan"}
    body = {"retry_after": -5, "detail": "Expected available in 9 seconds."}

    assert asked(headers, body, status=429) == 9.0


@pytest.mark.parametrize("name", ["Retry-After", "RETRY-AFTER", "retry-after"])
def test_header_names_count_in_any_case(name):
    assert asked({name: "3"}) == 3.0


@pytest.mark.parametrize(
    ("status", "remaining", "seconds"),
    [(429, "599", 1.0), (429, None, 1.0), (500, "0", 1.0), (None, "0", 1.0), (500, "599", None), (None, None, None)],
)
def test_the_rate_limits_reset_counts_when_the_limit_is_reached(status, remaining, seconds):
    headers = {"ratelimit-reset": "1"} | ({} if remaining is None else {"ratelimit-remaining": remaining})

    assert asked(headers, status=status) == seconds


@pytest.mark.parametrize(("status", "seconds"), [(429, 5.0), (503, 5.0), (None, 5.0), (422, None), (500, None)])
def test_the_text_counts_only_where_it_speaks_of_waiting(status, seconds):
    assert asked(body={"detail": "The video must start in 5 seconds."}, status=status) == seconds


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"null",
        b"[7]",
        b'"in 5 seconds"',
        b"<html>in 5 seconds</html>",
        b"\xff\xfe",
        b'{"retry_after": NaN}',
        b'{"retry_after": Infinity}',
        b'{"retry_after": -1}',
        b'{"retry_after": true}',
        b'{"retry_after": null}',
        b'{"retry_after": [7]}',
        b'{"retry_after": ' + b"9" * 400 + b"}",
        b'{"retry_after": ' + b"9" * 5000 + b"}",
        b'{"detail": null}',
        b'{"detail": "6 requests per minute"}',
        b'{"detail": "within 5 steps"}',
        b"[" * 100_000,
        b'{"retry_after": 7, "padding": "' + b"x" * 70_000 + b'"}',
    ],
    ids=range(20),
)
def test_a_body_that_says_nothing_sensible_asks_for_nothing(body):
    assert asked(body=body, status=429) is None


@given(value=st.text(), body=st.binary(), member=st.text())
def test_no_response_breaks_the_reading(value, body, member):
    for content in (body, json.dumps({"retry_after": member, "detail": member}).encode()):
        seconds = asked({"retry-after": value, "date": value, "ratelimit-reset": value}, content, status=429)

        assert seconds is None or 0 <= seconds < float("inf")


# --- delays -----------------------------------------------------------------------------------------------------------


def lowest(low, high):
    return low


def highest(low, high):
    return high


def middle(low, high):
    return (low + high) / 2


DEFAULT = RetryPolicy()


def plan(*, policy=DEFAULT, **changed):
    arguments = {
        "attempt": 0,
        "kind": READ,
        "status": None,
        "sent": True,
        "headers": {},
        "body": None,
        "now": NOW,
        "random": lowest,
        "previous": None,
    }
    return policy.plan(**(arguments | changed))


@pytest.mark.parametrize(
    ("random", "delays"),
    [
        (lowest, [0.5, 0.5, 0.5, 0.5, 0.5, None]),
        (middle, [1.0, 1.75, 2.875, 4.5625, 7.09375, None]),
        (highest, [1.5, 4.5, 8.0, 8.0, 8.0, None]),
    ],
)
def test_delays_grow_from_the_one_before_up_to_the_cap_for_five_retries(random, delays):
    found, previous = [], None
    for attempt in range(6):
        previous = plan(attempt=attempt, previous=previous, random=random)
        found.append(previous)

    assert found == delays


def test_the_shape_of_the_delays_can_be_chosen():
    policy = RetryPolicy(max_retries=1, backoff=Backoff(base=2.0, cap=3.0))

    assert plan(policy=policy, random=lowest) == 2.0
    assert plan(policy=policy, random=highest) == 3.0
    assert plan(policy=policy, attempt=1) is None


@given(previous=st.none() | st.floats(0, 1e6), share=st.floats(0, 1))
def test_a_delay_is_never_outside_base_and_cap(previous, share):
    delay = Backoff(base=0.5, cap=8.0).next(previous, lambda low, high: low + (high - low) * share)

    assert 0.5 <= delay <= 8.0


@pytest.mark.parametrize(("random", "delay"), [(lowest, 7.0), (middle, 7.25), (highest, 7.5)])
def test_a_delay_the_server_asks_for_is_never_shortened_and_spread_a_little(random, delay):
    assert plan(status=429, headers={"retry-after": "7"}, random=random) == delay
    assert plan(status=429, body=b'{"retry_after": 7}', random=random, previous=0.5) == delay


def test_a_delay_the_server_asks_for_may_be_above_the_cap():
    assert plan(status=503, headers={"retry-after": "60"}) == 60.0


@pytest.mark.parametrize("asked_for", ["61", "3600", "Tue, 08 Nov 1994 08:49:37 GMT"])
def test_a_delay_longer_than_the_longest_is_not_waited_for(asked_for):
    assert plan(status=429, headers={"retry-after": asked_for}) is None


def test_the_longest_delay_can_be_chosen():
    policy = RetryPolicy(longest_server_delay=5000.0)

    assert plan(policy=policy, status=429, headers={"retry-after": "3600"}) == 3600.0


def test_a_throttled_create_is_sent_again_after_the_delay_asked_for():
    assert plan(kind=CREATE, status=429, body=b'{"detail": "resets in ~7s"}') == 7.0


def test_a_create_without_an_answer_is_never_sent_again():
    assert plan(kind=CREATE, status=None, sent=True) is None
    assert plan(kind=CREATE, status=None, sent=False) == 0.5


def test_a_policy_without_retries_gives_up_at_once():
    assert plan(policy=RetryPolicy(max_retries=0), status=429) is None


@pytest.mark.parametrize(
    ("value", "retries"), [(None, 5), (0, 0), (3, 3), (RetryPolicy(max_retries=9), 9)], ids=["none", "0", "3", "policy"]
)
def test_a_policy_is_made_of_a_number_of_retries(value, retries):
    assert RetryPolicy.of(value).max_retries == retries


@pytest.mark.parametrize("value", [-1, 1.5, True, "3", float("nan"), object()], ids=range(6))
def test_a_number_of_retries_that_cannot_be_is_an_error_that_names_it(value):
    with pytest.raises(InvalidArgumentError, match=r"^max_retries must be a whole number from 0 up") as caught:
        RetryPolicy.of(value)

    assert caught.value.argument == "max_retries"
