"""A receiver of webhooks on this machine; what it is told is kept for the test, and its answers are the test's."""

import base64
import hashlib
import hmac
import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One call."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, parsed."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature is the one that the wire contract describes, calculated here on its own."""
        key = base64.b64decode(secret.partition("_")[2])
        message = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{wanted}"


class Receiver:
    """An HTTP server that takes calls; the next answers can be set, and a call can be held open."""

    def __init__(self) -> None:
        self.calls: queue.Queue[Received] = queue.Queue()
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                # Before the test hears of the call, because then it may set the answer to the next one.
                status, extra = receiver.answers.pop(0) if receiver.answers else (200, {})
                receiver.calls.put(Received(self.path, headers, body))
                receiver.may_answer.wait(20)
                try:
                    self.send_response(status)
                    for name, value in extra.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:  # the engine no longer waits
                    pass

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where to call."""
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def next(self) -> Received:
        """Return the next call, waiting for it."""
        return self.calls.get(timeout=20)

    def until_ended(self) -> list[Received]:
        """Return all calls up to the one with a terminal status."""
        calls = [self.next()]
        while calls[-1].json["status"] in {"starting", "processing"}:
            calls.append(self.next())
        return calls

    def close(self) -> None:
        """Stop."""
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
