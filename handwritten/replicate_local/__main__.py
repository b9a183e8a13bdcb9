"""`python -m replicate_local`, the same command as `replicate-local`; nothing else lives here."""

import sys

from replicate_local.cli import main

if __name__ == "__main__":
    sys.exit(main())
