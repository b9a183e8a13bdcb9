"""The command `replicate-local`: options in, an engine served until it is told to stop; never what it serves."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from replicate_local import terms
from replicate_local.aliases import Alias, AliasError, parse_alias
from replicate_local.catalog import Builtin, DescriptionError, builtins
from replicate_local.hosts import is_loopback
from replicate_local.limits import LimitError, Limits, parse_duration, parse_size, parse_workers
from replicate_local.model_sources import VARIABLE, ModelSource, ModelSourceError, parse_model
from replicate_local.workers.process import describe

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from replicate_local.engine import Settings

TOKEN_VARIABLE = "REPLICATE_LOCAL_TOKEN"  # noqa: S105  a variable's name
"""Where a token can be given without showing it in the list of processes."""

_REACHABLE = (
    "can be reached from other machines: whoever has the token can run models here, "
    "and the connection is not encrypted, so the token can be read on its way"
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    token: str | None = options.token or os.environ.get(TOKEN_VARIABLE) or None
    if token is None and not is_loopback(options.host):
        return _refuse(f"{options.host} can be reached from other machines, so --token is needed")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        aliases = tuple(parse_alias(text) for text in options.alias)
        models = _models(options)
    except (AliasError, ModelSourceError) as error:
        return _refuse(str(error))
    logging.getLogger("replicate_local.engine").setLevel(logging.INFO)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # malformed uploads are told to whoever sent them
    directory = Path(options.data or tempfile.mkdtemp(prefix="replicate-local-"))
    try:
        settings = _Given(directory.resolve(), token, aliases, models)
        return asyncio.run(_serve(options, settings))
    except KeyboardInterrupt:  # before the server listens; later it ends by itself
        return 130
    finally:
        if options.data is None:
            shutil.rmtree(directory, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="replicate-local", description="Replicate's HTTP API, served on this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the models that come with the engine, and your own")
    serve.add_argument(
        "models",
        nargs="*",
        metavar="MODEL[=OWNER/NAME]",
        help="a model of your own: a folder with a cog.yaml, predict.py:Predictor, or a file whose functions are "
        f"decorated with @replicate_local.model; more are taken from ${VARIABLE}, separated by semicolons",
    )
    serve.add_argument("--name", metavar="OWNER/NAME", help="what to call your model, if it is one")
    serve.add_argument("--reload", action="store_true", help="follow changes of your models' code")
    _add_limits(serve.add_argument_group("limits of each of your models"))
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument(
        "--port", type=int, default=8000, help="port to listen on, 0 for a free one (default: %(default)s)"
    )
    serve.add_argument("--data", metavar="DIR", help="keep predictions and files here (default: forget them at exit)")
    serve.add_argument("--token", help=f"token that calls must carry (default: ${TOKEN_VARIABLE}, or none)")
    serve.add_argument(
        "--alias",
        action="append",
        default=[],
        metavar="OWNER/NAME[:VERSION_ID]=local/MODEL",
        help="serve a model under another name too, so that a program written for that one runs here; repeatable",
    )
    serve.add_argument(
        "--remote-webhooks",
        action="store_true",
        help="call webhooks on other machines too (default: this machine only)",
    )
    terms.add_options(serve)
    serve.add_argument("--exit-with-stdin", action="store_true", help=argparse.SUPPRESS)
    return parser


def _add_limits(group: Any) -> None:
    group.add_argument(
        "--concurrency",
        type=_argument(parse_workers),
        metavar="N",
        help="predictions that run at a time, each in a process of its own; others wait (default: 2 to 4)",
    )
    group.add_argument(
        "--setup-timeout", type=_argument(parse_duration), metavar="TIME", help="for loading and setup (default: 10m)"
    )
    group.add_argument(
        "--time-limit", type=_argument(parse_duration), metavar="TIME", help="for one prediction (default: none)"
    )
    group.add_argument(
        "--memory-limit",
        type=_argument(parse_size),
        metavar="SIZE",
        help="for each process, like 2GiB (default: none)",
    )


def _argument(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let the parser of arguments tell what a limit's own parser says."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except LimitError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parsed


def _models(options: argparse.Namespace) -> tuple[ModelSource, ...]:
    """Return the user's own models.

    Raises:
        ModelSourceError: one of them is none.
    """
    texts = [*options.models, *(text.strip() for text in os.environ.get(VARIABLE, "").split(";") if text.strip())]
    if options.name is not None and len(texts) != 1:
        raise ModelSourceError("--name is for one model; write MODEL=owner/name for each of several")
    return tuple(parse_model(text, options.name) for text in texts)


@dataclass(frozen=True)
class _Given:
    """What the command line says about the engine itself."""

    data: Path
    token: str | None
    aliases: tuple[Alias, ...]
    models: tuple[ModelSource, ...]


async def _serve(options: argparse.Namespace, given: _Given) -> int:
    try:
        models = builtins()
        describing = asyncio.create_task(describe([model.entry for model in models]))
        await asyncio.sleep(0)  # the other process starts while this one imports the web server
        from replicate_local.engine import Settings
        from replicate_local.server import base_url, bind

        sock = bind(options.host, options.port)
    except OSError as error:
        return _refuse(f"cannot listen on {options.host} port {options.port}: {error.strerror or error}")
    with sock:
        if not is_loopback(options.host):
            sys.stderr.write(f"replicate-local: {options.host} {_REACHABLE}\n")
        limits = Limits(options.concurrency, options.setup_timeout, options.time_limit, options.memory_limit)
        settings = Settings(
            given.data, given.token, given.aliases, options.remote_webhooks, given.models, limits, terms.terms(options)
        )
        return await _run(options, settings, sock, base_url(options.host, sock), models, describing)


async def _run(
    options: argparse.Namespace,
    settings: Settings,
    sock: socket.socket,
    url: str,
    models: list[Builtin],
    describing: asyncio.Task[list[dict[str, Any]]],
) -> int:
    from replicate_local import contract
    from replicate_local.app import make_app
    from replicate_local.engine import DataInUseError, Engine
    from replicate_local.operations.webhooks import make_last_calls
    from replicate_local.own_models import OwnModelError
    from replicate_local.reloading import Reloading
    from replicate_local.server import Server

    try:
        engine = Engine(settings, contract.load())
    except (DataInUseError, RuntimeError, OSError) as error:
        return _refuse(str(error))
    try:
        await engine.describe_models({model.full_name for model in models})
        engine.start(models, await describing)
        make_last_calls(engine)
        app = make_app(engine)
        for name in engine.own.names:
            sys.stderr.write(f"replicate-local: serving {name}\n")
        server = Server(
            Reloading(app, engine.refresh) if options.reload else app,
            on_ready=lambda: _say(url),
            before_shutdown=engine.stop,
            exit_with_stdin=options.exit_with_stdin,
        )
        await server.serve([sock])
    except OwnModelError as error:
        sys.stderr.write(error.logs)
        return _refuse(str(error))
    except (AliasError, DescriptionError, RuntimeError, OSError) as error:
        return _refuse(str(error))
    finally:
        await engine.close()
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"replicate-local: {sentence}\n")
    return 1


def _say(url: str) -> None:
    """Write the one line of standard output, which tells whoever waits that calls are accepted."""
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
