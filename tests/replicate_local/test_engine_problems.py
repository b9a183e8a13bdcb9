"""What the engine answers to calls it refuses: statuses, headers, and bodies in the service's words."""

import json
import socket

import httpx
import pytest
from replicate_local.launcher import start_engine
from replicate_local.validation import SchemaValidator, parse_date_time

NOT_FOUND = {"detail": "The requested resource could not be found.", "status": 404}
JSON = {"Content-Type": "application/json"}


def problem(response: httpx.Response, status: int) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.json()


UNKNOWN = [
    ("GET", "nothing"),
    ("GET", "predictions/"),
    ("GET", "predictions/nope"),
    ("POST", "predictions/nope/cancel"),
    ("GET", "predictions/a%2Fb"),
    ("GET", "models/local/nope"),
    ("GET", "models/nobody/echo"),
    ("GET", "models/local/nope/versions"),
    ("GET", "models/local/echo/versions/nope"),
    ("GET", "predictions?cursor=nope"),
]


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_what_is_not_there_is_not_found(api, method, path):
    body = problem(api.client.request(method, path), 404)
    assert body == (NOT_FOUND if "cursor" not in path else {"detail": "Invalid cursor", "status": 404})


METHODS = [
    ("DELETE", "predictions", "GET, POST"),
    ("DELETE", "models", "GET, POST, QUERY"),
    ("POST", "models/local/echo", "DELETE, GET, PATCH"),
    ("PUT", "files", "GET, POST"),
    ("POST", "search", "GET"),
    ("HEAD", "predictions", "GET, POST"),
]


@pytest.mark.parametrize(("method", "path", "allowed"), METHODS)
def test_a_method_that_a_path_does_not_have_is_refused_with_those_it_has(api, method, path, allowed):
    response = api.client.request(method, path)
    assert response.status_code == 405
    assert response.headers["Allow"] == allowed


BODIES = [
    pytest.param(b"{", 400, id="malformed"),
    pytest.param(b"\xff", 400, id="no UTF-8"),
    pytest.param(b'{"input": NaN}', 400, id="not a number"),
    pytest.param(b"[" * 100_000, 400, id="deeply nested"),
    pytest.param(b"9" * 5000, 400, id="huge number"),
    pytest.param(b"", 400, id="empty"),
]


@pytest.mark.parametrize(("content", "status"), BODIES)
def test_a_body_that_is_no_json_is_refused(api, content, status):
    body = problem(api.client.post("predictions", content=content, headers=JSON), status)
    assert body["detail"].startswith("JSON parse error: the request body is not valid JSON")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"])
def test_a_body_of_another_type_is_refused_so_that_no_web_page_can_send_it(api, media_type):
    response = api.client.post(
        "models/local/echo/predictions", content=b'{"input": {}}', headers={"Content-Type": media_type}
    )
    assert "application/json" in problem(response, 415)["detail"]


def test_a_body_above_the_limit_is_refused(api):
    content = b'{"input": {"text": "' + b"x" * (64 * 1024 * 1024) + b'"}}'
    response = api.client.post("models/local/echo/predictions", content=content, headers=JSON, timeout=60)
    assert str(64 * 1024 * 1024) in problem(response, 413)["detail"]


def test_broken_rules_of_an_input_are_told_in_the_services_form(api):
    response = api.post("ngram", {"max_tokens": 1000})
    assert problem(response, 422) == {
        "detail": "- input: prompt is required\n- input.max_tokens: Must be less than or equal to 512\n",
        "status": 422,
        "title": "Input validation failed",
        "invalid_fields": [
            {"type": "required", "field": "input", "description": "prompt is required"},
            {"type": "number_lte", "field": "input.max_tokens", "description": "Must be less than or equal to 512"},
        ],
    }
    assert [*response.json()] == ["detail", "status", "title", "invalid_fields"]


TOP_LEVEL = [
    ({"input": {}, "model": "x"}, "additional_property_not_allowed", "", "Additional property model is not allowed"),
    (
        {"input": {}, "version": "x"},
        "additional_property_not_allowed",
        "",
        "Additional property version is not allowed",
    ),
    ({}, "required", "", "input is required"),
    ([], "invalid_type", "", "Invalid type. Expected: object, given: array"),
    ({"input": []}, "invalid_type", "input", "Invalid type. Expected: object, given: array"),
    ({"input": None}, "invalid_type", "input", "Invalid type. Expected: object, given: null"),
    ({"input": {}, "webhook": "x"}, "format", "webhook", "Does not match format 'uri'"),
    ({"input": {}, "stream": 1}, "invalid_type", "stream", "Invalid type. Expected: boolean, given: integer"),
    (
        {"input": {}, "webhook_events_filter": ["x"]},
        "enum",
        "webhook_events_filter.0",
        '0 must be one of the following: "start", "output", "logs", "completed"',
    ),
]


@pytest.mark.parametrize(("body", "kind", "field", "description"), TOP_LEVEL)
def test_a_body_that_breaks_the_contract_is_refused(api, body, kind, field, description):
    answer = problem(api.client.post("models/local/echo/predictions", json=body), 422)
    assert answer["invalid_fields"] == [{"type": kind, "field": field, "description": description}]


INPUTS = [
    ({"count": -1}, "number_gte", "input.count", "Must be greater than or equal to 0"),
    ({"count": 1.5}, "invalid_type", "input.count", "Invalid type. Expected: integer, given: number"),
    ({"count": True}, "invalid_type", "input.count", "Invalid type. Expected: integer, given: boolean"),
    ({"count": None}, "invalid_type", "input.count", "Invalid type. Expected: integer, given: null"),
    ({"choice": "z"}, "enum", "input.choice", 'choice must be one of the following: "a", "b", "c"'),
    ({"word": ""}, "string_gte", "input.word", "String length must be greater than or equal to 1"),
    ({"word": "abcdefghi"}, "string_lte", "input.word", "String length must be less than or equal to 8"),
    ({"word": "A"}, "pattern", "input.word", "Does not match pattern '^[a-z]+$'"),
    ({"items": [1]}, "invalid_type", "input.items.0", "Invalid type. Expected: string, given: integer"),
    ({"text": {}}, "invalid_type", "input.text", "Invalid type. Expected: string, given: object"),
]


@pytest.mark.parametrize(("given", "kind", "field", "description"), INPUTS)
def test_an_input_that_breaks_its_models_schema_is_refused(api, given, kind, field, description):
    answer = problem(api.post("echo", given), 422)
    assert {"type": kind, "field": field, "description": description} in answer["invalid_fields"]


@pytest.mark.parametrize("given", [{"count": 19.0}, {"number": 3}, {"word": None}, {"whatever": {"a": []}}])
def test_an_input_that_only_looks_wrong_is_accepted(api, given):
    assert api.run("echo", given)["status"] == "succeeded"


VERSIONS = ["nope", "0" * 64, "local/nope", "local/echo:latest", "local/echo:" + "0" * 64, "a/b/c", ":"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_that_does_not_exist_is_refused_in_the_services_words(api, version):
    answer = problem(api.client.post("predictions", json={"version": version, "input": {}}), 422)
    assert answer == {
        "title": "Invalid version or not permitted",
        "detail": "The specified version does not exist (or perhaps you don't have permission to use it?)",
        "status": 422,
    }


HEADERS = [
    ("Prefer", "wait=0"),
    ("Prefer", "wait=x"),
    ("Prefer", "respond-async"),
    ("Cancel-After", "4s"),
    ("Cancel-After", "25h"),
    ("Cancel-After", "1s5m"),
]


@pytest.mark.parametrize(("name", "value"), HEADERS)
def test_a_header_that_breaks_the_contract_is_named(api, name, value):
    answer = problem(api.client.post("models/local/echo/predictions", json={"input": {}}, headers={name: value}), 422)
    assert [field["field"] for field in answer["invalid_fields"]] == [name]


QUERIES = [
    ("predictions?created_after=yesterday", "created_after", "Does not match format 'date-time'"),
    ("predictions?created_after=2025-03-01T00:00:00", "created_after", "Does not match format 'date-time'"),
    ("predictions?source=api", "source", 'source must be one of the following: "web"'),
    ("models?sort_by=name", "sort_by", None),
    ("search?query=x&limit=0", "limit", "Must be greater than or equal to 1"),
    ("search?query=x&limit=ten", "limit", "Invalid type. Expected: integer, given: string"),
    ("search", "", "query is required"),
]


@pytest.mark.parametrize(("path", "field", "description"), QUERIES)
def test_a_query_parameter_that_breaks_the_contract_is_named(api, path, field, description):
    [broken] = problem(api.client.get(path), 422)["invalid_fields"]
    assert broken["field"] == field
    assert description in {broken["description"], None}


LIMITS = [
    ("POST", "models/local/echo/predictions", 600),
    ("GET", "predictions/nope", 60000),
    ("GET", "models", 3000),
    ("GET", "files/nope", None),
]


@pytest.mark.parametrize(("method", "path", "limit"), LIMITS)
def test_rate_limits_are_told_as_the_service_tells_them_and_never_refuse(api, method, path, limit):
    response = api.client.request(method, path, json={"input": {}} if method == "POST" else None)
    if limit is None:
        assert "ratelimit-remaining" not in response.headers
    else:
        assert 0 <= int(response.headers["ratelimit-remaining"]) < limit
        assert response.headers["ratelimit-reset"] == "1"


@pytest.fixture(scope="module")
def guarded():
    """A client of an engine that insists on a token, without one."""
    engine = start_engine(token="tökén")
    with httpx.Client(base_url=f"{engine.url}/v1/", timeout=20) as client:
        yield client
    engine.stop()


TOKENS = [
    (None, "You did not pass an authentication token"),
    ("Bearer wrong", "You did not pass a valid authentication token"),
    ("Bearer", "You did not pass a valid authentication token"),
    ("Basic tökén", "You did not pass a valid authentication token"),
]


@pytest.mark.parametrize(("authorization", "detail"), TOKENS)
def test_without_the_right_token_nothing_is_told(guarded, authorization, detail):
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    response = guarded.get("predictions", headers=headers)
    assert problem(response, 401) == {"title": "Unauthenticated", "detail": detail, "status": 401}
    assert "ratelimit-remaining" not in response.headers


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token", "TOKEN"])
def test_the_token_is_accepted_under_both_schemes(guarded, scheme):
    assert guarded.get("predictions", headers={"Authorization": f"{scheme} tökén".encode()}).status_code == 200


def test_streams_and_output_files_need_no_token(guarded):
    prediction = guarded.post(
        "models/local/julia/predictions",
        json={"input": {"prompt": "x", "width": 16, "height": 16}},
        headers={"Authorization": "Bearer tökén".encode(), "Prefer": "wait"},
    ).json()
    assert httpx.get(prediction["output"][0]).status_code == 200
    assert httpx.get(prediction["urls"]["stream"]).status_code == 200
    assert httpx.get(prediction["urls"]["get"]).status_code == 401


def test_the_contract_itself_can_be_read(guarded):
    document = httpx.get(str(guarded.base_url).replace("/v1/", "/openapi.json")).json()
    assert document["paths"]["/predictions"]["post"]["operationId"] == "predictions.create"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1"])
def test_an_engine_without_a_token_answers_only_to_names_of_this_machine(api, host):
    url = api.client.base_url
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(f"GET /v1/models HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"results" not in answer


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "a.localhost"])
def test_an_engine_without_a_token_answers_to_every_name_of_this_machine(api, host):
    assert api.client.get("models", headers={"Host": host}).status_code == 200


def test_an_engine_with_a_token_answers_to_any_name(guarded):
    headers = {"Host": "replicate.internal:81", "Authorization": "Bearer tökén".encode()}
    prediction = guarded.post("models/local/echo/predictions", json={"input": {}}, headers=headers).json()
    assert prediction["urls"]["get"].startswith("http://replicate.internal:81/v1/predictions/")


SENTENCES = [
    ({"type": "number", "exclusiveMinimum": 1}, 1, "number_gt", "Must be greater than 1"),
    ({"type": "number", "exclusiveMaximum": 0.5}, 1, "number_lt", "Must be less than 0.5"),
    ({"maximum": 2147483647}, 2**31, "number_lte", "Must be less than or equal to 2147483647"),
    ({"multipleOf": 8}, 3, "multiple_of", "Must be a multiple of 8"),
    ({"minItems": 1}, [], "array_min_items", "Array must have at least 1 items"),
    ({"maxItems": 1}, [1, 2], "array_max_items", "Array must have at most 1 items"),
    ({"uniqueItems": True}, [1, 1], "unique", "x items must be unique"),
    ({"const": "a"}, "b", "const", 'x does not match: "a"'),
    ({"type": ["string", "null"]}, 1, "invalid_type", "Invalid type. Expected: string/null, given: integer"),
    ({"anyOf": [{"type": "string"}]}, 1, "number_any_of", "Must validate at least one schema (anyOf)"),
    ({"oneOf": [{}, {}]}, 1, "number_one_of", "Must validate one and only one schema (oneOf)"),
    ({"minProperties": 1}, {}, "minProperties", "{} should be non-empty"),
    (
        {"properties": {}, "additionalProperties": False},
        {"b": 1},
        "additional_property_not_allowed",
        "Additional property b is not allowed",
    ),
]


@pytest.mark.parametrize(("schema", "value", "kind", "description"), SENTENCES)
def test_every_rule_has_a_sentence(schema, value, kind, description):
    [field] = SchemaValidator({"properties": {"x": schema}}).problems({"x": value})
    assert (field.type, field.field, field.description) == (kind, "x", description)


MOMENTS = [
    ("2025-03-01T12:00:00Z", "2025-03-01T12:00:00+00:00"),
    ("2025-03-01t12:00:00.5z", "2025-03-01T12:00:00.500000+00:00"),
    ("2025-03-01 12:00:00.123456789+02:00", "2025-03-01T10:00:00.123456+00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
    ("2025-03-01T12:00:00", None),
    ("2025-03-01", None),
    ("2025-13-01T12:00:00Z", None),
    ("0001-01-01T00:00:00+23:00", None),
    ("٢٠٢٥-03-01T12:00:00Z", None),
]


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_moments_are_read_as_rfc_3339(text, expected):
    moment = parse_date_time(text)
    assert (moment.isoformat() if moment else None) == expected


def test_a_failure_of_the_engine_itself_is_a_problem_and_is_logged(engine, run_async, caplog):
    from replicate_local.app import _Endpoint

    async def broken(_request):
        raise ZeroDivisionError

    sent = []

    async def work():
        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": [], "scheme": "http"}
        await _Endpoint({"GET": broken})(scope | {"server": ("127.0.0.1", 1)}, None, send)

    run_async(work())
    assert sent[0]["status"] == 500
    assert json.loads(sent[1]["body"]) == {"detail": "Internal server error", "status": 500}
    assert "ZeroDivisionError" in caplog.text


def test_an_operation_without_a_handler_says_that_it_is_not_emulated(engine_without_handlers):
    assert engine_without_handlers == (501, "The local engine does not emulate predictions.list.")


@pytest.fixture
def engine_without_handlers(tmp_path, run_async, monkeypatch):
    from replicate_local import app, contract
    from replicate_local.engine import Engine, Settings

    monkeypatch.delitem(app.HANDLERS, "predictions.list")

    async def work():
        engine = Engine(Settings(tmp_path), contract.load())
        transport = httpx.ASGITransport(app.make_app(engine))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            response = await client.get("/v1/predictions")
        await engine.close()
        return response.status_code, response.json()["detail"]

    return run_async(work())
