"""Measures this client beside the official ones; `python -m benchmarks`. Nothing here is part of the distribution."""
