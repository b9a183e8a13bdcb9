"""`files`: listing, uploading and deleting files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .options import add_json, add_json_lines, add_limit, open_client
from .printing import complain, is_terminal, write_json, write_line
from .tables import Column

if TYPE_CHECKING:
    import argparse

    from ..file import File
    from .parser import Commands

_COLUMNS = (Column("id", whole=True), Column("name"), Column("type"), Column("bytes"), Column("expires"))


def add_to(commands: Commands) -> None:
    """Add the subcommands."""
    group = commands.group("files", "list, upload and delete files")

    parser = group.add("list", list_them, "list the account's files that have not expired")
    add_limit(parser)
    add_json_lines(parser)

    parser = group.add("upload", upload, "upload a file, which is kept for 24 hours, and write its URL for inputs")
    parser.add_argument("path", metavar="PATH")
    parser.add_argument("--name", help="the name to keep (default: that of the path)")
    parser.add_argument("--type", metavar="TYPE", help="the media type to keep (default: what the name's suffix says)")
    add_json(parser)

    parser = group.add("delete", delete, "delete files")
    parser.add_argument("ids", nargs="+", metavar="ID")


def list_them(options: argparse.Namespace) -> int:
    """List files."""
    from .listing import local_time, show_list

    def row(file: File) -> tuple[object, ...]:
        return file.id, file.name, file.content_type, file.size, local_time(file.expires_at)

    with open_client(options) as client:
        return show_list(options, client.files.list(), _COLUMNS, row)


def upload(options: argparse.Namespace) -> int:
    """Upload a file."""

    def show(read: int, size: int) -> None:
        sys.stderr.write(f"\r\x1b[K{read / max(size, 1):.0%}" if read < size else "\r\x1b[K")
        sys.stderr.flush()

    with open_client(options) as client:
        file = client.files.create(
            options.path,
            filename=options.name,
            content_type=options.type,
            on_progress=show if is_terminal(sys.stderr) else None,
        )
    if options.json:
        write_json(file.dict())
    else:
        write_line(file.urls.get("get") or file.id)
    return 0


def delete(options: argparse.Namespace) -> int:
    """Delete files; one that cannot be deleted does not keep the others from it."""
    from ..exceptions import ReplicateError

    failed = 0
    with open_client(options) as client:
        for file_id in options.ids:
            try:
                client.files.delete(file_id)
            except ReplicateError as error:
                complain(f"file {file_id}: {error}")
                failed += 1
            else:
                write_line(f"{file_id}  deleted")
    return 1 if failed else 0
