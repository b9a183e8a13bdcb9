"""The client: settings to transport to resources, opening and closing. What a prediction does is not decided here."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import cache, cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, Unpack

from .__about__ import __version__
from ._blocking import run_blocking
from ._installation import find_clash
from ._memory import Memory
from ._namespaces import Namespaces
from ._origins import Origin
from ._quoted_values import quote_value
from ._retries import RetryPolicy
from ._settings import (
    LOCAL,
    CallOptions,
    Settings,
    Timeouts,
    check_httpx_options,
    check_senders,
    check_strategy,
    read_base_url,
    read_headers,
    read_poll_interval,
    read_token,
)
from ._transport.api import Api
from ._transport.connection import Connection
from ._transport.retrying import RetryTransport
from ._wire import AsyncWire, BlockingWire
from .exceptions import InvalidArgumentError, LocalEngineError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping

    import httpx

    from ._batches import Outcome
    from ._clock import Clock
    from ._create_options import CreateOptions
    from ._functions import ModelFunction
    from ._references import RunnableLike
    from ._search import SearchResults
    from ._stream_events import ServerSentEvent
    from ._watching import PredictionEvent
    from .budget import Budget

__all__ = ["Client", "RetryTransport"]

_OWN_LOOP_INTERVAL = 0.5
"""What `poll_interval` says where nobody set it, as in 1.x."""


class Client(Namespaces):
    """A client for the Replicate API, for code that blocks and for code that awaits.

    It is safe to use from many threads, and from one event loop after another. Making one opens nothing and asks for no
    token; both happen with the first request. Use it in a `with` or `async with` statement to close its connections.
    """

    def __init__(
        self,
        api_token: str | Callable[[], str] | None = None,
        *,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        poll_interval: float | None = None,
        use_file_output: bool = True,
        file_encoding_strategy: str | None = None,
        budget: Budget | None = None,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None,
        async_transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.Client | None = None,
        async_http_client: httpx.AsyncClient | None = None,
        **httpx_options: Any,
    ) -> None:
        """Make a client.

        Args:
            api_token: the token, or a function that returns it, called before each request. Without it the
                environment variable `REPLICATE_API_TOKEN` is read for each request.
            base_url: where the API is: `https://api.replicate.com` unless told otherwise here or in
                `REPLICATE_BASE_URL`, with or without `/v1`. `local` starts the embedded engine, which needs the extra
                `replicate-openapi[local]`, no token and no network; it ends with this process.
            timeout: seconds without progress after which one HTTP exchange fails, or an `httpx.Timeout`; by default
                10 to connect and 60 to read or write. It does not limit how long a prediction may take.
            max_retries: how often a request is sent again where that is safe, 5 by default. A request that creates
                something is sent again only when the service surely did not accept it.
            headers: headers to send with each request.
            poll_interval: seconds between two looks at a prediction, otherwise `REPLICATE_POLL_INTERVAL`; by default
                they follow the age of the wait.
            use_file_output: whether `run` returns files as `FileOutput` objects (True) or as URLs.
            file_encoding_strategy: how local files are sent: `upload` (the default) or `data-uri`.
            budget: what predictions and trainings may cost, by prices of your own; see `Budget`.
            transport: an httpx transport to send through; it serves `async` methods too if it can.
            async_transport: the same for `async` methods alone.
            http_client: an `httpx.Client` to send through, with its proxies, hooks and certificates. It is not closed.
            async_http_client: the same for `async` methods.
            **httpx_options: `proxy`, `verify`, `cert`, `limits`, `mounts`, `trust_env`, `http1`, `http2`,
                `event_hooks`, `cookies` and `default_encoding` of `httpx.Client`; `follow_redirects` and
                `max_redirects` are accepted as in 1.x and change nothing.

        Raises:
            InvalidArgumentError: one of these cannot be used.
            UnknownOptionError: an option nobody knows.
        """
        _warn_of_official_distribution()
        check_strategy(file_encoding_strategy)
        senders: dict[str, Any] = {
            "transport": transport,
            "async_transport": async_transport,
            "http_client": http_client,
            "async_http_client": async_http_client,
        }
        check_senders(senders)
        options = CallOptions(
            timeouts=Timeouts.of(timeout),
            retries=RetryPolicy.of(max_retries),
            headers={"User-Agent": f"replicate-openapi/{__version__}", **read_headers(headers)},
        )
        settings = Settings(
            base_url=read_base_url(base_url),
            token=read_token(api_token),
            options=options,
            poll_interval=read_poll_interval(poll_interval),
            use_file_output=use_file_output,
            file_encoding_strategy=file_encoding_strategy,
            budget=_check_budget(budget),
            httpx_options=check_httpx_options(httpx_options),
            **senders,
        )
        self._assemble(settings, Memory(), None)

    def _assemble(self, settings: Settings, memory: Memory, api: Api | None) -> Self:
        """Put this client together; `api` is that of another client whose connections it shares."""
        self._settings = settings
        self.memory = memory
        self._opening = Lock()
        self._api = api
        self._closed = False
        return self

    @classmethod
    def _with_clock(cls, clock: Clock, *args: Any, **kwargs: Any) -> Self:
        """Return a client that takes its time from a clock, for tests that must not wait."""
        client = cls(*args, **kwargs)
        return client._assemble(replace(client._settings, clock=clock), client.memory, None)

    @property
    def api(self) -> Api:
        """The low-level handle, for the endpoint functions of `replicate_api`: `….sync(…, client=client.api)`."""
        if self._api is None:
            with self._opening:
                self._api = self._api or self._open()
        return self._api

    def _open(self) -> Api:
        if self._closed:
            raise RuntimeError("this client is closed; make a new one")
        settings = self._settings
        if settings.base_url == LOCAL:
            settings = replace(settings, base_url=_local_engine(), token=settings.token.given_only())
        return Api(settings.base_url, Connection(settings), settings.options)

    @cached_property
    def wire(self) -> BlockingWire:
        """The way to the service for code that blocks."""
        return BlockingWire(self.api, self._settings.clock)

    @cached_property
    def async_wire(self) -> AsyncWire:
        """The way to the service for code that awaits."""
        return AsyncWire(self.api, self._settings.clock)

    def run(
        self,
        ref: RunnableLike,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        *,
        use_file_output: bool | None = None,
        on_event: Callable[[PredictionEvent], object] | None = None,
        **options: Unpack[CreateOptions],
    ) -> Any:
        """Run a model: create a prediction, wait until it is over, and return its output.

        Args:
            ref: `owner/name`, `owner/name:version`, a version's id, a Model or a Version; or a deployment, by
                `deployments/owner/name` or a Deployment.
            input: what goes in. Paths, open files and bytes are uploaded; files put out by other models are passed on.
            use_file_output: whether files come as `FileOutput` objects (the default) or as URLs.
            on_event: called with each event of the prediction while it runs, as `Prediction.watch` yields them: new
                logs, progress, pieces of output.
            **options: see `CreateOptions`. `wait` is how long the service may hold the first request, 10 seconds by
                default; `wait=False` polls from the start. Either way `run` returns when the output is complete.

        Returns:
            What the model put out: text, a list of pieces, an object, a file or several.

        Raises:
            ModelError: the prediction failed, was canceled or aborted; the error carries it.
            InvalidArgumentError: an argument cannot be used. Nothing was sent or spent.
            ReplicateError: the service refused, or could not be reached.
        """
        from . import _main_path

        if on_event is not None:
            _main_path.check_blocks(on_event)
        return run_blocking(
            _main_path.run(
                self.wire, self, ref, input, use_file_output=use_file_output, on_event=on_event, options=options
            )
        )

    async def async_run(
        self,
        ref: RunnableLike,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        *,
        use_file_output: bool | None = None,
        on_event: Callable[[PredictionEvent], object] | None = None,
        **options: Unpack[CreateOptions],
    ) -> Any:
        """Run a model as `run` does, awaiting its output. `on_event` may be an async function."""
        from . import _main_path

        return await _main_path.run(
            self.async_wire, self, ref, input, use_file_output=use_file_output, on_event=on_event, options=options
        )

    def stream(
        self,
        ref: RunnableLike,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        *,
        use_file_output: bool | None = None,
        cancel_on_exit: bool = True,
        **options: Unpack[CreateOptions],
    ) -> Iterator[ServerSentEvent]:
        """Run a model and yield its events as they arrive; `str(event)` is a piece of output, empty for other events.

        The last event is `done`. The prediction is created when the first event is asked for. Leaving the loop early
        cancels it, unless `cancel_on_exit` is False. The other arguments and errors are those of `run`.

        Raises:
            ReplicateError: the model does not support streaming.
        """
        from . import _main_path

        del use_file_output  # the text of an event is always text; `event.file` is its file
        events = _main_path.stream(self.wire, self, ref, input, cancel_on_exit=cancel_on_exit, options=options)
        return self.wire.iterate_batches(events)

    async def async_stream(
        self,
        ref: RunnableLike,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - the API's word
        *,
        use_file_output: bool | None = None,
        cancel_on_exit: bool = True,
        **options: Unpack[CreateOptions],
    ) -> AsyncIterator[ServerSentEvent]:
        """Run a model and yield its events: `async for event in await client.async_stream(…)`, as in 1.x."""
        from . import _main_path

        del use_file_output
        events = _main_path.stream(self.async_wire, self, ref, input, cancel_on_exit=cancel_on_exit, options=options)
        return self.async_wire.iterate_batches(events)

    def run_many(
        self,
        ref: RunnableLike,
        inputs: Iterable[Mapping[str, Any]],
        *,
        at_once: int = 8,
        use_file_output: bool | None = None,
        **options: Unpack[CreateOptions],
    ) -> Iterator[Outcome]:
        """Run a model on many inputs, so many at once, and yield what became of each as soon as it is known.

        A failure is an outcome with an `error`, and the others go on. Leaving the loop, Ctrl-C and an error of the
        inputs themselves cancel what still runs, and create nothing more. Each input is billed as a run of its own.

        Args:
            ref: what `run` takes.
            inputs: the inputs; they are taken one after another, when there is room.
            at_once: how many predictions may be under way, 1 to 1000.
            use_file_output: whether files come as `FileOutput` objects (the default) or as URLs.
            **options: see `CreateOptions`; `timeout` is that of each prediction, from its creation.

        Raises:
            InvalidArgumentError: the reference or an option cannot be used. Nothing was sent or spent.
        """
        from ._batches import run_many

        return self.wire.iterate(
            run_many(self.wire, self, ref, inputs, at_once=at_once, use_file_output=use_file_output, options=options)
        )

    async def async_run_many(
        self,
        ref: RunnableLike,
        inputs: Iterable[Mapping[str, Any]],
        *,
        at_once: int = 8,
        use_file_output: bool | None = None,
        **options: Unpack[CreateOptions],
    ) -> AsyncIterator[Outcome]:
        """Run a model on many inputs: `async for outcome in await client.async_run_many(…)`, as `run_many` does."""
        from ._batches import run_many

        return self.async_wire.iterate(
            run_many(
                self.async_wire, self, ref, inputs, at_once=at_once, use_file_output=use_file_output, options=options
            )
        )

    def use(self, ref: RunnableLike, **options: Unpack[CreateOptions]) -> ModelFunction:
        """Return a model as a function of its inputs: `write = client.use("owner/name")`, then `write(prompt="…")`.

        Each call checks its inputs by the model's schema, asked for once, before anything is sent or spent. Nothing
        is sent here.

        Args:
            ref: what `run` takes: a model, a version, or a deployment.
            **options: see `CreateOptions`; they hold for each call.

        Raises:
            InvalidReferenceError: the reference is malformed.
        """
        from ._functions import ModelFunction

        return ModelFunction(self, ref, options)

    def search(self, query: str, *, limit: int | None = None) -> SearchResults:
        """Search models, collections and pages of the documentation at once; the service calls this a beta.

        `models.search` searches models alone.

        Args:
            query: what to look for.
            limit: the most models to return, 1 to 50; 20 by default.
        """
        from ._search import search

        return run_blocking(search(self.wire, self, query, limit))

    async def async_search(self, query: str, *, limit: int | None = None) -> SearchResults:
        """Search models, collections and pages as `search` does, awaiting the service's answer."""
        from ._search import search

        return await search(self.async_wire, self, query, limit)

    @property
    def poll_interval(self) -> float:
        """Seconds to pause, for a program that looks at a prediction in a loop of its own: as set, otherwise 0.5.

        Where it was set, here or when the client was made, `wait` looks in this interval too.
        """
        fixed = self._settings.poll_interval
        return _OWN_LOOP_INTERVAL if fixed is None else fixed

    @poll_interval.setter
    def poll_interval(self, seconds: float) -> None:
        self._settings = replace(self._settings, poll_interval=read_poll_interval(seconds))

    @property
    def fixed_poll_interval(self) -> float | None:
        """Seconds between two looks of `wait`, where they were set; None where they follow the age of the wait."""
        return self._settings.poll_interval

    @property
    def budget(self) -> Budget | None:
        """What predictions and trainings of this client may cost, if there is such a limit."""
        return self._settings.budget

    @property
    def use_file_output(self) -> bool:
        """Whether `run` returns files as `FileOutput` objects unless the call says otherwise."""
        return self._settings.use_file_output

    def with_defaults(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of a call with what this client was told filled in."""
        strategy = self._settings.file_encoding_strategy
        return dict(options) if strategy is None else {"file_encoding_strategy": strategy, **options}

    @cached_property
    def origin(self) -> Origin:
        """The scheme, host and port of the API."""
        return Origin.of_url(self.api.base_url)

    def with_options(
        self,
        *,
        timeout: float | httpx.Timeout | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        poll_interval: float | None = None,
        use_file_output: bool | None = None,
        file_encoding_strategy: str | None = None,
    ) -> Self:
        """Return a client that differs in these options and shares this one's connections, token and memory.

        What is left out stays as it is; `headers` are added. Close the original, not the copy.
        """
        check_strategy(file_encoding_strategy)
        old = self._settings
        options = replace(
            old.options,
            timeouts=old.options.timeouts if timeout is None else Timeouts.of(timeout),
            retries=old.options.retries if max_retries is None else RetryPolicy.of(max_retries),
            headers={**old.options.headers, **read_headers(headers)},
        )
        settings = replace(
            old,
            options=options,
            poll_interval=old.poll_interval if poll_interval is None else read_poll_interval(poll_interval),
            use_file_output=old.use_file_output if use_file_output is None else use_file_output,
            file_encoding_strategy=file_encoding_strategy or old.file_encoding_strategy,
        )
        copy = type(self).__new__(type(self))
        return copy._assemble(settings, self.memory, self.api.with_call_options(options))  # noqa: SLF001 - its own class

    def close(self) -> None:
        """Close the connections of code that blocks. The client cannot be used after that."""
        with self._opening:
            self._closed = True
        if self._api is not None:
            self._api.connection.close()

    async def aclose(self) -> None:
        """Close all connections, those of the running event loop included."""
        self.close()
        if self._api is not None:
            await self._api.connection.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"Client(base_url={self._settings.base_url!r})"


@cache
def _warn_of_official_distribution() -> None:
    """Warn, once per process, if the official distribution is installed beside this one."""
    clash = find_clash()
    if clash is not None:
        warnings.warn(clash, RuntimeWarning, stacklevel=3)  # the program's call of `Client(…)`


def _check_budget(budget: Budget | None) -> Budget | None:
    """Return a budget, or None as it is.

    Raises:
        InvalidArgumentError: it is something else.
    """
    if budget is not None:
        from .budget import Budget  # here: few programs have one

        if not isinstance(budget, Budget):
            raise InvalidArgumentError(
                f"budget must be a replicate.Budget, not {quote_value(budget)}", argument="budget"
            )
    return budget


def _local_engine() -> str:
    """Return the base URL of this process's embedded engine, started if it is not running yet.

    Raises:
        LocalEngineError: it could not be started.
    """
    from replicate_local.launcher import EngineNotInstalledError, EngineStartError, shared_engine

    try:
        return f"{shared_engine().url}/v1"
    except (EngineNotInstalledError, EngineStartError, OSError) as error:
        raise LocalEngineError(f"The local engine cannot be used. {error}") from error
