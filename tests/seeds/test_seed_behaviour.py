"""What the texts say in words about creating, getting, listing, canceling and waiting, as this library does it."""

import asyncio

import pytest
import replicate
from replicate.exceptions import AuthenticationError, ModelError, NotFoundError, ValidationError

VERSION = "db21e45d3f7023abc2a46ee38a23973f6dce16bb082a930b0c49861f96d1e5bf"
INPUT = {"prompt": "a 19th century portrait of a wombat gentleman"}


@pytest.fixture(scope="module")
def version(client):
    return client.models.get("stability-ai/stable-diffusion").versions.get(VERSION)


def slow(client):
    """A prediction that is not over before it is canceled."""
    return client.predictions.create("local/sleeper", {"seconds": 60})


def test_a_prediction_is_created_from_the_name_of_a_model(client):
    assert client.predictions.create("stability-ai/stable-diffusion-3", INPUT).status == "starting"


def test_a_prediction_is_created_from_a_version(client, version):
    prediction = client.predictions.create(version, INPUT)
    assert (prediction.status, prediction.version) == ("starting", VERSION)


def test_a_prediction_is_created_with_a_webhook(client, version):
    prediction = client.predictions.create(version, INPUT, webhook="https://example.com/webhook")
    assert (prediction.status, prediction.webhook) == ("starting", "https://example.com/webhook")


def test_a_prediction_is_created_with_the_names_of_its_arguments(client, version):
    assert client.predictions.create(version=version, input=INPUT, stream=True).status == "starting"
    assert client.predictions.create(model="stability-ai/stable-diffusion-3", input=INPUT).status == "starting"


def test_a_prediction_is_canceled_by_its_id(client):
    assert client.predictions.cancel(slow(client).id).status == "canceled"


def test_a_prediction_is_canceled_as_an_object(client):
    assert client.predictions.cancel(slow(client)).status == "canceled"


def test_a_prediction_cancels_itself_and_is_up_to_date_then(client):
    prediction = slow(client)
    assert prediction.cancel() is prediction
    assert prediction.status == "canceled"


def test_a_prediction_that_is_over_cannot_be_canceled_and_stays_succeeded(client, version):
    prediction = client.predictions.create(version, INPUT)
    assert prediction.wait().status == "succeeded"
    assert client.predictions.cancel(prediction.id).status == "succeeded"


def test_wait_returns_the_finished_prediction(client, version):
    prediction = client.predictions.create(version, INPUT)
    assert prediction.status == "starting"
    assert prediction.wait() is prediction
    assert prediction.status == "succeeded"


def test_a_prediction_is_got_by_its_id(client, version):
    made = client.predictions.create(version, INPUT).wait()
    got = client.predictions.get(made.id)
    assert (got.id, got.status, got.output) == (made.id, "succeeded", made.output)


def test_an_unknown_id_is_an_error_that_says_not_found(client):
    with pytest.raises(NotFoundError, match="could not be found") as caught:
        client.predictions.get("not_a_real_id")
    assert caught.value.status == 404
    assert isinstance(caught.value, replicate.ReplicateError)


def test_listed_predictions_tell_id_status_input_version_output_and_urls(client, version):
    made = client.predictions.create(version, INPUT).wait()
    listed = next(prediction for prediction in client.predictions.list() if prediction.id == made.id)
    assert (listed.status, listed.input, listed.version) == ("succeeded", INPUT, VERSION)
    assert listed.output == made.output
    assert listed.urls["get"].endswith(f"/v1/predictions/{made.id}")
    assert listed.urls["cancel"].endswith(f"/v1/predictions/{made.id}/cancel")


def test_a_cursor_that_is_none_is_a_value_error(client):
    with pytest.raises(ValueError, match="cursor"):
        client.predictions.list(None)


def test_a_failed_prediction_tells_its_error(client):
    prediction = client.predictions.create("local/fail", {"message": "out of paint"}).wait()
    assert prediction.status == "failed"
    assert "out of paint" in prediction.error
    with pytest.raises(ModelError, match="out of paint"):
        client.run("local/fail", {"message": "out of paint"})


def test_a_wrong_token_is_an_authentication_error(hosted):
    with (
        replicate.Client("r8_wrong", base_url=hosted.url) as client,
        pytest.raises(AuthenticationError) as caught,
    ):
        client.predictions.list()
    assert caught.value.status == 401


def test_a_prediction_is_streamed_and_its_output_iterated(client):
    words = {"prompt": "The value of", "max_tokens": 5, "seed": 1}
    prediction = client.predictions.create("local/ngram", words, stream=True)
    streamed = [str(event) for event in prediction.stream() if event.event == "output"]
    assert streamed == list(client.predictions.create("local/ngram", words).output_iterator())
    assert prediction.reload().output == streamed


def test_a_model_without_a_stream_is_a_replicate_error():
    prediction = replicate.Prediction(id="x", status="starting", urls={"get": "https://api.replicate.com/v1/x"})
    with pytest.raises(replicate.ReplicateError, match="does not support streaming"):
        next(iter(prediction.stream()))


def test_progress_is_read_from_the_logs(client):
    prediction = client.predictions.create("local/sleeper", {"seconds": 0, "steps": 4}).wait()
    assert prediction.progress.percentage == 1.0


def test_the_same_can_be_awaited(client):
    async def live():
        prediction = await client.predictions.async_create("local/ngram", {"prompt": "A", "max_tokens": 3, "seed": 1})
        streamed = [str(event) async for event in prediction.async_stream() if event.event == "output"]
        await prediction.async_wait()
        items = [item async for item in prediction.async_output_iterator()]
        got = await client.predictions.async_get(prediction.id)
        page = await client.predictions.async_list()
        running = await client.predictions.async_create("local/sleeper", {"seconds": 60})
        by_id = await client.predictions.async_cancel(running.id)
        await running.async_reload()
        after = await running.async_cancel()
        return streamed, items, got, page, by_id, after

    streamed, items, got, page, by_id, after = asyncio.run(live())
    assert streamed == items == got.output
    assert got.id in {prediction.id for prediction in page.results}
    assert by_id.status == after.status == "canceled"


def test_data_that_make_no_prediction_raise_a_validation_error():
    with pytest.raises(ValidationError, match="'id' is missing") as caught:
        replicate.Prediction(status="starting")
    assert isinstance(caught.value, ValueError)


def test_a_prediction_is_made_from_the_members_of_its_json():
    prediction = replicate.Prediction(id="1234", status="succeeded", model="a/b", logs="done", output=[1])
    assert (prediction.id, prediction.model, prediction.logs, prediction.output) == ("1234", "a/b", "done", [1])
