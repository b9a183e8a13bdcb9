"""What a test can look at and assert: each check passes where all is well, and says what is not."""

from __future__ import annotations

import math
import re

import httpx
import pytest
from plain_http import HTTP
from replicate.testing import OutputFile

MODEL = "acme/writer"


@pytest.fixture
def post(fake_replicate):
    """A function that asks for a prediction as a careless client does."""

    def post(given, *, token=fake_replicate.token):
        return HTTP.post(
            f"{fake_replicate.url}/v1/models/{MODEL}/predictions",
            json={"input": given},
            headers={"Authorization": f"Bearer {token}"},
        )

    fake_replicate.script(MODEL, "done")
    return post


def test_creates_that_differ_are_not_sent_twice(post, fake_replicate):
    post({"prompt": "a"})
    post({"prompt": "b"})
    fake_replicate.assert_no_create_sent_twice()


def test_a_create_that_was_refused_may_be_sent_again(post, fake_replicate):
    fake_replicate.fail(status=429)
    assert [post({}).status_code, post({}).status_code] == [429, 201]
    fake_replicate.assert_no_create_sent_twice()


def test_a_create_that_was_accepted_must_not_be_sent_again(post, fake_replicate):
    fake_replicate.cut(at="answer")
    with pytest.raises(httpx.RemoteProtocolError):
        post({"prompt": "a"})
    post({"prompt": "a"})
    told = r"both be billed(.|\n)*acme/writer/predictions(.|\n)*was accepted and got no answer(.|\n)*answered 201"
    with pytest.raises(AssertionError, match=told):
        fake_replicate.assert_no_create_sent_twice()


def test_a_create_that_may_have_been_accepted_must_not_be_sent_again(post, fake_replicate):
    fake_replicate.fail(status=503)
    post({})
    post({})
    with pytest.raises(AssertionError, match="was answered 503"):
        fake_replicate.assert_no_create_sent_twice()


def test_a_prediction_that_nobody_saw_to_its_end_was_left_running(colour, client, fake_replicate):
    fake_replicate.script(MODEL, "done")
    fake_replicate.script("acme/hanging", delay=math.inf)
    prediction = colour.call(client.predictions.create, model=MODEL, input={})
    hanging = colour.call(client.predictions.create, model="acme/hanging", input={})
    hanging.reload()
    with pytest.raises(AssertionError) as raised:
        fake_replicate.assert_nothing_left_running()
    assert "2 of 2 predictions were left running" in str(raised.value)
    assert re.search(rf"{hanging.id} of acme/hanging: processing>, which hangs", str(raised.value))
    colour.call(prediction.wait)
    colour.call(hanging.cancel)
    fake_replicate.assert_nothing_left_running()


def test_the_client_of_this_library_lets_the_token_go_nowhere(colour, client, fake_replicate):
    fake_replicate.script(MODEL, [OutputFile(b"near"), OutputFile(b"far", foreign=True)])
    near, far = colour.call(client.run, MODEL, {}, use_file_output=False)
    assert colour.call(_output(client, near).read) == b"near"
    assert colour.call(_output(client, far).read) == b"far"
    downloads = [request for request in fake_replicate.requests if request.host == "files"]
    assert [request.had_token for request in downloads] == [False, False]
    fake_replicate.assert_token_never_left()


def _output(client, url):
    from replicate import FileOutput

    return FileOutput(url, client)


@pytest.mark.parametrize("where", ["header", "query"])
def test_a_token_that_goes_to_the_file_host_is_noticed(post, fake_replicate, where):
    fake_replicate.script(MODEL, OutputFile(b"far", foreign=True))
    url = post({}).json()["urls"]["get"]
    headers = {"Authorization": f"Bearer {fake_replicate.token}"}
    HTTP.get(url, headers=headers)
    output = HTTP.get(url, headers=headers).json()["output"]
    if where == "header":
        HTTP.get(output, headers=headers)
    else:
        HTTP.get(output, params={"token": fake_replicate.token})
    with pytest.raises(AssertionError, match=r"(?s)the token left.*GET /output/.*/out\.png") as raised:
        fake_replicate.assert_token_never_left()
    assert fake_replicate.token not in str(raised.value)


def test_requests_are_recorded_without_tokens(post, fake_replicate):
    post({"prompt": "a", "secret": fake_replicate.token})
    post({"prompt": "b"}, token="r8_another")
    first, second = fake_replicate.requests
    assert (first.method, first.path, first.operation) == (
        "POST", "/v1/models/acme/writer/predictions", "models.predictions.create",
    )  # fmt: skip
    assert first.json == {"input": {"prompt": "a", "secret": "[redacted]"}}
    assert first.headers["authorization"] == "Bearer [redacted]"
    assert (first.status, first.accepted, first.had_token, first.host) == (201, True, True, "api")
    assert "another" not in repr(second.headers)
    assert second.time >= first.time
    assert fake_replicate.creates == [first, second]
    assert fake_replicate.token not in repr(fake_replicate.requests) + repr(fake_replicate)


def test_queries_are_recorded_decoded(client, fake_replicate):
    list(client.predictions.list(created_after="2025-01-01T00:00:00+00:00"))
    assert fake_replicate.requests[0].query == {"created_after": "2025-01-01T00:00:00+00:00"}


def test_uploads_are_kept_as_they_came(colour, client, fake_replicate, tmp_path):
    content = bytes(range(256)) * 300 + b"\r\n--\r\n"
    path = tmp_path / "cat.png"
    path.write_bytes(content)
    fake_replicate.script(MODEL, lambda given: given["image"])
    colour.call(client.run, MODEL, {"image": path})
    assert fake_replicate.uploads == {"cat.png": content}
    (upload,) = colour.list(client.files.list)
    assert (upload.size, upload.content_type) == (len(content), "image/png")
    assert colour.call(client.files.get, upload.id).name == "cat.png"
    colour.call(client.files.delete, upload.id)
    assert fake_replicate.uploads == {}


def test_a_file_of_the_test_can_be_read(fake_replicate):
    assert HTTP.get(fake_replicate.file(b"in"), follow_redirects=True).content == b"in"
    part = HTTP.get(fake_replicate.file(b"0123", foreign=True), headers={"Range": "bytes=1-"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"123", "bytes 1-3/4")
