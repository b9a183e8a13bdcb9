"""The operations of the interop table with the official 1.x Python client; this project's client runs it unchanged."""

import io
import json
import time

import replicate
from interop_steps import ORIGIN, TOKEN, Receiver, failure, run_all
from replicate.webhook import Webhooks

client = replicate.Client(api_token=TOKEN, base_url=ORIGIN)


def version(name):
    return client.models.get(f"local/{name}").latest_version


def create():
    prediction = client.predictions.create(version=version("echo"), input={"text": "created"})
    assert prediction.id
    assert prediction.status in {"starting", "processing", "succeeded"}
    again = client.predictions.get(prediction.id)
    assert again.input == {"text": "created"}


def wait():
    prediction = client.predictions.create(version=version("sleeper"), input={"seconds": 0.3})
    prediction.wait()
    assert prediction.status == "succeeded"
    assert prediction.output == "slept 0.3 s"
    assert prediction.metrics["predict_time"] > 0
    at_once = client.predictions.create(version=ECHO, input={"text": "held"}, wait=10)
    assert at_once.output["text"] == "held"


def run():
    assert client.run("local/echo", input={"text": "ran", "count": 3})["count"] == 3
    assert "".join(client.run("local/ngram", input={"prompt": "the", "max_tokens": 5}))
    failed = failure(lambda: client.run("local/fail", input={}))
    assert isinstance(failed, replicate.exceptions.ModelError)
    assert failed.prediction.status == "failed"


def stream():
    events = list(client.stream("local/ngram", input={"prompt": "the", "max_tokens": 8, "seed": 1}))
    assert events[-1].event.value == "done"
    text = "".join(str(event) for event in events)
    same = client.run("local/ngram", input={"prompt": "the", "max_tokens": 8, "seed": 1})
    assert text == "".join(same)


def cancel():
    prediction = client.predictions.create(version=version("sleeper"), input={"seconds": 60})
    prediction.cancel()
    began = time.monotonic()
    prediction.wait()
    assert prediction.status == "canceled"
    assert time.monotonic() - began < 5


def files():
    uploaded = client.files.create(io.BytesIO(b"one two three"))
    assert client.files.get(uploaded.id).size == 13
    assert uploaded.id in [file.id for file in client.files.list()]
    counted = client.run("local/wordcount", input={"text": uploaded.urls["get"]})
    assert counted["words"] == 3, counted
    direct = client.run("local/wordcount", input={"text": io.BytesIO(b"four words in here")})
    assert direct["words"] == 4
    client.files.delete(uploaded.id)
    missing = failure(lambda: client.files.get(uploaded.id))
    assert isinstance(missing, replicate.exceptions.ReplicateError)
    assert missing.status == 404


def lists():
    for _ in range(101):
        client.predictions.create(version=ECHO, input={})
    first = client.predictions.list()
    assert len(first.results) == 100
    second = client.predictions.list(cursor=first.next)
    assert second.results
    assert not {one.id for one in first.results} & {one.id for one in second.results}
    assert "echo" in [model.name for model in client.models.list().results]
    assert client.collections.list().results
    assert client.hardware.list()[0].sku
    assert client.models.search("picture").results


def webhook():
    receiver = Receiver()
    prediction = client.predictions.create(
        version=ECHO, input={}, webhook=receiver.url, webhook_events_filter=["completed"]
    )
    headers, body = receiver.next()
    assert json.loads(body)["id"] == prediction.id
    secret = client.webhooks.default.secret()
    Webhooks.validate(headers=headers, body=body.decode(), secret=secret)
    forged = failure(lambda: Webhooks.validate(headers=headers, body=body.decode() + " ", secret=secret))
    assert "signature" in str(forged).lower()


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
