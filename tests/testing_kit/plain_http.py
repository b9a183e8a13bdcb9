"""Plain HTTP, for requests that are not this library's: one client for all, because making one costs time."""

import httpx

HTTP = httpx.Client(trust_env=False, timeout=10, limits=httpx.Limits(max_keepalive_connections=0))
