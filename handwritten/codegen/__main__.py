"""`python -m codegen generate|check`. Holds no logic of its own."""

import sys

from codegen.command import main

sys.exit(main())
