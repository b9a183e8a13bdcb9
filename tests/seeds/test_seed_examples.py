"""Each Python example of the texts that describe this library, run as it stands there, as a program of its own."""

import re

import pytest

PNG = b"\x89PNG\r\n\x1a\n"
FILE_URL = r"http://127\.0\.0\.1:\d+/files/\w+/out-0\.png"


@pytest.fixture
def completed(run_example):
    def completed(name):
        done = run_example(name)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return completed


def newest(client, model):
    return next(prediction for prediction in client.predictions.list() if prediction.model == model)


def test_basic_model_execution_saves_the_output_file(completed, tmp_path):
    assert completed("basic_model_execution") == ""
    assert (tmp_path / "output.png").read_bytes().startswith(PNG)


def test_background_predictions_are_watched_awaited_and_saved(completed, tmp_path):
    lines = completed("background_predictions").splitlines()
    assert lines == ["Status: starting", "Logs: None", "Final status: succeeded"]
    assert (tmp_path / "output.png").read_bytes().startswith(PNG)


def test_a_prediction_with_a_webhook_reaches_the_service_with_it(completed, client):
    completed("webhooks")
    prediction = newest(client, "ai-forever/kandinsky-2.2")
    assert prediction.input == {"prompt": "Watercolor painting of an underwater submarine"}
    assert prediction.wait().status == "succeeded"
    told = prediction.raw.to_dict()
    assert told["webhook"] == "https://example.com/your-webhook"
    assert told["webhook_events_filter"] == ["completed"]


def test_a_pipeline_gives_the_output_of_one_model_to_the_next(completed, client):
    completed("model_pipelines")
    drawn, enlarged = newest(client, "afiaka87/laionide-v4"), newest(client, "jingyunliang/swinir")
    assert drawn.input == {"prompt": "avocado armchair"}
    assert enlarged.input == {"image": drawn.output}
    assert enlarged.status == "succeeded"


def test_listing_and_searching_prints_predictions_and_models(completed, client):
    page = client.predictions.list()
    for _ in range(101 - len(page)):
        client.predictions.create("local/echo", {})
    lines = completed("listing_and_searching").splitlines()
    predictions = [line for line in lines if re.fullmatch(r"ID: [0-9a-z]{26}, Status: [a-z]+", line)]
    assert len(predictions) == 100  # a full page, so that the example asks for the next one too
    assert any(re.fullmatch(r"local/wordcount: .*text.*", line) for line in lines[100:])


def test_cancellation_ends_the_prediction(completed, client):
    assert completed("cancellation") == "Prediction canceled\n"
    assert newest(client, "kvfrans/clipdraw").wait().status in {"canceled", "succeeded"}  # it may have been quicker


def test_creating_waiting_and_printing_shows_the_list_of_urls(completed):
    assert re.fullmatch(rf"Prediction output: \['{FILE_URL}'\]\n", completed("create_wait_and_print"))


def test_the_run_shortcut_shows_the_list_of_urls(completed):
    assert re.fullmatch(rf"Output URL: \['{FILE_URL}'\]\n", completed("run_shortcut"))


def test_a_wrong_token_ends_an_example_with_an_error_that_names_the_variable(run_example):
    done = run_example("run_shortcut", REPLICATE_API_TOKEN="r8_wrong")
    assert done.returncode == 1
    assert "401" in done.stderr
    assert "r8_wrong" not in done.stderr


def test_without_a_token_an_example_ends_with_an_error_that_names_the_variable(run_example):
    done = run_example("run_shortcut", REPLICATE_API_TOKEN="", REPLICATE_BASE_URL="")
    assert done.returncode == 1
    assert "REPLICATE_API_TOKEN" in done.stderr
