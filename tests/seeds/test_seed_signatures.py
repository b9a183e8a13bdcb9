"""Each class, attribute and signature of the texts that describe this library: names, order, kinds, defaults, results.

Where the texts differ on the order of the first arguments of `predictions.create`, both orders work; where they differ
on what `wait`, `cancel` and `reload` return, it is the prediction. `**params` in a text stands for the options a call
documents.
"""

import inspect
from dataclasses import fields, is_dataclass

import pytest
import replicate
from replicate.exceptions import InvalidArgumentError
from replicate.model import Model, Models
from replicate.pagination import Page
from replicate.prediction import Prediction, Predictions
from replicate.resource import Namespace, Resource
from replicate.stream import ServerSentEvent
from replicate.version import Version, Versions

REQUIRED = inspect.Parameter.empty


def positional(**defaults):
    return [(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default) for name, default in defaults.items()]


def keyword_only(**defaults):
    return [(name, inspect.Parameter.KEYWORD_ONLY, default) for name, default in defaults.items()]


MODEL_LINKS = ("description", "github_url", "paper_url", "license_url", "cover_image_url")
MODEL_CREATE = [
    *positional(owner=REQUIRED, name=REQUIRED),
    *keyword_only(hardware=REQUIRED, visibility=REQUIRED, **dict.fromkeys(MODEL_LINKS)),
]
CREATE = positional(model=None, version=None, input=None)
SIGNATURES = [
    (Models, "get", positional(name=None), "Model"),  # required all the same: see below
    (Models, "list", positional(cursor=...), "Page[Model]"),
    (Models, "search", positional(query=REQUIRED), "Page[Model]"),
    (Models, "create", MODEL_CREATE, "Model"),
    (Models, "async_create", MODEL_CREATE, "Model"),
    (Versions, "get", positional(id=REQUIRED), "Version"),
    (Versions, "list", positional(cursor=...), "Page[Version]"),
    (Predictions, "create", CREATE, "Prediction"),
    (Predictions, "async_create", CREATE, "Prediction"),
    (Predictions, "get", positional(id=REQUIRED), "Prediction"),
    (Predictions, "async_get", positional(id=REQUIRED), "Prediction"),
    (Predictions, "list", positional(cursor=...), "Page[Prediction]"),
    (Predictions, "async_list", positional(cursor=...), "Page[Prediction]"),
    (Predictions, "cancel", positional(id=REQUIRED), "Prediction"),
    (Predictions, "async_cancel", positional(id=REQUIRED), "Prediction"),
    (Prediction, "wait", [], "Prediction"),
    (Prediction, "async_wait", [], "Prediction"),
    (Prediction, "cancel", [], "Prediction"),
    (Prediction, "async_cancel", [], "Prediction"),
    (Prediction, "reload", [], "Prediction"),
    (Prediction, "async_reload", [], "Prediction"),
    (Prediction, "stream", [], "Iterator[ServerSentEvent]"),
    (Prediction, "async_stream", [], "AsyncIterator[ServerSentEvent]"),
    (Prediction, "output_iterator", [], "Iterator[Any]"),
    (Prediction, "async_output_iterator", [], "AsyncIterator[Any]"),
]
NAMES = [f"{owner.__name__}.{name}" for owner, name, *_ in SIGNATURES]


@pytest.mark.parametrize(("owner", "name", "parameters", "result"), SIGNATURES, ids=NAMES)
def test_a_method_has_the_parameters_and_the_result_of_the_texts(owner, name, parameters, result):
    signature = inspect.signature(getattr(owner, name))
    _self, *found = signature.parameters.values()
    assert [(one.name, one.kind, one.default) for one in found[: len(parameters)]] == parameters
    assert all(one.default is not REQUIRED for one in found[len(parameters) :] if one.kind is not one.VAR_KEYWORD)
    assert signature.return_annotation == result


AWAITED = [(owner, name) for owner, name, *_ in SIGNATURES if name.startswith("async_")]
ITERATED = {"async_stream", "async_output_iterator"}


@pytest.mark.parametrize(("owner", "name"), AWAITED, ids=[f"{owner.__name__}.{name}" for owner, name in AWAITED])
def test_an_async_method_is_awaited_or_iterated_as_in_the_texts(owner, name):
    assert inspect.iscoroutinefunction(getattr(owner, name)) != (name in ITERATED)


@pytest.mark.parametrize("name", [name for _, name in AWAITED if name not in ITERATED])
def test_an_async_method_takes_what_its_blocking_twin_takes(name):
    for owner in (Models, Predictions, Prediction):
        if hasattr(owner, name):
            twin = inspect.signature(getattr(owner, name.removeprefix("async_")))
            assert inspect.signature(getattr(owner, name)).parameters == twin.parameters


def test_getting_a_model_needs_a_name():
    with pytest.raises(InvalidArgumentError, match="name"):
        replicate.Client("token", base_url="http://127.0.0.1:9").models.get()


def test_creating_a_prediction_takes_the_options_of_the_texts():
    options = Predictions.CreatePredictionParams.__annotations__
    assert {"stream", "webhook", "webhook_events_filter", "webhook_completed"} <= options.keys()


@pytest.mark.parametrize("name", ["run", "async_run", "stream", "async_stream"])
def test_running_takes_a_reference_and_an_input_and_is_there_without_a_client(name):
    assert list(inspect.signature(getattr(replicate, name)).parameters)[:2] == ["ref", "input"]


@pytest.mark.parametrize("name", ["models", "predictions", "Client"])
def test_what_the_examples_reach_for_is_there_without_a_client(name):
    assert hasattr(replicate, name)


FULL_MODEL = {
    "url": "https://replicate.com/owner/name",
    "owner": "owner",
    "name": "name",
    "description": "Paints.",
    "visibility": "public",
    "github_url": "https://github.com/owner/name",
    "paper_url": "https://example.com/paper",
    "license_url": "https://example.com/license",
    "run_count": 7,
    "cover_image_url": "https://example.com/cover.png",
}
FULL_VERSION = {
    "id": "5797a99edc939ea0e9242d5e8c9cb3bc7d125b1eac21bda852e5cb79ede2cd9b",
    "created_at": "2022-10-18T13:51:32.231912Z",
    "cog_version": "0.4.4",
    "openapi_schema": {"components": {}},
}
FULL_PREDICTION = {
    "id": "1234",
    "model": "owner/name",
    "version": FULL_VERSION["id"],
    "status": "succeeded",
    "input": {"prompt": "a wombat"},
    "output": ["https://replicate.delivery/x/out-0.png"],
    "logs": "done",
    "error": None,
    "metrics": {"predict_time": 1.5},
    "created_at": "2022-10-18T13:51:32.231912Z",
    "started_at": "2022-10-18T13:51:33.231912Z",
    "completed_at": "2022-10-18T13:51:34.231912Z",
    "urls": {"get": "https://api.replicate.com/v1/predictions/1234", "cancel": "https://api.replicate.com/v1/x"},
}


@pytest.mark.parametrize(
    ("kind", "members"),
    [(Model, FULL_MODEL), (Version, FULL_VERSION), (Prediction, FULL_PREDICTION)],
    ids=["Model", "Version", "Prediction"],
)
def test_an_object_has_the_attributes_of_the_texts_with_their_values_and_types(kind, members):
    thing = kind(**members)
    found = {name: getattr(thing, name) for name in members}
    assert found == members
    assert all(type(found[name]) is type(value) for name, value in members.items())


MINIMAL = [
    (Model(owner="a", name="b"), ("description", "github_url", "paper_url", "license_url", "cover_image_url")),
    (Model(owner="a", name="b"), ("default_example", "latest_version")),
    (Version(id="v"), ("cog_version", "openapi_schema")),
    (
        Prediction(id="1234", status="starting"),
        ("input", "output", "logs", "error", "metrics", "created_at", "started_at", "completed_at", "urls", "progress"),
    ),
]


@pytest.mark.parametrize(("thing", "names"), MINIMAL, ids=lambda value: type(value).__name__)
def test_what_the_texts_call_optional_is_none_where_it_is_not_known(thing, names):
    assert {name: getattr(thing, name) for name in names} == dict.fromkeys(names)


def test_a_model_tells_its_qualified_name_and_gives_access_to_its_versions():
    model = Model(**FULL_MODEL)
    assert model.id == "owner/name"
    assert isinstance(model.versions, Versions)


def test_a_model_holds_its_latest_version_and_its_example_as_objects():
    model = Model(**FULL_MODEL, latest_version=FULL_VERSION, default_example=FULL_PREDICTION)
    assert isinstance(model.latest_version, Version)
    assert model.latest_version.id == FULL_VERSION["id"]
    assert isinstance(model.default_example, Prediction)
    assert model.default_example.id == "1234"


def test_a_version_predicts_with_the_inputs_as_keywords():
    parameters = inspect.signature(Version.predict).parameters.values()
    assert [one.kind for one in parameters][1:] == [inspect.Parameter.VAR_KEYWORD]


def test_progress_is_a_dataclass_with_a_percentage():
    assert is_dataclass(Prediction.Progress)
    assert fields(Prediction.Progress)[0].name == "percentage"
    assert Prediction(id="1", status="processing", logs="50%|#####     | 5/10 [00:01]").progress.percentage == 0.5


def test_a_page_has_results_and_the_cursors_of_its_neighbours():
    page = Page([1, 2], "next", "previous")
    assert (page.results, page.next, page.previous) == ([1, 2], "next", "previous")


def test_an_event_of_a_stream_has_a_kind_and_a_text():
    event = ServerSentEvent(event="output", data="word", id="1")
    assert (event.event, event.data, str(event)) == ("output", "word", "word")


@pytest.mark.parametrize(("kind", "ancestor"), [(Prediction, Resource), (Predictions, Namespace)])
def test_a_class_has_the_base_class_of_the_texts(kind, ancestor):
    assert issubclass(kind, ancestor)


def test_the_operations_on_predictions_are_made_from_a_client():
    client = replicate.Client("token")
    assert inspect.signature(Predictions).parameters.keys() == {"client"}
    assert isinstance(Predictions(client), Predictions)
