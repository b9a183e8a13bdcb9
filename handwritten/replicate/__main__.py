"""Lets `python -m replicate` be the command; what it does is in `_command`."""

from ._command.entry import main

raise SystemExit(main())
