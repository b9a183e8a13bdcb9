"""Calling the webhooks of predictions and trainings: when, how often, signed; never what the calls say."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import urllib.parse
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from replicate_local.hosts import is_loopback
from replicate_local.jsontypes import is_array

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Sequence

    import httpx

    from replicate_local.runs import Run
    from replicate_local.signing import SigningKeys

EVENTS = ("start", "output", "logs", "completed")

RETRY_DELAYS = (1.0, 2.0, 4.0, 8.0, 16.0, 29.0)
"""Seconds before each repetition of a call with a terminal status: the last is made about a minute after the first."""

_THROTTLE = 0.5
"""Seconds between two calls because of output or logs."""

_ANSWER_LIMIT = 5.0
"""Seconds that a receiver may take to answer."""

_GRACE = 0.25
"""Seconds that calls get at the engine's end."""

_LOG = logging.getLogger(__name__)


def is_callable(url: str) -> bool:
    """Whether a webhook would be called: over https, or over http on this very machine."""
    if " " in url or not url.isprintable():  # no client could send it
        return False
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018  reading it checks it
    except ValueError:
        return False
    return host is not None and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def new_message_id() -> str:
    """Return what tells a call and its repetitions from other calls."""
    return f"msg_{secrets.token_hex(12)}"


@dataclass(frozen=True)
class Hook:
    """Where to call, for which events, and what makes the body of a call."""

    url: str
    events: Collection[str]
    make_body: Callable[[], bytes]
    last_id: str = field(default_factory=new_message_id)
    """The id of the call with the terminal status."""
    on_done: Callable[[], None] = lambda: None
    """What to do when that call was taken, or was given up; not done when the engine ends before."""


class Webhooks:
    """All calls of webhooks that are under way."""

    def __init__(
        self,
        keys: SigningKeys,
        *,
        remote: bool = False,
        delays: Sequence[float] = RETRY_DELAYS,
        answer_limit: float = _ANSWER_LIMIT,
    ) -> None:
        self._keys = keys
        self._remote = remote
        self._delays = delays
        self._answer_limit = answer_limit
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def calls(self, url: str) -> bool:
        """Whether a receiver would be called.

        Those on other machines are called only if the engine was told so: programs that are tried on an engine name
        the real receivers of real predictions.
        """
        return self._remote or is_loopback(urllib.parse.urlsplit(url).hostname or "")

    def follow(self, run: Run, hook: Hook) -> None:
        """Call a webhook for what happens to a run from now on."""
        if not self.calls(hook.url):
            _LOG.info("The webhook of %s is not called: it is on another machine.", run.prediction.id)
            return
        outbox = Outbox(run, hook)
        run.watch(outbox.on_change)
        self._in_background(self._empty(outbox, hook, run.prediction.id))

    def tell_end(self, run_id: str, hook: Hook) -> None:
        """Make the call with the terminal status for a run that ended under an earlier engine."""
        self._in_background(self._deliver(hook, Message(hook.make_body(), terminal=True), run_id))

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give calls that are under way a moment, and drop the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GRACE)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _empty(self, outbox: Outbox, hook: Hook, run_id: str) -> None:
        while (message := await outbox.next()) is not None:
            await self._deliver(hook, message, run_id)

    async def _deliver(self, hook: Hook, message: Message, run_id: str) -> None:
        """Send a message; one with a terminal status is sent again until it is taken or the time is over."""
        if not message.terminal:
            await self._attempt(hook.url, new_message_id(), message.body)
            return
        problem = await self._attempt(hook.url, hook.last_id, message.body)
        if problem is not None:
            _LOG.warning("The webhook of %s could not be called: %s. It will be tried again.", run_id, problem)
            problem = await self._repeat(hook, message)
        if problem is not None:
            _LOG.warning("The webhook of %s was given up: %s", run_id, problem)
        hook.on_done()

    async def _repeat(self, hook: Hook, message: Message) -> str | None:
        problem: str | None = None
        for delay in self._delays:
            await asyncio.sleep(delay)
            problem = await self._attempt(hook.url, hook.last_id, message.body)
            if problem is None:
                break
        return problem

    async def _attempt(self, url: str, message_id: str, body: bytes) -> str | None:
        """Make one call; returns why it did not succeed. The answer's body is not read."""
        headers = self._keys.webhook_headers(message_id, int(time.time()), body)
        headers |= {"Content-Type": "application/json", "User-Agent": "replicate-local"}
        try:
            client = await self._open()
            async with (
                asyncio.timeout(self._answer_limit),
                client.stream("POST", url, content=body, headers=headers) as response,
            ):
                return None if response.is_success else f"it answered {response.status_code}"
        except TimeoutError:
            return f"it took longer than {self._answer_limit:g} seconds"
        except Exception as error:  # noqa: BLE001  whatever is wrong with a receiver, the engine goes on
            return f"{type(error).__name__}: {error}"

    async def _open(self) -> httpx.AsyncClient:
        """Return the HTTP client; making it takes a while, and few engines need it."""
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(_make_client)
            return self._client


def _make_client() -> httpx.AsyncClient:
    import httpx

    # Redirects are not followed; no proxies or passwords are taken from the environment.
    return httpx.AsyncClient(follow_redirects=False, trust_env=False)


@dataclass(frozen=True)
class Message:
    """The body of one call; a terminal one is sent again if it is not taken."""

    body: bytes
    terminal: bool = False
    progress: bool = False


class Outbox:
    """Notices what happens to a run, and holds what its webhook is to be told.

    A body shows the run at the moment of the event. While a receiver is slow, only the latest progress is kept.
    """

    def __init__(self, run: Run, hook: Hook) -> None:
        self._run = run
        self._hook = hook
        self._messages: deque[Message] = deque()
        self._filled = asyncio.Event()
        self._started = False
        self._sizes = (0, 0)
        self._throttle: asyncio.TimerHandle | None = None
        self._news = False
        self._complete = False

    async def next(self) -> Message | None:
        """Return the next message, waiting for it; None when there will be no more."""
        while not self._messages:
            if self._complete:
                return None
            self._filled.clear()
            await self._filled.wait()
        return self._messages.popleft()

    def on_change(self) -> None:
        """Look at the run, which has changed."""
        prediction = self._run.prediction
        if self._complete:
            return
        if prediction.status == "processing" and not self._started:
            self._started = True
            self._put("start")
        output, logs = self._sizes
        self._sizes = _size(prediction.output), len(prediction.logs)
        events = self._hook.events
        self._news |= ("output" in events and self._sizes[0] > output) or ("logs" in events and self._sizes[1] > logs)
        if prediction.ended:
            self._end()
        elif self._news and self._throttle is None:
            self._tell_news()

    def _tell_news(self) -> None:
        self._throttle = None
        if self._news:
            self._news = False
            if self._messages and self._messages[-1].progress:
                self._messages.pop()
            self._add(progress=True)
            self._throttle = asyncio.get_running_loop().call_later(_THROTTLE, self._tell_news)

    def _end(self) -> None:
        if self._throttle is not None:
            self._throttle.cancel()
        if "completed" in self._hook.events:
            self._add(terminal=True)
        elif self._news:
            self._add(progress=True)
        self._complete = True
        self._filled.set()

    def _put(self, event: str) -> None:
        if event in self._hook.events:
            self._add()

    def _add(self, *, terminal: bool = False, progress: bool = False) -> None:
        self._messages.append(Message(self._hook.make_body(), terminal=terminal, progress=progress))
        self._filled.set()


def _size(output: object) -> int:
    if output is None:
        return 0
    return len(output) if is_array(output) else 1
