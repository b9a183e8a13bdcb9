"""What there is to run, to run it on and to pay for it: collections, hardware, the account, and the search for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .options import add_json, add_json_lines, add_limit, open_client
from .printing import write_json, write_table
from .tables import Column

if TYPE_CHECKING:
    import argparse

    from .._hardware import Hardware
    from .._search import SearchResults
    from ..account import Account
    from ..collection import Collection
    from .parser import Commands

_COLLECTIONS = (Column("slug", whole=True), Column("name"), Column("description"))
_HARDWARE = (Column("sku", whole=True), Column("name"))
_FOUND = (Column("kind"), Column("name", whole=True), Column("description"))


def add_to(commands: Commands) -> None:
    """Add the subcommands."""
    group = commands.group("collections", "list and get collections of models")
    parser = group.add("list", list_collections, "list the collections")
    add_limit(parser)
    add_json_lines(parser)
    parser = group.add("get", get_collection, "list the models of a collection")
    parser.add_argument("slug", metavar="SLUG")
    add_json(parser)

    parser = commands.add("search", search, "search models, collections and pages of the documentation")
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument("--limit", type=int, metavar="N", help="models at most, 1 to 50 (default: 20)")
    add_json(parser)

    parser = commands.add("hardware", hardware, "list the hardware that models and deployments run on")
    add_json_lines(parser)

    parser = commands.add("account", account, "show the account that the token belongs to")
    add_json(parser)


def list_collections(options: argparse.Namespace) -> int:
    """List collections."""
    from .listing import show_list

    def row(collection: Collection) -> tuple[object, ...]:
        return collection.slug, collection.name, collection.description

    with open_client(options) as client:
        return show_list(options, client.collections.list(), _COLLECTIONS, row)


def get_collection(options: argparse.Namespace) -> int:
    """Show a collection and its models."""
    from . import models

    with open_client(options) as client:
        collection = client.collections.get(options.slug)
    if options.json:
        write_json(collection.dict())
    else:
        write_table(models.COLUMNS, map(models.row, collection.models or []))
    return 0


def search(options: argparse.Namespace) -> int:
    """Search everything."""
    with open_client(options) as client:
        results = client.search(options.query, limit=options.limit)
    if options.json:
        write_json(results.dict())
    else:
        write_table(_FOUND, _found(results))
    return 0


def _found(results: SearchResults) -> list[tuple[Any, ...]]:
    return [
        *(("model", found.model.id, found.model.description) for found in results.models),
        *(("collection", found.slug, found.description or found.name) for found in results.collections),
        *(("page", found.href, found.name) for found in results.pages),
    ]


def hardware(options: argparse.Namespace) -> int:
    """List hardware."""
    from .listing import show_things

    def row(one: Hardware) -> tuple[object, ...]:
        return one.sku, one.name

    with open_client(options) as client:
        return show_things(options, client.hardware.list(), _HARDWARE, row)


def account(options: argparse.Namespace) -> int:
    """Show the account."""
    from .listing import show_one

    def members(one: Account) -> list[tuple[str, object]]:
        return [("username", one.username), ("type", one.type), ("name", one.name), ("github", one.github_url)]

    with open_client(options) as client:
        return show_one(options, client.accounts.current(), members)
