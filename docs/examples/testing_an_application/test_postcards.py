"""How `postcards` is tested: no token, no network, no cost, and no waiting.

pip install replicate-openapi pytest
pytest docs/examples/testing_an_application
"""

import threading
from pathlib import Path

import postcards
import pytest
from replicate.testing import FakeReplicate, OutputFile, sign_webhook


def test_greetings_are_written(fake_replicate: FakeReplicate) -> None:
    """The pieces of the model's output are put together, and it was asked for the right place."""
    fake_replicate.script(postcards.WRITER, output=[" Hello", " from", " Lima!"], cold_boot=40)
    assert postcards.write("Lima") == "Hello from Lima!"
    assert fake_replicate.predictions[0].input == {"prompt": "Greetings from Lima:"}


def test_output_can_depend_on_the_input(fake_replicate: FakeReplicate) -> None:
    """A function in the place of the output gets the input."""
    fake_replicate.script(postcards.WRITER, output=lambda given: given["prompt"].upper())
    assert postcards.write("Oslo") == "GREETINGS FROM OSLO:"


def test_a_failure_of_the_model_is_told_in_plain_words(fake_replicate: FakeReplicate) -> None:
    """The application has its own error for it."""
    fake_replicate.script(postcards.WRITER, error="CUDA out of memory")
    with pytest.raises(postcards.PostcardError, match="write about Lima"):
        postcards.write("Lima")


def test_a_model_that_hangs_is_not_waited_for_forever(fake_replicate: FakeReplicate) -> None:
    """After the minute that the application grants, which does not pass here, the prediction is ended."""
    fake_replicate.script(postcards.WRITER, delay=float("inf"))
    with pytest.raises(postcards.PostcardError):
        postcards.write("Lima")
    fake_replicate.assert_nothing_left_running()


def test_a_rate_limit_is_waited_out(fake_replicate: FakeReplicate) -> None:
    """The pauses are those that the service asks for; they are skipped, and recorded."""
    fake_replicate.script(postcards.WRITER, output=["Hello!"])
    fake_replicate.fail(on="create", status=429, retry_after=10, times=2)
    assert postcards.write("Lima") == "Hello!"
    assert all(pause >= 10 for pause in fake_replicate.pauses)


def test_a_lost_answer_does_not_cost_a_second_postcard(fake_replicate: FakeReplicate) -> None:
    """The create is accepted, and its answer gets lost: the prediction is found, not created again."""
    fake_replicate.script(postcards.WRITER, output=["Hello!"])
    fake_replicate.cut(on="create", at="answer")
    assert postcards.write("Lima") == "Hello!"
    fake_replicate.assert_no_create_sent_twice()


def test_dictation_goes_on_after_the_stream_was_cut(fake_replicate: FakeReplicate) -> None:
    """No piece is missing, and none comes twice."""
    fake_replicate.script(postcards.WRITER, output=["Hello", " from", " Lima!"])
    fake_replicate.cut(on="stream", events=2)
    assert "".join(postcards.dictate("Lima")) == "Hello from Lima!"


def test_a_picture_is_saved(fake_replicate: FakeReplicate, tmp_path: Path) -> None:
    """It comes from another host, which must not see the token."""
    fake_replicate.script(postcards.PAINTER, output=[OutputFile(b"a picture", "out.png")])
    path = postcards.paint("Lima", tmp_path)
    assert path.read_bytes() == b"a picture"
    fake_replicate.assert_token_never_left()


def test_an_order_is_noted_when_its_webhook_is_called(fake_replicate: FakeReplicate) -> None:
    """The message is signed as the service would sign it."""
    fake_replicate.script(postcards.PAINTER, output=[OutputFile(b"a picture", "out.png")])
    order, orders = postcards.order("Lima"), {}
    message = fake_replicate.webhook(order)
    assert postcards.receive(message.body, message.headers, orders) == 204
    assert orders[order].endswith("/out.png")


def test_a_forged_webhook_is_refused(fake_replicate: FakeReplicate) -> None:
    """A message that somebody else signed is not the service's."""
    fake_replicate.script(postcards.PAINTER, output=[OutputFile(b"a picture")])
    body = fake_replicate.webhook(postcards.order("Lima")).body
    forged = sign_webhook(body, "whsec_c29tZWJvZHkgZWxzZSBlbnRpcmVseQ==")
    assert postcards.receive(body, forged, {}) == 401


def test_many_postcards_can_be_written_at_once(fake_replicate: FakeReplicate) -> None:
    """Each thread gets its own."""
    fake_replicate.script(postcards.WRITER, output=lambda given: given["prompt"], delay=5)
    written: list[str] = []
    places = [f"place {number}" for number in range(8)]
    threads = [threading.Thread(target=lambda place=place: written.append(postcards.write(place))) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [f"Greetings from {place}:" for place in places]
