"""The command line: `mentorpost [--settings FILE] COMMAND` (CONTRACT.md section 2)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

DONE, NO, USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Gives 0 done, 1 the answer is "no", 2 wrong usage or unreadable settings; a user's mistake never raises."""
    from mailer.cli.grammar import build

    _speak_any_script()
    # What the program writes names people: only who runs it reads it, whatever the shell or the supervisor would allow.
    before = os.umask(0o077)
    try:
        arguments = build().parse_args(argv)
    except SystemExit as leaving:  # argparse has said what is wrong, or has shown its help
        return leaving.code if isinstance(leaving.code, int) else USAGE
    else:
        return _run(arguments)
    finally:
        os.umask(before)


def _run(arguments: argparse.Namespace) -> int:
    from mailer.model.errors import Bad

    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except Bad as bad:
        for flaw in bad.flaws:
            print(flaw, file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # Whoever read us has read enough; without this the interpreter would complain when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO
    except KeyboardInterrupt:
        return 130
    except Exception as trouble:
        said = _operational(trouble)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return USAGE


def _operational(trouble: Exception) -> str | None:
    """A sentence for what goes wrong around us: the disk, the database; None for a bug, which shows its traceback."""
    if isinstance(trouble, OSError) and trouble.strerror:
        place = f"{trouble.filename}: " if trouble.filename is not None else ""
        return f"{place}{trouble.strerror[:1].lower()}{trouble.strerror[1:]} — check the path, its permissions and the space left"
    if "sqlalchemy" in sys.modules:
        from db.trouble import in_words

        return in_words(trouble)
    return None


def _speak_any_script() -> None:
    """A terminal that cannot show a character gets it escaped, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
