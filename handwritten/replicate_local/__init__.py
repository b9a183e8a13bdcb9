"""The embedded engine: the service's wire contract served on this machine, running real model code; never client code.

Importing this package imports next to nothing, because model code imports it too, for `model`. Start an engine from a
program with `replicate_local.launcher`, or from a shell with `replicate-local serve`.
"""

from replicate_local.declaring import model

__all__ = ["model"]
