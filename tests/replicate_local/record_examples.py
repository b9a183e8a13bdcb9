"""Records the examples of the engine's models anew: `python tests/replicate_local/record_examples.py`.

The inputs in `models/examples.json` are run on an engine, and what they give is written back. Files become data URIs.
"""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
from replicate_local import catalog
from replicate_local.launcher import start_engine

PATH = Path(catalog.__file__).with_name("models") / "examples.json"
RECORDED = ("input_token_count", "output_token_count", "image_count", "predict_time", "total_time")


def run_again(client: httpx.Client, model: str, given: dict[str, Any]) -> dict[str, Any]:
    """Run an input and return the finished prediction with its files as data URIs."""
    answer = client.post(f"/v1/models/local/{model}/predictions", json={"input": given}, headers={"Prefer": "wait"})
    answer.raise_for_status()
    prediction = answer.json()
    prediction["output"] = _embedded(client, prediction["output"])
    return prediction


def _embedded(client: httpx.Client, output: Any) -> Any:
    if isinstance(output, list):
        return [_embedded(client, item) for item in output]
    if isinstance(output, str) and output.startswith(str(client.base_url)):
        file = client.get(output)
        return f"data:{file.headers['Content-Type']};base64,{base64.b64encode(file.content).decode('ascii')}"
    return output


def main() -> None:
    """Write the file."""
    engine = start_engine()
    examples = json.loads(PATH.read_text("utf-8"))
    with httpx.Client(base_url=engine.url, timeout=60) as client:
        for model, items in examples.items():
            for item in items:
                prediction = run_again(client, model, item["input"])
                metrics = {name: value for name, value in prediction["metrics"].items() if name in RECORDED}
                item.update(output=prediction["output"], logs=prediction["logs"], metrics=metrics)
    PATH.write_text(json.dumps(examples, indent=1, ensure_ascii=False) + "\n", "utf-8")
    engine.stop()


if __name__ == "__main__":
    main()
