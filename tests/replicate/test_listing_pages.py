"""Every list as pages: going from page to page, walking over all items, filters; a walk always ends and never leaks."""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
import pickle
import tracemalloc
from itertools import islice

import pytest
import replicate
from clocks import START
from replicate import pagination
from replicate.exceptions import DecodeError, InvalidArgumentError, ServerError, UnsupportedError
from replicate.version import Versions
from scripted import Script, answer
from wire_objects import (
    API,
    ID,
    TOKEN,
    VERSION,
    collection,
    deployment,
    model,
    page,
    prediction,
    training,
    uploaded,
    version,
)

LISTS = {
    "predictions": (lambda client: client.predictions.list, "predictions", lambda name: prediction(id=name), "id"),
    "trainings": (lambda client: client.trainings.list, "trainings", lambda name: training(id=name), "id"),
    "models": (lambda client: client.models.list, "models", lambda name: model(name=name), "name"),
    "versions": (
        lambda client: Versions(client, "acme/painter").list, "models/acme/painter/versions", version, "id"
    ),
    "deployments": (lambda client: client.deployments.list, "deployments", lambda name: deployment(name=name), "name"),
    "collections": (lambda client: client.collections.list, "collections", collection, "slug"),
    "files": (lambda client: client.files.list, "files", uploaded, "id"),
}  # fmt: skip


class Listing:
    """One list, and what it is made of."""

    def __init__(self, name, open_client):
        self.method_of, path, self.row, self.key = LISTS[name]
        self.path = f"/v1/{path}"
        self.open_client = open_client

    def link(self, cursor):
        return f"{API}{self.path}?cursor={cursor}"

    def pages(self, *names, end=None):
        """Return pages that hold these rows, a list of names each, and link to one another."""
        places = range(1, len(names) + 1)
        links = [*map(self.link, places[1:]), end]
        back = [None, *map(self.link, places[:-1])]
        return [
            page(*map(self.row, rows), next=ahead, previous=before)
            for rows, ahead, before in zip(names, links, back, strict=True)
        ]

    def opened(self, *answers):
        """Return the list's method over a script, and the script."""
        script = Script(*answers)
        return self.method_of(self.open_client(script)), script

    def names(self, items):
        return [getattr(item, self.key) for item in items]


@pytest.fixture(params=LISTS)
def listing(request, open_client):
    return Listing(request.param, open_client)


@pytest.fixture
def predictions(open_client):
    return Listing("predictions", open_client)


# From page to page


def test_a_page_leads_to_the_next_one_and_the_last_to_none(colour, listing):
    method, script = listing.opened(*listing.pages(["a", "b"], ["c"]))
    first = colour(method)
    second = colour(first.next_page)
    assert (listing.names(first), listing.names(second)) == (["a", "b"], ["c"])
    assert (first.previous, first.next) == (None, listing.link(2))
    assert (second.previous, second.next) == (listing.link(1), None)
    assert colour(second.next_page) is None
    assert script.lines == [f"GET {listing.path}", f"GET {listing.path}?cursor=2"]
    assert all(sent.token is not None for sent in script.sent)


def test_the_page_before_is_got_by_its_cursor(colour, listing):
    first, second = listing.pages(["a"], ["b"])
    method, script = listing.opened(second, first)
    found = colour(method, listing.link(2))
    assert listing.names(colour(method, found.previous)) == ["a"]
    assert script.lines == [f"GET {listing.path}?cursor=2", f"GET {listing.path}?cursor=1"]


def test_all_items_of_all_pages_are_walked_over(colour, listing):
    method, script = listing.opened(*listing.pages(["a", "b"], [], ["c"], ["d"]))
    first = colour(method)
    assert listing.names(colour.iterate(first.auto_paging_iter)) == ["a", "b", "c", "d"]
    assert len(script.sent) == 4


def test_iterating_a_page_goes_over_that_page_alone(colour, listing):
    method, script = listing.opened(*listing.pages(["a", "b"], ["c"]))
    found = colour(method)
    assert listing.names(found) == listing.names(found.results) == ["a", "b"]
    assert (len(found), listing.names([found[-1]])) == (2, ["b"])
    assert len(script.sent) == 1


def test_a_page_is_asked_for_when_its_first_item_is_wanted(colour, listing):
    method, script = listing.opened(*listing.pages(["a"], ["b"], ["c"]))
    items = colour.iterate(colour(method).auto_paging_iter)
    asked = [len(script.sent) for _ in items]
    assert asked == [1, 2, 3]


def test_leaving_a_walk_asks_for_nothing_more(colour, listing):
    method, script = listing.opened(*listing.pages(["a"], ["b"], ["c"]))
    items = colour.iterate(colour(method).auto_paging_iter)
    next(items), next(items)
    items.close()
    assert len(script.sent) == 2


def test_a_walk_may_begin_on_any_page_and_be_made_again(colour, listing):
    pages = listing.pages(["a"], ["b"], ["c"])
    method, _ = listing.opened(pages[1], pages[2], pages[2])
    found = colour(method, listing.link(2))
    for _ in range(2):
        assert listing.names(colour.iterate(found.auto_paging_iter)) == ["b", "c"]


def test_a_page_of_blocking_code_can_be_walked_over_by_awaiting_code(listing):
    method, _ = listing.opened(*listing.pages(["a"], ["b"]))
    first = method()

    async def walk():
        return [item async for item in first.async_auto_paging_iter()]

    assert listing.names(asyncio.run(walk())) == ["a", "b"]


def test_one_odd_row_does_not_break_a_page(colour, listing, caplog):
    odd = [None, 5, "text", [], {}, {"tide": 1}]
    pages = [page(listing.row("a"), *odd, next=listing.link(2)), page(*odd, listing.row("b"))]
    method, _ = listing.opened(*pages)
    assert listing.names(colour.iterate(colour(method).auto_paging_iter)) == ["a", "b"]
    assert caplog.text.count("left out a row") == 2 * len(odd)


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": {}}, {"results": "x"}, [], "text", 5])
def test_what_is_no_page_at_all_is_an_error_and_no_end_of_the_list(colour, predictions, body):
    method, _ = predictions.opened(*predictions.pages(["a"], end=predictions.link(2)), answer(200, body))
    items = walked(colour, colour(method))
    next(items)
    with pytest.raises(DecodeError, match="not what the API describes"):
        next(items)


def test_a_page_that_cannot_be_had_ends_the_walk_with_its_error(colour, listing):
    method, _ = listing.opened(*listing.pages(["a"], end=listing.link(2)), *[answer(500, {"detail": "tired"})] * 9)
    items = colour.iterate(colour(method).auto_paging_iter)
    assert listing.names([next(items)]) == ["a"]
    with pytest.raises(ServerError, match="tired"):
        next(items)


def test_a_page_that_was_pickled_has_its_items_but_asks_nobody(colour, listing):
    method, script = listing.opened(*listing.pages(["a"], ["b"]))
    found = colour(method)
    copied = pickle.loads(pickle.dumps(found))
    assert (copied, hash(copied), copied.next) == (found, hash(found), found.next)
    items = colour.iterate(copied.auto_paging_iter)
    next(items)
    with pytest.raises(UnsupportedError, match="pass its `next` to the list method"):
        next(items)
    assert len(script.sent) == 1


def test_a_page_is_written_as_the_service_sent_it(colour, listing):
    (sent, _) = listing.pages(["a"], [])
    method, _ = listing.opened(sent)
    found = colour(method)
    assert (found.dict()["next"], found.dict()["previous"]) == (sent["next"], None)
    assert found.dict()["results"][0][listing.key] == "a"
    assert f'"{listing.key}": "a"' in found.json()


@pytest.mark.parametrize("how", ["examples of a model", "a search for models"])
def test_pages_of_other_kinds_can_be_walked_over_too(colour, open_client, how):
    if how == "examples of a model":
        following = f"{API}/v1/models/acme/painter/examples?cursor=2"
        script = Script(page(prediction(), next=following), page(prediction(id="other")))
        found = colour(open_client(script).models.examples.list, "acme/painter")
        names = [ID, "other"]
    else:
        following = f"{API}/v1/models?cursor=2"
        script = Script(page(model(), next=following), page(model(name="writer")))
        found = colour(open_client(script).models.search, "x")
        names = ["acme/painter", "acme/writer"]
    assert [item.id for item in colour.iterate(found.auto_paging_iter)] == names
    assert script.lines[1] == f"GET {following.removeprefix(API)}"


# Where a walk must not go


@pytest.mark.parametrize(
    "led",
    [
        "https://evil.example/v1/predictions?cursor=2", "https://api.replicate.com.evil.example/v1/x",
        "https://api.replicate.com@evil.example/v1/x", "http://evil.example/", "https://api.replicate.com:8443/v1/x",
        "ftp://api.replicate.com/v1/x",
    ],
)  # fmt: skip
def test_a_walk_that_is_led_to_another_host_stops_before_anything_is_sent(colour, listing, led):
    method, script = listing.opened(*listing.pages(["a"], end=led))
    items = colour.iterate(colour(method).auto_paging_iter)
    next(items)
    with pytest.raises((InvalidArgumentError, DecodeError)) as caught:
        next(items)
    assert len(script.sent) == 1
    assert TOKEN not in str(caught.value)


def test_a_redirect_of_a_page_is_not_followed(colour, listing):
    elsewhere = answer(307, headers={"location": "https://evil.example/v1/x"})
    method, script = listing.opened(*listing.pages(["a"], end=listing.link(2)), elsewhere)
    first = colour(method)
    with pytest.raises(replicate.ReplicateError, match="307"):
        colour(first.next_page)
    assert {sent.url.host for sent in script.sent} == {"api.replicate.com"}


def test_a_link_of_plain_http_is_followed_encrypted(colour, listing):
    method, script = listing.opened(
        *listing.pages(["a"], end=listing.link(2).replace("https", "http")), *listing.pages(["b"])
    )
    assert listing.names(colour.iterate(colour(method).auto_paging_iter)) == ["a", "b"]
    assert {sent.url.scheme for sent in script.sent} == {"https"}


@pytest.mark.parametrize("cursor", ["a" * 9000, f"{API}/v1/predictions?cursor={'a' * 9000}", "\ud800"])
def test_a_cursor_that_no_request_can_carry_is_refused(colour, listing, cursor):
    method, script = listing.opened()
    with pytest.raises(InvalidArgumentError, match="cursor must be a page's"):
        colour(method, cursor)
    assert script.sent == []


# Walks without end


def walked(colour, first):
    return colour.over(first.async_auto_paging_iter() if colour.awaits else first.auto_paging_iter())


def pages_of(colour, method):
    return colour.over(colour.twin(replicate.paginate)(colour.twin(method)))


WALKS = {"over items": lambda colour, method: walked(colour, colour(method)), "over pages": pages_of}


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
@pytest.mark.parametrize("circle", ["aa", "aba", "abcb"])
def test_a_walk_in_a_circle_ends_in_an_error(colour, predictions, walk, circle):
    rows = [page(prediction(), next=predictions.link(name)) for name in circle]
    method, script = predictions.opened(*rows, *rows)
    with pytest.raises(DecodeError, match="same cursor twice"):
        list(walk(colour, method))
    assert len(script.sent) == len(circle)


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_a_walk_over_nothing_but_empty_pages_ends_in_an_error(colour, open_client, walk, monkeypatch):
    monkeypatch.setattr(pagination, "_MOST_EMPTY_PAGES", 5)
    counter = iter(range(100))
    script = Script(routes={})
    script._next = lambda sent: page(next=f"{API}/v1/predictions?cursor={next(counter)}")
    with pytest.raises(DecodeError, match="5 pages in a row were empty"):
        list(walk(colour, open_client(script).predictions.list))
    assert len(script.sent) == 5


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_empty_pages_between_others_are_passed_over(colour, open_client, walk, monkeypatch):
    monkeypatch.setattr(pagination, "_MOST_EMPTY_PAGES", 3)
    predictions = Listing("predictions", open_client)
    rows = [["a"], [], [], ["b"], [], [], ["c"], [], []]
    method, script = predictions.opened(*predictions.pages(*rows))
    list(walk(colour, method))
    assert len(script.sent) == len(rows)


def endless():
    """Return the first page of a list that has always one more: a server that goes on for ever."""
    counter = iter(range(1, 10**9))

    def following(_):
        return replicate.Page([5], next=f"cursor {next(counter)}").bind(following, awaited)

    async def awaited(cursor):
        return following(cursor)

    return following(None)


def test_a_walk_through_very_many_pages_grows_no_stack_and_little_memory(colour):
    count = 20_000
    tracemalloc.start()
    found = colour.run(take(endless(), count)) if colour.awaits else len([*islice(endless().auto_paging_iter(), count)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == count
    assert peak < 8 * 1024 * 1024


async def take(first, count):
    items = first.async_auto_paging_iter()
    found = 0
    async for _ in items:
        found += 1
        if found == count:
            break
    await items.aclose()
    return found


# Filters and order

NOW = dt.datetime.fromtimestamp(START, dt.UTC)
WRITTEN = {
    "a datetime": (dt.datetime(2025, 2, 28, 8, tzinfo=dt.UTC), "2025-02-28T08:00:00+00:00"),
    "a datetime of elsewhere": (
        dt.datetime(2025, 2, 28, 8, tzinfo=dt.timezone(dt.timedelta(hours=2))),
        "2025-02-28T06:00:00+00:00",
    ),
    "a timedelta ago": (dt.timedelta(days=1, hours=2), "2025-02-28T10:00:00+00:00"),
    "an RFC 3339 text": ("2025-02-28T08:00:00.25+02:00", "2025-02-28T06:00:00.250000+00:00"),
    "a text of a person": ("Feb 28 2025 08:00 +02:00", "2025-02-28T06:00:00+00:00"),
    "how long ago": ("2 days and 3 hours ago", "2025-02-27T09:00:00+00:00"),
    "how long ago, in short": ("90m", "2025-03-01T10:30:00+00:00"),
    "now": ("now", "2025-03-01T12:00:00+00:00"),
}


@pytest.mark.parametrize(("written", "moment"), WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("name", ["created_after", "created_before"])
def test_predictions_are_filtered_by_a_moment_however_it_is_written(colour, open_client, name, written, moment):
    script = Script(page())
    colour(open_client(script).predictions.list, **{name: written})
    assert dict(script.sent[0].url.params) == {name: moment}


@pytest.mark.parametrize("written", [dt.date(2025, 2, 28), "2025-02-28", "28 February 2025"])
def test_a_date_means_its_first_moment_here(colour, open_client, written):
    script = Script(page())
    colour(open_client(script).predictions.list, created_after=written)
    here = dt.datetime(2025, 2, 28).astimezone(dt.UTC)
    assert dt.datetime.fromisoformat(script.sent[0].url.params["created_after"]) == here


def test_a_moment_is_counted_from_the_time_of_the_call(colour, open_client, clock):
    script = Script(page(), page())
    client = open_client(script)
    colour(client.predictions.list, created_after=dt.timedelta(minutes=1))
    clock.advance(3600)
    colour(client.predictions.list, created_after=dt.timedelta(minutes=1))
    first, second = (dt.datetime.fromisoformat(sent.url.params["created_after"]) for sent in script.sent)
    assert (NOW - first, second - first) == (dt.timedelta(minutes=1), dt.timedelta(hours=1))


def test_all_filters_go_together_and_a_bare_cursor_with_them(colour, open_client):
    script = Script(page())
    colour(
        open_client(script).predictions.list, "cD0x", created_after="2025-01-01T00:00:00Z",
        created_before="2025-02-01T00:00:00Z", source="web",
    )  # fmt: skip
    assert dict(script.sent[0].url.params) == {
        "created_after": "2025-01-01T00:00:00+00:00",
        "created_before": "2025-02-01T00:00:00+00:00",
        "source": "web",
        "cursor": "cD0x",
    }


def test_the_offset_of_a_moment_arrives_as_an_offset(colour, open_client):
    script = Script(page())
    colour(open_client(script).predictions.list, created_after="2025-01-01T00:00:00Z")
    assert b"%2B00" in script.sent[0].url.query
    assert b"+" not in script.sent[0].url.query


def test_a_walk_keeps_to_the_links_and_adds_no_filters_again(colour, open_client):
    following = f"{API}/v1/predictions?created_after=2025-01-01&cursor=2"
    script = Script(page(prediction(), next=following), page(prediction()))
    first = colour(open_client(script).predictions.list, created_after="2025-01-01T00:00:00Z", source="web")
    assert len(list(walked(colour, first))) == 2
    assert script.lines[1] == "GET /v1/predictions?created_after=2025-01-01&cursor=2"


@pytest.mark.parametrize(
    "wrong",
    [
        {"created_after": "03/04/2025"}, {"created_before": "Feb 28"}, {"created_after": dt.timedelta(days=-1)},
        {"created_after": 1740830400}, {"created_before": "soon"}, {"source": "api"}, {"source": 5},
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_refused_by_name(colour, open_client, wrong):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=next(iter(wrong))) as caught:
        colour(open_client(script).predictions.list, **wrong)
    assert caught.value.argument == next(iter(wrong))
    assert script.sent == []


@pytest.mark.parametrize("order", [{"sort_by": "model_created_at"}, {"sort_direction": "asc"}, {}])
def test_models_are_listed_in_the_order_that_is_asked_for(colour, open_client, order):
    script = Script(page())
    colour(open_client(script).models.list, **order)
    assert dict(script.sent[0].url.params) == order


def test_a_filter_nobody_knows_is_refused(colour, open_client):
    script = Script()
    with pytest.raises(TypeError, match="created_since"):
        colour(open_client(script).predictions.list, created_since="2025-01-01")
    assert script.sent == []


def test_both_colours_of_a_list_take_the_same(listing):
    method, _ = listing.opened()
    twin = getattr(method.__self__, f"async_{method.__name__}")
    assert inspect.signature(method) == inspect.signature(twin)
    assert inspect.get_annotations(method)["return"] == inspect.get_annotations(twin)["return"]


def test_versions_are_listed_of_any_model_without_getting_it(colour, open_client):
    script = Script(page(version()))
    assert colour(Versions(open_client(script), "acme/painter").list)[0].id == VERSION
    assert script.lines == ["GET /v1/models/acme/painter/versions"]
