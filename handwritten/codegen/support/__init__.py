"""Modules that are copied into the generated package as they are. Nothing here imports another module of ours."""
