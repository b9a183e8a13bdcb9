"""What a program written for 1.0.7 relies on: ways to name models, old arguments, objects as dictionaries and JSON.

Whole programs are run in `tests/compatibility`; what every test of a feature shows anyway is not shown again here.
"""

from __future__ import annotations

import asyncio
import json
import pickle
from unittest import mock

import httpx
import pytest
import replicate
from replicate.client import RetryTransport
from replicate.exceptions import (
    InvalidArgumentError,
    InvalidReferenceError,
    NotFoundError,
    ReplicateException,
    StreamError,
    UnknownOptionError,
    ValidationError,
)
from replicate.helpers import FileOutput
from replicate.pagination import Page
from replicate.prediction import Prediction
from replicate.schema import make_schema_backwards_compatible, version_has_no_array_type
from replicate.stream import EventSource, ServerSentEvent
from scripted import Chunks, Script, answer, events
from wire_objects import FILE_URL, ID, VERSION, model, page, prediction, version

PAINTER = "/v1/models/acme/painter"

WAYS_TO_NAME_A_MODEL = [
    (("acme/painter",), {}),
    (("acme", "painter"), {}),
    ((("acme", "painter"),), {}),
    ((), {"name": "acme/painter"}),
    ((), {"key": "acme/painter"}),
    ((), {"owner": "acme", "name": "painter"}),
    ((), {"model_owner": "acme", "model_name": "painter"}),
]


@pytest.mark.parametrize(("names", "named"), WAYS_TO_NAME_A_MODEL)
def test_a_model_is_got_and_deleted_in_each_way_to_name_it(colour, open_client, names, named):
    script = Script(model(), answer(204))
    client = open_client(script)
    assert colour(client.models.get, *names, **named).id == "acme/painter"
    assert colour(client.models.delete, *names, **named) is True
    assert script.lines == [f"GET {PAINTER}", f"DELETE {PAINTER}"]


@pytest.mark.parametrize(
    ("names", "named", "error"),
    [
        ((), {}, InvalidReferenceError),
        (("painter",), {}, InvalidReferenceError),
        (("acme/painter",), {"owner": "acme"}, InvalidReferenceError),
        (("acme/painter",), {"key": "acme/other"}, InvalidArgumentError),
        ((), {"owner": "acme", "name": "painter", "model_name": "other"}, InvalidArgumentError),
        ((), {"ownr": "acme", "name": "painter"}, UnknownOptionError),
    ],
)
def test_a_model_named_wrongly_or_twice_is_refused_before_anything_is_sent(colour, open_client, names, named, error):
    script = Script()
    with pytest.raises(error):
        colour(open_client(script).models.get, *names, **named)
    assert script.sent == []


def test_a_model_that_cannot_be_deleted_says_why(colour, open_client):
    script = Script(answer(404, {"detail": "The requested resource could not be found.", "status": 404}))
    with pytest.raises(NotFoundError, match="could not be found"):
        colour(open_client(script).models.delete, "acme/painter")


def test_a_version_is_deleted_by_its_id(colour, open_client):
    script = Script(model(), answer(202))
    versions = colour(open_client(script).models.get, "acme/painter").versions
    assert colour(versions.delete, VERSION) is True
    assert script.lines[-1] == f"DELETE {PAINTER}/versions/{VERSION}"


@pytest.mark.parametrize("named", ["acme/painter", ("acme", "painter"), "a model"])
def test_predictions_of_models_are_created_by_the_models_name(colour, open_client, named):
    script = Script(*([model()] if named == "a model" else []), answer(201, prediction()))
    client = open_client(script)
    named = colour(client.models.get, "acme/painter") if named == "a model" else named
    created = colour(client.models.predictions.create, named, {"prompt": "x"}, webhook="https://example.com/hook")
    assert created.id == ID
    assert script.lines[-1] == f"POST {PAINTER}/predictions"
    assert script.sent[-1].json == {"input": {"prompt": "x"}, "webhook": "https://example.com/hook"}


def test_predictions_of_models_refuse_one_version_of_a_model(colour, open_client):
    with pytest.raises(InvalidReferenceError):
        colour(open_client(Script()).models.predictions.create, f"acme/painter:{VERSION}", {})


def test_a_model_itself_cannot_predict_and_says_what_can(open_client, colour):
    found = colour(open_client(Script(model())).models.get, "acme/painter")
    with pytest.raises(ReplicateException, match=r"replicate\.run\('acme/painter'"):
        found.predict(prompt="x")


def test_the_poll_interval_is_half_a_second_for_loops_of_ones_own_until_it_is_set(colour, open_client, clock):
    script = Script(
        answer(201, prediction(urls={})), prediction("processing", urls={}), prediction("succeeded", urls={})
    )
    client = open_client(script)
    assert client.poll_interval == 0.5
    assert client.fixed_poll_interval is None
    client.poll_interval = 3
    assert client.poll_interval == 3
    colour(colour(client.predictions.create, VERSION, {}).wait)
    assert clock.sleeps == [3, 3]


def test_a_poll_interval_set_on_a_copy_of_a_client_leaves_the_original():
    client = replicate.Client("t")
    client.with_options(max_retries=1).poll_interval = 9
    assert client.poll_interval == 0.5


def test_a_poll_interval_that_is_none_is_refused():
    with pytest.raises(InvalidArgumentError, match="poll_interval"):
        replicate.Client("t").poll_interval = -1


def test_the_words_of_httpx_about_redirects_and_encodings_are_accepted(colour, open_client):
    client = open_client(Script(model()), follow_redirects=True, max_redirects=5, default_encoding="utf-8")
    assert colour(client.models.get, "acme/painter").owner == "acme"


def test_an_async_transport_alone_serves_async_methods():
    class Only(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            return httpx.Response(200, json=model())

    client = replicate.Client("t", transport=Only())
    assert asyncio.run(client.models.async_get("acme/painter")).name == "painter"


def test_the_pieces_of_a_version_can_be_iterated_with_and_without_async(colour, open_client):
    output = ["once", " upon"]
    client = open_client(Script(answer(201, prediction("succeeded", output=output))))
    pieces = colour(client.run, f"acme/painter:{VERSION}", {})
    assert pieces == output
    assert list(pieces) == list(colour.over(pieces)) == output
    with pytest.raises(TypeError):
        next(pieces)
    assert json.loads(json.dumps(pieces)) == output
    assert pickle.loads(pickle.dumps(pieces)) == output


@pytest.mark.parametrize(
    ("ref", "output"), [("acme/painter", ["once", " upon"]), (f"acme/painter:{VERSION}", [FILE_URL])]
)
def test_other_lists_are_plain_ones(colour, open_client, ref, output):
    for use_file_output in (True, False):
        client = open_client(Script(answer(201, prediction("succeeded", output=output))))
        found = colour(client.run, ref, {}, use_file_output=use_file_output)
        assert type(found) is list
        assert found == output


def test_the_fields_of_an_object_are_chosen_and_left_out():
    found = Prediction(**prediction(logs=None))
    assert found.dict(include={"id", "status"}) == {"id": ID, "status": "starting"}
    assert "input" not in found.dict(exclude={"input"})
    assert "logs" not in found.dict(exclude_none=True)
    assert found.dict(exclude=None)["logs"] is None
    assert json.loads(found.json(include={"id"}, indent=2)) == {"id": ID}


def test_a_copy_can_differ_and_leaves_the_original():
    found = Prediction(**prediction("processing"))
    changed = found.copy(update={"status": "succeeded", "output": ["a"]})
    assert (changed.status, changed.output, changed.created_at) == ("succeeded", ["a"], found.created_at)
    assert (found.status, found.output) == ("processing", None)
    assert found.copy() == found
    deep = found.copy(deep=True)
    deep.input["prompt"] = "changed"
    assert found.input == {"prompt": "a lighthouse"}


@pytest.mark.parametrize("make", [Prediction.parse_obj, lambda data: Prediction.parse_raw(json.dumps(data))])
def test_an_object_is_parsed_from_data_and_from_text(make):
    assert make(prediction("failed", error="no")) == Prediction(**prediction("failed", error="no"))


def test_what_an_object_says_of_itself_makes_an_equal_object():
    found = Prediction(**prediction("succeeded", output=[FILE_URL], metrics={"predict_time": 1.5}))
    assert Prediction(**found.dict()) == found
    assert Prediction.parse_raw(found.json()) == found
    assert Prediction(**found.dict() | {"status": "failed"}) != found


@pytest.mark.parametrize(
    "make",
    [
        lambda: Prediction(),
        lambda: Prediction(id=ID),
        lambda: Prediction(id=["p"], status="starting"),
        lambda: Prediction(id=ID, status=None),
        lambda: Prediction.parse_obj([1]),
        lambda: Prediction.parse_raw("no JSON"),
        lambda: Prediction.parse_raw("[]"),
        lambda: replicate.Model(owner="acme"),
        lambda: replicate.Version(id=7),
    ],
)
def test_data_that_make_no_object_are_a_validation_error_and_a_value_error(make):
    with pytest.raises(ValidationError) as caught:
        make()
    assert isinstance(caught.value, ValueError)
    assert "make" in str(caught.value)


def test_an_object_cannot_be_written_to():
    found = Prediction(**prediction())
    with pytest.raises(AttributeError):
        found.status = "failed"
    with pytest.raises(AttributeError):
        found.anything = 1


def test_a_page_is_a_dictionary_of_what_the_service_sent(colour, open_client):
    found = colour(
        open_client(Script(page(prediction(), next="https://api.replicate.com/v1/predictions?c=1"))).predictions.list
    )
    assert found.dict()["results"][0]["id"] == ID
    assert json.loads(found.json())["next"].endswith("?c=1")
    assert Page(results=["a"]).dict() == {"previous": None, "next": None, "results": ["a"]}


def test_an_event_is_a_dictionary_that_json_can_carry():
    event = ServerSentEvent(event=ServerSentEvent.EventType.OUTPUT, data="hi", id="1:0")
    assert event.dict() == {"event": "output", "data": "hi", "id": "1:0", "retry": None}
    assert json.loads(event.json()) == event.dict()


def test_a_file_can_be_closed_and_read_again(colour, open_client):
    client = open_client(Script(answer(200, b"bytes"), answer(200, b"bytes")))
    file = FileOutput(FILE_URL, client)
    assert colour(file.read) == b"bytes"
    colour(file.close)
    assert colour(file.read) == b"bytes"


@pytest.mark.parametrize(
    "name", ["replicate.run", "replicate.predictions", "replicate.Client", "replicate.default_client"]
)
def test_a_public_name_can_be_patched_and_comes_back(name):
    attribute = name.removeprefix("replicate.")
    with mock.patch(name, "patched"):
        assert getattr(replicate, attribute) == "patched"
    assert getattr(replicate, attribute) != "patched"


# The events of a response that the program opened itself.

STREAM_BYTES = (
    b"event: output\nid: 1:0\ndata: a\n\nevent: output\nid: 1:1\ndata: b\n\nevent: done\nid: 1:2\ndata: {}\n\n"
)


def read_events(colour, response):
    return list(colour.over(EventSource(replicate.default_client, response, use_file_output=True)))


def test_an_event_source_reads_a_response_up_to_its_last_event(colour):
    told = read_events(colour, events(STREAM_BYTES[:20], STREAM_BYTES[20:], b"event: output\ndata: more\n\n"))
    assert [(event.event, event.data) for event in told] == [("output", "a"), ("output", "b"), ("done", "{}")]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([b"event: output\ndata: a\n\n"], "without its last event"),
        ([b'event: error\ndata: {"detail": "out of paint"}\n\n'], "out of paint"),
    ],
)
def test_an_event_source_tells_of_an_error_and_of_a_cut_stream(colour, parts, message):
    with pytest.raises(StreamError, match=message):
        read_events(colour, events(*parts))


def test_an_event_source_refuses_a_response_that_is_no_event_stream():
    with pytest.raises(StreamError, match="text/html"):
        EventSource(replicate.default_client, httpx.Response(404, headers={"content-type": "text/html"}))


# A transport that retries by itself.


@pytest.fixture
def retrying(colour, clock):
    """A function that sends one request through a retrying transport over these answers."""

    def send(script, method="GET", **options):
        transport = RetryTransport(script, **options)
        transport._clock = clock
        if not colour.awaits:
            with httpx.Client(transport=transport) as client:
                return client.request(method, "https://example.com/x")

        async def flow():
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.request(method, "https://example.com/x")

        return colour.run(flow())

    return send


def test_a_retrying_transport_sends_again_and_gives_the_last_answer(retrying, clock, lowest_jitter):
    script = Script(answer(503), answer(429), answer(504), answer(200, b"ok"))
    assert retrying(script).content == b"ok"
    assert clock.sleeps == [0.1, 0.1, 0.1]
    assert script.closed == 1


def test_a_retrying_transport_gives_up_after_its_attempts(retrying):
    script = Script(answer(503), answer(503))
    assert retrying(script, max_attempts=2).status_code == 503


@pytest.mark.parametrize(
    ("method", "status", "options"),
    [
        ("POST", 503, {}),
        ("GET", 500, {}),
        ("GET", 503, {"retry_status_codes": [500]}),
        ("GET", 503, {"retryable_methods": ["PUT"]}),
    ],
)
def test_a_retrying_transport_leaves_other_answers_alone(retrying, method, status, options):
    assert retrying(Script(answer(status)), method, **options).status_code == status


def test_a_retrying_transport_pauses_as_asked_up_to_its_longest_pause(retrying, clock, lowest_jitter):
    script = Script(answer(429, headers={"retry-after": "7"}), answer(429, headers={"retry-after": "900"}), answer(200))
    assert retrying(script).status_code == 200
    assert clock.sleeps == [7, 60]


def test_a_retrying_transport_says_which_colour_it_cannot_serve(colour):
    class Blocking(httpx.BaseTransport):
        pass

    class Awaiting(httpx.AsyncBaseTransport):
        pass

    def send(request):
        if colour.awaits:
            return colour.run(RetryTransport(Blocking()).handle_async_request(request))
        return RetryTransport(Awaiting()).handle_request(request)

    with pytest.raises(TypeError, match="the wrapped transport cannot send"):
        send(httpx.Request("GET", "https://example.com"))


# Schemas of old versions.


@pytest.mark.parametrize(
    ("cog_version", "told"),
    [
        ("0.3.8", True), ("0.3", True), ("0.0.0.0", True), ("v0.3.8", True), ("0.3.8.post1", True), ("0.3.8-dev", True),
        ("0.3.9-beta1", True), ("0.3.9rc1", True), ("0.3.9.dev2", True), ("0.3.9", False), ("0.3.9.0", False),
        ("0.3.9+abc", False), ("0.3.9.post1", False), ("0.3.9.post1.dev2", False), ("0.10.1", False), ("1.0", False),
        ("2", False), ("", None), ("dev", None), ("a.b.c", None), (None, None),
    ],
)  # fmt: skip
def test_a_version_of_cog_is_too_old_to_say_how_lists_are_put_out(cog_version, told):
    assert version_has_no_array_type(cog_version) is told


@pytest.mark.parametrize(
    ("kind", "cog_version", "array_type"),
    [("array", "0.3.8", "iterator"), ("array", "0.3.9", None), ("array", "dev", None), ("string", "0.3.8", None)],
)
def test_the_schema_of_an_old_version_says_that_its_lists_come_piece_by_piece(kind, cog_version, array_type):
    schema = {"components": {"schemas": {"Output": {"type": kind}}}}
    assert make_schema_backwards_compatible(schema, cog_version) is schema
    assert schema["components"]["schemas"]["Output"].get("x-cog-array-type") == array_type


@pytest.mark.parametrize(
    "schema", [{}, {"components": None}, {"components": {"schemas": {}}}, version()["openapi_schema"]]
)
def test_a_schema_without_an_output_stays_as_it_is(schema):
    assert make_schema_backwards_compatible(dict(schema), "0.3.8") == schema


def test_a_cut_body_is_reported_by_an_event_source_as_httpx_reports_it(colour):
    response = httpx.Response(
        200,
        headers={"content-type": "text/event-stream"},
        stream=Chunks(b"event: output\ndata: a\n\n", httpx.ReadError("cut")),
        request=httpx.Request("GET", "https://example.com"),
    )
    with pytest.raises(httpx.ReadError):
        read_events(colour, response)
