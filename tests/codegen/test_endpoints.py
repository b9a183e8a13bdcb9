"""What endpoint functions send, return and raise; both colours go through the same tables."""

import asyncio
import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import httpx
import pytest
from replicate_api import AuthenticatedClient, Client, errors
from replicate_api.api.files import files_create, files_get
from replicate_api.api.models import (
    models_delete,
    models_get,
    models_list,
    models_predictions_create,
    models_readme_get,
    models_update,
    models_versions_delete,
)
from replicate_api.api.predictions import predictions_cancel, predictions_create, predictions_get, predictions_list
from replicate_api.api.search import search
from replicate_api.models import (
    FileMetadata,
    FileUpload,
    ModelUpdate,
    Prediction,
    PredictionCreate,
    PredictionCreateWithoutVersion,
    Problem,
)
from replicate_api.types import UNSET, File

TOKEN = "r8_" + "x" * 37
PREDICTION = {"id": "p1", "status": "starting"}


class Service:
    """A transport that answers everything alike and keeps the last request."""

    def __init__(self, status=200, **answer):
        self.answer = (status, answer)
        self.request = None

    def __call__(self, request):
        request.read()
        self.request = request
        status, answer = self.answer
        return httpx.Response(status, **answer)

    def client(self, kind=AuthenticatedClient):
        token = {"token": TOKEN} if kind is AuthenticatedClient else {}
        return kind(base_url="https://api.test/v1", httpx_args={"transport": httpx.MockTransport(self)}, **token)

    @property
    def sent(self):
        return f"{self.request.method} {self.request.url.raw_path.decode()}"


@pytest.fixture(params=["blocking", "async"])
def call(request):
    """Call the detailed function of an endpoint, in one colour and then the other."""
    if request.param == "blocking":
        return lambda endpoint, *args, **kwargs: endpoint.sync_detailed(*args, **kwargs)
    return lambda endpoint, *args, **kwargs: asyncio.run(endpoint.asyncio_detailed(*args, **kwargs))


def test_all_four_functions_of_an_endpoint_return_the_same_prediction():
    client = Service(json=PREDICTION).client()
    expected = Prediction.from_dict(PREDICTION)
    assert predictions_get.sync("p1", client=client) == expected
    assert predictions_get.sync(prediction_id="p1", client=client) == expected
    assert predictions_get.sync_detailed("p1", client=client).parsed == expected
    assert asyncio.run(predictions_get.asyncio("p1", client=client)) == expected
    assert asyncio.run(predictions_get.asyncio_detailed("p1", client=client)).parsed == expected


def test_a_detailed_answer_has_status_headers_and_bytes(call):
    service = Service(202, json=PREDICTION, headers={"Preference-Applied": "wait=3"})
    response = call(predictions_create, client=service.client(), body=PredictionCreate("a/b", {}))
    assert response.status_code == 202
    assert response.headers["preference-applied"] == "wait=3"
    assert json.loads(response.content) == PREDICTION
    with pytest.raises(AttributeError):
        response.parsed = None


@pytest.mark.parametrize("status", [200, 201, 202, 226, 299])
def test_any_success_is_a_success(call, status):
    assert call(predictions_get, "p1", client=Service(status, json=PREDICTION).client()).parsed.id == "p1"


@pytest.mark.parametrize(
    ("endpoint", "arguments"), [(models_delete, ("a", "b")), (models_versions_delete, ("a", "b", "c"))]
)
@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_deletion_returns_nothing_whatever_its_body_says(call, endpoint, arguments, status):
    service = Service(status, content=b"", headers={"Content-Type": "text/plain; charset=UTF-8"})
    assert call(endpoint, *arguments, client=service.client()).parsed is None


def test_a_readme_is_a_text(call):
    service = Service(text="# Größe\n")
    assert call(models_readme_get, "a", "b", client=service.client()).parsed == "# Größe\n"


# What is sent.


def test_a_prediction_is_created_with_its_body_and_headers(call):
    service = Service(201, json=PREDICTION)
    body = PredictionCreate(version="a/b", input_={"x": None, "y": [1]}, webhook_events_filter=["completed"])
    call(predictions_create, client=service.client(), body=body, prefer="wait=5", cancel_after="1m30s")
    assert service.sent == "POST /v1/predictions"
    assert json.loads(service.request.content) == {
        "version": "a/b",
        "input": {"x": None, "y": [1]},
        "webhook_events_filter": ["completed"],
    }
    assert service.request.headers["prefer"] == "wait=5"
    assert service.request.headers["cancel-after"] == "1m30s"
    assert service.request.headers["content-type"] == "application/json"
    assert service.request.headers["authorization"] == f"Bearer {TOKEN}"


def test_nothing_is_sent_that_the_caller_did_not_say(call):
    service = Service(json={"results": []})
    call(models_list, client=service.client(Client))
    assert service.sent == "GET /v1/models"
    assert {"authorization", "prefer", "cancel-after"}.isdisjoint(service.request.headers)


def test_a_cancel_has_no_body(call):
    service = Service(json=PREDICTION)
    call(predictions_cancel, "p1", client=service.client())
    assert service.sent == "POST /v1/predictions/p1/cancel"
    assert service.request.content == b""
    assert service.request.headers["content-length"] == "0"


def test_a_body_can_carry_members_that_the_contract_does_not_know_yet(call):
    service = Service(201, json=PREDICTION)
    body = PredictionCreateWithoutVersion(input_={})
    body["lifetime"] = "5m"
    call(models_predictions_create, "a", "b", client=service.client(), body=body)
    assert json.loads(service.request.content) == {"input": {}, "lifetime": "5m"}


def test_an_update_sends_only_what_was_set(call):
    service = Service(json={"owner": "a", "name": "b"})
    call(models_update, "a", "b", client=service.client(), body=ModelUpdate(readme=""))
    assert json.loads(service.request.content) == {"readme": ""}


def test_times_are_sent_with_their_offset_and_encoded(call):
    service = Service(json={"results": []})
    after = datetime(2025, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    before = datetime(2025, 3, 2, tzinfo=UTC)
    call(predictions_list, client=service.client(), created_after=after, created_before=before, source="web")
    assert service.sent == (
        "GET /v1/predictions?created_after=2025-03-01T12%3A00%3A00%2B02%3A00"
        "&created_before=2025-03-02T00%3A00%3A00%2B00%3A00&source=web"
    )


def test_a_search_is_encoded(call):
    service = Service(json={})
    call(search, client=service.client(), query="a&b=c ä+", limit=5)
    assert dict(service.request.url.params) == {"query": "a&b=c ä+", "limit": "5"}


# What is refused before anything is sent.


@pytest.mark.parametrize(
    "segment", ["", ".", "..", "a/b", "/", "../account", "a\\b", None, 7, b"p1", UNSET, "\ud800", ["p1"]], ids=repr
)
def test_a_path_parameter_cannot_leave_its_segment(call, segment):
    service = Service(json=PREDICTION)
    for endpoint, arguments, name in (
        (predictions_get, (segment,), "prediction_id"),
        (predictions_cancel, (segment,), "prediction_id"),
        (models_get, (segment, "b"), "model_owner"),
        (models_get, ("a", segment), "model_name"),
        (models_versions_delete, ("a", "b", segment), "version_id"),
        (files_get, (segment,), "file_id"),
    ):
        with pytest.raises(ValueError, match=f"^{name} must be a text"):
            call(endpoint, *arguments, client=service.client())
    assert service.request is None


@pytest.mark.parametrize(
    ("segment", "path"),
    [
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
        ("...", "..."),
        ("a\r\nb", "a%0D%0Ab"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("a;b:c@d", "a%3Bb%3Ac%40d"),
    ],
)
def test_a_path_parameter_is_encoded(call, segment, path):
    service = Service(json=PREDICTION)
    call(predictions_get, segment, client=service.client())
    assert service.sent == f"GET /v1/predictions/{path}"


@pytest.mark.parametrize("moment", [datetime(2025, 3, 1), "2025-03-01", None, 0])  # noqa: DTZ001 naive on purpose
@pytest.mark.parametrize("name", ["created_after", "created_before"])
def test_a_time_without_an_offset_is_refused(call, name, moment):
    service = Service(json={"results": []})
    with pytest.raises(ValueError, match=f"^{name} must be a datetime with a UTC offset"):
        call(predictions_list, client=service.client(), **{name: moment})
    assert service.request is None


@pytest.mark.parametrize("value", ["wait\r\nX-Evil: 1", "wait\n", "wäit", "wait\x00", None, 5, b"wait"])
@pytest.mark.parametrize("name", ["prefer", "cancel_after"])
def test_a_header_that_cannot_be_sent_is_refused(call, name, value):
    service = Service(json=PREDICTION)
    with pytest.raises(ValueError, match=f"^{name} must be a text of printable ASCII characters$"):
        call(predictions_create, client=service.client(), body=PredictionCreate("a/b", {}), **{name: value})
    assert service.request is None


@pytest.mark.parametrize("body", [{"version": "a/b", "input": {}}, None, PredictionCreateWithoutVersion({})], ids=repr)
def test_a_body_of_the_wrong_class_is_refused_with_the_name_of_the_right_one(call, body):
    service = Service(json=PREDICTION)
    with pytest.raises(TypeError, match=r"^body must be a PredictionCreate, not a "):
        call(predictions_create, client=service.client(), body=body)
    assert service.request is None


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_input_that_json_cannot_say_is_refused(call, value):
    service = Service(json=PREDICTION)
    with pytest.raises(ValueError, match="JSON"):
        call(predictions_create, client=service.client(), body=PredictionCreate("a/b", {"x": value}))
    assert service.request is None


# Files.


def parts(request):
    """Split a multipart body as a reader would, by the boundary that its Content-Type names."""
    boundary = request.headers["content-type"].partition("boundary=")[2]
    pieces = request.content.split(f"--{boundary}".encode())
    assert pieces[0] == b""
    assert pieces[-1] == b"--\r\n"
    return [piece.strip(b"\r\n").partition(b"\r\n\r\n")[::2] for piece in pieces[1:-1]]


@pytest.mark.parametrize("payload", [BytesIO(b"abc"), b"abc"], ids=["file", "bytes"])
def test_a_file_is_uploaded_with_its_name_type_and_metadata(call, payload):
    service = Service(201, json={"id": "f1"})
    if isinstance(payload, BytesIO):
        payload.seek(0)
    upload = FileUpload(
        File(payload, "a.txt", "text/plain"), filename="b.txt", metadata=FileMetadata.from_dict({"n": 1})
    )
    assert call(files_create, client=service.client(), body=upload).parsed.id == "f1"
    assert parts(service.request) == [
        (b'Content-Disposition: form-data; name="content"; filename="a.txt"\r\nContent-Type: text/plain', b"abc"),
        (b'Content-Disposition: form-data; name="filename"\r\nContent-Type: text/plain', b"b.txt"),
        (b'Content-Disposition: form-data; name="metadata"\r\nContent-Type: application/json', b'{"n": 1}'),
    ]


@pytest.mark.parametrize("boundary", ["+++", "---", ""])
def test_the_content_of_a_file_cannot_end_its_part(call, boundary):
    service = Service(201, json={"id": "f1"})
    forged = 'Content-Disposition: form-data; name="metadata"\r\n\r\n{}'
    content = f"\r\n--{boundary}\r\n{forged}\r\n--{boundary}--\r\n".encode()
    call(files_create, client=service.client(), body=FileUpload(File(content, "a")))
    assert [part.partition(b";")[2].split(b";")[0] for part, _ in parts(service.request)] == [b' name="content"']


def test_two_uploads_have_different_boundaries():
    types = set()
    for _ in range(2):
        service = Service(201, json={"id": "f1"})
        files_create.sync(client=service.client(), body=FileUpload(File(b"a", "a")))
        types.add(service.request.headers["content-type"])
    assert len(types) == 2


# What is raised.


def test_a_problem_is_raised_with_its_members(call):
    body = {
        "title": "Input validation failed",
        "detail": "- input: no\n",
        "status": 422,
        "invalid_fields": [{"field": "x"}],
    }
    service = Service(422, json=body, headers={"Content-Type": "application/problem+json"})
    with pytest.raises(errors.ProblemError) as caught:
        call(predictions_create, client=service.client(), body=PredictionCreate("a/b", {}))
    assert caught.value.status_code == 422
    assert caught.value.problem.invalid_fields[0].field == "x"
    assert str(caught.value) == "Input validation failed: - input: no\n (HTTP status 422)"


@pytest.mark.parametrize(
    "media_type", ["application/problem+json", "application/json", "text/plain", "application/json; charset=UTF-8"]
)
@pytest.mark.parametrize("status", [400, 401, 404, 429, 499, 500, 503, 520, 529, 599])
def test_a_problem_is_read_whatever_its_status_and_media_type(call, status, media_type):
    service = Service(status, content=b'{"detail": "no"}', headers={"Content-Type": media_type})
    with pytest.raises(errors.ProblemError) as caught:
        call(predictions_get, "p1", client=service.client())
    assert (caught.value.status_code, caught.value.problem.detail) == (status, "no")


@pytest.mark.parametrize("status", [404, 502, 520, 599])
@pytest.mark.parametrize(
    "body", [b"<html>Bad gateway</html>", b"", b"null", b"[1]", b'"text"', b"{", b"\xff\xfe", b"[" * 100_000]
)
def test_an_error_without_a_problem_description_is_an_unexpected_status(call, status, body):
    with pytest.raises(errors.UnexpectedStatus) as caught:
        call(predictions_get, "p1", client=Service(status, content=body).client())
    assert (caught.value.status_code, caught.value.content) == (status, body)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("status", [301, 302, 304, 600, 999])
def test_a_status_that_the_contract_does_not_know_is_unexpected(call, status):
    with pytest.raises(errors.UnexpectedStatus) as caught:
        call(
            predictions_get,
            "p1",
            client=Service(status, json=PREDICTION, headers={"Location": "https://evil.test"}).client(),
        )
    assert caught.value.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>Hello</html>", b"", b"null", b"[]", b'"text"', b"7", b"{", b'{"id": "p1"', b"{}", b'{"id": "p1"}'),
        *(b'[{"id": "p1", "status": "starting"}]', b"\xff", b"[" * 100_000),
    ],
)
def test_a_success_that_is_no_prediction_is_a_decode_error(call, body):
    with pytest.raises(errors.DecodeError) as caught:
        call(predictions_get, "p1", client=Service(content=body).client())
    assert (caught.value.status_code, caught.value.content) == (200, body)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    "body", [{"results": None}, {"results": "a"}, {"results": {"a": 1}}, {"Results": []}, {}, [], None]
)
def test_a_page_that_cannot_be_read_is_a_decode_error(call, body):
    with pytest.raises(errors.DecodeError):
        call(predictions_list, client=Service(json=body).client())


def test_all_errors_have_one_root_and_survive_pickling():
    problem = errors.ProblemError(404, b"{}", Problem(detail="gone"))
    for error in (problem, errors.UnexpectedStatus(520, b"<html>"), errors.DecodeError(200, b"")):
        assert isinstance(error, errors.ResponseError)
        twin = pickle.loads(pickle.dumps(error))
        assert (str(twin), repr(twin), twin.args) == (str(error), repr(error), error.args)
    assert repr(problem) == "ProblemError(status_code=404)"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.ProblemError(404, b"{}", Problem()), "{} (HTTP status 404)"),
        (errors.ProblemError(400, b"{}", Problem(detail=["a", 1])), "['a', 1] (HTTP status 400)"),
        (errors.UnexpectedStatus(520, b""), "No body (HTTP status 520)"),
        (errors.UnexpectedStatus(520, b"\xff<p>"), "\ufffd<p> (HTTP status 520)"),
        (errors.DecodeError(200, b"[]"), "Cannot read the body [] (HTTP status 200)"),
    ],
)
def test_an_error_says_what_came_back(error, text):
    assert str(error) == text


def test_a_client_can_raise_its_own_errors():
    class MyError(Exception):
        pass

    class Strict(Client):
        def build_response(self, response, parse):
            try:
                return super().build_response(response, parse)
            except errors.ResponseError as error:
                raise MyError(response.request.url.path) from error

    client = Service(404, json={}).client(Strict)
    with pytest.raises(MyError, match="/v1/predictions/p1"):
        predictions_get.sync("p1", client=client)


def test_no_error_shows_the_token():
    for status, body in ((401, b'{"detail": "no"}'), (520, b"<html>"), (200, b"[]")):
        with pytest.raises(errors.ResponseError) as caught:
            predictions_get.sync("p1", client=Service(status, content=body).client())
        shown = repr(caught.value) + str(caught.value) + repr(caught.value.args)
        assert TOKEN not in shown
