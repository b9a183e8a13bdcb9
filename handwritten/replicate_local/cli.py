"""The command `replicate-local`: options in, an engine served until it is told to stop; never what it serves."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from replicate_local.aliases import Alias, AliasError, parse_alias
from replicate_local.catalog import Builtin, DescriptionError, builtins
from replicate_local.hosts import is_loopback
from replicate_local.workers.process import describe

if TYPE_CHECKING:
    import socket

    from replicate_local.engine import Settings

TOKEN_VARIABLE = "REPLICATE_LOCAL_TOKEN"  # noqa: S105  a variable's name
"""Where a token can be given without showing it in the list of processes."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    token: str | None = options.token or os.environ.get(TOKEN_VARIABLE) or None
    if token is None and not is_loopback(options.host):
        return _refuse(f"{options.host} can be reached from other machines, so --token is needed")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        aliases = tuple(parse_alias(text) for text in options.alias)
    except AliasError as error:
        return _refuse(str(error))
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # malformed uploads are told to whoever sent them
    directory = Path(options.data or tempfile.mkdtemp(prefix="replicate-local-"))
    try:
        return asyncio.run(_serve(options, directory.resolve(), token, aliases))
    finally:
        if options.data is None:
            shutil.rmtree(directory, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="replicate-local", description="Replicate's HTTP API, served on this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the models that come with the engine")
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
    serve.add_argument("--exit-with-stdin", action="store_true", help=argparse.SUPPRESS)
    return parser


async def _serve(options: argparse.Namespace, directory: Path, token: str | None, aliases: tuple[Alias, ...]) -> int:
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
        settings = Settings(directory, token, aliases, options.remote_webhooks)
        return await _run(options, settings, sock, base_url(options.host, sock), models, await describing)


async def _run(
    options: argparse.Namespace,
    settings: Settings,
    sock: socket.socket,
    url: str,
    models: list[Builtin],
    described: list[dict[str, Any]],
) -> int:
    from replicate_local import contract
    from replicate_local.app import make_app
    from replicate_local.engine import DataInUseError, Engine
    from replicate_local.server import Server

    try:
        engine = Engine(settings, contract.load())
        engine.start(models, described)
    except (AliasError, DataInUseError, DescriptionError, RuntimeError, OSError) as error:
        return _refuse(str(error))
    server = Server(
        make_app(engine),
        on_ready=lambda: _say(url),
        before_shutdown=engine.stop,
        exit_with_stdin=options.exit_with_stdin,
    )
    try:
        await server.serve([sock])
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
