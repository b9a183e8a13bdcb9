"""What the programs of the Python clients share: reporting steps, and receiving a webhook; never a client."""

# ruff: noqa: T201  it speaks to a person

import json
import os
import queue
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

ORIGIN = os.environ["INTEROP_ORIGIN"]
TOKEN = os.environ["INTEROP_TOKEN"]


def run_all(steps: dict[str, Callable[[], None]]) -> None:
    """Run each step and print how it went, one line of JSON for each; the last words of an error are its reason."""
    for name, step in steps.items():
        try:
            step()
        except BaseException as error:  # noqa: BLE001  whatever it is, it is the reason
            traceback.print_exc()
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            print(json.dumps({"operation": name, "ok": False, "reason": reason}), flush=True)
        else:
            print(json.dumps({"operation": name, "ok": True, "reason": ""}), flush=True)


def failure(call: Callable[[], object]) -> Exception:
    """Return the error that a call ends with."""
    try:
        call()
    except Exception as error:  # noqa: BLE001  the caller looks at it
        return error
    raise AssertionError("what had to fail did not fail")


class Receiver:
    """Takes the calls of a webhook."""

    def __init__(self) -> None:
        self.calls: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                calls.put(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self) -> tuple[dict[str, str], bytes]:
        """Return headers and body of the next call."""
        return self.calls.get(timeout=20)
