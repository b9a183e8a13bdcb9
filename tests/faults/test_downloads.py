"""Downloads that break: taken up again where they broke, or an error and nothing left behind. The token stays home."""

from __future__ import annotations

import asyncio
import gzip
import os
import random
import threading

import pytest
from replicate.exceptions import APIStatusError, DecodeError, NetworkError, ReplicateError
from replicate.helpers import FileOutput

from . import cruelty
from .files import StoredFile

CONTENT = random.Random(7).randbytes(3000)
PATH = "/out/picture.png"


@pytest.fixture
def stored(service, client):
    """A function that puts a file on a host and returns it as a model's output."""

    def stored(handler, *, foreign=True):
        service.paths[PATH] = handler
        origin = service.elsewhere().url if foreign else service.url
        return FileOutput(f"{origin}{PATH}", client)

    return stored


def the_only_file(directory):
    (path,) = directory.iterdir()
    return path


@pytest.mark.parametrize("validator", [{}, {"etag": None, "last_modified": "Wed, 21 Oct 2026 07:28:00 GMT"}])
def test_a_download_cut_anywhere_goes_on_where_it_broke(colour, service, stored, validator):
    output = stored(StoredFile(b""))
    for cut in [*range(0, len(CONTENT), 97), 1, len(CONTENT) - 1]:
        handler = service.paths[PATH] = StoredFile(CONTENT, cuts=[cut], **validator)
        assert colour.call(output.read) == CONTENT, f"cut at byte {cut}"
        assert handler.asked == [None, f"bytes={cut}-" if cut else None]


def test_a_download_cut_again_and_again_is_saved_whole(colour, stored, tmp_path):
    handler = StoredFile(CONTENT, cuts=[100] * 25)
    assert colour.call(stored(handler).save, tmp_path) == tmp_path / "picture.png"
    assert the_only_file(tmp_path).read_bytes() == CONTENT
    assert len(handler.asked) == 26


def test_a_chunked_download_cut_anywhere_goes_on_where_it_broke(colour, service, stored):
    output = stored(StoredFile(b""))
    for cut in range(0, len(CONTENT), 301):
        service.paths[PATH] = StoredFile(CONTENT, cuts=[cut], lengths=False)
        assert colour.call(output.read) == CONTENT, f"cut at byte {cut}"


def test_iterating_a_download_that_breaks_yields_each_byte_once(colour, stored):
    output = stored(StoredFile(CONTENT, cuts=[700, 700, 1]))
    assert b"".join(colour.iterate(output.iter_bytes)) == CONTENT


def test_a_download_that_brings_nothing_ends_with_an_error_and_leaves_nothing(colour, stored, clock, tmp_path):
    handler = StoredFile(CONTENT, cuts=[500] + [0] * 100)
    with pytest.raises(NetworkError):
        colour.call(stored(handler).save, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(handler.asked) <= 10
    assert sum(clock.sleeps) < 60


@pytest.mark.parametrize("validator", [{"etag": None}, {"etag": 'W/"weak"'}], ids=["no ETag", "a weak ETag"])
def test_a_download_that_cannot_be_told_from_another_version_is_not_patched_together(
    colour, stored, tmp_path, validator
):
    with pytest.raises(NetworkError):
        colour.call(stored(StoredFile(CONTENT, cuts=[500], **validator)).save, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_changes_while_it_is_downloaded_is_an_error_and_what_was_there_stays(colour, stored, tmp_path):
    target = tmp_path / "picture.png"
    target.write_bytes(b"what was there")
    handler = StoredFile(CONTENT, cuts=[500])
    handler.changes_to = CONTENT[::-1]
    with pytest.raises(DecodeError):
        colour.call(stored(handler).save, target)
    assert the_only_file(tmp_path).read_bytes() == b"what was there"


def test_a_changed_file_whose_host_ignores_the_condition_is_noticed(colour, service, stored):
    class Careless(StoredFile):
        def _start(self, request):
            request.headers.pop("if-range", None)
            return super()._start(request)

    handler = Careless(CONTENT, cuts=[500])
    handler.changes_to = CONTENT[::-1]
    with pytest.raises(DecodeError):
        colour.call(stored(handler).read)


def test_a_host_that_no_longer_says_which_version_it_sends_is_not_patched_together(colour, service, stored):
    second = StoredFile(CONTENT, etag=None, ranges=False)

    async def at_first(request, connection):
        service.paths[PATH] = second
        await StoredFile(CONTENT, cuts=[500])(request, connection)

    with pytest.raises(DecodeError):
        colour.call(stored(at_first).read)
    assert second.asked == ["bytes=500-"]


def test_a_host_without_ranges_is_read_from_the_start_again(colour, stored):
    assert colour.call(stored(StoredFile(CONTENT, cuts=[500, 100, 2000], ranges=False)).read) == CONTENT


def test_a_part_that_nobody_asked_for_is_not_taken_for_the_file(colour, service, stored, tmp_path):
    async def part(_, connection):
        reply = cruelty.Reply(206, CONTENT[:100], {"Content-Range": f"bytes 0-99/{len(CONTENT)}", "ETag": '"1"'})
        await cruelty.whole(connection, reply)

    with pytest.raises(ReplicateError):
        colour.call(stored(part).save, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_compressed_download_that_breaks_is_not_patched_together(colour, stored):
    compressed = gzip.compress(CONTENT)
    handler = StoredFile(compressed, cuts=[1500], extra="Content-Encoding: gzip")
    with pytest.raises(ReplicateError):
        colour.call(stored(handler).read)
    assert handler.asked == [None]


def test_a_compressed_download_is_decompressed(colour, stored):
    handler = StoredFile(gzip.compress(CONTENT), extra="Content-Encoding: gzip")
    assert colour.call(stored(handler).read) == CONTENT


BROKEN = {
    "404": cruelty.answered(404, {"detail": "gone"}),
    "403 with XML": cruelty.answered(403, b"<Error><Code>AccessDenied</Code></Error>", Content_Type="application/xml"),
    "410": cruelty.answered(410),
    "500": cruelty.page(500),
    "content-length too large": cruelty.too_short,
    "content-length negative": cruelty.negative_length,
    "cut in the head": cruelty.cut_in_the_head,
    "no HTTP": cruelty.garbage,
    "broken gzip": cruelty.badly_gzipped,
    "a redirect loop": cruelty.redirected(PATH),
    "a redirect to a local file": cruelty.redirected("file:///etc/hostname"),
    "a redirect to nowhere": cruelty.redirected(""),
    "a redirect to no host": cruelty.redirected("http:///x"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_download_that_fails_for_good_leaves_what_was_there(colour, service, stored, tmp_path, broken):
    target = tmp_path / "picture.png"
    target.write_bytes(b"what was there")

    async def fail(_, connection):
        await broken(connection, cruelty.Reply(200, CONTENT, {"Content-Type": "image/png"}))

    with pytest.raises(ReplicateError):
        colour.call(stored(fail).save, target)
    assert the_only_file(tmp_path).read_bytes() == b"what was there"


@pytest.mark.parametrize("passing", [cruelty.page(503), cruelty.reset, cruelty.answered(429), cruelty.cut_in_the_head])
def test_a_download_that_fails_now_and_then_is_saved(colour, service, stored, tmp_path, passing):
    output = stored(StoredFile(CONTENT))
    service.fault(f"GET {PATH}", passing, passing)
    colour.call(output.save, tmp_path / "mine.png")
    assert (tmp_path / "mine.png").read_bytes() == CONTENT


def test_a_download_that_falls_silent_goes_on_where_it_did(colour, service, open_client):
    stored = StoredFile(CONTENT)

    async def silent_at_first(request, connection):
        service.paths[PATH] = stored
        await connection.send(
            cruelty.Reply(200, CONTENT, {"ETag": stored.etag, "Content-Type": "image/png"}).head(), CONTENT[:1000]
        )
        await connection.until_hung_up()

    service.paths[PATH] = silent_at_first
    output = FileOutput(f"{service.elsewhere().url}{PATH}", open_client(timeout=1.0))
    assert colour.call(output.read) == CONTENT
    assert stored.asked == ["bytes=1000-"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_from_the_api_to_a_file_host_is_followed_without_the_token(colour, service, stored, status):
    foreign = service.elsewhere()
    service.paths["/moved"] = StoredFile(CONTENT, cuts=[700])
    output = stored(None, foreign=False)
    service.fault(f"GET {PATH}", cruelty.redirected(f"{foreign.url}/moved", status), times=9)
    assert colour.call(output.read) == CONTENT
    assert len(foreign.requests) == 2
    assert all("authorization" in request.headers for request in service.api.requests)


def test_a_redirect_from_a_file_host_to_another_one_and_to_the_api_is_followed(colour, service, client):
    first, second = service.elsewhere(), service.elsewhere("127.0.0.3")
    service.paths["/a"] = lambda _, connection: cruelty.redirected(f"{second.url}/b")(connection, cruelty.Reply())
    service.paths["/b"] = lambda _, connection: cruelty.redirected(f"{service.url}{PATH}")(connection, cruelty.Reply())
    service.paths[PATH] = StoredFile(CONTENT)
    assert colour.call(FileOutput(f"{first.url}/a", client).read) == CONTENT


def test_the_target_appears_only_when_it_is_whole(colour, network, service, stored, tmp_path):
    half_sent, released = threading.Event(), asyncio.Event()

    async def slow(_, connection):
        await connection.send(cruelty.Reply(200, CONTENT).head(), CONTENT[:1500])
        half_sent.set()
        await released.wait()
        await connection.send(CONTENT[1500:])

    seen = []

    def look():
        half_sent.wait(30)
        seen.append((tmp_path / "picture.png").exists())
        network.loop.call_soon_threadsafe(released.set)

    watcher = threading.Thread(target=look)
    watcher.start()
    colour.call(stored(slow).save, tmp_path)
    watcher.join()
    assert seen == [False]
    assert the_only_file(tmp_path).read_bytes() == CONTENT


def test_a_task_that_is_canceled_while_it_saves_leaves_nothing(service, stored, tmp_path):
    sent = threading.Event()

    async def stall(_, connection):
        await connection.send(cruelty.Reply(200, CONTENT).head(), CONTENT[:1500])
        sent.set()
        await connection.until_hung_up()

    async def main():
        task = asyncio.ensure_future(stored(stall).asave(tmp_path))
        await asyncio.to_thread(sent.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_said_and_leaves_nothing(colour, stored, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        colour.call(stored(StoredFile(CONTENT)).save, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "header",
    [
        'attachment; filename="../../etc/passwd"', 'attachment; filename="/etc/passwd"', "attachment; filename=..",
        r'attachment; filename="..\..\x.png"', 'attachment; filename=""', 'attachment; filename="a\x00b.png"',
        f'attachment; filename="{"x" * 5000}.png"', 'attachment; filename="CON\x1b[2J.png"', "attachment; filename",
    ],
)  # fmt: skip
def test_a_host_cannot_choose_a_place_outside_the_directory(colour, stored, tmp_path, header):
    directory = tmp_path / "in here"
    directory.mkdir()
    handler = StoredFile(CONTENT, extra=f"Content-Disposition: {header}".replace("\x00", "").replace("\x1b", ""))
    path = colour.call(stored(handler).save, directory)
    assert path.parent == directory
    assert the_only_file(directory) == path
    assert [found.name for found in tmp_path.iterdir()] == ["in here"]


def test_a_file_without_length_or_validator_is_saved(colour, stored, tmp_path):
    colour.call(stored(StoredFile(CONTENT, etag=None, lengths=False)).save, tmp_path)
    assert the_only_file(tmp_path).read_bytes() == CONTENT


def test_an_error_of_a_file_host_is_told_with_its_status(colour, stored):
    async def gone(_, connection):
        await cruelty.answered(404, {"detail": "expired"})(connection, cruelty.Reply())

    with pytest.raises(APIStatusError, match="expired") as caught:
        colour.call(stored(gone).read)
    assert caught.value.status == 404
