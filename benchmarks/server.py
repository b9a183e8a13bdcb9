"""A fast local server for the benchmarks: HTTP/1.1 with keep-alive over plain asyncio. What it answers: `answers`.

It does as little as possible for each request, so that what is measured is the client.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))  # it runs as a program of its own

from benchmarks.answers import Service
from benchmarks.messages import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Awaitable

_END_OF_HEAD = b"\r\n\r\n"


class Exchange(asyncio.Protocol):
    """One connection: requests one after another, no pipelining."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._buffer = bytearray()
        self._request: Request | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to write to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop writing."""
        del exc
        self._writable.set()
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        """Wait until the client has read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Read heads and bodies; answer each request when it is complete."""
        request = self._request
        if request is None:
            self._buffer += data
            end = self._buffer.find(_END_OF_HEAD)
            if end < 0:
                return
            request = self._request = Request(bytes(self._buffer[:end]))
            data = bytes(self._buffer[end + 4 :])
            self._buffer.clear()
            if request.field(b"expect"):
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.received += len(data)
        if request.received < 1024 * 1024:
            request.body += data
        if request.received >= request.length:
            self._request = None
            self._answer(request)

    def _answer(self, request: Request) -> None:
        answer = self._service.answer(request)
        if isinstance(answer, Answer) and answer.pieces is None:
            self._transport.write(answer.start)
        else:
            self._task = asyncio.ensure_future(self._answer_slowly(answer))

    async def _answer_slowly(self, answer: Answer | Awaitable[Answer]) -> None:
        answer = answer if isinstance(answer, Answer) else await answer
        self._transport.write(answer.start)
        if answer.pieces is None:
            return
        async for piece in answer.pieces:
            await self._writable.wait()
            if self._transport.is_closing():
                return
            self._transport.write(piece)


async def serve() -> None:
    """Serve on a free port until standard input ends, and print the port."""
    loop = asyncio.get_running_loop()
    service = Service()
    server = await loop.create_server(lambda: Exchange(service), "127.0.0.1", 0, backlog=1024)
    port: int = server.sockets[0].getsockname()[1]
    service.base_url = f"http://127.0.0.1:{port}"
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
