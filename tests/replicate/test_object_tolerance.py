"""Every object a person gets, with each of its members null, missing, odd or new: it reads, and keeps its types."""

from __future__ import annotations

import builtins
import json
import pickle
import types
import typing
from dataclasses import dataclass
from datetime import datetime

import pytest
import replicate
from replicate._input_schemas import InputField
from replicate._progress import Progress
from replicate._search import SearchCollection, SearchModel, SearchModelMetadata, SearchPage, SearchResults
from replicate._views import View
from replicate.account import Account
from replicate.collection import Collection
from replicate.deployment import Deployment, DeploymentConfiguration, DeploymentPredictions, DeploymentRelease
from replicate.file import File
from replicate.hardware import Hardware
from replicate.model import Model
from replicate.prediction import Prediction
from replicate.training import Training
from replicate.version import Version, Versions
from replicate.webhook import WebhookSigningSecret
from wire_objects import FILE_URL, ID, VERSION
from wire_objects import account as account_body
from wire_objects import collection as collection_body
from wire_objects import deployment as deployment_body
from wire_objects import model as model_body
from wire_objects import prediction as prediction_body
from wire_objects import release as release_body
from wire_objects import search_results as search_body
from wire_objects import training as training_body
from wire_objects import uploaded as file_body
from wire_objects import version as version_body

MOMENT = "2025-03-01T12:00:00Z"
JOB = {
    "output": {"version": f"acme/painter:{VERSION}", "weights": FILE_URL},
    "logs": " 38%|███▊      | 6/16 [00:00<00:01,  7.82it/s]\n",
    "metrics": {"predict_time": 1.5, "with_audio": True, "model_variant": "large"},
    "error": "out of paint",
    "started_at": MOMENT,
    "completed_at": MOMENT,
    "data_removed": True,
    "source": "web",
    "webhook": "https://example.com/hook",
    "webhook_events_filter": ["start", "completed"],
    "webhook_completed": "https://example.com/done",
}
LINKS = {
    "description": "It paints.",
    "github_url": "https://github.com/acme/painter",
    "paper_url": "https://arxiv.example/1",
    "license_url": "https://example.com/license",
    "cover_image_url": FILE_URL,
}
FOUND = search_body()


@dataclass(frozen=True)
class Table:
    """One kind of object."""

    kind: type[View[typing.Any]]
    body: dict[str, typing.Any]
    """All its members."""
    required: str
    """Those without which there is no such object."""
    open: str = ""
    """Members whose values are an enumeration that can grow."""

    @property
    def optional(self):
        return sorted(set(self.body) - set(self.required.split()))


TABLES = [
    Table(Account, account_body(), "username", open="type"),
    Table(Hardware, {"sku": "cpu", "name": "CPU"}, "sku"),
    Table(
        Collection, collection_body(full_description="# All of them", models=[model_body()]), "slug"
    ),
    Table(Version, version_body(openapi_schema={"components": {}}), "id"),
    Table(
        Model,
        model_body(
            **LINKS, default_example=prediction_body("succeeded"), is_official=True, created_at=MOMENT,
            weights_url=FILE_URL,
        ),
        "owner name",
        open="visibility",
    ),
    Table(Deployment, deployment_body(), "owner name"),
    Table(DeploymentRelease, release_body(), ""),
    Table(DeploymentConfiguration, release_body()["configuration"], ""),
    Table(
        Prediction,
        prediction_body("failed", **JOB | {"deadline": MOMENT, "deployment": "acme/fast", "stream": True}),
        "id status",
        open="status source",
    ),
    Table(Training, training_body("failed", **JOB, destination="acme/painter"), "id status", "status source"),
    Table(File, file_body(metadata={"a": 1}, checksums={"sha256": "ab", "md5": "cd"}), "id"),
    Table(SearchResults, FOUND, ""),
    Table(SearchModel, FOUND["models"][0], "model"),
    Table(SearchModelMetadata, FOUND["models"][0]["metadata"], ""),
    Table(SearchCollection, FOUND["collections"][0], ""),
    Table(SearchPage, FOUND["pages"][0], ""),
    Table(WebhookSigningSecret, {"key": "whsec_AAECAw=="}, "key"),
]  # fmt: skip
ODD = [5, -1.5, True, "text", [], [None, 5], {}, {"tide": None}, [["a"]]]
NAMES = {
    kind.__name__: kind
    for kind in (InputField, Progress, Versions, DeploymentPredictions, datetime, *(table.kind for table in TABLES))
}


def cases(select):
    return [
        pytest.param(table, member, id=f"{table.kind.__name__}.{member}")
        for table in TABLES
        for member in select(table)
    ]


def properties(kind):
    """Return the properties of a class, and the type that each is said to have."""
    found = {}
    for owner in reversed(kind.__mro__):
        for name, value in vars(owner).items():
            if isinstance(value, property) and not name.startswith("_") and name not in {"client", "raw"}:
                hints = typing.get_type_hints(value.fget, {"builtins": builtins, **NAMES, **value.fget.__globals__})
                found[name] = hints["return"]
    return found


def fits(value, hint):
    """Return whether a value is of a type, all that is inside it too."""
    if hint in {typing.Any, None}:
        return hint is not None or value is None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return any(fits(value, one) for one in arguments)
    if origin is list:
        return isinstance(value, list) and all(fits(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            fits(key, arguments[0]) and fits(item, arguments[1]) for key, item in value.items()
        )
    assert isinstance(hint, type), f"a type this test does not know: {hint}"
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, (int, float) if hint is float else hint)


def check(view):
    """Read all that an object offers, and see that everything is of the type it is said to be."""
    for name, hint in properties(type(view)).items():
        value = getattr(view, name)
        assert fits(value, hint), f"{type(view).__name__}.{name} is {value!r}, not {hint}"
    assert json.loads(view.json()) == view.dict()
    assert set(view.dict()) == set(view._fields)
    assert type(view).__name__ in repr(view)
    assert pickle.loads(pickle.dumps(view)) == view
    assert hash(view) == hash(type(view).of(view.raw, None))


def test_every_object_has_a_table_and_every_table_all_members():
    def kinds(kind):
        below = kind.__subclasses__()
        return {kind}.union(*map(kinds, below)) if not below else set().union(*map(kinds, below))

    public = {kind for kind in kinds(View) if kind.__module__.startswith("replicate.")}
    assert {table.kind for table in TABLES} == public
    for table in TABLES:
        assert set(table.kind._fields) <= set(table.body), table.kind
        assert set(table.required.split()) >= set(table.kind._key)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind.__name__)
def test_an_object_with_all_its_members_tells_them_all(table):
    view = table.kind(**table.body)
    check(view)
    told = view.dict()
    assert [name for name in table.kind._fields if told[name] in (None, "", [], {})] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind.__name__)
def test_an_object_of_its_required_members_alone_is_whole(table):
    required = {name: table.body[name] for name in table.required.split()}
    bare = table.kind(**required)
    check(bare)
    check(table.kind(**{**dict.fromkeys(table.body), **required}))


@pytest.mark.parametrize(("table", "member"), cases(lambda table: table.optional))
def test_null_and_missing_are_the_same_and_mean_nothing(table, member):
    without = {name: value for name, value in table.body.items() if name != member}
    missing, null = table.kind(**without), table.kind(**without, **{member: None})
    check(missing)
    check(null)
    assert missing == null
    assert missing.dict() == null.dict()
    if member in table.kind._fields:
        assert missing.dict()[member] != table.kind(**table.body).dict()[member]


@pytest.mark.parametrize(("table", "member"), cases(lambda table: table.optional))
def test_an_odd_value_breaks_nothing_and_shows_through_no_type(table, member):
    for odd in ODD:
        check(table.kind(**{**table.body, member: odd}))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind.__name__)
def test_members_that_nobody_has_seen_yet_are_kept_and_change_nothing(table):
    new = {"tide": {"high": [1, None]}, "class": "x"}
    view = table.kind(**table.body, **new)
    check(view)
    assert view.dict() == table.kind(**table.body).dict()
    assert {name: view.raw.additional_properties[name] for name in new} == new


@pytest.mark.parametrize("value", ["unheard-of", "Succeeded", "a b"])
@pytest.mark.parametrize(("table", "member"), cases(lambda table: table.open.split()))
def test_a_value_of_an_enumeration_that_nobody_has_seen_yet_is_shown_as_it_was_sent(table, member, value):
    view = table.kind(**{**table.body, member: value})
    check(view)
    shown = getattr(view, member)
    assert (type(shown), shown) == (str, value)


@pytest.mark.parametrize(
    ("table", "member"), cases(lambda table: [name for name in table.optional if table.body[name] == MOMENT])
)
def test_a_moment_of_any_form_is_text(table, member):
    for moment in ("", "noon", "2025-03-01T12:00:00.123456789Z", "9999-99-99T00:00:00Z"):
        view = table.kind(**{**table.body, member: moment})
        check(view)
        assert moment.startswith((getattr(view, member) or "")[:26])


@pytest.mark.parametrize(("table", "member"), cases(lambda table: table.kind._key))
def test_an_object_without_what_makes_it_one_is_an_error_that_names_it(table, member):
    for body in (
        {name: value for name, value in table.body.items() if name != member},
        {**table.body, member: None},
        {**table.body, member: 5},
    ):
        with pytest.raises(replicate.exceptions.ValidationError, match=f"'{member}'"):
            table.kind(**body)


def test_objects_inside_others_keep_their_own_tolerance():
    found = Model(**model_body(latest_version={"id": VERSION, "cog_version": 5}, default_example={"id": ID}))
    assert (found.latest_version.id, found.latest_version.cog_version) == (VERSION, None)
    assert found.default_example is None
    release = Deployment(**deployment_body(current_release={"number": "one", "created_by": {}}))
    assert (release.current_release.number, release.current_release.created_by) == (None, None)
