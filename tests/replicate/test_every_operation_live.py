"""Every operation of docs/api.md, called through the client in both colours and answered by the live engine."""

from __future__ import annotations

import re
import time

import httpx
import pytest
import replicate
from api_table import operations
from replicate.exceptions import ConflictError, NotFoundError, PermissionDeniedError
from replicate_local.launcher import start_engine
from replicate_local.signing import SigningKeys

TEXT = "A cat sat on a mat. A cat sat on a log."
CONTENT = bytes(range(256)) * 300


class Recorder(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A real connection that notes what was asked for."""

    def __init__(self):
        self.blocking, self.awaiting = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()
        self.lines = []

    def note(self, request):
        self.lines.append(f"{request.method} {request.url.path}")

    def handle_request(self, request):
        self.note(request)
        return self.blocking.handle_request(request)

    async def handle_async_request(self, request):
        self.note(request)
        return await self.awaiting.handle_async_request(request)

    def close(self):
        self.blocking.close()

    async def aclose(self):
        await self.awaiting.aclose()

    def operations(self):
        """Return the operations that were called."""
        templates = {
            operation: re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(request.replace(" /", " /v1/"))))
            for operation, request in operations().items()
        }
        return {operation for operation, one in templates.items() if any(map(one.fullmatch, self.lines))}


@pytest.fixture(scope="module")
def own_engine(tmp_path_factory):
    """An engine whose keys this test knows."""
    data = tmp_path_factory.mktemp("engine")
    engine = start_engine(data=str(data), token="r8_for_this_engine_alone")
    yield engine, SigningKeys(data / "keys")
    engine.stop()


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def live(colour, own_engine, recorder):
    """A client of that engine, on the real clock."""
    engine, _ = own_engine
    client = replicate.Client("r8_for_this_engine_alone", base_url=engine.url, transport=recorder)
    yield client
    colour.run(client.aclose()) if colour.awaits else client.close()


def test_every_operation_of_the_table_is_called_by_the_client_and_answered_by_the_engine(
    colour, live, recorder, own_engine, tmp_path
):
    account = look_around(colour, live)
    destination = models(colour, live, account)
    predictions(colour, live)
    deployments(colour, live, account)
    trainings(colour, live, destination)
    files(colour, live, account, own_engine[1], tmp_path)
    assert recorder.operations() == set(operations())


def look_around(colour, client):
    """Call what only tells; return the name of the account."""
    account = colour(client.accounts.current)
    assert "cpu" in [hardware.sku for hardware in colour(client.hardware.list)]
    first = colour(client.collections.list)[0]
    assert len(colour(client.collections.get, first)) > 0
    assert colour(client.search, "ngram", limit=2).models[0].model.id == "local/ngram"
    assert colour(client.models.search, "ngram")[0].id == "local/ngram"
    assert "local/ngram" in [model.id for model in colour.iterate(colour(client.models.list).auto_paging_iter)]
    assert colour(client.models.readme.get, "local/ngram").startswith("# local/ngram")
    assert colour(client.models.examples.list, "local/ngram")[0].status == "succeeded"
    assert colour(client.webhooks.default.secret).key.startswith("whsec_")
    return account.username


def models(colour, client, owner):
    """Make a model and change it; return its name."""
    name = f"{owner}/made-{colour}"
    made = colour(client.models.create, owner, f"made-{colour}", hardware="cpu", visibility="private")
    assert (made.id, made.latest_version) == (name, None)
    assert colour(client.models.update, made, description="It writes.", readme="# Größe").description == "It writes."
    assert colour(client.models.readme.get, name) == "# Größe"
    assert colour(client.models.get, name).description == "It writes."
    with pytest.raises(ConflictError):
        colour(client.models.create, owner, f"made-{colour}", hardware="cpu", visibility="private")
    return name


def predictions(colour, client):
    """Create predictions in both ways, get, list and cancel them."""
    versions = colour(client.models.get, "local/echo").versions
    version = colour(versions.get, colour(versions.list)[0].id)
    began = time.time()
    echoed = colour(client.predictions.create, version, {"text": "größe"}, wait=5)
    assert colour(echoed.wait).output["text"] == "größe"
    slept = colour(client.models.predictions.create, "local/sleeper", {"seconds": 60})
    assert colour(client.predictions.cancel, slept).status == "canceled"
    assert colour(client.predictions.get, slept.id).status == "canceled"
    found = colour(client.predictions.list, created_after=f"{time.time() - began + 5:.0f} seconds ago")
    assert {echoed.id, slept.id} <= {prediction.id for prediction in found}
    assert echoed.id not in [one.id for one in colour(client.predictions.list, created_before="1 day ago")]
    with pytest.raises(NotFoundError):
        colour(client.predictions.get, "nothing-of-that-name")


def deployments(colour, client, owner):
    """Make a deployment, change it, run it and delete another."""
    version = colour(client.models.get, "local/echo").latest_version
    setting = {"model": "local/echo", "version": version, "hardware": "cpu", "min_instances": 0, "max_instances": 1}
    used = colour(client.deployments.create, name=f"used-{colour}", **setting)
    unused = colour(client.deployments.create, name=f"unused-{colour}", **setting)
    assert colour(client.deployments.update, used, max_instances=2).current_release.number == 2
    assert colour(client.deployments.get, used.id).current_release.configuration.max_instances == 2
    assert {used.id, unused.id} <= {each.id for each in colour(client.deployments.list)}
    assert used.owner == owner
    prediction = colour(client.deployments.predictions.create, used, {"text": "x"}, wait=5)
    assert colour(prediction.wait).output["text"] == "x"
    assert colour(client.deployments.delete, unused) is True
    with pytest.raises(NotFoundError):
        colour(client.deployments.get, unused)


def trainings(colour, client, destination):
    """Train a version of the destination, run it, then delete version and model."""
    version = colour(client.models.get, "local/ngram").latest_version
    made = colour(client.trainings.create, "local/ngram", version, {"text": TEXT}, destination)
    assert colour(made.wait, timeout=30).status == "succeeded", made.error
    assert made.id in [training.id for training in colour(client.trainings.list)]
    assert colour(client.trainings.get, made.id).output == made.output
    assert colour(client.trainings.cancel, made.id).status == "succeeded"
    assert b"after_two" in colour(made.output["weights"].read)
    model = colour(client.models.get, destination)
    assert made.output["version"] == f"{destination}:{model.latest_version.id}"
    assert colour(model.versions.delete, model.latest_version.id) is True
    assert colour(client.models.delete, destination) is True
    with pytest.raises(NotFoundError):
        colour(client.models.get, destination)


def files(colour, client, owner, keys, tmp_path):
    """Upload a file, run a model on it, download it by signed links, delete it."""
    file = colour(client.files.create, CONTENT, filename="grün €.bin", metadata={"a": [1, None]})
    assert (file.name, file.size, file.metadata) == ("grün €.bin", len(CONTENT), {"a": [1, None]})
    assert colour(client.files.get, file.id) == file
    assert file.id in [each.id for each in colour.iterate(colour(client.files.list).auto_paging_iter)]
    link = {"owner": owner, "expiry": int(time.time()) + 60}
    link["signature"] = keys.download_signature(owner, file.id, link["expiry"])
    assert colour(client.files.download, file, **link) == CONTENT
    assert colour(client.files.download, file.id, tmp_path / "saved.bin", **link).read_bytes() == CONTENT
    with pytest.raises(PermissionDeniedError):
        colour(client.files.download, file, **{**link, "signature": "bm90aGluZw=="})
    assert colour(client.files.delete, file) is True
    with pytest.raises(NotFoundError):
        colour(client.files.get, file)
