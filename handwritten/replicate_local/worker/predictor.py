"""Loading a predictor from its source file and calling it, blocking or async alike; never the engine's protocol."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
import typing
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import cog

from replicate_local.worker import schema
from replicate_local.worker.cog_package import is_own

if TYPE_CHECKING:
    import asyncio
    import contextvars
    from collections.abc import Callable

    from replicate_local.worker.kept import KeptCode


class Predictor:
    """A predictor class or function, named `path.py:Name`."""

    def __init__(self, entry: str, kept: KeptCode | None = None) -> None:
        path, _, name = entry.rpartition(":")
        module = load_module(Path(path), kept)
        target = find(module, name)
        self._instance: Any = target() if inspect.isclass(target) else None
        self.predict: Any = _method(self._instance, entry) if self._instance is not None else target
        train: Any = getattr(module, "train", None)
        self.train: Any = train if inspect.isfunction(train) else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context: contextvars.Context | None = None
        self._task: asyncio.Task[None] | None = None

    def setup(self, weights: str | None = None) -> None:
        """Let the predictor prepare itself, with the path of the weights that training made."""
        setup = getattr(self._instance, "setup", None)
        if setup is None or is_own(setup):
            return
        weights = weights or os.environ.get("COG_WEIGHTS") or None
        arguments = {"weights": _weights(setup, weights)} if "weights" in inspect.signature(setup).parameters else {}
        result: Any = setup(**arguments)
        if inspect.isawaitable(result):
            self._finish(_awaited(result))

    def call(
        self, arguments: dict[str, Any], on_iterator: Callable[[], None], on_result: Callable[[Any], None]
    ) -> None:
        """Run `predict` to its end, handing over each result as it comes, and first whether there can be several."""
        result: Any = self.predict(**arguments)
        if inspect.isawaitable(result) or hasattr(result, "__anext__"):
            self._finish(_follow(result, on_iterator, on_result))
        else:
            _hand_over(result, on_iterator, on_result)

    def cancel(self) -> bool:
        """Cancel async work, from a signal handler; false if none runs, so that something else has to stop it."""
        if self._task is None or self._loop is None:
            return False
        self._loop.call_soon_threadsafe(self._task.cancel)
        return True

    def _finish(self, work: Any) -> None:
        import asyncio  # costs as much as the rest of a worker's start, and few predictors are async
        import contextvars

        if self._loop is None or self._context is None:
            self._loop, self._context = asyncio.new_event_loop(), contextvars.copy_context()
            asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(work, context=self._context)
        try:
            self._loop.run_until_complete(self._task)
        finally:
            self._task = None


async def _awaited(result: Any) -> None:
    await result


async def _follow(result: Any, on_iterator: Callable[[], None], on_result: Callable[[Any], None]) -> None:
    """Do it all in one task, as time-outs and task groups around a `yield` need it."""
    if inspect.isawaitable(result):
        result = await result
    if hasattr(result, "__anext__"):
        on_iterator()
        async for item in result:
            on_result(item)
    else:
        _hand_over(result, on_iterator, on_result)


def _hand_over(result: Any, on_iterator: Callable[[], None], on_result: Callable[[Any], None]) -> None:
    if hasattr(result, "__next__") and not hasattr(result, "read"):  # an open file is one output, not its lines
        on_iterator()
        for item in result:
            on_result(item)
    else:
        on_result(result)


def load_module(source: Path, kept: KeptCode | None = None) -> Any:
    """Import a file, once; modules beside it can be imported too.

    Raises:
        ImportError: it is no Python file; and whatever the file itself raises.
    """
    there = _loaded.get(source) or sys.modules.get(source.stem)
    if there is not None and getattr(there, "__file__", None) == str(source):
        return there
    # Its own name, so that modules beside it, and processes it starts, find the same one; but no name that is taken.
    name = source.stem if source.stem.isidentifier() and _is_free(source.stem) else "predict"
    spec = kept.spec(name, source) if kept is not None else importlib.util.spec_from_file_location(name, source)
    if spec is None or spec.loader is None:
        raise ImportError(f"{source.name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if str(source.parent) not in sys.path:
        sys.path.insert(0, str(source.parent))
    spec.loader.exec_module(module)
    _loaded[source] = module
    return module


_loaded: dict[Path, Any] = {}


def _is_free(name: str) -> bool:
    return name not in sys.modules and name not in sys.stdlib_module_names and name not in {"cog", "replicate_local"}


def find(module: Any, name: str) -> Any:
    """Return a class or function of a module.

    Raises:
        ImportError: there is none of that name.
    """
    try:
        return getattr(module, name)
    except AttributeError:
        raise ImportError(f"{Path(module.__file__).name} has no {name!r}") from None


def _weights(setup: Any, path: str | None) -> Any:
    """Return the path as the type that `setup` wants."""
    hint = schema.without_none(typing.get_type_hints(setup).get("weights", str))
    wants_path = isinstance(hint, type) and issubclass(hint, PurePath)
    return cog.Path(path) if path is not None and wants_path else path


def _method(instance: Any, entry: str) -> Any:
    for name in ("predict", "run"):
        method = getattr(instance, name, None)
        if method is not None and not is_own(method):
            return method
    raise TypeError(f"{entry.rpartition(':')[2]} has no predict method")
