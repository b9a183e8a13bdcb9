"""Answers that are errors, or that are not what the API describes: every one becomes one of this client's errors."""

from __future__ import annotations

import copy
import json
import pickle

import httpx
import pytest
import replicate
from replicate import exceptions
from replicate.exceptions import (
    AmbiguousCreateError,
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DecodeError,
    InsufficientCreditError,
    InvalidArgumentError,
    InvalidReferenceError,
    ModelError,
    NetworkError,
    NotFoundError,
    PermissionDeniedError,
    PredictionAbortedError,
    PredictionCanceledError,
    RateLimitError,
    ReplicateError,
    ReplicateException,
    RequestTimeoutError,
    ServerError,
    UnknownOptionError,
    ValidationError,
    WaitTimeoutError,
)
from replicate_api.api.models import models_get, models_list, models_versions_list
from replicate_api.api.predictions import predictions_cancel, predictions_get, predictions_list
from scripted import Chunks, Script, answer
from wire_objects import ID, model, page, prediction

BODIES = {
    "problem": {"title": "Oops", "detail": "It broke", "status": 418, "type": "about:blank", "instance": "/x"},
    "detail only": {"detail": "It broke"},
    "list": ["It broke", 1],
    "string": "It broke",
    "number": 7,
    "null": None,
    "empty object": {},
    "detail as a list": {"detail": ["It", "broke"]},
    "detail as an object": {"detail": {"image": ["It broke"]}},
    "fields": {"name": ["It broke"]},
    "odd members": {"title": 5, "status": "x", "invalid_fields": {"a": 1}, "retry_after": "later"},
    "odd fields": {"detail": "It broke", "invalid_fields": [None, 5, {"field": None}]},
    "html": b"<html><h1>It broke</h1></html>",
    "empty": b"",
    "cut": b'{"detail": "It bro',
    "no text": b"\xff\xfe\x00\x80",
    "deep": b"[" * 100_000,
}
STATUSES = [
    300,
    302,
    304,
    400,
    401,
    402,
    403,
    404,
    408,
    409,
    410,
    418,
    422,
    429,
    451,
    499,
    500,
    502,
    503,
    520,
    530,
    599,
]


@pytest.mark.parametrize("name", BODIES)
def test_every_error_answer_is_an_error_with_its_status_and_its_text(colour, open_client, name):
    body = BODIES[name]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = open_client(Script(*[answer(status, content) for status in STATUSES]), max_retries=0)
    for status in STATUSES:
        with pytest.raises(APIStatusError) as caught:
            colour(client.predictions.get, ID)
        error = caught.value
        assert error.status == status
        assert str(status) in str(error)
        assert error.body == content.decode("utf-8", "replace")[:65536]
        assert error.request == f"GET https://api.replicate.com/v1/predictions/{ID}"
        if b"It broke" in content:
            assert "It broke" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, InsufficientCreditError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (422, ValidationError),
        (429, RateLimitError),
        (500, ServerError),
        (520, ServerError),
        (418, APIStatusError),
        (302, APIStatusError),
    ],
)
def test_a_status_has_its_own_class(colour, open_client, status, kind):
    with pytest.raises(ReplicateError) as caught:
        colour(open_client(Script(answer(status)), max_retries=0).predictions.get, ID)
    assert type(caught.value) is kind


def test_an_error_keeps_the_members_of_1x_and_more(colour, open_client):
    body = {
        "title": "Input validation failed",
        "detail": "- input: prompt is required\n",
        "status": 422,
        "invalid_fields": [{"type": "required", "field": "input", "description": "prompt is required"}],
        "type": "about:blank",
        "instance": "/v1/predictions",
    }
    script = Script(answer(422, body, headers={"x-request-id": "req-1", "X-Other": "2", "retry-after": "3"}))
    with pytest.raises(ValidationError) as caught:
        colour(open_client(script).predictions.create, "acme/painter", None, {})
    error = caught.value
    assert (error.type, error.title, error.status) == ("about:blank", "Input validation failed", 422)
    assert (error.detail, error.instance) == ("- input: prompt is required\n", "/v1/predictions")
    assert error.invalid_fields == body["invalid_fields"]
    assert (error.request_id, error.headers["x-other"], error.retry_after) == ("req-1", "2", 3.0)
    assert error.to_dict() == {name: body[name] for name in ("type", "title", "status", "detail", "instance")}
    assert "prompt is required" in str(error)
    assert len(script.sent) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_every_2xx_is_a_success(colour, open_client, status):
    assert colour(open_client(Script(answer(status, prediction()))).predictions.get, ID).id == ID


UNREADABLE = {
    "html": b"<!doctype html><title>Sign in to the wifi</title>",
    "cut json": b'{"id": "q5w1zx7k3',
    "empty": b"",
    "a list": b"[]",
    "a string": b'"hello"',
    "null": b"null",
    "a number": b"7",
    "another object": b'{"hello": "world"}',
    "deep": b"[" * 100_000,
    "no text": b"\xff\xfe\x00\x80",
}
READERS = {
    "predictions.get": lambda client: (client.predictions.get, (ID,)),
    "predictions.cancel": lambda client: (client.predictions.cancel, (ID,)),
    "predictions.list": lambda client: (client.predictions.list, ()),
    "a later page": lambda client: (client.predictions.list, ("https://api.replicate.com/v1/predictions?cursor=x",)),
    "models.get": lambda client: (client.models.get, ("acme/painter",)),
    "models.list": lambda client: (client.models.list, ()),
    "models.search": lambda client: (client.models.search, ("cats",)),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("reader", READERS)
def test_a_success_that_cannot_be_read_is_a_decode_error(colour, open_client, reader, name):
    client = open_client(Script(answer(200, UNREADABLE[name], headers={"content-type": "text/html"})))
    method, arguments = READERS[reader](client)
    with pytest.raises(DecodeError) as caught:
        colour(method, *arguments)
    assert caught.value.status == 200
    assert caught.value.request.startswith(("GET https://", "POST https://", "QUERY https://"))
    if name == "html":
        assert "Sign in to the wifi" in str(caught.value)


ENDPOINTS = {
    "predictions_get": (predictions_get, (ID,), {}, prediction()),
    "predictions_list": (predictions_list, (), {}, page(prediction())),
    "predictions_cancel": (predictions_cancel, (ID,), {}, prediction("canceled")),
    "models_get": (models_get, ("acme", "painter"), {}, model()),
    "models_list": (models_list, (), {}, page(model())),
    "models_versions_list": (models_versions_list, ("acme", "painter"), {}, page()),
}


@pytest.mark.parametrize("form", ["sync", "sync_detailed"])
@pytest.mark.parametrize("name", ENDPOINTS)
def test_endpoint_functions_called_with_the_handle_have_the_same_errors(colour, open_client, name, form):
    endpoint, arguments, named, good = ENDPOINTS[name]
    script = Script(answer(200, good), answer(200, "<html>"), answer(520, "<html>oops"), answer(404, {"detail": "no"}))
    api = open_client(script, max_retries=0).api
    function = getattr(endpoint, form)
    result = colour(function, *arguments, client=api, **named)
    assert (result if form == "sync" else result.parsed).to_dict().keys() >= good.keys() - {"input"}
    for kind, status in ((DecodeError, 200), (ServerError, 520), (NotFoundError, 404)):
        with pytest.raises(kind) as caught:
            colour(function, *arguments, client=api, **named)
        assert caught.value.status == status
    assert all(sent.token is not None for sent in script.sent)


def test_the_handle_takes_other_timeouts_and_headers_for_some_calls(colour, open_client):
    script = Script(prediction(), prediction())
    api = open_client(script).api
    changed = api.with_headers({"X-Mine": "1"}).with_timeout(5).with_cookies({"a": "b"})
    colour(predictions_get.sync, ID, client=changed)
    colour(predictions_get.sync, ID, client=api)
    first, second = script.sent
    assert (first.headers["x-mine"], first.headers["cookie"], first.timeout["read"]) == ("1", "a=b", 5.0)
    assert "x-mine" not in second.headers
    assert "cookie" not in second.headers
    assert second.timeout["read"] == 60.0


@pytest.mark.parametrize("argument", ["../account", "a/b", ".", "..", "", "a\\b", "\ud800"])
def test_a_path_parameter_of_an_endpoint_function_stays_in_its_segment(colour, open_client, argument):
    script = Script()
    with pytest.raises(ValueError, match="prediction_id"):
        colour(predictions_get.sync, argument, client=open_client(script).api)
    assert script.sent == []


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (httpx.ReadTimeout("The read operation timed out"), RequestTimeoutError, "did not answer in time"),
        (httpx.ConnectTimeout(""), RequestTimeoutError, "connection"),
        (httpx.PoolTimeout(""), RequestTimeoutError, "limits"),
        (httpx.ConnectError("[Errno 111] Connection refused"), NetworkError, "Connection refused"),
        (httpx.ReadError(""), NetworkError, "on the way"),
        (httpx.RemoteProtocolError("Server disconnected"), NetworkError, "cut"),
        (httpx.ProxyError("407"), NetworkError, "proxy"),
    ],
)
def test_a_failure_of_the_network_is_this_clients_error(colour, open_client, failure, kind, words):
    with pytest.raises(kind, match=words) as caught:
        colour(open_client(Script(failure), max_retries=0).predictions.get, ID)
    error = caught.value
    assert type(error) is kind
    assert isinstance(error, OSError)
    assert isinstance(error, TimeoutError) == (kind is RequestTimeoutError)
    assert error.__cause__ is failure
    assert error.status is None


def test_a_body_cut_off_while_it_is_read_is_a_network_error(colour, open_client):
    cut = httpx.Response(200, stream=Chunks(b'{"id"', httpx.RemoteProtocolError("peer closed connection")))
    with pytest.raises(NetworkError):
        colour(open_client(Script(cut), max_retries=0).predictions.get, ID)


def test_a_huge_error_answer_to_a_download_is_not_read_whole(colour, open_client):
    parts = Chunks(*[b"x" * 65536] * 1000)
    script = Script(httpx.Response(404, stream=parts))
    output = replicate.FileOutput("https://files.example/a.png", open_client(script))
    with pytest.raises(NotFoundError):
        colour(output.read)
    assert parts.delivered < 50
    assert parts.closed


# Errors as objects


def an_error_of_each_kind():
    with_prediction = WaitTimeoutError(title="Not over", prediction_id=ID)
    with_prediction.prediction = replicate.Prediction(**prediction("processing"))
    ambiguous = AmbiguousCreateError(title="Lost", detail="perhaps")
    ambiguous.candidates, ambiguous.created_after = ["a", "b"], "2025-03-01T12:00:00Z"
    ambiguous.model, ambiguous.version, ambiguous.input = "acme/painter", None, {"prompt": "x"}
    failed = replicate.Prediction(**prediction("failed", error="CUDA out of memory (E1001)", logs="a\nb\n"))
    return [
        RateLimitError("t", "Too many", 429, "slow down", "/i", retry_after=7, headers={"a": "b"}, body="{}"),
        ValidationError(title="Bad", status=422, invalid_fields=[{"field": "input", "description": "x"}]),
        NetworkError(title="Cut", detail="reset", request="GET /"),
        RequestTimeoutError(title="Slow"),
        DecodeError(title="Odd", body="<html>"),
        with_prediction,
        ambiguous,
        ModelError(failed),
        PredictionCanceledError(replicate.Prediction(**prediction("canceled"))),
        InvalidReferenceError("ref: bad", argument="ref"),
        UnknownOptionError("no", argument="inputs"),
        ReplicateError(detail="by hand"),
    ]


@pytest.mark.parametrize("error", an_error_of_each_kind(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],
    ids=["copy", "deep", "pickle"],
)
def test_errors_survive_copying_and_pickling(error, copied):
    other = copied(error)
    assert type(other) is type(error)
    assert (str(other), repr(other), other.args) == (str(error), repr(error), error.args)
    for name, value in vars(error).items():
        assert getattr(other, name) == value, name


def test_there_is_one_root_and_every_public_error_is_below_it():
    named = [getattr(exceptions, name) for name in exceptions.__all__]
    assert all(issubclass(error, ReplicateException) for error in named)
    assert issubclass(InvalidArgumentError, ValueError)
    assert issubclass(UnknownOptionError, TypeError)
    assert issubclass(WaitTimeoutError, TimeoutError)


def test_the_constructor_and_the_text_of_1x_work():
    error = ReplicateError("about:blank", "Title", 404, "Detail", "/i")
    assert (error.type, error.title, error.status, error.detail, error.instance) == error.args
    assert str(ReplicateError()) == "The request failed"
    response = httpx.Response(404, json={"detail": "gone"}, request=httpx.Request("GET", "https://x.example/?a=secret"))
    error = ReplicateError.from_response(response)
    assert type(error) is NotFoundError
    assert "secret" not in str(error)


def test_a_model_error_tells_what_a_person_needs():
    logs = "".join(f"line {number}\n" for number in range(20))
    failed = replicate.Prediction(**prediction("failed", error="CUDA out of memory (E1001)", logs=logs))
    error = ModelError(failed)
    text = str(error)
    for part in (ID, "acme/painter", "failed", "CUDA out of memory", "line 19", f"https://replicate.com/p/{ID}"):
        assert part in text
    assert "line 10" not in text
    assert (error.id, error.model, error.status, error.code) == (ID, "acme/painter", "failed", "E1001")
    assert error.logs_tail.splitlines()[-1] == "line 19"
    assert error.web_url == f"https://replicate.com/p/{ID}"


@pytest.mark.parametrize("members", [{"error": None}, {"error": ""}, {"error": None, "logs": None, "urls": None}])
def test_a_failure_without_words_still_names_its_prediction(members):
    text = str(ModelError(replicate.Prediction(**prediction("failed", **members))))
    assert ID in text
    assert "None" not in text


def test_an_aborted_prediction_is_told_from_a_canceled_one():
    aborted = exceptions.unsuccessful(replicate.Prediction(**prediction("aborted")))
    assert type(aborted) is PredictionAbortedError
    assert "deadline" in str(aborted)
