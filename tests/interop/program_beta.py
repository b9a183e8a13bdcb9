"""The operations of the interop table with the official 2.0 beta Python client."""

import json
import os
import time

from interop_steps import ORIGIN, TOKEN, Receiver, failure, run_all
from replicate import NotFoundError, Replicate

# Its stream() forgets the client it belongs to and makes one of the environment.
os.environ |= {"REPLICATE_API_TOKEN": TOKEN, "REPLICATE_BASE_URL": f"{ORIGIN}/v1"}
client = Replicate(bearer_token=TOKEN, base_url=f"{ORIGIN}/v1")


def version(name):
    return client.models.get(model_owner="local", model_name=name).latest_version.id


def create():
    prediction = client.predictions.create(version=ECHO, input={"text": "created"})
    assert prediction.id
    again = client.predictions.get(prediction_id=prediction.id)
    assert again.input == {"text": "created"}


def wait():
    prediction = client.predictions.create(version=version("sleeper"), input={"seconds": 0.3})
    prediction = client.predictions.wait(prediction.id)
    assert prediction.status == "succeeded"
    assert prediction.output == "slept 0.3 s"
    at_once = client.predictions.create(version=ECHO, input={"text": "held"}, prefer="wait=10")
    assert at_once.output["text"] == "held"


def run():
    assert client.run("local/echo", input={"text": "ran", "count": 3})["count"] == 3
    assert "".join(client.run("local/ngram", input={"prompt": "the", "max_tokens": 5}))
    assert type(failure(lambda: client.run("local/fail", input={}))).__name__ == "ModelError"


def stream():
    given = {"prompt": "the", "max_tokens": 8, "seed": 1}
    text = "".join(str(piece) for piece in client.stream("local/ngram", input=given))
    assert text == "".join(client.run("local/ngram", input=given))


def cancel():
    prediction = client.predictions.create(version=version("sleeper"), input={"seconds": 60})
    client.predictions.cancel(prediction_id=prediction.id)
    began = time.monotonic()
    assert client.predictions.wait(prediction.id).status == "canceled"
    assert time.monotonic() - began < 5


def files():
    uploaded = client.files.create(content=("a.txt", b"one two three", "text/plain"))
    assert client.files.get(file_id=uploaded.id).size == 13
    assert uploaded.id in [file.id for file in client.files.list()]
    counted = client.run("local/wordcount", input={"text": uploaded.urls.get})
    assert counted["words"] == 3, counted
    client.files.delete(file_id=uploaded.id)
    assert isinstance(failure(lambda: client.files.get(file_id=uploaded.id)), NotFoundError)


def lists():
    for _ in range(101):
        client.predictions.create(version=ECHO, input={})
    seen = [prediction.id for prediction in client.predictions.list()]
    assert len(seen) == len(set(seen)) > 100
    assert "echo" in [model.name for model in client.models.list()]
    assert list(client.collections.list())
    assert client.hardware.list()[0].sku
    assert list(client.models.search(body="picture"))
    assert client.search(query="picture").models


def webhook():
    receiver = Receiver()
    prediction = client.predictions.create(
        version=ECHO, input={}, webhook=receiver.url, webhook_events_filter=["completed"]
    )
    _, body = receiver.next()
    assert json.loads(body)["id"] == prediction.id
    assert client.webhooks.default.secret.get().key.startswith("whsec_")
    client.webhooks.validate  # noqa: B018  it is not there


ECHO = version("echo")
run_all(
    {
        "create": create,
        "wait": wait,
        "run": run,
        "stream": stream,
        "cancel": cancel,
        "files": files,
        "list": lists,
        "webhook": webhook,
    }
)
