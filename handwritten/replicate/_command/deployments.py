"""`deployments`: listing and getting deployments. They are created and changed by programs, for that is billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .options import add_json, add_json_lines, add_limit, open_client
from .tables import Column

if TYPE_CHECKING:
    import argparse

    from ..deployment import Deployment
    from .parser import Commands

_COLUMNS = (
    Column("name", whole=True), Column("model"), Column("version"), Column("hardware"), Column("instances"),
)  # fmt: skip


def add_to(commands: Commands) -> None:
    """Add the subcommands."""
    group = commands.group("deployments", "list and get deployments")

    parser = group.add("list", list_them, "list the account's deployments")
    add_limit(parser)
    add_json_lines(parser)

    parser = group.add("get", get, "show a deployment")
    parser.add_argument("name", metavar="OWNER/NAME")
    add_json(parser)


def list_them(options: argparse.Namespace) -> int:
    """List deployments."""
    from .listing import show_list

    with open_client(options) as client:
        return show_list(options, client.deployments.list(), _COLUMNS, _row)


def get(options: argparse.Namespace) -> int:
    """Show a deployment."""
    from .listing import show_one

    with open_client(options) as client:
        return show_one(options, client.deployments.get(options.name), _members)


def _members(deployment: Deployment) -> list[tuple[str, Any]]:
    from .listing import local_time

    name, model, version, hardware, instances = _row(deployment)
    release = deployment.current_release
    return [
        ("name", name),
        ("model", model),
        ("version", version),
        ("hardware", hardware),
        ("instances", instances),
        ("release", release and release.number),
        ("created", local_time(release.created_at) if release else None),
        ("created by", release.created_by.username if release and release.created_by else None),
    ]


def _row(deployment: Deployment) -> tuple[object, ...]:
    release = deployment.current_release
    if release is None:
        return deployment.id, None, None, None, None
    configuration = release.configuration
    if configuration is None:
        return deployment.id, release.model, release.version, None, None
    instances = f"{_number(configuration.min_instances)} to {_number(configuration.max_instances)}"
    return deployment.id, release.model, release.version, configuration.hardware, instances


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)
