"""`models` and `versions`: finding models, and what goes into one and comes out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .options import add_json, add_json_lines, add_limit, open_client
from .printing import complain, write_json, write_line, write_members, write_table
from .tables import Column

if TYPE_CHECKING:
    import argparse

    from ..client import Client
    from ..model import Model
    from ..version import Version
    from .parser import Commands

COLUMNS = (Column("name", whole=True), Column("runs"), Column("description"))
_VERSIONS = (Column("id", whole=True), Column("created"), Column("cog"))
_INPUTS = (
    Column("name", whole=True), Column("type"), Column("default"), Column("range"), Column("choices"),
    Column("description"),
)  # fmt: skip


def add_to(commands: Commands) -> None:
    """Add the subcommands."""
    group = commands.group("models", "get, list and search models, and show what goes into them")

    parser = group.add("get", get, "show a model")
    parser.add_argument("name", metavar="OWNER/NAME")
    add_json(parser)

    parser = group.add("list", list_them, "list public models, those with the newest versions first")
    add_limit(parser)
    add_json_lines(parser)

    parser = group.add("search", search, "search public models, the best first")
    parser.add_argument("query", metavar="QUERY")
    add_limit(parser)
    add_json_lines(parser)

    parser = group.add("schema", schema, "show what goes into a model and what comes out")
    parser.add_argument("ref", metavar="OWNER/NAME[:VERSION]")
    add_json(parser, "the version's OpenAPI document")

    parser = commands.group("versions", "list the versions of a model").add(
        "list", list_versions, "list the versions of a model, newest first"
    )
    parser.add_argument("name", metavar="OWNER/NAME")
    add_limit(parser)
    add_json_lines(parser)


def row(model: Model) -> tuple[object, ...]:
    """Return the cells of a model in a table."""
    return model.id, model.run_count, model.description


def get(options: argparse.Namespace) -> int:
    """Show a model."""
    from .listing import show_one

    with open_client(options) as client:
        return show_one(options, client.models.get(options.name), _members)


def list_them(options: argparse.Namespace) -> int:
    """List models."""
    from .listing import show_list

    with open_client(options) as client:
        return show_list(options, client.models.list(), COLUMNS, row)


def search(options: argparse.Namespace) -> int:
    """Search models."""
    from .listing import show_list

    with open_client(options) as client:
        return show_list(options, client.models.search(options.query), COLUMNS, row)


def schema(options: argparse.Namespace) -> int:
    """Show the inputs of a version as a table, and what comes out."""
    from .schemas import input_rows, output_type

    with open_client(options) as client:
        version = _version(client, options.ref)
    document = version and version.openapi_schema
    if version is None or document is None:
        complain(f"{options.ref} has no version whose inputs are told")
        return 1
    if options.json:
        write_json(document)
        return 0
    write_table(_INPUTS, input_rows(document))
    write_line("")
    write_members([("output", output_type(document)), ("version", version.id)])
    return 0


def list_versions(options: argparse.Namespace) -> int:
    """List versions."""
    from ..version import Versions
    from .listing import local_time, show_list

    def version_row(version: Version) -> tuple[object, ...]:
        return version.id, local_time(version.created_at), version.cog_version

    with open_client(options) as client:
        return show_list(options, Versions(client, options.name).list(), _VERSIONS, version_row)


def _version(client: Client, ref: str) -> Version | None:
    """Return the version that is named, or the latest one of the model that is."""
    from .._references import parse_reference
    from ..exceptions import InvalidReferenceError
    from ..version import Versions

    reference = parse_reference(ref)
    if reference.model is None:
        raise InvalidReferenceError("name the model of that version too: owner/name:version", argument="ref")
    if reference.version is None:
        return client.models.get(reference.model).latest_version
    return Versions(client, reference.model).get(reference.version)


def _members(model: Model) -> list[tuple[str, Any]]:
    from .listing import local_time

    latest = model.latest_version
    return [
        ("name", model.id),
        ("description", model.description),
        ("visibility", model.visibility),
        ("official", None if model.is_official is None else "yes" if model.is_official else "no"),
        ("runs", model.run_count),
        ("version", latest and latest.id),
        ("created", local_time(latest.created_at) if latest else None),
        ("page", model.url),
        ("source", model.github_url),
        ("paper", model.paper_url),
        ("license", model.license_url),
    ]
