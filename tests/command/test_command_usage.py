"""What is wrong on a command line, and what is never written: the token."""

import pytest

TOKEN = "r8_" + "s3cret" * 6


@pytest.mark.parametrize(
    "arguments",
    [
        ["--token", TOKEN, "run", "acme/painter"],
        ["run", "acme/painter", f"--token={TOKEN}"],
        ["predictions", "list", "--api-token", TOKEN],
        ["doctor", "--token"],
    ],
)
def test_a_token_on_the_command_line_is_refused_and_not_repeated(command, arguments):
    done = command(*arguments)
    assert done.status == 2
    assert "a token on the command line is visible to everybody" in done.err
    assert "REPLICATE_API_TOKEN" in done.err
    assert TOKEN not in done.err + done.out


@pytest.mark.parametrize(
    "arguments",
    [
        [TOKEN],
        ["run", TOKEN],
        ["run", "acme/painter", TOKEN],
        ["run", "acme/painter", "--key", TOKEN],
        ["predictions", "list", TOKEN],
        ["predictions", "get", f"{TOKEN}/x"],
        ["predictions", "list", "--created-after", TOKEN],
        ["--base-url", f"https://user:{TOKEN}@example.com", "account"],
    ],
)
def test_a_token_in_a_wrong_place_is_not_repeated(command, arguments, surroundings):
    surroundings.setenv("REPLICATE_API_TOKEN", TOKEN)
    done = command(*arguments)
    assert done.status == 2
    assert TOKEN not in done.err + done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "nonsense"], "names no model or version"),
        (["run", "a/b", "prompt"], "'prompt' is no input; write name=text, name=@path or name:=json"),
        (["run", "a/b", "steps:=four"], "'four' is no JSON; a text is written steps=…"),
        (["run", "a/b", "x=1", "x=2"], "'x' is given twice; items of a list are written x[]=…"),
        (["run", "a/b", "x=1", "x[]=2"], "given twice"),
        (["run", "a/b", "x:=@/no/such/file"], "/no/such/file cannot be read"),
        (["run", "a/b", "x=@/no/such/file"], "/no/such/file"),
        (["run", "a/b", "--timeout", "soon"], "'soon' is no duration"),
        (["run", "a/b", "--timeout", "0"], "timeout must be a positive number"),
        (["run", "a/b", "--no-wait", "--save", "."], "do not go together"),
        (["predictions", "cancel"], "--all-running"),
        (["predictions", "cancel", "x", "--all-running"], "--all-running"),
        (["predictions", "list", "--limit", "0"], "is no number of rows"),
        (["predictions", "list", "--created-after", "03/04/2025"], "can be read as several dates"),
        (["predictions", "list", "stray"], "unrecognized arguments: stray"),
        (["predictions", "wait", "x", "--tim", "3"], "unrecognized arguments: --tim 3"),
        (["models", "schema", "a1" * 32], "name the model of that version too"),
        (["--base-url", "ftp://example.com", "account"], "base_url must be an absolute URL"),
    ],
)
def test_what_cannot_be_used_is_status_2_and_sends_nothing(scripted, fake_replicate, arguments, told):
    done = scripted(*arguments)
    assert (done.status, done.out) == (2, "")
    assert told in done.err
    assert fake_replicate.requests == []


def test_without_arguments_it_says_what_there_is(command):
    done = command()
    assert done.status == 2
    assert "predictions" in done.err


def test_help_and_version_are_status_0(command):
    import replicate

    assert command("--version").out == f"replicate-openapi {replicate.__version__}\n"
    assert "name:=json" in command("run", "--help").out


def test_a_missing_token_is_status_1_and_sends_nothing(command):
    done = command("account")
    assert done.status == 1
    assert "No API token" in done.err


def test_what_the_service_refuses_is_status_1(local):
    done = local("models", "get", "local/nothing")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("replicate: 404")


def test_verbose_logs_requests_and_no_token(scripted, fake_replicate):
    done = scripted("account", "--verbose")
    assert "GET http" in done.err
    assert fake_replicate.token not in done.err


def test_global_options_hold_before_and_behind_the_subcommand(command, engine_url):
    assert command("--base-url", engine_url, "account").status == 0
    assert command("account", "--base-url", engine_url).status == 0
