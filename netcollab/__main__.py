"""Run the command line: ``python -m netcollab``."""

from __future__ import annotations

import sys

from netcollab.cli import main

if __name__ == "__main__":
    sys.exit(main())
