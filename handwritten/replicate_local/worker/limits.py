"""The limit of a worker's memory, set by the worker itself before it loads any model code; never its clock."""

from __future__ import annotations

import contextlib
import resource
import sys


def limit_memory(size: int) -> None:
    """Let this process, and each process it starts, have this many bytes of memory of its own.

    On Linux what counts is memory that can be written: files that are mapped only to be read, and address space that is
    only reserved, as drivers of graphics cards do, are free. Other systems count all address space, where they count.
    """
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard = resource.getrlimit(kind)
    wanted = size if hard == resource.RLIM_INFINITY else min(size, hard)
    with contextlib.suppress(ValueError, OSError):  # some systems know the limit and refuse it
        resource.setrlimit(kind, (wanted, wanted))
