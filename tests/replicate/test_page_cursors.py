"""Lists, page by page: the requests they make, what a cursor may be, and that a walk always ends."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import replicate
from replicate.exceptions import DecodeError, InvalidArgumentError, ReplicateError
from scripted import Script, answer
from wire_objects import API, ID, VERSION, model, page, prediction, version

NEXT = f"{API}/v1/predictions?cursor=abc"


def list_methods(client):
    versions = replicate.Model(**model()).raw
    return {
        "predictions": (client.predictions.list, "/v1/predictions", prediction()),
        "models": (client.models.list, "/v1/models", model()),
        "versions": (replicate.Model.of(versions, client).versions.list, "/v1/models/acme/painter/versions", version()),
    }


@pytest.fixture(params=["predictions", "models", "versions"])
def listing(request, open_client):
    """A function that gives one of the `list` methods over a script, with the path it asks."""

    def open_list(*answers):
        script = Script(*answers)
        method, path, row = list_methods(open_client(script))[request.param]
        return method, path, row, script

    return open_list


def test_a_page_has_results_and_cursors(colour, listing):
    _, path, row, _ = listing()
    method, _, _, script = listing(page(row, row, next=f"{API}{path}?cursor=n", previous=f"{API}{path}?cursor=p"))
    found = colour(method)
    assert isinstance(found, replicate.Page)
    assert (found.next, found.previous) == (f"{API}{path}?cursor=n", f"{API}{path}?cursor=p")
    assert len(found) == len(found.results) == 2
    assert found[0] == next(iter(found)) == found.results[0]
    assert "next=" in repr(found)
    assert script.lines == [f"GET {path}"]


@pytest.mark.parametrize("nothing", [None, "", "null"])
def test_the_last_page_has_no_next(colour, listing, nothing):
    method, _, row, _ = listing(page(next=nothing, previous=nothing))
    found = colour(method)
    assert (found.next, found.previous, found.results) == (None, None, [])
    method, _, _, _ = listing({"results": [row]})
    assert colour(method).next is None
    method, _, _, _ = listing({"results": [], "next": 5, "previous": {"a": 1}})
    assert colour(method).next is None


def test_a_next_leads_to_the_next_page(colour, listing):
    _, path, row, _ = listing()
    method, _, _, script = listing(page(row, next=f"{API}{path}?cursor=a%3D%3D&x=1"), page(row))
    first = colour(method)
    assert len(colour(method, first.next)) == 1
    assert script.lines[1] == f"GET {path}?cursor=a%3D%3D&x=1"
    assert script.sent[1].token is not None


def test_a_bare_cursor_is_enough(colour, listing):
    method, path, _row, script = listing(page())
    colour(method, "bD0x/&=?+")
    assert script.sent[0].url.path == path
    assert dict(script.sent[0].url.params) == {"cursor": "bD0x/&=?+"}


def test_none_as_a_cursor_is_refused(colour, listing):
    method, _, _, script = listing()
    with pytest.raises(ValueError, match="cursor is None"):
        colour(method, None)
    assert script.sent == []


@pytest.mark.parametrize(
    "cursor",
    [
        "https://evil.example/v1/predictions?cursor=x", "https://api.replicate.com.evil.example/v1/predictions",
        "https://api.replicate.com@evil.example/v1", "https://user@evil.example/", "https://api.replicate.com:8443/v1",
        "https://replicate.com/v1/predictions", "http://evil.example/", "http://api.replicate.com:443/v1/predictions",
        "ftp://api.replicate.com/v1/predictions", "https:///v1/predictions", "https://", "://", "https://[::1/",
        "file:///etc/passwd", "data://api.replicate.com/", "",
    ],
)  # fmt: skip
def test_a_cursor_to_another_place_is_refused_and_not_followed(colour, listing, cursor):
    method, _, _, script = listing()
    with pytest.raises((InvalidArgumentError, DecodeError)):
        colour(method, cursor)
    assert script.sent == []


@pytest.mark.parametrize("cursor", [5, ["x"], b"x", object()])
def test_a_cursor_of_a_wrong_type_is_refused(colour, listing, cursor):
    method, _, _, script = listing()
    with pytest.raises(InvalidArgumentError, match="cursor"):
        colour(method, cursor)
    assert script.sent == []


def test_a_plain_http_link_of_the_service_is_followed_encrypted(colour, listing):
    method, path, _row, script = listing(page())
    colour(method, f"http://api.replicate.com{path}?cursor=x")
    assert script.lines == [f"GET {path}?cursor=x"]
    assert script.sent[0].url.scheme == "https"


@pytest.mark.parametrize(
    "cursor",
    ["HTTPS://API.Replicate.COM/v1/predictions?cursor=x", "https://api.replicate.com:443/v1/predictions?cursor=x"],
)
def test_the_same_host_written_otherwise_is_the_same_host(colour, open_client, cursor):
    script = Script(page())
    colour(open_client(script).predictions.list, cursor)
    assert script.lines == ["GET /v1/predictions?cursor=x"]


# Walking


def walk(colour, method):
    if not colour.awaits:
        return list(replicate.paginate(method))

    async def pages():
        return [found async for found in replicate.async_paginate(colour.twin(method))]

    return colour.run(pages())


def test_walking_visits_every_page_even_after_an_empty_one(colour, listing):
    _, path, row, _ = listing()
    method, _, _, script = listing(
        page(row, next=f"{API}{path}?cursor=2"), page(next=f"{API}{path}?cursor=3"), page(row, row)
    )
    assert [len(found) for found in walk(colour, method)] == [1, 0, 2]
    assert len(script.sent) == 3


@pytest.mark.parametrize("circle", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
def test_a_walk_in_a_circle_ends_in_an_error(colour, open_client, circle):
    script = Script(*[page(prediction(), next=f"{API}/v1/predictions?cursor={name}") for name in circle], page())
    with pytest.raises(DecodeError, match="no end"):
        walk(colour, open_client(script).predictions.list)
    assert len(script.sent) <= len(circle)


def test_a_walk_that_is_led_away_stops_before_anything_is_sent(colour, open_client):
    script = Script(page(prediction(), next="https://evil.example/v1/predictions"))
    with pytest.raises(InvalidArgumentError, match=r"evil\.example"):
        walk(colour, open_client(script).predictions.list)
    assert len(script.sent) == 1


def test_a_walk_asks_for_a_page_only_when_it_is_wanted(open_client, colour):
    if colour.awaits:
        return
    script = Script(page(prediction(), next=NEXT))
    pages = replicate.paginate(open_client(script).predictions.list)
    next(pages)
    assert len(script.sent) == 1


# Filters


@pytest.fixture
def _in_utc(monkeypatch):
    """The machine's time zone is UTC, whatever it is."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("given_date", "sent"),
    [
        (dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC), "2025-03-01T12:00:00+00:00"),
        ("2025-03-01", "2025-03-01T00:00:00+00:00"),
        (dt.date(2025, 3, 1), "2025-03-01T00:00:00+00:00"),
        (dt.timedelta(hours=2), "2025-03-01T10:00:00+00:00"),
        ("2025-03-01T12:00:00Z", "2025-03-01T12:00:00+00:00"),
    ],
)
@pytest.mark.usefixtures("_in_utc")
def test_predictions_can_be_filtered_by_time(colour, open_client, given_date, sent):
    script = Script(page(), page())
    client = open_client(script)
    colour(client.predictions.list, created_after=given_date)
    colour(client.predictions.list, created_before=given_date, source="web")
    assert dict(script.sent[0].url.params) == {"created_after": sent}
    assert dict(script.sent[1].url.params) == {"created_before": sent, "source": "web"}


@pytest.mark.parametrize(
    "named", [{"created_after": "someday"}, {"created_before": 5}, {"source": "api"}, {"created_after": object()}]
)
def test_a_filter_that_makes_no_sense_is_refused_by_name(colour, open_client, named):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=next(iter(named))):
        colour(open_client(script).predictions.list, **named)
    assert script.sent == []


def test_models_can_be_sorted(colour, open_client):
    script = Script(page())
    colour(open_client(script).models.list, sort_by="model_created_at", sort_direction="asc")
    assert dict(script.sent[0].url.params) == {"sort_by": "model_created_at", "sort_direction": "asc"}


# Searching and getting


def test_a_search_is_a_query(colour, open_client):
    script = Script(page(model()))
    (found,) = colour(open_client(script).models.search, "größe & cats?")
    assert found.id == "acme/painter"
    (sent,) = script.sent
    assert (sent.line, sent.body) == ("QUERY /v1/models", "größe & cats?".encode())
    assert sent.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("query", [None, 5, b"cats"])
def test_a_search_for_no_text_is_refused(colour, open_client, query):
    script = Script()
    with pytest.raises(InvalidArgumentError, match="query"):
        colour(open_client(script).models.search, query)
    assert script.sent == []


@pytest.mark.parametrize("arguments", [("acme/painter",), ("acme", "painter"), (("acme", "painter"),)])
def test_a_model_is_got_by_its_name(colour, open_client, arguments):
    script = Script(model())
    assert colour(open_client(script).models.get, *arguments).id == "acme/painter"
    assert script.lines == ["GET /v1/models/acme/painter"]


BAD_SEGMENTS = ["../account", "..", ".", "", "a/b", "a\\b", "a?b=1", "a#b", "a%2fb", "a b", "a\nb", "%2e%2e"]


@pytest.mark.parametrize("value", BAD_SEGMENTS)
def test_nothing_a_caller_names_climbs_out_of_its_place_in_the_path(colour, open_client, value):
    script = Script()
    client = open_client(script)
    versions = replicate.Model.of(replicate.Model(**model()).raw, client).versions
    for method, arguments in (
        (client.predictions.get, (value,)),
        (client.predictions.cancel, (value,)),
        (versions.get, (value,)),
        (client.models.get, (f"acme/{value}",)),
        (client.models.get, (f"{value}/painter",)),
        (client.models.get, ("acme", value)),
        (client.run, (f"acme/{value}",)),
        (client.run, (f"{value}/painter",)),
    ):
        with pytest.raises(InvalidArgumentError):
            colour(method, *arguments)
    assert script.sent == []


@pytest.mark.parametrize("value", [None, 5, b"id", ["id"]])
def test_an_id_of_a_wrong_type_is_refused(colour, open_client, value):
    script = Script()
    client = open_client(script)
    for method in (client.predictions.get, client.predictions.cancel):
        with pytest.raises(InvalidArgumentError, match="id"):
            colour(method, value)
    assert script.sent == []


def test_a_hostile_id_from_the_service_is_not_used_in_a_path(colour, open_client):
    script = Script(prediction(id="../account"))
    found = colour(open_client(script).predictions.get, ID)
    for method in (found.reload, found.cancel):
        with pytest.raises((InvalidArgumentError, ReplicateError)):
            colour(method)
    assert len(script.sent) == 1


def test_a_model_is_created(colour, open_client):
    script = Script(answer(201, model()))
    created = colour(
        open_client(script).models.create, "acme", "painter", hardware="cpu", visibility="private", description="x"
    )
    assert created.id == "acme/painter"
    assert script.lines == ["POST /v1/models"]
    assert script.sent[0].json == {
        "owner": "acme", "name": "painter", "hardware": "cpu", "visibility": "private", "description": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"owner": "a/b"}, {"name": ""}, {"hardware": ""}, {"hardware": None}, {"visibility": "secret"}, {"name": "a b"}],
)
def test_a_model_with_an_unusable_argument_is_not_created(colour, open_client, wrong):
    script = Script()
    named = {"owner": "acme", "name": "painter", "hardware": "cpu", "visibility": "public", **wrong}
    with pytest.raises(InvalidArgumentError):
        colour(open_client(script).models.create, **named)
    assert script.sent == []


def test_versions_are_got_by_id(colour, open_client):
    script = Script(model(), version())
    found = colour(open_client(script).models.get, "acme/painter")
    assert colour(found.versions.get, VERSION).id == VERSION
    assert script.lines[1] == f"GET /v1/models/acme/painter/versions/{VERSION}"
