"""The words that join two people on one line, "Ana Torre and Mel": read in mails, and looked up among the people of a program."""

from __future__ import annotations

import re

JOINING = r"(?:and|&|\+|y|und|et|e)"
TWO = re.compile(rf" {JOINING} ", re.IGNORECASE)
