"""A few seconds of the soak: every prediction ends, no process is left, whatever is canceled, killed or left alone."""

from soak import soak


def test_a_hundred_and_fifty_predictions_with_cancels_and_kills_all_end_and_leave_nothing_behind():
    figures = soak(150, seed=7)
    assert figures.problems == []
    assert figures.count == sum(figures.statuses.values()) >= 150
    assert figures.kills > 0
    assert {"succeeded", "canceled", "failed"} <= set(figures.statuses)
