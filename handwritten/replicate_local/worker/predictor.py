"""Loading a predictor from its source file and calling it, blocking or async alike; never the engine's protocol."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import pathlib
import sys
import typing
from typing import TYPE_CHECKING, Any

import cog

from replicate_local.worker import schema

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterator


class Predictor:
    """A predictor class or function, named `path.py:Name`."""

    def __init__(self, entry: str) -> None:
        module, target = _load(entry)
        self._instance: Any = target() if inspect.isclass(target) else None
        self.predict: Any = _method(self._instance, entry) if self._instance is not None else target
        train: Any = getattr(module, "train", None)
        self.train: Any = train if inspect.isfunction(train) else None
        self._runner: asyncio.Runner | None = None

    @property
    def is_async(self) -> bool:
        """Whether an event loop is needed to call it."""
        return inspect.iscoroutinefunction(self.predict) or inspect.isasyncgenfunction(self.predict)

    def setup(self, weights: str | None = None) -> None:
        """Let the predictor prepare itself, with the path of the weights that training made."""
        setup = getattr(self._instance, "setup", None)
        if setup is None:
            return
        arguments = {"weights": _weights(setup, weights)} if "weights" in inspect.signature(setup).parameters else {}
        self._finish(setup(**arguments))

    def call(self, arguments: dict[str, Any]) -> tuple[bool, Iterator[Any]]:
        """Run `predict`; returns whether it yields, and its results one by one (a single one if it returns)."""
        result: Any = self._finish(self.predict(**arguments))
        if hasattr(result, "__anext__"):
            return True, self._drain(result)
        if hasattr(result, "__next__"):
            return True, result
        return False, iter((result,))

    def _finish(self, value: Any) -> Any:
        return self._loop().run(value) if inspect.iscoroutine(value) else value

    def _drain(self, results: AsyncIterator[Any]) -> Iterator[Any]:
        async def following() -> Any:
            return await anext(results)

        with contextlib.suppress(StopAsyncIteration):
            while True:
                yield self._loop().run(following())

    def _loop(self) -> asyncio.Runner:
        import asyncio  # costs as much as the rest of a worker's start, and few predictors are async

        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner


def _load(entry: str) -> tuple[Any, Any]:
    path, _, name = entry.rpartition(":")
    source = pathlib.Path(path)
    spec = importlib.util.spec_from_file_location("predict", source)
    if spec is None or spec.loader is None:
        raise ImportError(f"{source.name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["predict"] = module
    sys.path.insert(0, str(source.parent))
    spec.loader.exec_module(module)
    try:
        return module, getattr(module, name)
    except AttributeError:
        raise ImportError(f"{source.name} has no {name!r}") from None


def _weights(setup: Any, path: str | None) -> Any:
    """Return the path as the type that `setup` wants."""
    hint = schema.without_none(typing.get_type_hints(setup).get("weights", str))
    wants_path = isinstance(hint, type) and issubclass(hint, pathlib.PurePath)
    return cog.Path(path) if path is not None and wants_path else path


def _method(instance: Any, entry: str) -> Any:
    for name in ("predict", "run"):
        method = getattr(instance, name, None)
        if method is not None:
            return method
    raise TypeError(f"{entry.rpartition(':')[2]} has no predict method")
