"""Make a client with a token, time-outs, headers and a transport of one's own."""

import os

import httpx
import replicate
from replicate.client import Client, RetryTransport

url = os.environ["REPLICATE_BASE_URL"]

client = replicate.Client(
    api_token="r8_another_token",
    base_url=url,
    timeout=httpx.Timeout(60.0, connect=5.0),
    headers={"User-Agent": "my-program/1.0"},
    transport=RetryTransport(httpx.HTTPTransport(retries=2)),
)
client.poll_interval = 0.05
assert client.poll_interval == 0.05
assert client.run("local/echo", input={"text": "mine"})["text"] == "mine"
assert client.models.get("local/echo").latest_version.id

positional = Client("r8_another_token", base_url=url, follow_redirects=True)
prediction = positional.predictions.create(model="local/echo", input={"number": 2})
prediction.wait()
assert prediction.output["number"] == 2
assert "".join(str(event) for event in positional.stream("local/ngram", input={"prompt": "A", "max_tokens": 2}))
