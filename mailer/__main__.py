"""`python -m mailer` is the same as `mentorpost`."""

from __future__ import annotations

import sys

from mailer.cli import main

if __name__ == "__main__":
    sys.exit(main())
