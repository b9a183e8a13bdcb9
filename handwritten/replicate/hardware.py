"""`replicate.hardware` as a module, for programs that import its classes; they live in `_hardware`.

As an attribute, `replicate.hardware` is the operations of the default client: `replicate.hardware.list()`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # without `typing`, as in the package

if TYPE_CHECKING:
    from typing import Any

    from ._hardware import Hardware, HardwareNamespace

__all__ = ["Hardware", "HardwareNamespace"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import _hardware

        return getattr(_hardware, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
