"""The arguments of the command, and what all its subcommands share; the token is never one of them."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any, NoReturn

from ..__about__ import __version__
from . import browsing, deployments, doctor, files, models, predictions, running, trainings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROGRAM = "python -m replicate"

_DESCRIPTION = """\
Run models of Replicate, and see what ran, from a shell.

The token is read from the environment variable REPLICATE_API_TOKEN.
"""

_EPILOG = """\
examples:
  python -m replicate run black-forest-labs/flux-schnell prompt="a heron" --save pictures
  python -m replicate stream meta/meta-llama-3-8b-instruct prompt="Tell me a story." max_tokens:=200
  python -m replicate predictions list --created-after "2 days ago"
  python -m replicate predictions cancel --all-running
  python -m replicate --base-url local run local/identicon prompt=hello --save .

exit status: 0 done; 1 the model failed, the service refused or could not be reached, or the time was up;
2 an argument cannot be used; 130 interrupted.
"""

_REFUSAL = (
    "a token on the command line is visible to everybody on this machine and stays in the shell's history; "
    "put it into the environment variable REPLICATE_API_TOKEN"
)

_SECRET = re.compile(r"(r8_|whsec_)[^\s'\"]+")


class Parser(argparse.ArgumentParser):
    """A parser whose messages repeat no secret, and whose options are written out in full."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the arguments, and end with status 2."""
        super().error(_SECRET.sub(r"\1…", message))


class _RefuseToken(argparse.Action):
    """An option that people try, because other programs have it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        parser.error(_REFUSAL)


class Commands:
    """Where subcommands are added."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands: Any = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")

    def add(self, name: str, call: Callable[[argparse.Namespace], int], what: str, *, more: str = "") -> Parser:
        """Add a subcommand, which calls a function with its options for an exit status, and return its parser.

        Args:
            name: what it is called by.
            call: what it does.
            what: what it does, as a phrase in lower case.
            more: what else is to be known, below its own help.
        """
        parser: Parser = self._commands.add_parser(name, help=what, description=_sentence(what), epilog=more)
        parser.set_defaults(call=call)
        _add_shared(parser)
        return parser

    def group(self, name: str, what: str) -> Commands:
        """Add a name that has subcommands of its own."""
        parser: Parser = self._commands.add_parser(name, help=what, description=_sentence(what))
        return Commands(parser)


def make_parser() -> Parser:
    """Return the parser of the whole command."""
    parser = Parser(prog=PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"replicate-openapi {__version__}")
    _add_shared(parser, base_url=None, verbose=False)
    commands = Commands(parser)
    for module in (running, predictions, models, deployments, trainings, files, browsing, doctor):
        module.add_to(commands)
    return parser


def parse(parser: Parser, arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of a subcommand.

    Values and options may stand in any order, `run owner/name --save . prompt=x` too, which argparse alone refuses.
    """
    options, rest = parser.parse_known_args(arguments)
    several: str | None = getattr(options, "several", None)
    values = [text for text in rest if not text.startswith("-")] if several else []
    if wrong := [text for text in rest if text not in values]:
        parser.error(f"unrecognized arguments: {' '.join(wrong)}")
    if several:
        setattr(options, several, [*getattr(options, several), *values])
    return options


def _add_shared(parser: Parser, **defaults: Any) -> None:
    """Add the options that may stand before the subcommand or behind it."""

    def default(name: str) -> Any:
        return defaults.get(name, argparse.SUPPRESS)  # behind it: what was said before it holds

    parser.add_argument(
        "--base-url",
        metavar="URL",
        default=default("base_url"),
        help="where the API is; `local` starts an engine on this machine, which ends with the command",
    )
    parser.add_argument(
        "--verbose", action="store_true", default=default("verbose"), help="log each request to standard error"
    )
    parser.add_argument(
        "--token",
        "--api-token",
        "--api_token",
        action=_RefuseToken,
        nargs="?",
        default=argparse.SUPPRESS,
        help=argparse.SUPPRESS,
    )


def _sentence(phrase: str) -> str:
    return f"{phrase[0].upper()}{phrase[1:]}."
