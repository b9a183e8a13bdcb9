"""The clients that are measured, one module each, all with the same functions; each runs in an environment of its own.

A module has what its client can do; a function that is missing is a row without a figure. Only `ours` imports another:
this client understands what is asked of 1.0.7.
"""
