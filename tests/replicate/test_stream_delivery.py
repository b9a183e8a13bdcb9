"""What a stream delivers when connections repeat events, leave out ids, or end early."""

from __future__ import annotations

import pytest
from replicate._delivery import Delivery
from replicate._server_sent_events import RawEvent


def _delivered(connections: list[list[tuple[str, str]]]) -> list[str]:
    """Return the texts delivered of (id, text) events, connection after connection."""
    delivery = Delivery()
    texts = []
    for connection in connections:
        delivery.connect()
        texts += [text for id_, text in connection if delivery.is_new(RawEvent("output", text, id_, None))]
    return texts


@pytest.mark.parametrize(
    ("connections", "expected"),
    [
        pytest.param([[("1", "a"), ("2", "b")], [("3", "c")]], ["a", "b", "c"], id="resumed after the last event"),
        pytest.param([[("1", "a"), ("2", "b")], [("2", "b"), ("3", "c")]], ["a", "b", "c"], id="last event repeated"),
        pytest.param([[("1", "a")], [("1", "a"), ("2", "b")]], ["a", "b"], id="replayed from the beginning"),
        pytest.param([[("1", "a"), ("1", "b"), ("1", "c")]], ["a", "b", "c"], id="one id for several events"),
        pytest.param([[("", "a"), ("", "b")]], ["a", "b"], id="no ids at all"),
    ],
)
def test_every_event_of_a_resumed_stream_is_delivered_once(
    connections: list[list[tuple[str, str]]], expected: list[str]
) -> None:
    assert _delivered(connections) == expected


def test_a_stream_whose_output_has_no_ids_of_its_own_is_not_resumed() -> None:
    delivery = Delivery()
    delivery.connect()
    delivery.is_new(RawEvent("output", "a", "1", None))
    assert delivery.resumable
    delivery.is_new(RawEvent("output", "b", "1", None))
    assert not delivery.resumable
