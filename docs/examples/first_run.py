"""A first run, without a token and without the network: run, stream, cancel, save a file, call an endpoint function.

    python docs/examples/first_run.py

`Client(base_url="local")` starts the embedded engine, which runs real code behind the service's own HTTP API and ends
with this program. With `replicate.Client()`, a token in `REPLICATE_API_TOKEN` and the name of a hosted model, the same
calls reach the hosted service.
"""

import time
from pathlib import Path

import replicate
from replicate_api.api.predictions import predictions_get

DIRECTORY = Path("run-output")


def main() -> None:
    """Do one thing after the other; whatever goes wrong raises, so that the exit status is not 0."""
    print(f"replicate-openapi {replicate.__version__}")
    began = time.monotonic()
    with replicate.Client(base_url="local") as client:
        print(f"The embedded engine runs at {client.api.base_url}: no token, no network.")
        run(client)
        stream(client)
        prediction = cancel(client)
        save(client)
        call(client, prediction)
    print(f"\nDone in {time.monotonic() - began:.1f} s.")


def run(client: replicate.Client) -> None:
    """Run a model, wait for it, and print what it put out."""
    heading("Run a model and wait for its output")
    words = client.run("local/ngram", input={"prompt": "The value of", "max_tokens": 16, "seed": 7})
    print(f"The value of{''.join(words)} …")


def stream(client: replicate.Client) -> None:
    """Run a model and print each piece of its output at the moment it is made."""
    heading("Stream a model, token by token")
    print("An exception is", end="", flush=True)
    events = client.stream(
        "local/ngram", input={"prompt": "An exception is", "max_tokens": 24, "seed": 3, "delay": 0.05}
    )
    pieces = 0
    for event in events:
        print(event, end="", flush=True)
        pieces += event.event == "output"  # the last one is "done"
    print(f" …\n({pieces} pieces, each printed as it came)")
    expect(pieces == 24, f"24 pieces were to be streamed, {pieces} came")


def cancel(client: replicate.Client) -> replicate.Prediction:
    """Create a prediction that would take a minute, and cancel it while it runs."""
    heading("Cancel a prediction while it runs")
    prediction = client.predictions.create("local/sleeper", input={"seconds": 60})
    print(f"status: {prediction.status}")
    while prediction.status == "starting":
        time.sleep(0.1)
        prediction.reload()
    print(f"status: {prediction.status}")
    expect(prediction.status == "processing", "the prediction was to run by now")
    prediction.cancel()
    print(f"status: {prediction.status}")
    expect(prediction.status == "canceled", "the prediction was to be canceled")
    return prediction


def save(client: replicate.Client) -> None:
    """Run a model that puts out a picture, and save it."""
    heading("Save an output file")
    (picture,) = client.run("local/julia", input={"prompt": "an astronaut riding a rainbow unicorn", "seed": 1})
    print(f"output: {picture}")
    path = picture.save(f"{DIRECTORY}/")
    print(f"saved:  {path} ({path.stat().st_size:,} bytes)")


def call(client: replicate.Client, prediction: replicate.Prediction) -> None:
    """Call a typed function that was compiled from the API's description; it shares the client's rules."""
    heading("Call an endpoint function compiled from the API's description")
    response = predictions_get.sync_detailed(prediction.id, client=client.api)
    print(f"predictions_get: HTTP {response.status_code}, {response.parsed.id} is {response.parsed.status}")
    expect(response.parsed.status == "canceled", "the same prediction was to come back")


def heading(text: str) -> None:
    """Print a heading."""
    print(f"\n── {text} ──")


def expect(condition: bool, otherwise: str) -> None:
    """Fail with a message unless a condition holds."""
    if not condition:
        raise SystemExit(f"first_run.py: {otherwise}")


if __name__ == "__main__":
    main()
