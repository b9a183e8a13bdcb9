"""The event-stream parser: framing, chunks, and equality with a slow reading of the standard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from replicate._server_sent_events import EventParser, RawEvent
from replicate.exceptions import StreamError


def event(data: str, *, name: str = "message", event_id: str = "", retry: int | None = None) -> RawEvent:
    return RawEvent(name, data, event_id, retry)


def parse(stream: bytes) -> list[RawEvent]:
    parser = EventParser()
    return [*parser.feed(stream), *parser.close()]


SERVICE_STREAM = b""": hi

event: output
id: 1735689600:0
data: Once

event: output
id: 1735689600:1
data:  upon
data: a time


event: done
id: 1735689601:0
data: {}

"""

SERVICE_EVENTS = [
    event("Once", name="output", event_id="1735689600:0"),
    event(" upon\na time", name="output", event_id="1735689600:1"),
    event("{}", name="done", event_id="1735689601:0"),
]


def test_a_stream_as_the_service_sends_it_gives_its_events():
    assert parse(SERVICE_STREAM) == SERVICE_EVENTS


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
def test_chunks_of_any_size_give_the_same_events(line_end, size):
    parser = EventParser()
    stream = SERVICE_STREAM.replace(b"\n", line_end)
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]

    assert [found for chunk in chunks for found in parser.feed(chunk)] == SERVICE_EVENTS


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (b"data: Hello\n\n", "Hello"),
        (b"data:  world\n\n", " world"),
        (b"data:x\n\n", "x"),
        (b"data: a\ndata: b\n\n", "a\nb"),
        (b"data: a\ndata: \n\n", "a\n"),
        (b"data: \ndata: \n\n", "\n"),
        (b"data: \ndata: \ndata: \n\n", "\n\n"),
        (b"data: \n\n", ""),
        (b"data:\n\n", ""),
        (b"data\n\n", ""),
        (b"data: a: b\n\n", "a: b"),
        (b"data:\ta\n\n", "\ta"),
    ],
)
@pytest.mark.parametrize("prefix", [b"", b"event: output\nid: 7\n"])
def test_data_lines_become_text(prefix, wire, text):
    (found,) = parse(prefix + wire)

    assert found.data == text


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
def test_lines_end_with_any_of_the_three_line_ends(line_end):
    assert parse(SERVICE_STREAM.replace(b"\n", line_end)) == SERVICE_EVENTS


def test_a_line_end_cut_between_carriage_return_and_line_feed_is_one_line_end():
    parser = EventParser()

    assert parser.feed(b"data: a\r") == []
    assert parser.feed(b"") == []
    assert parser.feed(b"\ndata: b\r\n") == []
    assert parser.feed(b"\r") == [event("a\nb")]
    assert parser.feed(b"\ndata: c\r\n\r\n") == [event("c")]


def test_a_line_feed_at_the_start_of_a_chunk_ends_the_line_before():
    parser = EventParser()

    assert [*parser.feed(b"data: a"), *parser.feed(b"\ndata: b\r\r")] == [event("a\nb")]


def test_an_event_is_given_as_soon_as_its_blank_line_is_there():
    parser = EventParser()

    assert parser.feed(b"data: a\n") == []
    assert parser.feed(b"\n") == [event("a")]
    assert parser.feed(b"data: b\r\r") == [event("b")]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
@pytest.mark.parametrize("prefix", ["", "event: output\nid: 7\n"])
def test_only_carriage_returns_and_line_feeds_end_lines(prefix, character):
    (found,) = parse(f"{prefix}data: a{character}b\n\n".encode())

    assert found.data == f"a{character}b"


def test_a_character_cut_in_two_by_a_chunk_border_stays_whole():
    stream = "data: é€😀\n\n".encode()
    for cut in range(len(stream)):
        parser = EventParser()

        assert [*parser.feed(stream[:cut]), *parser.feed(stream[cut:])] == [event("é€😀")]


@pytest.mark.parametrize(
    ("wire", "text"),
    [(b"data: \xff\n\n", "\ufffd"), (b"data: a\xc3\n\n", "a\ufffd"), (b"data: \xed\xa0\x80\n\n", "\ufffd" * 3)],
)
def test_bytes_that_are_not_utf_8_are_replaced(wire, text):
    assert parse(wire) == [event(text)]


@pytest.mark.parametrize("cut", range(8))
def test_a_byte_order_mark_at_the_start_is_dropped(cut):
    parser = EventParser()
    stream = b"\xef\xbb\xbfdata: a\n\n"

    assert [*parser.feed(stream[:cut]), *parser.feed(stream[cut:])] == [event("a")]


def test_a_byte_order_mark_later_on_is_text():
    assert parse(b"data: a\n\n\xef\xbb\xbfdata: b\n\ndata: \xef\xbb\xbfc\n\n") == [event("a"), event("\ufeffc")]


def test_a_byte_order_mark_at_the_start_of_a_later_chunk_is_text():
    parser = EventParser()

    assert parser.feed(b"data: a\n\n") == [event("a")]
    assert parser.feed(b"\xef\xbb\xbfdata: b\n\n") == []


def test_an_event_without_an_id_keeps_the_one_before():
    assert parse(b"id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\nid\ndata: d\n\n") == [
        event("a", event_id="1"),
        event("b", event_id="1"),
        event("c", event_id="2"),
        event("d"),
    ]


@pytest.mark.parametrize("prefix", [b"", b"event: output\n"])
def test_an_id_with_a_nul_character_is_ignored(prefix):
    parser = EventParser(last_event_id="kept")

    (found,) = parser.feed(prefix + b"id: a\0b\ndata: x\n\n")

    assert (found.data, found.id, parser.last_event_id) == ("x", "kept", "kept")


def test_an_id_alone_gives_no_event_and_is_remembered():
    parser = EventParser()

    assert parser.feed(b"id: 5\n\n") == []
    assert parser.last_event_id == "5"


def test_an_id_of_an_unfinished_event_is_not_remembered():
    parser = EventParser(last_event_id="4")
    parser.feed(b"id: 5\ndata: x\n")
    parser.close()

    assert parser.last_event_id == "4"


def test_the_last_id_counts_when_the_common_form_follows_another():
    parser = EventParser()
    parser.feed(b"id: 1\ndata: a\n\nevent: output\nid: 2\ndata: b\n\n")

    assert parser.last_event_id == "2"


@pytest.mark.parametrize("wire", [b"data: a\n\n", b"event:\ndata: a\n\n", b"event\ndata: a\n\n"])
def test_an_event_without_a_name_is_a_message(wire):
    assert parse(wire) == [event("a")]


@pytest.mark.parametrize("wire", [b"event: done\n\n", b"event: done\nid: \n\n"])
def test_a_named_event_without_data_has_empty_data(wire):
    assert parse(wire) == [event("", name="done")]


@pytest.mark.parametrize(
    "wire", [b"\n", b"\n\n\n", b": hi\n\n", b"event:\n\n", b"retry: 5\n\n", b"other: 1\n\n", b"\r\r"]
)
def test_blocks_without_name_and_data_give_no_event(wire):
    assert parse(wire) == []


def test_unknown_names_and_unknown_fields_are_no_errors():
    assert parse(b"event: novelty\ncolor: red\nnonsense\nDATA: no\n data: no\ndata: yes\n\n") == [
        event("yes", name="novelty")
    ]


def test_the_last_of_several_names_and_ids_counts():
    assert parse(b"event: a\nid: 1\nevent: b\nid: 2\ndata: x\n\n") == [event("x", name="b", event_id="2")]


def test_a_field_between_id_and_data_is_not_taken_for_a_part_of_the_id():
    assert parse(b"event: output\nid: 1\nretry: 9\ndata: x\n\n") == [event("x", name="output", event_id="1", retry=9)]


def test_a_field_after_the_data_is_not_taken_for_data():
    assert parse(b"event: output\nid: 1\ndata: x\nid: 2\n\n") == [event("x", name="output", event_id="2")]


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        ("1500", 1500),
        ("0", 0),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
        ("+1", None),
        ("٣", None),
        pytest.param("9" * 5000, None, id="huge"),
    ],
)
def test_a_reconnection_time_has_only_digits(value, milliseconds):
    parser = EventParser()

    (found,) = parser.feed(f"retry: {value}\ndata: x\n\n".encode())

    assert found.retry == milliseconds
    assert parser.retry == milliseconds


def test_a_reconnection_time_stays_in_force():
    parser = EventParser()

    first, second = parser.feed(b"retry: 10\ndata: a\n\ndata: b\n\n")

    assert (first.retry, second.retry, parser.retry) == (10, None, 10)


def test_comments_are_kept_apart_from_events():
    parser = EventParser()

    assert parser.feed(b":one\ndata: a\n: two\n\n") == [event("a")]
    assert parser.last_comment == "two"


@pytest.mark.parametrize("wire", [b"data: a\n\n", b"data: a\n\n\n", b"other: x\n\n", b"other\ndata: a\n", b"\n", b""])
def test_the_last_comment_stays_until_the_next(wire):
    parser = EventParser()
    parser.feed(b": kept\n")
    parser.feed(wire)
    parser.close()

    assert parser.last_comment == "kept"


def test_a_comment_at_the_very_end_is_seen_without_its_blank_line():
    parser = EventParser()
    parser.feed(b"data: a\n\n:408: 408 Request Timeout")

    assert parser.close() == []
    assert parser.last_comment == "408: 408 Request Timeout"


def test_an_event_without_its_blank_line_is_discarded():
    assert parse(b"data: a\n\ndata: b\n") == [event("a")]


@pytest.mark.parametrize("chunk_size", range(1, 60))
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_an_event_may_have_just_the_largest_size(chunk_size, line_end):
    block = b"data: 0123456789"
    stream = b": hi\n\n\n" + block + line_end * 3 + block + line_end * 2
    parser = EventParser(largest_event=len(block))

    found = [e for start in range(0, len(stream), chunk_size) for e in parser.feed(stream[start : start + chunk_size])]

    assert found == [event("0123456789")] * 2


@pytest.mark.parametrize("chunk_size", range(1, 30))
def test_an_event_above_the_largest_size_is_an_error_that_says_so(chunk_size):
    stream = b"data: ok\n\ndata: 0123456789\n\n"
    parser = EventParser(largest_event=15)

    chunks = [stream[start : start + chunk_size] for start in range(0, len(stream), chunk_size)]

    with pytest.raises(StreamError, match="more than 15 bytes"):
        list(map(parser.feed, chunks))


def test_a_stream_that_never_ends_an_event_is_stopped():
    parser = EventParser(largest_event=1000)
    parser.feed(b"data: " + b"x" * 900)

    with pytest.raises(StreamError, match="more than 1000 bytes"):
        parser.feed(b"y" * 200)


# --- against a slow, direct reading of the standard -------------------------------------------------------------------


def reference_lines(stream: bytes) -> list[str]:
    """Return the complete lines, character by character."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    lines, line, position = [], "", 0
    while position < len(text):
        character = text[position]
        position += 1
        if character not in "\r\n":
            line += character
            continue
        if character == "\r" and text[position : position + 1] == "\n":
            position += 1
        lines.append(line)
        line = ""
    return lines


def reference_reading(stream: bytes) -> tuple[list[RawEvent], str]:
    """Return the events and the last id, line by line, with the one addition that a name alone makes an event."""
    events, last_id, pending_id, name, data, retry = [], "", "", "", "", None
    for line in reference_lines(stream):
        if not line:
            last_id = pending_id
            if data or name:
                events.append(RawEvent(name or "message", data.removesuffix("\n"), last_id, retry))
            name, data, retry = "", "", None
            continue
        field, colon, value = line.partition(":")
        if colon and value[:1] == " ":
            value = value[1:]
        if field == "event":
            name = value
        elif field == "data":
            data += value + "\n"
        elif field == "id" and "\0" not in value:
            pending_id = value
        elif field == "retry" and value and set(value) <= set("0123456789") and len(value) < 10:
            retry = int(value)
    return events, last_id


pieces = st.one_of(
    st.sampled_from([b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n"]),
    st.sampled_from(
        [b"data", b"data:", b"data: ", b"event: output\n", b"event: ", b"id: ", b"id: 1\n", b"retry: 3", b":"]
    ),
    st.sampled_from([b"event: output\nid: 1:2\ndata: x\n\n", b"event: output\nid: ", b"\ndata: ", b"\xef\xbb\xbf"]),
    st.sampled_from(["\u2028".encode(), "\x85".encode(), b"\x0b", b"\x0c", b"\0", b" ", b"\xff", b"\xe2\x82", b"\xc3"]),
    st.text(max_size=5).map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=3),
)
streams = st.lists(pieces, max_size=30).map(b"".join)


@given(stream=streams, cuts=st.lists(st.integers(0, 150), max_size=12))
@example(stream=b"\xef\xbb\xbfdata: a\r\n\r\n\xef\xbb\xbfdata: b\r\r", cuts=[1, 2, 11, 13])
@example(stream=b"\xef\xbbdata: a\n\n", cuts=[1, 2])
def test_any_bytes_in_any_chunks_give_what_the_standard_says(stream, cuts):
    parser = EventParser()
    borders = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(borders)]

    found = [found for chunk in chunks for found in parser.feed(chunk)]

    assert (found, parser.last_event_id) == reference_reading(stream)
    assert parser.close() == []


LINES = [
    "event: output", "event: output", "event: logs", "event:output", "id: 7", "id: 8", "id: ", "id:9", "id: a\0b", "id",
    "data: x", "data: y", "data: ", "data:", "data: a\0b", "data: é\u2028", "retry: 5", ": c", "", "nonsense", " ",
]  # fmt: skip
COMMON = ["event: output\nid: 7:1\ndata: x\n", "event: output\nid: 7:2\ndata: \ndata: x\ndata:  y\n"]
lines = st.lists(st.one_of(st.sampled_from(COMMON), st.sampled_from(COMMON), st.sampled_from(LINES)), max_size=14)
blocks = st.tuples(lines, st.sampled_from(["", "\n", "\n\n", "\n\n\n"])).map(lambda made: "\n".join(made[0]) + made[1])

NO_DATA = "event: output\nid: 1\n\nevent: output\nid: 2\ndata: x\ndata: y\n\n"
NO_EVENT = "event: output\nid: 1\ndata: x\n\ndata: y\n\nevent: output\nid: 2\ndata: z\n\n"
FIELD_IN_BETWEEN = "event: output\nid: 1\nretry: 9\ndata: x\n\nevent: output\nid: 2\ndata: y\n\n"
FIELD_AFTER = "event: output\nid: 1\ndata: x\nid: 3\n\nevent: output\nid: 2\ndata: y\n\n"
FIELD_IN_THE_ONLY = "event: output\nid: 1\nretry: 9\ndata: x\n\n"
NUL = "event: output\nid: 1\ndata: x\n\nevent: output\nid: 2\0\ndata: y\n\n"
DONE_AFTER = "event: output\nid: 1\ndata: x\n\nevent: output\nid: 2\ndata: y\n\nevent: done\n\n"


@given(stream=blocks, cuts=st.lists(st.integers(0, 200), max_size=4), line_end=st.sampled_from(["\n", "\r\n", "\r"]))
@example(stream=NO_DATA, cuts=[], line_end="\n")
@example(stream=NO_EVENT, cuts=[], line_end="\n")
@example(stream=FIELD_IN_BETWEEN, cuts=[], line_end="\n")
@example(stream=FIELD_AFTER, cuts=[], line_end="\n")
@example(stream=FIELD_IN_THE_ONLY, cuts=[], line_end="\n")
@example(stream=NUL, cuts=[], line_end="\n")
@example(stream=DONE_AFTER, cuts=[3], line_end="\r\n")
def test_outputs_among_other_lines_give_what_the_standard_says(stream, cuts, line_end):
    content = stream.replace("\n", line_end).encode()
    parser, found = EventParser(), []
    borders = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]

    for start, end in pairwise(borders):
        found += parser.feed(content[start:end])
        expected, last_id = reference_reading(content[:end])
        assert found == expected
        assert parser.last_event_id == last_id


texts = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=8)


@given(
    chunks=st.lists(st.lists(texts, min_size=1, max_size=3), max_size=6), newline=st.sampled_from(["\n", "\r\n", "\r"])
)
def test_every_text_a_model_can_write_arrives_unchanged(chunks, newline):
    events = [
        f"event: output{newline}id: {number}{newline}" + "".join(f"data: {line}{newline}" for line in lines)
        for number, lines in enumerate(chunks)
    ]

    found = parse(newline.join([*events, ""]).encode())

    assert [e.data for e in found] == ["\n".join(lines) for lines in chunks]
    assert [e.id for e in found] == [str(number) for number in range(len(chunks))]
