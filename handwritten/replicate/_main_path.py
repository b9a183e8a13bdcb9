"""The main path: reference → create → wait → output. What `replicate.run` and `replicate.stream` do, start to end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from . import _outputs
from ._creating import prepare
from ._jobs import cancel_quietly, wait_for
from ._predictions import check_budget, start
from ._quoted_values import quote_value
from ._references import Reference, parse_runnable
from ._views import known
from ._waiting import SUCCESS
from .exceptions import InvalidArgumentError, ReplicateError, ReplicateException, WaitTimeoutError, unsuccessful
from .prediction import Prediction, events_of, watch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Mapping

    from ._creating import Request
    from ._references import Runnable, RunnableLike
    from ._stream_events import ServerSentEvent
    from ._watching import PredictionEvent
    from ._wire import Wire
    from .client import Client

OnEvent = Callable[["PredictionEvent"], object]
"""What is called with each event; in `async_run` it may be an async function."""

DEFAULT_HOLD = 10
"""Seconds `run` asks the service to hold the first request: most short jobs end within them, and no job hangs on one
long request. What takes longer is polled."""


async def run(
    wire: Wire,
    client: Client,
    ref: RunnableLike,
    input: Mapping[str, Any] | None,  # noqa: A002 - the API's word
    *,
    use_file_output: bool | None,
    on_event: OnEvent | None,
    options: Mapping[str, Any],
) -> Any:
    """Create a prediction, wait until it is over, and return its output."""
    reference = parse_runnable(ref)
    if on_event is not None and not callable(on_event):
        raise InvalidArgumentError(f"on_event must be a function, not {quote_value(on_event)}", argument="on_event")
    check_budget(client, reference)
    hold = DEFAULT_HOLD if on_event is None else False  # who watches wants to hear of it from the start
    request = await prepare(wire, input, {"wait": hold, **client.with_defaults(options)}, call="run")
    asked = wire.clock.monotonic()
    prediction = await start(wire, client, reference, request)
    if on_event is not None or not _is_complete(prediction, request, wire.clock.monotonic() - asked):
        await _wait_or_cancel(wire, prediction, on_event)
        if prediction.status not in SUCCESS:
            raise unsuccessful(prediction)
    return output_of(prediction, client, use_file_output=use_file_output, of_version=_is_version(reference))


async def stream(
    wire: Wire,
    client: Client,
    ref: RunnableLike,
    input: Mapping[str, Any] | None,  # noqa: A002 - the API's word
    *,
    cancel_on_exit: bool,
    options: Mapping[str, Any],
) -> AsyncGenerator[Iterable[ServerSentEvent], None]:
    """Create a prediction and yield its events in batches until it is over; leaving the loop early cancels it."""
    reference = parse_runnable(ref)
    check_budget(client, reference)
    request = await prepare(wire, input, client.with_defaults(options), call="stream")
    prediction = await start(wire, client, reference, request)
    try:
        async with aclosing(events_of(wire, prediction)) as batches:
            async for events in batches:
                yield events
    except WaitTimeoutError as error:
        await _cancel_late(wire, prediction, error)
        raise
    except ReplicateError as error:  # the prediction is over, or its state is unknown; the error names it
        error.prediction_id = error.prediction_id or prediction.id
        raise
    except Exception:
        raise
    except BaseException:  # the loop was left, or the task or the program interrupted
        if cancel_on_exit:
            await cancel_quietly(wire, prediction)
        raise


def check_blocks(on_event: object) -> None:
    """Check that what is called with each event need not be awaited.

    Raises:
        InvalidArgumentError: it is an async function, which only `async_run` can call.
    """
    from inspect import iscoroutinefunction

    if iscoroutinefunction(on_event):
        raise InvalidArgumentError("on_event is an async function; use async_run", argument="on_event")


def _is_version(reference: Runnable) -> bool:
    return isinstance(reference, Reference) and reference.version is not None


async def _wait_or_cancel(wire: Wire, prediction: Prediction, on_event: OnEvent | None) -> None:
    """Wait until a prediction is over; cancel it when its time is up, or when the program or task is interrupted."""
    try:
        if on_event is None:
            await wait_for(wire, prediction)
        else:
            await _tell(wire, prediction, on_event)
    except WaitTimeoutError as error:
        await _cancel_late(wire, prediction, error)
        raise
    except ReplicateException:
        raise  # it could not be followed: it may still succeed, and the error names it
    except BaseException as interruption:  # Ctrl-C, a canceled task, or an error of the caller's own function
        told = await cancel_quietly(wire, prediction)
        interruption.add_note(f"prediction {prediction.id} {told.removeprefix('it ')}")
        raise


async def _cancel_late(wire: Wire, prediction: Prediction, error: WaitTimeoutError) -> None:
    """Cancel a prediction whose time is up, and say so in the error."""
    error.detail = await cancel_quietly(wire, prediction)


async def _tell(wire: Wire, prediction: Prediction, on_event: OnEvent) -> None:
    """Call a function with each event of a prediction until it is over; what an async function returns is awaited."""
    async with aclosing(watch(wire, prediction)) as events:
        async for event in events:
            answer = on_event(event)
            if isinstance(answer, Awaitable):
                await answer


def output_of(prediction: Prediction, client: Client, *, use_file_output: bool | None, of_version: bool = False) -> Any:
    """Return the output of a finished prediction as `run` hands it out: files as objects, or as plain URLs.

    A list without files that a version put out is one of `Pieces`, where it was the version that was asked for.
    """
    output = known(prediction.raw.output)
    wanted = client.use_file_output if use_file_output is None else use_file_output
    files = _outputs.as_files(output, client, client.memory.output_schema(prediction.version, prediction.model))
    if of_version and isinstance(files, list):
        items = cast("list[object]", files)
        if not any(isinstance(item, _outputs.FileOutput) for item in items):
            return _outputs.Pieces(items)
    return cast("Any", files) if wanted else output


def _is_complete(prediction: Prediction, request: Request, elapsed: float) -> bool:
    """Return whether a create was answered with the finished work.

    A held create is answered once the output is complete, often with the status `processing`, because the
    bookkeeping is not done yet. When the hold runs out instead, the output is missing. An answer that came early,
    with output, therefore carries all of it.
    """
    if prediction.status in SUCCESS:
        return True
    has_output = known(prediction.raw.output) is not None
    return prediction.status == "processing" and has_output and elapsed < request.hold
