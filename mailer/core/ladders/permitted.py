"""What a program's involvement forbids, whatever its ladders and letters say: found when they are loaded (A10, R-118)."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.model.classes import ALLOWED, DUTY_ROLES, TO_DUTIES, LetterClass, permits
from mailer.model.errors import Flaw
from mailer.model.program import Ladder, Policy, Rulebook

# Letters whose name says what they do: another class would lead them round what the policy forbids.
_BY_NAME: Mapping[str, LetterClass] = {
    **dict.fromkeys(
        ("check_in", "check_in_again", "mentee_check_in", "welcome_check_in", "welcome_check_in_again"), LetterClass.CONTACT
    ),
    **dict.fromkeys(("survey_mentor", "survey_mentee", "survey_reminder", "survey_digest"), LetterClass.SURVEY),
    **dict.fromkeys(("mentee_silent_inquiry", "report_back_reminder"), LetterClass.REPORT),
    **dict.fromkeys(("contact_form_draft", "contact_form"), LetterClass.FORM),
    **dict.fromkeys(("new_match_needed_mentee", "new_match_needed_mentor", "end_notice", "mentoring_ended"), LetterClass.CLOSING),
    **dict.fromkeys(("hand_off", "peer_talk_contact"), LetterClass.DISCLOSURE),
    "mentor_set_inactive": LetterClass.FAREWELL,
    "closing_gate": LetterClass.GATE,
    "operational_evaluation": LetterClass.EVALUATION,
}


def forbidden_class(name: str, kind: LetterClass | None, file: str, line: int, policy: Policy) -> tuple[Flaw, ...]:
    """What is wrong with the class of a letter for a program with this policy; `line` is that of its heading."""
    if kind is None:
        advice = f"write a heading such as class: notice ({', '.join(LetterClass)})"
        return (Flaw(file, line, f"the letter {name} does not say what it is for", advice),)
    if (meant := _BY_NAME.get(name, kind)) is not kind:
        return (Flaw(file, line, f"{name} says class: {kind}", f"what it asks and tells makes it class: {meant}"),)
    involvement = policy.word("involvement")
    if permits(involvement, kind):
        return ()
    possible = ", ".join(sorted(ALLOWED.get(involvement, frozenset())))
    what = f"a letter of the class {kind}, not allowed by involvement = {involvement!r}"
    return (Flaw(file, line, what, f"such a program sends only {possible}: take the letter out"),)


def forbidden_sendings(ladder: Ladder, book: Rulebook) -> tuple[Flaw, ...]:
    """States that send what the involvement does not allow, or send what speaks about somebody to anybody without a duty."""
    involvement = book.policy.word("involvement")
    flaws: list[Flaw] = []
    for state in ladder.states.values():
        for letter, to in (*((sending.letter, sending.to) for sending in state.sends), *((b, a) for a, b in state.blast.items())):
            kind = book.classes.get(letter)
            if kind is None:
                continue  # no such letter, or none that says what it is: told elsewhere
            if not permits(involvement, kind):
                what = f"state {state.name!r} sends {letter!r} of the class {kind}, not allowed by involvement = {involvement!r}"
                flaws.append(Flaw(ladder.file, state.line, what, "such a program does not send it: take it out"))
            elif kind in TO_DUTIES and (ladder.about if to == "subject" else to) not in DUTY_ROLES:
                what = f"state {state.name!r} sends {letter!r} of the class {kind} to the {to}, whom it may be about"
                flaws.append(Flaw(ladder.file, state.line, what, "send it to one of " + ", ".join(sorted(DUTY_ROLES))))
    return tuple(flaws)
