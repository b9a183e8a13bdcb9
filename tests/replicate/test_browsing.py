"""What can be looked at: collections, hardware, the account, readmes and examples, and a search over everything."""

from __future__ import annotations

import pytest
import replicate
from replicate.collection import Collection
from replicate.exceptions import AuthenticationError, InvalidArgumentError, NotFoundError, UnknownOptionError
from replicate.hardware import Hardware, HardwareNamespace
from replicate.model import Model
from scripted import Script, answer
from wire_objects import ID, VERSION, account, collection, model, page, prediction, search_results, version

# Collections


def test_the_models_of_a_collection_are_whole_models(colour, open_client):
    script = Script(collection(models=[model(), model("acme", "writer")]), page(version()), model(run_count=8))
    found = colour(open_client(script).collections.get, "text-to-image")
    painter, writer = found.models
    assert (painter.id, writer.id) == ("acme/painter", "acme/writer")
    assert painter.latest_version.id == VERSION
    assert colour(painter.versions.list)[0].id == VERSION
    assert colour(writer.reload).run_count == 8
    assert script.lines[1:] == ["GET /v1/models/acme/painter/versions", "GET /v1/models/acme/writer"]


def test_a_collection_is_a_sequence_of_its_models(colour, open_client):
    found = colour(open_client(Script(collection(models=[model(), model("b", "c")]))).collections.get, "x")
    assert [each.id for each in found] == ["acme/painter", "b/c"]
    assert (len(found), found[1].id, [each.id for each in found[:1]]) == (2, "b/c", ["acme/painter"])
    assert found.models is found.models


def test_a_collection_in_a_list_has_no_models_and_is_true_all_the_same(colour, open_client):
    (found,) = colour(open_client(Script(page(collection()))).collections.list)
    assert (found.models, list(found), len(found), bool(found)) == (None, [], 0, True)
    assert (found.slug, found.id, found.name) == ("text-to-image", "text-to-image", "Text to image")
    assert (found.description, found.full_description) == ("Models that paint.", None)
    with pytest.raises(IndexError):
        found[0]


def test_a_collection_can_be_written_and_compared(colour, open_client):
    data = collection(models=[model()])
    script = Script(data, data)
    collections = open_client(script).collections
    one, other = colour(collections.get, "x"), colour(collections.get, "x")
    assert one == other
    assert len({one, other}) == 1
    assert one.dict()["models"][0]["owner"] == "acme"
    assert repr(one) == "Collection(slug='text-to-image', name='Text to image', description='Models that paint.')"
    assert Collection.parse_raw(one.json()).models[0].id == "acme/painter"


def test_a_collection_from_a_list_is_got_with_its_models(colour, open_client):
    script = Script(page(collection()), collection(models=[model()]))
    collections = open_client(script).collections
    (found,) = colour(collections.list)
    assert colour(collections.get, found)[0].id == "acme/painter"
    assert script.lines[1] == "GET /v1/collections/text-to-image"


@pytest.mark.parametrize("slug", ["../account", "a/b", "", None, 5])
def test_a_slug_cannot_leave_its_place_in_the_path(colour, open_client, slug):
    script = Script()
    with pytest.raises(InvalidArgumentError, match="slug"):
        colour(open_client(script).collections.get, slug)
    assert script.sent == []


# Hardware and the account


def test_hardware_is_a_plain_list(colour, open_client):
    script = Script([{"sku": "cpu", "name": "CPU"}, {"sku": "gpu-t4"}])
    found = colour(open_client(script).hardware.list)
    assert isinstance(found, list)
    assert all(isinstance(each, Hardware) for each in found)
    assert [(each.sku, each.id, each.name) for each in found] == [("cpu", "cpu", "CPU"), ("gpu-t4",) * 3]


def test_hardware_that_cannot_be_read_is_left_out(colour, open_client):
    script = Script([{"name": "no sku"}, "text", {"sku": "cpu"}])
    assert [each.sku for each in colour(open_client(script).hardware.list)] == ["cpu"]


def test_the_hardware_of_the_package_is_its_operations_and_the_module_has_its_classes():
    assert isinstance(replicate.hardware, HardwareNamespace)
    assert replicate.Hardware is Hardware
    assert replicate.hardware is replicate.default_client.hardware


def test_the_account_is_the_one_of_the_token(colour, open_client):
    script = Script(account())
    found = colour(open_client(script).accounts.current)
    assert (found.type, found.username, found.name) == ("organization", "acme", "Acme Labs")
    assert (found.github_url, found.avatar_url) == ("https://github.com/acme", "https://img.example/acme.png")


def test_a_token_that_is_not_accepted_is_an_authentication_error(colour, open_client):
    script = Script(answer(401, {"title": "Unauthenticated", "detail": "no valid token", "status": 401}))
    with pytest.raises(AuthenticationError, match="no valid token"):
        colour(open_client(script).accounts.current)


# Models: what they show, and changing it

NAMES = [(("acme/painter",), {}), (("acme", "painter"), {}), ((Model(**model()),), {}), (((), {"key": "acme/painter"}))]
NAMES += [((), {"owner": "acme", "name": "painter"}), ((), {"model_owner": "acme", "model_name": "painter"})]


@pytest.mark.parametrize(("arguments", "named"), NAMES)
def test_readmes_examples_and_updates_take_the_names_of_models(colour, open_client, arguments, named):
    script = Script(answer(200, "# Painter"), page(prediction("succeeded")), model())
    models = open_client(script).models
    assert colour(models.readme.get, *arguments, **named) == "# Painter"
    assert colour(models.examples.list, *arguments, **named)[0].status == "succeeded"
    assert colour(models.update, *arguments, **named, license_url="https://example.com").id == "acme/painter"
    path = "/v1/models/acme/painter"
    assert script.lines == [f"GET {path}/readme", f"GET {path}/examples", f"PATCH {path}"]
    assert script.sent[2].json == {"license_url": "https://example.com"}


def test_a_missing_readme_is_not_found_and_an_empty_one_is_empty(colour, open_client):
    script = Script(answer(404), answer(200, ""))
    readme = open_client(script).models.readme
    with pytest.raises(NotFoundError):
        colour(readme.get, "acme/painter")
    assert colour(readme.get, "acme/painter") == ""


def test_examples_are_predictions_bound_to_the_client(colour, open_client):
    script = Script(page(prediction("succeeded")), prediction("succeeded", logs="newer"))
    (example,) = colour(open_client(script).models.examples.list, "acme/painter")
    assert colour(example.reload).logs == "newer"
    assert script.lines[1] == f"GET /v1/predictions/{ID}"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "nothing to change; give one of description, readme"),
        ({"description": None}, "nothing to change"),
        ({"readme": 5}, "readme must be a text"),
        ({"github_url": ["x"]}, "github_url must be a text"),
    ],
)
def test_an_update_that_makes_no_sense_is_refused(colour, open_client, changes, told):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=told):
        colour(open_client(script).models.update, "acme/painter", **changes)
    assert script.sent == []


@pytest.mark.parametrize(("option", "nearest"), [("descripton", "description"), ("modelowner", "model_owner")])
def test_an_update_nobody_knows_is_refused_with_the_nearest(colour, open_client, option, nearest):
    script = Script()
    with pytest.raises(UnknownOptionError, match=f"'{option}'; did you mean '{nearest}'"):
        colour(open_client(script).models.update, "acme/painter", **{option: "x"})
    assert script.sent == []


# Search


def test_a_search_finds_models_collections_and_pages(colour, open_client):
    script = Script(search_results(), page(version()))
    found = colour(open_client(script).search, "paint")
    assert isinstance(found, replicate.SearchResults)
    assert found.query == "paint"
    (first,) = found.models
    assert (first.model.id, first.metadata.generated_description) == ("acme/painter", "It paints.")
    assert (first.metadata.tags, first.metadata.score) == (["a"], 0.5)
    (category,) = found.collections
    assert (category.slug, category.name, category.models) == ("text-to-image", "Text to image", ["acme/painter"])
    assert [(each.name, each.href) for each in found.pages] == [("How to paint", "/docs/paint")]
    assert colour(first.model.versions.list)[0].id == VERSION
    assert script.lines[0] == "GET /v1/search?query=paint"
    assert found.dict()["models"][0]["metadata"]["tags"] == ["a"]


@pytest.mark.parametrize("limit", [1, 50])
def test_a_search_may_be_limited(colour, open_client, limit):
    script = Script(search_results())
    colour(open_client(script).search, "paint", limit=limit)
    assert script.lines == [f"GET /v1/search?query=paint&limit={limit}"]


@pytest.mark.parametrize(
    ("query", "limit", "told"),
    [
        ("", None, "query"), ("  ", None, "query"), (None, None, "query"), (b"x", None, "query"), ("x", 0, "limit"),
        ("x", 51, "limit"), ("x", True, "limit"), ("x", 1.5, "limit"), ("x", "3", "limit"),
    ],
)  # fmt: skip
def test_a_search_that_makes_no_sense_is_refused(colour, open_client, query, limit, told):
    script = Script()
    with pytest.raises(InvalidArgumentError, match=told):
        colour(open_client(script).search, query, limit=limit)
    assert script.sent == []


def test_a_search_is_there_without_a_client():
    assert replicate.search.__self__ is replicate.async_search.__self__ is replicate.default_client
