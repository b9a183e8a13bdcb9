"""What only an error needs is loaded when there is an error, and then tells what the service says."""

import subprocess
import sys

import pytest

BEGIN = """
import sys
import httpx
from replicate_api import Client, errors
from replicate_api.api.predictions import predictions_get

def client(status, body):
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    return Client(base_url="https://api.test/v1", httpx_args={"transport": transport})

assert predictions_get.sync("p1", client=client(200, {"id": "p1", "status": "new"})).status == "new"
assert "replicate_api.models.prediction" in sys.modules
assert "replicate_api.models.problem" not in sys.modules
"""


def run(code):
    # A process of its own, so that nothing has been imported before.
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("status", [404, 503])
def test_a_success_needs_no_model_of_errors_and_an_error_brings_it(status):
    run(
        f"{BEGIN}"
        "try:\n"
        f"    predictions_get.sync('p1', client=client({status}, {{'title': 'No luck', 'detail': 'gone'}}))\n"
        "except errors.ProblemError as error:\n"
        f"    assert (error.status_code, error.problem.title) == ({status}, 'No luck')\n"
        f"    assert str(error) == 'No luck: gone (HTTP status {status})'\n"
        "else:\n"
        "    raise AssertionError('no error')\n"
    )
