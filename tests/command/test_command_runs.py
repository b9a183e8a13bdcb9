"""`run`, `stream` and what can be done with a prediction later, called in this process."""

import json
import signal
import threading

import pytest

MODEL = "acme/painter"


def test_an_input_of_every_kind_reaches_the_model(local, tmp_path):
    (tmp_path / "items.json").write_text('["x", "y"]')
    done = local(
        "run", "local/echo", "text=a=b", "count:=3", "flag:=true", f"items:=@{tmp_path / 'items.json'}", "choice=b"
    )
    assert done.status == 0, done.err
    assert json.loads(done.out) == {
        "text": "a=b", "number": 0, "count": 3, "flag": True, "choice": "b", "word": None, "items": ["x", "y"],
    }  # fmt: skip


def test_a_file_of_this_machine_is_uploaded(local, tmp_path):
    (tmp_path / "poem.txt").write_text("one two\nthree\n")
    done = local("run", "local/wordcount", f"text=@{tmp_path / 'poem.txt'}")
    assert json.loads(done.out)["words"] == 3


def test_standard_input_is_uploaded(local):
    local.reads("four words stand here")
    assert json.loads(local("run", "local/wordcount", "text=@-").out)["words"] == 4


def test_options_and_inputs_may_stand_in_any_order(local, tmp_path):
    done = local("run", "local/echo", "--timeout", "1m", "text=x", "--verbose", "count:=2")
    assert (json.loads(done.out)["text"], json.loads(done.out)["count"]) == ("x", 2)


def test_pictures_are_urls_or_saved_beside_what_is_there(local, tmp_path):
    arguments = ["run", "local/julia", "prompt=x", "width:=16", "height:=16", "num_outputs:=2"]
    assert [url.rpartition("/")[2] for url in local(*arguments).lines] == ["out-0.png", "out-1.png"]
    directory = tmp_path / "a" / "b"
    assert local(*arguments, "--save", str(directory)).lines == [
        str(directory / name) for name in ("out-0.png", "out-1.png")
    ]
    first = (directory / "out-0.png").read_bytes()
    assert local(*arguments, "--save", str(directory)).lines == [
        str(directory / name) for name in ("out-0-2.png", "out-1-2.png")
    ]
    assert (directory / "out-0.png").read_bytes() == first
    assert len(list(directory.iterdir())) == 4


def test_a_directory_that_cannot_be_made_is_told_before_anything_is_spent(scripted, fake_replicate, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = scripted("run", MODEL, "--save", str(tmp_path / "file"))
    assert done.status == 2
    assert done.err.startswith("replicate: --save: ")
    assert fake_replicate.requests == []


def test_json_is_the_whole_prediction_with_the_paths_of_its_files(local, tmp_path):
    done = local("run", "local/identicon", "prompt=x", "--json", "--save", str(tmp_path))
    prediction = json.loads(done.out)
    assert prediction["status"] == "succeeded"
    assert prediction["input"] == {"prompt": "x"}
    assert prediction["saved"] == [str(tmp_path / "identicon.png")]


def test_a_model_that_fails_is_status_1_and_its_error(local):
    done = local("run", "local/fail", "message=out of paint")
    assert (done.status, done.out) == (1, "")
    assert "failed: out of paint" in done.err


def test_a_model_that_fails_is_told_to_machines_too(local):
    done = local("run", "local/fail", "message=out of paint", "--json")
    assert done.status == 1
    assert json.loads(done.out)["error"] == "out of paint"
    assert "out of paint" in done.err


def test_a_number_written_as_text_is_refused_with_advice(local):
    done = local("run", "local/echo", "count=3", "text=4 words")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-1] == "replicate: name=value is a text; perhaps this was meant: count:=3"


def test_time_that_is_up_cancels_and_is_status_1(scripted, fake_replicate):
    fake_replicate.script(MODEL, delay=3600)
    done = scripted("run", MODEL, "--timeout", "1m30s")
    assert done.status == 1
    assert "was told to cancel" in done.err
    assert fake_replicate.creates[0].headers["cancel-after"] == "90s"


def test_a_deployment_runs_by_its_name(scripted, fake_replicate):
    fake_replicate.script("deployments/acme/fast", output="done")
    assert scripted("run", "deployments/acme/fast").out == "done\n"
    assert scripted("run", "deployments/acme/fast", "--no-wait").status == 0


@pytest.mark.parametrize(
    ("output", "written"),
    [
        ("text", "text\n"),
        ("text\n", "text\n"),
        (["one ", "text"], "one text\n"),
        ([1, "two"], '[\n  1,\n  "two"\n]\n'),
        ({"colour": "grün\x9b"}, '{\n  "colour": "grün\\u009b"\n}\n'),
        (0, "0\n"),
        ("\x1b[0m", "\x1b[0m\n"),
    ],
)
def test_an_output_is_written_as_what_it_is(scripted, fake_replicate, output, written):
    fake_replicate.script(MODEL, output=output)
    assert scripted("run", MODEL) == (0, written, "")


def test_a_terminal_gets_text_without_what_it_would_obey(scripted, fake_replicate):
    fake_replicate.script(MODEL, output="a\x1b[2Jb\rc\nd")
    scripted.on_a_terminal("stdout")
    assert scripted("run", MODEL).out == "a\\x1b[2Jb\\rc\nd\n"


def test_an_empty_output_is_said_beside_it(scripted, fake_replicate):
    fake_replicate.script(MODEL, output=None)
    assert scripted("run", MODEL) == (0, "", "replicate: the model put out nothing\n")


def test_a_file_inside_a_text_that_is_cut_for_people_is_whole_for_programs(scripted, fake_replicate):
    uri = "data:text/plain;base64," + "QUJD" * 100
    fake_replicate.script(MODEL, output=[uri])
    assert scripted("run", MODEL).out == f"{uri}\n"
    scripted.on_a_terminal("stdout")
    assert f"… ({len(uri)} characters; --save DIR keeps the file)" in scripted("run", MODEL).out


def test_a_stream_writes_the_same_text_as_a_run(local):
    arguments = ["local/ngram", "prompt=The", "max_tokens:=6", "seed:=7"]
    streamed = local("stream", *arguments)
    assert (streamed.status, streamed.err) == (0, "")
    assert streamed.out == local("run", *arguments).out


def test_a_stream_for_machines_is_an_event_per_line(local):
    events = [json.loads(line) for line in local("stream", "local/ngram", "prompt=The", "--json").lines]
    assert {event["event"] for event in events} >= {"output", "done"}


def test_a_stream_saves_files_as_they_come(local, tmp_path):
    arguments = ["stream", "local/julia", "prompt=x", "width:=16", "height:=16", "num_outputs:=2"]
    done = local(*arguments, "--save", str(tmp_path))
    assert done.lines == [str(tmp_path / "out-0.png"), str(tmp_path / "out-1.png")]
    assert (tmp_path / "out-1.png").read_bytes().startswith(b"\x89PNG")


def test_a_stream_that_fails_is_status_1(local):
    done = local("stream", "local/fail", "message=no")
    assert (done.status, "failed: no" in done.err) == (1, True)


def test_a_stream_of_a_model_that_has_none_is_canceled(scripted, fake_replicate):
    fake_replicate.script(MODEL, delay=3600)
    fake_replicate.answer(
        "POST /v1/models/acme/painter/predictions",
        json={"id": "p1", "status": "starting", "model": MODEL, "version": "v", "urls": {}},
        status=201,
    )
    fake_replicate.answer("POST /v1/predictions/p1/cancel", json={"id": "p1", "status": "canceled", "version": "v"})
    done = scripted("stream", MODEL)
    assert (done.status, done.out) == (1, "")
    assert "does not support streaming" in done.err
    assert done.err.endswith("prediction p1 was told to cancel\n")
    assert fake_replicate.requests[-1].path == "/v1/predictions/p1/cancel"


@pytest.mark.parametrize("name", ["run", "stream"])
def test_an_interruption_before_the_answer_to_the_create_cancels_what_was_created(scripted, fake_replicate, name):
    async def interrupt(connection, reply):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        await connection.until_hung_up()

    fake_replicate.script(MODEL, delay=3600)
    fake_replicate.distort("create", interrupt)
    done = scripted(name, MODEL)
    assert (done.status, done.out) == (130, "")
    (prediction,) = fake_replicate.predictions
    assert done.err == f"replicate: interrupted; prediction {prediction.id} was told to cancel\n"
    assert prediction.status == "canceled"


def test_a_prediction_can_be_waited_for_and_saved_later(local, tmp_path):
    prediction_id = local("run", "--no-wait", "local/julia", "prompt=x", "width:=16", "height:=16").out.strip()
    (url,) = local("predictions", "wait", prediction_id).lines
    assert url.endswith("/out-0.png")
    assert local("predictions", "save", prediction_id, str(tmp_path)).lines == [str(tmp_path / "out-0.png")]
    told = local("predictions", "get", prediction_id)
    assert "status        succeeded" in told.lines
    assert "image_count   1" in told.lines


def test_a_wait_has_a_limit_and_leaves_the_prediction_running(local):
    prediction_id = local("run", "--no-wait", "local/sleeper", "seconds:=60").out.strip()
    done = local("predictions", "wait", prediction_id, "--timeout", "0.1s")
    assert (done.status, prediction_id in done.err) == (1, True)
    assert local("predictions", "cancel", prediction_id).out == f"{prediction_id}  canceled\n"


def test_a_wait_for_what_failed_is_status_1(local):
    prediction_id = local("run", "--no-wait", "local/fail", "message=no").out.strip()
    done = local("predictions", "wait", prediction_id, "--json", "--save", ".")
    assert (done.status, json.loads(done.out)["status"]) == (1, "failed")


def test_what_has_no_files_cannot_be_saved(scripted, fake_replicate, tmp_path):
    fake_replicate.script(MODEL, output="text")
    prediction_id = json.loads(scripted("run", MODEL, "--json").out)["id"]
    done = scripted("predictions", "save", prediction_id, str(tmp_path))
    assert (done.status, done.err) == (1, f"replicate: prediction {prediction_id} has no files: it is succeeded\n")


def test_all_that_runs_is_canceled_and_counted(local):
    running = {local("run", "--no-wait", "local/sleeper", "seconds:=60").out.strip() for _ in range(3)}
    over = json.loads(local("run", "local/echo", "--json").out)["id"]
    refused = local("predictions", "cancel", "--all-running")
    assert (refused.status, "give --yes" in refused.err, refused.out) == (2, True, "")
    done = local("predictions", "cancel", "--all-running", "--yes")
    assert done.status == 0
    assert {line.split()[0] for line in done.lines} >= running
    assert over not in done.out
    assert done.err.endswith(f"told {len(done.lines)} predictions to cancel\n")
    assert local("predictions", "cancel", "--all-running").err.startswith("replicate: nothing is running")


@pytest.mark.parametrize(("answer", "status"), [("y", "canceled"), ("n", "processing"), ("", "processing")])
def test_a_person_is_asked_before_all_is_canceled(local, answer, status):
    local("predictions", "cancel", "--all-running", "--yes")  # what other tests have left behind
    prediction_id = local("run", "--no-wait", "local/sleeper", "seconds:=60").out.strip()
    local.reads(f"{answer}\n")
    local.on_a_terminal("stdin")
    done = local("predictions", "cancel", "--all-running")
    assert prediction_id in done.out
    assert "Cancel 1 prediction? [y/N]" in done.err
    assert (done.status == 0) is (status == "canceled")
    ended = local("predictions", "cancel", prediction_id)
    assert ("was over already" in ended.out) is False
    assert ended.status == 0


def test_one_that_cannot_be_canceled_does_not_keep_the_others_from_it(scripted, fake_replicate):
    fake_replicate.script(MODEL, delay=3600)
    fake_replicate.script("acme/quick", output="done")
    running = scripted("run", "--no-wait", MODEL).out.strip()
    over = json.loads(scripted("run", "acme/quick", "--json").out)["id"]
    done = scripted("predictions", "cancel", "nothing", over, running)
    assert done.status == 1
    assert done.lines == [f"{over}  was over already: succeeded", f"{running}  canceled"]
    assert "prediction nothing: 404" in done.err
    assert done.err.endswith("told 2 predictions to cancel; 1 could not be\n")
