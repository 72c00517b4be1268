"""What a replay found, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mailer.model.program import Program
from mailer.modes.replay.differences import LetterChange, Whom
from mailer.modes.replay.twice import Replayed
from mailer.modes.replay.words import cautions, in_sum


def as_json(found: Replayed, programs: Mapping[str, Program]) -> dict[str, object]:
    """One object; moments in each program's zone, ISO 8601 with offset. People are refs and first names."""

    def local(program: str, at: datetime | None) -> str | None:
        return at.astimezone(programs[program].timezone).isoformat() if at is not None else None

    def letter(one: LetterChange) -> dict[str, object]:
        return {
            "change": one.change.name.lower(),
            "program": one.program,
            "letter": one.letter,
            **_whom(one.whom),
            "was": local(one.program, one.was),
            "would": local(one.program, one.would),
            "words": list(one.words),
        }

    differences = found.differences
    zone = next(iter(programs.values())).timezone
    return {
        "differs": bool(differences),
        "sum": in_sum(differences),
        "from": found.since.isoformat(),
        "until": found.until.isoformat(),
        "recorded": found.recorded,
        "edited": list(found.edited),
        "letters": [letter(one) for one in differences.letters],
        "matches": [
            {"program": one.program, "mentor": _whom(one.mentor), "mentee": _whom(one.mentee), "was": one.was, "would": one.would}
            for one in differences.pairs
        ],
        "owners": [
            {
                "program": one.program,
                "ladder": one.ladder,
                "about": [_whom(whom) for whom in one.about],
                "was": one.was,
                "would": one.would,
            }
            for one in differences.owners
        ],
        "not_kept": [{"at": local(program, at), "program": program, "what": what} for at, program, what in found.not_kept],
        "not_as_recorded": [letter(one) for one in found.not_lived],
        "cautions": list(cautions(found, zone)),
    }


def _whom(one: Whom) -> dict[str, str]:
    return {"ref": one.ref, "first_name": one.first_name}
