"""A program of a user, type-checked in strict mode against the installed wheel; it is never run."""

import asyncio
from typing import assert_type

import replicate
from replicate.exceptions import ModelError, NotFoundError
from replicate_api.api.predictions import predictions_get
from replicate_api.models.prediction import Prediction as RawPrediction
from replicate_local.launcher import RunningEngine, start_engine


def run_something(client: replicate.Client) -> str:
    output: object = client.run("owner/name", input={"prompt": "a cat"}, timeout=60)
    with open("cat.png", "rb") as picture:  # noqa: PTH123 - as most programs write it
        client.run("owner/name:version", {"image": picture}, wait=False)
    return str(output)


def follow_one(client: replicate.Client) -> replicate.Prediction | None:
    model = client.models.get("owner/name")
    version = model.latest_version
    if version is None:
        return None
    prediction = client.predictions.create(
        version=version, input={"prompt": "a cat"}, webhook_events_filter=["completed"]
    )
    for event in prediction.stream():
        assert_type(event, replicate.ServerSentEvent)
    assert_type(prediction.wait(), replicate.Prediction)
    assert_type(prediction.logs, str | None)
    if prediction.progress is not None:
        assert_type(prediction.progress.percentage, float)
    return prediction.cancel()


def list_all() -> list[str]:
    ids = list[str]()
    for page in replicate.paginate(replicate.predictions.list):
        assert_type(page, replicate.Page[replicate.Prediction])
        ids += [prediction.id for prediction in page.results]
    return ids


def handle_errors(client: replicate.Client) -> int | None:
    try:
        client.predictions.get("does-not-exist")
    except NotFoundError as error:
        return error.status
    except ModelError as error:
        assert_type(error.prediction, replicate.Prediction)
    return None


async def await_something(client: replicate.Client) -> list[str]:
    pieces = [str(event) async for event in await client.async_stream("owner/name", input={})]
    prediction = await client.predictions.async_create("owner/name", input={})
    assert_type(await prediction.async_wait(), replicate.Prediction)
    assert_type(await predictions_get.asyncio(prediction.id, client=client.api), RawPrediction)
    return pieces


def serve() -> RunningEngine:
    return start_engine()


if __name__ == "__main__":
    with replicate.Client(base_url=serve().url) as made:
        run_something(made)
        asyncio.run(await_something(made))
