"""`run` and `stream`: creating a prediction and showing what it puts out; how both go is up to the client."""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, cast

from .inputs import FORMS, numbers_as_text, read_inputs
from .options import add_json, add_json_lines, open_client, seconds
from .printing import complain, is_terminal, write, write_json, write_json_line, write_line, write_link

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Generator

    from .._stream_events import ServerSentEvent
    from .._watching import PredictionEvent
    from ..client import Client
    from ..prediction import Prediction
    from .parser import Commands

_REFERENCE = "owner/name, owner/name:version, a version's id, or deployments/owner/name"

_CANCEL_SECONDS = 5.0


def add_to(commands: Commands) -> None:
    """Add the subcommands."""
    from .results import add_save

    run_parser = commands.add("run", run, "run a model and write its output", more=FORMS)
    add_json(run_parser, "the whole prediction as one JSON document")
    run_parser.add_argument(
        "--no-wait", action="store_true", help="create the prediction, write its id, and do not wait for its end"
    )
    stream_parser = commands.add("stream", stream, "run a model and write its output as it comes", more=FORMS)
    add_json_lines(stream_parser)
    for parser in (run_parser, stream_parser):
        parser.set_defaults(several="inputs")
        parser.add_argument("ref", metavar="REF", help=_REFERENCE)
        parser.add_argument("inputs", nargs="*", metavar="name=value", help="what goes in; see below")
        add_save(parser)
        parser.add_argument(
            "--timeout",
            type=seconds,
            metavar="TIME",
            help="the time it may take in all, such as 90s or 2m; the service ends it then, whatever happens here",
        )


def run(options: argparse.Namespace) -> int:
    """Run a model, and write its output, its files' paths, or the whole prediction."""
    from ..exceptions import InvalidArgumentError
    from . import saving

    given = read_inputs(options.inputs)
    saving.prepare(options.save)
    if options.no_wait and options.save is not None:
        raise InvalidArgumentError("--no-wait and --save do not go together; `predictions save ID DIR` saves later")
    with open_client(options) as client:
        if options.no_wait:
            return _explained(options, lambda: _create(client, options, given))
        return _explained(options, lambda: _run(client, options, given))


def _create(client: Client, options: argparse.Namespace, given: dict[str, Any]) -> int:
    prediction = _created(client, options, given)
    if options.json:
        write_json(prediction.dict())
    else:
        write_line(prediction.id)
    return 0


def _created(client: Client, options: argparse.Namespace, given: dict[str, Any]) -> Prediction:
    from .._references import DeploymentReference, parse_runnable

    reference = parse_runnable(options.ref)
    name = "deployment" if isinstance(reference, DeploymentReference) else "model"
    named: Any = {name: options.ref}
    return client.predictions.create(input=given, **named, **_limits(options))


def _run(client: Client, options: argparse.Namespace, given: dict[str, Any]) -> int:
    from ..exceptions import ModelError
    from .following import Follower
    from .results import show_output, show_prediction

    seen: list[Prediction] = []
    follower = Follower() if is_terminal(sys.stderr) else None

    def note(event: PredictionEvent) -> None:
        seen[:] = [event.prediction]
        if follower is not None:
            follower(event)

    watched = options.json or follower is not None
    try:
        # Without a hold the prediction is known at once, and can be canceled when this is interrupted.
        output = client.run(options.ref, given, on_event=note if watched else None, wait=False, **_limits(options))
    except ModelError as error:
        if options.json:
            write_json(error.prediction.dict())
        raise
    finally:
        if follower is not None:
            follower.finish()
    if options.json:
        show_prediction(seen[0], options.save)
    else:
        show_output(output, options.save)
    return 0


def stream(options: argparse.Namespace) -> int:
    """Run a model, and write its output as it comes; files as URLs or saved paths, a line for each."""
    from . import saving

    given = read_inputs(options.inputs)
    saving.prepare(options.save)
    with open_client(options) as client:
        return _explained(options, lambda: _stream(client, options, given))


def _stream(client: Client, options: argparse.Namespace, given: dict[str, Any]) -> int:
    from ..exceptions import UnsupportedError, WaitTimeoutError

    prediction = _created(client, options, given)
    show = _Stream(options.save)
    try:
        with closing(cast("Generator[ServerSentEvent]", prediction.stream())) as events:
            for event in events:
                if options.json:
                    write_json_line({**event.dict(), **show.saved(event)})
                else:
                    show(event)
    except (KeyboardInterrupt, BrokenPipeError, UnsupportedError, WaitTimeoutError) as error:
        _cancel(client, prediction)
        error.add_note(f"prediction {prediction.id} was told to cancel")
        raise
    finally:
        show.finish()
    return 0


def _cancel(client: Client, prediction: Prediction) -> None:
    """Cancel a prediction nobody follows any more: once, and without a word where that fails."""
    from ..exceptions import ReplicateException

    with suppress(ReplicateException):
        client.with_options(max_retries=0, timeout=_CANCEL_SECONDS).predictions.cancel(prediction.id)


class _Stream:
    """Writes the events of a stream for people."""

    def __init__(self, directory: str | None) -> None:
        from .following import Follower

        self._directory = directory
        self._log = Follower().log if is_terminal(sys.stderr) else None
        self._inside_a_line = False

    def __call__(self, event: ServerSentEvent) -> None:
        """Write an event."""
        if event.event == "logs":
            if self._log is not None and not (self._inside_a_line and is_terminal(sys.stdout)):
                self._log(event.data)
        elif event.file is not None:
            self.finish()
            write_link(self.saved(event).get("saved", event.file.url))
        elif text := str(event):
            write(text)
            self._inside_a_line = not text.endswith("\n")
        sys.stdout.flush()

    def saved(self, event: ServerSentEvent) -> dict[str, str]:
        """Save the file of an event where that was asked for, and return where."""
        from .saving import save

        if self._directory is None or event.file is None:
            return {}
        return {"saved": str(save(event.file, self._directory))}

    def finish(self) -> None:
        """End a line that was begun."""
        if self._inside_a_line:
            write("\n")
            self._inside_a_line = False


def _limits(options: argparse.Namespace) -> dict[str, Any]:
    return {} if options.timeout is None else {"timeout": options.timeout}


def _explained(options: argparse.Namespace, call: Callable[[], int]) -> int:
    """Call a function; where the service refuses the input, say what may be written wrongly on the command line."""
    from ..exceptions import ValidationError

    try:
        return call()
    except ValidationError as error:
        complain(str(error))
        if perhaps := numbers_as_text(options.inputs):
            complain(f"name=value is a text; perhaps this was meant: {' '.join(perhaps)}")
        return 1
