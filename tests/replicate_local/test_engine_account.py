"""Account, hardware, collections, and uploads that are listed, deleted and downloaded by signed links."""

import base64
import hashlib
import hmac
import time
from pathlib import Path

import httpx
import pytest
from replicate_local.launcher import start_engine
from replicate_local.signing import download_signature


def test_the_account_owns_what_is_here(api):
    account = api.client.get("account").json()
    assert (account["type"], account["username"], account["name"]) == ("user", "local", "Local engine")


def test_the_hardware_is_an_array_without_pages(api):
    assert api.client.get("hardware").json() == [{"sku": "cpu", "name": "CPU"}]


def test_each_model_that_comes_with_the_engine_is_in_a_collection(api):
    page = api.client.get("collections").json()
    assert (page["next"], page["previous"]) == (None, None)
    assert all("models" not in item for item in page["results"])
    found = set()
    for item in page["results"]:
        collection = api.client.get(f"collections/{item['slug']}").json()
        found |= {model["name"] for model in collection["models"]}
        assert all(model["latest_version"] for model in collection["models"])
    assert found == {"ngram", "wordcount", "julia", "identicon", "negative", "echo", "sleeper", "fail"}


def test_an_unknown_collection_and_a_cursor_that_is_none_are_not_found(api):
    assert api.client.get("collections/x").json()["detail"] == "The requested resource could not be found."
    assert api.client.get("collections", params={"cursor": "x"}).status_code == 404


def test_uploads_are_listed_newest_first_until_they_are_deleted(api):
    ids = [api.client.post("files", files={"content": ("a", text)}).json()["id"] for text in (b"1", b"2")]
    listed = [file["id"] for file in api.client.get("files").json()["results"]]
    assert [file_id for file_id in listed if file_id in ids] == ids[::-1]
    response = api.client.delete(f"files/{ids[0]}")
    assert (response.status_code, response.content) == (204, b"")
    assert api.client.get(f"files/{ids[0]}").status_code == 404
    assert api.client.delete(f"files/{ids[0]}").status_code == 404
    assert ids[0] not in [file["id"] for file in api.client.get("files").json()["results"]]


def test_the_signature_of_a_download_is_the_one_of_the_wire_contract():
    signature = download_signature(b"local-files-signing-secret", "acme", "NGZiNmY2YzQtMThhZg", 1735693200)
    assert signature == "09L6qZUxQWBKVNUCJEgQLCDq0RotNgPqb+rkXpP9iEo="


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """An engine with a token, a file on it, and the key that its links are signed with."""
    data = tmp_path_factory.mktemp("data")
    engine = start_engine(data=str(data), token="t0ken")
    with httpx.Client(base_url=f"{engine.url}/v1/", headers={"Authorization": "Bearer t0ken"}) as client:
        file = client.post("files", files={"content": ("a.txt", b"one two", "text/plain")}).json()
    yield engine.url, file["id"], (Path(data) / "keys" / "downloads").read_bytes()
    engine.stop()


def link(guarded, *, owner="local", lasts=60, key=None):
    url, file_id, own_key = guarded
    expiry = int(time.time()) + lasts
    digest = hmac.new(key or own_key, f"{owner} {file_id} {expiry}".encode(), hashlib.sha256).digest()
    query = {"owner": owner, "expiry": str(expiry), "signature": base64.b64encode(digest).decode()}
    return httpx.URL(f"{url}/v1/files/{file_id}/download", params=query)


def test_a_signed_link_gives_the_bytes_without_a_token(guarded):
    response = httpx.get(link(guarded))
    assert (response.status_code, response.content) == (200, b"one two")
    assert response.headers["Content-Type"] == "application/octet-stream"


REFUSED = [{"owner": "acme"}, {"lasts": -1}, {"key": b"another key"}]


@pytest.mark.parametrize("wrong", REFUSED, ids=["owner", "expired", "signature"])
def test_a_link_that_is_not_valid_is_refused(guarded, wrong):
    response = httpx.get(link(guarded, **wrong))
    assert response.status_code == 403
    assert b"one two" not in response.content


def test_keys_can_be_read_by_their_owner_only_and_survive_a_restart(serve, tmp_path):
    secrets = set()
    for _ in range(2):
        engine, api = serve()
        secrets.add(api.client.get("webhooks/default/secret").json()["key"])
        engine.stop()
    assert len(secrets) == 1
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "data" / "keys").iterdir())
