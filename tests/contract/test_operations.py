"""Each operation of the contract, called as compiled: what it sends and what it returns for each of its examples."""

import asyncio
import json
from datetime import datetime
from importlib import import_module
from urllib.parse import parse_qsl, quote

import httpx
import pytest
from contract_document import at, operations, resolve, same_times
from replicate_api import Client, errors, models
from replicate_api.types import File

OPERATIONS = operations(with_extensions=False)
ORIGIN = "https://api.test"

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.id for operation in OPERATIONS])


class Service:
    """A transport that answers everything alike and keeps the requests."""

    def __init__(self, status, media_type, value):
        content = (
            b"" if media_type is None else value.encode() if isinstance(value, str) else json.dumps(value).encode()
        )
        self.response = (status, {"Content-Type": media_type} if media_type else {}, content)
        self.requests = []

    def __call__(self, request):
        request.read()
        self.requests.append(request)
        status, headers, content = self.response
        return httpx.Response(status, headers=headers, content=content)

    def client(self):
        return Client(base_url=f"{ORIGIN}/v1", httpx_args={"transport": httpx.MockTransport(self)})


@pytest.fixture(params=["blocking", "async"])
def call(request):
    """Call the detailed function of an operation with the examples of its parameters, in one colour and the other."""

    def with_examples(operation, client, body):
        module = import_module(f"replicate_api.api.{operation.definition['tags'][0]}.{operation.id.replace('.', '_')}")
        arguments = {one["name"].lower().replace("-", "_"): example(one) for one in operation.parameters}
        if body is not None:
            arguments["body"] = body
        if request.param == "blocking":
            return module.sync_detailed(client=client, **arguments)
        return asyncio.run(module.asyncio_detailed(client=client, **arguments))

    return with_examples


def example(parameter):
    value = parameter["example"]
    return datetime.fromisoformat(value) if parameter["schema"].get("format") == "date-time" else value


def told(operation, place):
    """Return the examples of an operation's parameters that stand in one place."""
    return {one["name"]: one["example"] for one in operation.parameters if one["in"] == place}


def bodies(operation):
    """Yield the example bodies of an operation, as compiled classes and as they should arrive; None without one."""
    content = operation.definition.get("requestBody", {}).get("content", {"": {"examples": {"": {"value": None}}}})
    for media_type, body in content.items():
        for shared in body["examples"].values():
            value = resolve(shared)["value"]
            if value is None:
                yield None, None
            elif media_type == "multipart/form-data":
                upload = models.FileUpload.from_dict({**value, "content": b""})
                upload.content = File(value["content"].encode(), value["filename"], value["type"])
                yield upload, value
            else:
                schema = body["schema"]["$ref"].rsplit("/", maxsplit=1)[1]
                yield getattr(models, schema).from_dict(value), value


def answers(operation):
    """Yield each example of a success with its media type; None twice where a success has no body."""
    for media_type, body in (
        operation.responses["2XX"].get("content", {None: {"examples": {"": {"value": None}}}}).items()
    ):
        for shared in body["examples"].values():
            yield media_type, resolve(shared)["value"]


def plain(parsed):
    """Return a decoded answer as JSON."""
    if isinstance(parsed, list):
        return [plain(one) for one in parsed]
    if isinstance(parsed, File):
        return parsed.payload.read().decode()
    return parsed.to_dict() if hasattr(parsed, "to_dict") else parsed


@each_operation
def test_an_operation_sends_its_method_path_parameters_and_body(operation, call):
    media_type, value = next(answers(operation))
    for body, wire in bodies(operation):
        service = Service(200, media_type, value)
        call(operation, service.client(), body)
        [request] = service.requests
        path = operation.path.format(**{name: quote(text, safe="") for name, text in told(operation, "path").items()})
        assert (request.method, request.url.raw_path.decode().split("?")[0]) == (operation.method, f"/v1{path}")
        query = {name: str(same_times(text)) for name, text in told(operation, "query").items()}
        assert dict(parse_qsl(request.url.query.decode())) == query
        assert {name: request.headers[name] for name in told(operation, "header")} == told(operation, "header")
        if wire is None:
            assert request.content == b""
            assert "content-type" not in request.headers
        elif "multipart/form-data" in request.headers["content-type"]:
            assert wire["content"].encode() in request.content
        else:
            assert json.loads(request.content) == wire


@each_operation
def test_an_operation_returns_each_of_its_examples_for_each_of_its_statuses(operation, call):
    body, _ = next(bodies(operation))
    for status in operation.responses["2XX"]["x-statuses"]:
        for media_type, value in answers(operation):
            response = call(operation, Service(status, media_type, value).client(), body)
            assert response.status_code == status
            assert same_times(plain(response.parsed)) == same_times(value)


@each_operation
def test_an_operation_raises_each_example_of_a_problem(operation, call):
    body, _ = next(bodies(operation))
    for kind, status in (("4XX", 422), ("5XX", 500)):
        for media_type, content in operation.responses[kind]["content"].items():
            if media_type.endswith("json"):
                for shared in content["examples"].values():
                    problem = resolve(shared)["value"]
                    with pytest.raises(errors.ProblemError) as caught:
                        call(operation, Service(status, media_type, problem).client(), body)
                    assert (caught.value.status_code, caught.value.problem.to_dict()) == (status, problem)


@each_operation
def test_an_operation_raises_a_page_of_the_network_in_front_of_the_service(operation, call):
    body, _ = next(bodies(operation))
    page = at("#/components/responses/ServerError/content/text~1html/examples/page/value")
    with pytest.raises(errors.UnexpectedStatus):
        call(operation, Service(520, "text/html", page).client(), body)


def test_all_operations_of_the_service_are_compiled():
    assert len(OPERATIONS) == 36  # and `models.search`, whose method cannot be compiled
    assert len(operations()) == 37
