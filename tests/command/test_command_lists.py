"""Tables for people, JSON for machines: lists of all kinds, and what single things tell."""

import io
import json
import sys

import pytest
from replicate._command.entry import main

PAGE_ONE = [{"id": f"id{number}", "status": "succeeded", "model": "a/b", "version": "v"} for number in range(3)]
PAGE_TWO = [{"id": f"id{number}", "status": "starting", "model": "a/b", "version": "v"} for number in range(3, 5)]


@pytest.fixture
def two_pages(scripted, fake_replicate):
    """The command, for an account that has two pages of predictions."""
    first = {"results": PAGE_ONE, "next": f"{fake_replicate.url}/v1/predictions?cursor=two", "previous": None}
    fake_replicate.answer("GET /v1/predictions", json=first, times=1)
    fake_replicate.answer("GET /v1/predictions", json={"results": PAGE_TWO, "next": None, "previous": None})
    return scripted


@pytest.mark.parametrize(("limit", "rows", "requests"), [("2", 2, 1), ("3", 3, 1), ("4", 4, 2), ("all", 5, 2)])
def test_a_list_asks_for_no_page_more_than_it_shows(two_pages, fake_replicate, limit, rows, requests):
    done = two_pages("predictions", "list", "--limit", limit)
    assert done.lines[0].split()[:2] == ["id", "status"]
    assert [line.split()[0] for line in done.lines[1:]] == [f"id{number}" for number in range(rows)]
    assert len(fake_replicate.requests) == requests


@pytest.mark.parametrize(("limit", "more"), [("2", True), ("3", True), ("5", False), ("all", False)])
def test_a_person_is_told_where_there_are_more(two_pages, limit, more):
    two_pages.on_a_terminal("stdout")
    assert ("there are more" in two_pages("predictions", "list", "--limit", limit).err) is more


def test_a_list_for_machines_is_an_object_per_line(two_pages):
    rows = [json.loads(line) for line in two_pages("predictions", "list", "--json").lines]
    assert [row["id"] for row in rows] == ["id0", "id1", "id2", "id3", "id4"]


def test_filters_are_sent_as_moments(scripted, fake_replicate):
    fake_replicate.answer("GET /v1/predictions", json={"results": [], "next": None, "previous": None})
    scripted("predictions", "list", "--created-after", "2025-03-01T00:00:00Z", "--source", "web")
    (request,) = fake_replicate.requests
    assert request.query["created_after"].startswith("2025-03-01T00:00:00")
    assert request.query["source"] == "web"


def test_a_table_fits_the_terminal_and_obeys_nobody(scripted, fake_replicate):
    rows = [{"owner": "a", "name": "b", "description": "wide \x1b[2J\n" + "x" * 500, "run_count": 3}]
    fake_replicate.answer("GET /v1/models", json={"results": rows, "next": None, "previous": None})
    scripted.on_a_terminal("stdout", width=60)
    done = scripted("models", "list")
    assert done.lines[1].startswith("a/b   3     wide \\x1b[2J xxx")
    assert [len(line) for line in done.lines] == [23, 60]
    assert done.lines[1].endswith("x…")


def test_json_stays_json_where_the_output_has_few_characters(scripted, fake_replicate, monkeypatch):
    rows = [{"owner": "a", "name": "b", "description": "grün"}]
    fake_replicate.answer("GET /v1/models", json={"results": rows, "next": None, "previous": None})
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert main(["models", "list", "--json"]) == 0
    assert json.loads(written.getvalue())["description"] == "grün"
    assert main(["models", "list"]) == 0
    assert written.getvalue().endswith(b"gr\\xfcn\n")


def test_a_closed_output_is_no_error(scripted, fake_replicate, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["account"]) == 0
    sys.stdout.close()


def test_an_empty_list_says_so_to_a_person_only(scripted, fake_replicate):
    fake_replicate.answer("GET /v1/predictions", json={"results": [], "next": None, "previous": None})
    assert scripted("predictions", "list") == (0, "", "")
    scripted.on_a_terminal("stdout")
    assert scripted("predictions", "list").err == "replicate: there is none\n"


def test_a_schema_is_a_table_of_inputs(local):
    done = local("models", "schema", "local/echo")
    rows = {line.split()[0]: line for line in done.lines[1:] if line}
    assert rows["count"].split()[:4] == ["count", "integer", "1", "0..100"]
    assert rows["items"].split()[:4] == ["items", "array", "of", "string"]
    assert "a, b, c" in rows["choice"]
    assert "1..8 characters" in rows["word"]
    assert rows["output"].split()[1] == "object"
    version = rows["version"].split()[1]
    assert local("models", "schema", f"local/echo:{version}").out == done.out
    assert json.loads(local("models", "schema", "local/echo", "--json").out)["openapi"].startswith("3.")


def test_a_schema_tells_what_is_required_and_what_is_a_file(local):
    lines = local("models", "schema", "local/negative").lines
    assert lines[1].split()[:3] == ["image", "file", "required"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["models", "list"], "local/julia"),
        (["models", "search", "picture"], "local/negative"),
        (["models", "get", "local/julia"], "local/julia"),
        (["versions", "list", "local/julia"], "cog"),
        (["search", "picture"], "local/identicon"),
        (["collections", "list"], "pictures"),
        (["collections", "get", "pictures"], "local/julia"),
        (["hardware"], "cpu"),
        (["account"], "local"),
    ],
)
def test_what_there_is_is_told_to_people_and_machines(local, arguments, told):
    done = local(*arguments)
    assert (done.status, done.err) == (0, "")
    assert told in done.out
    machine = local(*arguments, "--json").out
    assert told in machine
    parsed = [json.loads(line) for line in machine.splitlines()] if "\n{" in machine else json.loads(machine)
    assert parsed


def test_a_file_goes_up_is_listed_and_is_deleted(local, tmp_path):
    (tmp_path / "note.txt").write_text("hello")
    url = local("files", "upload", str(tmp_path / "note.txt"), "--name", "other.txt").out.strip()
    file_id = url.rpartition("/")[2]
    (row,) = (line for line in local("files", "list").lines if file_id in line)
    assert row.split()[1:4] == ["other.txt", "text/plain", "5"]
    done = local("files", "delete", file_id, "nothing")
    assert (done.status, done.out) == (1, f"{file_id}  deleted\n")
    assert "file nothing: 404" in done.err


def test_a_file_that_is_not_there_is_status_2(local):
    assert local("files", "upload", "/no/such/file").status == 2


RELEASE = {
    "number": 4, "model": "acme/painter", "version": "a1" * 32, "created_at": "2025-03-01T12:00:00Z",
    "created_by": {"type": "organization", "username": "acme"},
    "configuration": {"hardware": "gpu-t4", "min_instances": 0, "max_instances": 3},
}  # fmt: skip
DEPLOYMENT = {"owner": "acme", "name": "fast", "current_release": RELEASE}


def test_deployments_are_listed_with_what_they_run_on(scripted, fake_replicate):
    bare = {"owner": "acme", "name": "bare", "current_release": None}
    page = {"results": [DEPLOYMENT, bare], "next": None, "previous": None}
    fake_replicate.answer("GET /v1/deployments", json=page)
    fake_replicate.answer("GET /v1/deployments/acme/fast", json=DEPLOYMENT)
    lines = scripted("deployments", "list").lines
    assert lines[1].split() == ["acme/fast", "acme/painter", "a1" * 32, "gpu-t4", "0", "to", "3"]
    assert lines[2].split() == ["acme/bare"]
    assert "created by  acme" in scripted("deployments", "get", "acme/fast").lines
    assert json.loads(scripted("deployments", "get", "acme/fast", "--json").out)["current_release"]["number"] == 4


def test_trainings_are_listed_shown_and_canceled(scripted, fake_replicate):
    training = {
        "id": "t1", "status": "processing", "model": "acme/painter", "version": "v", "input": {"steps": 3},
        "created_at": "2025-03-01T12:00:00Z", "logs": "one\r\ntwo\n",
    }  # fmt: skip
    fake_replicate.answer("GET /v1/trainings", json={"results": [training], "next": None, "previous": None})
    fake_replicate.answer("GET /v1/trainings/t1", json=training)
    fake_replicate.answer("POST /v1/trainings/t1/cancel", json=training | {"status": "canceled"})
    assert scripted("trainings", "list").lines[1].split()[:2] == ["t1", "processing"]
    assert "  one\\r\n  two\n" in scripted("trainings", "get", "t1").out
    assert json.loads(scripted("trainings", "get", "t1", "--json").out)["input"] == {"steps": 3}
    assert scripted("trainings", "cancel", "t1").lines == ["t1  canceled"]
