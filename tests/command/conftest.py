"""Calling the command inside the test process, against the live engine or the scripted service."""

import io
import sys
from typing import NamedTuple

import pytest
from replicate._command.entry import main
from replicate.testing.pytest_plugin import fake_replicate  # noqa: F401 - also where the entry point is not installed


class Done(NamedTuple):
    """What became of a call of the command."""

    status: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()


class Command:
    """The command: `command("run", "owner/name")`."""

    def __init__(self, capsys, monkeypatch):
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments):
        self._capsys.readouterr()
        return Done(main(arguments), *self._capsys.readouterr())

    def reads(self, text):
        """Give the next calls something to read from standard input."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    def on_a_terminal(self, *names, width=80):
        """Let a person read, or write, the streams of these names: `stdout`, `stderr`, `stdin`."""
        self._monkeypatch.setenv("COLUMNS", str(width))
        for name in names:
            self._monkeypatch.setattr(getattr(sys, name), "isatty", lambda: True)


@pytest.fixture
def surroundings(monkeypatch):
    """An environment in which nothing is set that the client reads."""
    for name in ("REPLICATE_BASE_URL", "REPLICATE_API_TOKEN", "REPLICATE_LOG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)
    return monkeypatch


@pytest.fixture
def command(surroundings, capsys):
    """The command, without a token and without a service."""
    return Command(capsys, surroundings)


@pytest.fixture
def local(command, surroundings, engine_url):
    """The command, against the live engine."""
    surroundings.setenv("REPLICATE_BASE_URL", engine_url)
    return command


@pytest.fixture
def scripted(command, fake_replicate):  # noqa: F811 - the fixture
    """The command, against a service that the test scripts."""
    return command
