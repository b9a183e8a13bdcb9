"""A receiver of webhooks, which gets real signed messages about a prediction and refuses a forged one.

    python docs/examples/webhook_receiver.py

The embedded engine runs the prediction and calls this program back, so there is no token, no network and no web
framework; it ends by itself. With `replicate.Client()`, a hosted model and an https URL that leads here, the same
receiver serves the hosted service.
"""

from __future__ import annotations

import json
import queue
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, cast

import replicate
from replicate.webhook import WebhookValidationError

if TYPE_CHECKING:
    from collections.abc import Generator

    from replicate.webhook import WebhookEvent

LONGEST_BODY = 16 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """Takes one message. It answers at once and leaves the work to the queue: the sender waits a few seconds only."""

    def do_POST(self) -> None:
        """Answer 200 to a genuine message and 400 to any other; the sender repeats what it gets no 2xx for."""
        receiver = cast("Receiver", self.server)
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), LONGEST_BODY))
        try:
            event = receiver.client.webhooks.unwrap(body, self.headers)
        except WebhookValidationError as error:
            self.answer(400, str(error))
        else:
            receiver.events.put(event)
            self.answer(200, "thank you")

    def answer(self, status: int, text: str) -> None:
        """Send a short answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave the terminal to the events."""


class Receiver(ThreadingHTTPServer):
    """An HTTP server of this machine that keeps the events it is told."""

    def __init__(self, client: replicate.Client) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.client = client
        self.events: queue.Queue[WebhookEvent] = queue.Queue()

    @property
    def url(self) -> str:
        """The URL to give as `webhook`; its query comes back with each message, if there is one."""
        return f"http://127.0.0.1:{self.server_port}/hook"


@contextmanager
def listening(client: replicate.Client) -> Generator[Receiver]:
    """Listen on a free port while the block runs."""
    with Receiver(client) as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()


def main() -> None:
    """Create a prediction that reports to this program, print what it reports, then try to fool the receiver."""
    with replicate.Client(base_url="local") as client, listening(client) as receiver:
        print(f"Listening at {receiver.url}")
        prediction = client.predictions.create(
            model="local/ngram",
            input={"prompt": "The value of", "max_tokens": 24, "seed": 7, "delay": 0.05},
            webhook=receiver.url,
            webhook_events_filter=["start", "output", "completed"],
        )
        print(f"Created {prediction.id}; from here on nothing is asked for.\n")
        last = follow(receiver)
        expect(last.job.id == prediction.id, "the messages were to be about the prediction")
        expect(last.job.status == "succeeded", f"the prediction {last.job.status}: {last.job.error}")
        print(f"\nThe value of{''.join(last.job.output)} …")
        forge(receiver, last)
    expect(receiver.events.empty(), "a forged message was taken for a genuine one")


def follow(receiver: Receiver) -> WebhookEvent:
    """Print each event, and return the final one. Messages may be repeated: a repetition has the same id."""
    seen: set[str] = set()
    while True:
        event = receiver.events.get(timeout=30)
        if event.id in seen:
            continue
        seen.add(event.id)
        pieces = len(event.job.output or [])
        print(f"{event.timestamp:%H:%M:%S}  {event.id}  {event.job.status:<11} {pieces:>2} pieces of output")
        if event.is_final:
            return event


def forge(receiver: Receiver, event: WebhookEvent) -> None:
    """Send the receiver a message that the service did not sign, and see that it is refused."""
    body = json.dumps({**event.job.dict(), "output": ["a lie"]})
    headers = {
        "webhook-id": event.id,
        "webhook-timestamp": f"{event.timestamp.timestamp():.0f}",
        "webhook-signature": "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    }
    connection = HTTPConnection("127.0.0.1", receiver.server_port, timeout=10)
    connection.request("POST", "/hook", body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    print(f"\nA forged message gets HTTP {response.status}: {text}")
    expect(response.status == 400, "a forged message was to be refused")


def expect(condition: bool, otherwise: str) -> None:
    """Fail with a message unless a condition holds."""
    if not condition:
        raise SystemExit(f"webhook_receiver.py: {otherwise}")


if __name__ == "__main__":
    main()
