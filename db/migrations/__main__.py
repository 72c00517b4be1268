"""For developers: drafts the next step from what db/tables.py says by now. Run: python -m db.migrations "what changes"."""

from __future__ import annotations

import sys
from pathlib import Path

from db.engine import open_store
from db.schema import draft


def main(words: list[str]) -> int:
    """Write the draft beside the other steps, to be read and mended by hand; gives the exit code."""
    if len(words) != 1 or words[0].startswith("-"):
        print('usage: python -m db.migrations "what changes"', file=sys.stderr)
        return 2
    store = open_store("sqlite://")
    try:
        print(draft(store, words[0], Path(__file__).parent / "versions"))
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
