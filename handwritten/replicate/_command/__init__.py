"""The command `python -m replicate`: what a client can do, for a shell; nothing of the client imports it."""
