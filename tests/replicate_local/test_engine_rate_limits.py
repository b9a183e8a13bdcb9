"""Rate limits: told as the service tells them, and enforced where the engine was told to."""

import re

import pytest
from own_engines import serving
from replicate_local.problems import Problem
from replicate_local.rate_limits import RateLimits


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def refusal(limits, operation_id):
    with pytest.raises(Problem) as caught:
        limits.count(operation_id)
    return caught.value


def test_the_call_above_the_limit_is_refused_until_one_has_come_back():
    clock = Clock()
    limits = RateLimits(6, clock=clock)
    assert [limits.count("predictions.create")["ratelimit-remaining"] for _ in range(6)] == list("543210")
    problem = refusal(limits, "predictions.create")
    assert problem.status == 429
    assert problem.body() == {
        "detail": "Request was throttled. Your rate limit resets in ~10s.",
        "status": 429,
        "retry_after": 10,
    }
    assert problem.headers == {"Retry-After": "10", "ratelimit-remaining": "0", "ratelimit-reset": "10"}
    clock.now = 9.9
    assert refusal(limits, "predictions.create").retry_after == 1
    clock.now = 10
    assert limits.count("predictions.create")["ratelimit-remaining"] == "0"


@pytest.mark.parametrize("waiting", [0.0, 60.0, 1e9])
def test_a_quiet_time_saves_up_no_more_than_a_minutes_calls(waiting):
    clock = Clock()
    limits = RateLimits(3, clock=clock)
    clock.now = waiting
    for _ in range(3):
        limits.count("predictions.create")
    assert refusal(limits, "predictions.create").retry_after == 20


def test_all_creates_share_one_limit_and_other_calls_have_their_own():
    limits = RateLimits(2, clock=Clock())
    limits.count("models.predictions.create")
    limits.count("deployments.predictions.create")
    refusal(limits, "predictions.create")
    assert limits.count("predictions.get")["ratelimit-remaining"] == "59999"
    assert limits.count("models.list")["ratelimit-remaining"] == "2999"
    assert limits.count("trainings.create")["ratelimit-remaining"] == "2998"


def test_calls_on_files_count_but_tell_nothing():
    limits = RateLimits(2, clock=Clock())
    assert {name for _ in range(3000) for name in limits.count("files.list")} == set()
    assert set(refusal(limits, "files.list").headers) == {"Retry-After"}


def test_without_a_limit_no_call_is_refused_and_all_are_told_to_come_back_within_a_second():
    clock = Clock()
    limits = RateLimits(clock=clock)
    told = [limits.count("predictions.create") for _ in range(601)]
    assert [told[index]["ratelimit-remaining"] for index in (0, 599, 600)] == ["599", "0", "0"]
    assert {headers["ratelimit-reset"] for headers in told} == {"1"}
    clock.now = 1
    assert limits.count("predictions.create")["ratelimit-remaining"] == "599"


def test_an_engine_that_was_told_a_limit_refuses_creates_above_it_in_the_services_form_and_creates_nothing():
    with serving("--rate-limit", "2") as api:
        assert [api.post("echo").status_code for _ in range(2)] == [201, 201]
        refused = api.post("echo")
        assert refused.status_code == 429
        assert refused.headers["Content-Type"] == "application/problem+json"
        wait = int(refused.headers["Retry-After"])
        assert 20 <= wait <= 30
        assert refused.json() == {
            "detail": f"Request was throttled. Your rate limit resets in ~{wait}s.",
            "status": 429,
            "retry_after": wait,
        }
        assert refused.headers["ratelimit-remaining"] == "0"
        assert refused.headers["ratelimit-reset"] == refused.headers["Retry-After"]
        assert len(api.client.get("predictions").json()["results"]) == 2


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "1" * 20])
def test_a_number_of_calls_that_is_none_is_refused(text, capsys):
    from replicate_local.cli import main

    with pytest.raises(SystemExit):
        main(["serve", f"--rate-limit={text}"])
    assert re.search(r"is no number of calls a minute", capsys.readouterr().err)
