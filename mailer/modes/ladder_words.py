"""Ladders in sentences, with the policy's own numbers: `mentorpost check --explain`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailer.model.program import Exit, Ladder, Policy, Sending, State

_OPENS = {
    "assigned": "begins for every mentor who has a coordinator",
    "approved": "begins once for every mentor who is approved",
    "coordinates": "begins for every coordinator who has mentors",
    "begin": "begins once with the program",
    "marked": "begins for everybody in that role of whom this is on record:",
    "outdated": "begins for everybody in that role who agreed to another version of",
    "role": "begins once for everybody in that role",
    "unconfirmed": "begins for everybody who has not confirmed the address",
    "held": "begins for everybody whose message is held by safety words",
    "matched": "begins for every pair that is matched",
}
_WHEN = {
    "contact": "When contact is made",
    "sign_of_life": "On a sign of life",
    "stop": "On STOP",
    "results": "When the survey results come",
    "kit": "When the survey links come",
    "blast_done": "When everybody has been written to",
    "answers": "On numbered answers",
    "text": "On free words",
    "release": "When a signed release is recorded",
    "rescinded": "When the release is taken back",
    "placed": "When a match is proposed",
    "handed_on": "When a mentor is given to another coordinator",
    "parts": "When one of the two is to be forgotten",
    "armed": "When SEND comes with the code of the rehearsal",
    "read": "When the coordinator answers OK to a letter that went to all of them",
}
_CONDITIONS = {
    "all_answered": ("every item is answered", "an item is still open"),
    "tries_left": ("it may come once more", "it has come often enough"),
    "line_complete": ("the line lacks nothing now", "the line still lacks something"),
    "logged_last_month": ("something was logged in the month before", "nothing was logged in the month before"),
    "takes_part": ("they take part", "they take no part at present"),  # how it reads where it holds, and where it does not
    "qualified": ("years and domain are enough", "years or domain are not enough"),
    "notice_long_enough": ("the day is far enough ahead", "the day is too early"),
    "in_directory": ("the mentor is shown in the directory", "the mentor is not shown in the directory"),
    "enough_attempts": ("enough attempts lie in one month", "too few attempts lie in one month"),
    "attempts_left": ("another attempt fits into the month", "no further attempt fits into the month"),
    "handover_attempts_left": ("an attempt of the hand-over is left", "no attempt of the hand-over is left"),
    "mentee_attempts_left": ("an attempt to reach the mentee is left", "no attempt to reach the mentee is left"),
    "handover_attempts_made": ("enough attempts of the hand-over count", "too few attempts of the hand-over count"),
    "mentee_attempts_made": ("an attempt to reach the mentee counts", "no attempt to reach the mentee counts"),
    "came_back_since": ("a letter has come back since, so that too few attempts count", "no letter has come back since"),
    "about_a_duty": ("it is about somebody who holds a duty", "it is about nobody who holds a duty"),
    "heard_of": ("its writer knows of it", "its writer does not know of it"),
    "one_match": ("it is clear which match is meant", "it is not clear which match is meant"),
    "match_open": ("the match is still open", "the match is over"),
    "all_agreed": ("everybody who was asked has said yes", "somebody has not said yes yet"),
    "signs": ("there are signs of life", "there is no sign of life"),
    "unproved_sign": ("something unproved came that may be from them", "nothing unproved came"),
    "form_incomplete": ("mentors are missing on the form of this month", "no mentor is missing on the form of this month"),
    "form_ready": ("the form is filled in", "the form is not filled in"),
    "has_mentees": ("there are mentees", "there is no mentee"),
    "held": ("a cry for help of theirs is still with a human", "no cry for help of theirs is with a human any more"),
    "released": ("a signed release that is good today is there", "no signed release that is good today is there"),
    "by_mail": ("it may stand in a letter", "it may not stand in a letter"),
    "one_to_five": ("every answer is a number from 1 to 5", "an answer is no number from 1 to 5"),
    "candidate_left": ("somebody is left to ask", "nobody is left to ask"),
    "kit_complete": ("both survey links are there", "a survey link is missing"),
    "first_moment": ("the service has just begun", "the service did not just begin"),
}


def explain(ladder: Ladder, policy: Policy) -> Iterator[str]:
    """The ladder, a line at a time: each state with whose turn it is, what leaves, how long it waits, the ways out."""
    how, _, what = ladder.opens.partition(" ")
    opens = (
        f"{_OPENS[how]} {what.replace('_', ' ')}".strip() if how in _OPENS else f"begins with {ladder.opens.removeprefix('word:')}"
    )
    yield f"{ladder.name}: one walk for each {ladder.about}; it {opens}."
    for door in ladder.doors:
        otherwise = "" if door.refuse else "It also begins otherwise. "
        yield f"  {otherwise}{exit_in_words(door, policy).replace('goes on to', 'begins at')}"
    for number, state in enumerate(ladder.states.values(), 1):
        turn = "the end" if state.final else f"{state.owner}'s turn" + (", a human decides" if state.gate else "")
        yield f"  {number}. {state.name} ({turn}): {state.says}"
        for line in _state(state, policy):
            yield f"       {line}"
    if ladder.anywhere:
        yield "  Wherever it stands:"
        for exit in ladder.anywhere:
            yield f"       {exit_in_words(exit, policy)}"


def _state(state: State, policy: Policy) -> Iterator[str]:
    for sending in state.sends:
        yield _sending(sending)
    for role, letter in state.blast.items():
        yield f"Sends {letter} to every {role}."
    waits = in_words(state, policy)
    if waits:
        pause = f", not counting days on which the {state.waits_for} is away" if state.waits_for else ""
        latest = f", {_number(state.within, policy)} days at the latest" if state.within else ""
        yield f"Waits {waits}{latest}{pause}."
    for exit in state.exits:
        yield exit_in_words(exit, policy)


def _sending(sending: Sending) -> str:
    counts = ", which counts as an attempt" if sending.attempt else ""
    return f"Sends {sending.letter} to the {sending.to}{counts}{', at once' if sending.at_once else ''}."


def in_words(state: State, policy: Policy) -> str:
    """How long a state waits, "5 days (attempt.wait_days)"; "" where it does not wait."""
    if state.wait == "hold":
        return "as many days as HOLD said"
    if state.wait:
        first, _, less = (part.strip() for part in state.wait.partition("-"))
        amount = _number(first, policy) - (_number(less, policy) if less else 0)
        unit = "hour" if first.endswith("_hours") else "minute" if first.endswith("_minutes") else "day"
        return f"{amount} {unit}{'' if amount == 1 else 's'}{_keys(state.wait)}"
    match state.until.split():
        case ["day", "after", mark]:
            return f"until the day after {mark.replace('_', ' ')}"
        case ["day", key]:
            return f"until day {_number(key, policy)} of the month{_keys(key)}"
        case ["next", "month", "day", key]:
            return f"until day {_number(key, policy)} of the next month{_keys(key)}"
        case ["person", name]:
            return f"until the day on which they are {name.replace('_', ' ')}"
        case ["month", "start"]:
            return "until the month begins"
        case [key, "days", "before", "month"]:
            return f"until {_number(key, policy)} days before the next month{_keys(key)}"
        case ["last", "day"]:
            return "until the last day of the month"
        case [key, "months", "after", *marks]:
            days = _joined([mark.removesuffix("_on").replace("_", " ") for mark in marks], "or")
            return f"{_number(key, policy)} months from the day of {days}, whichever came last{_keys(key)}"
        case ["kept", name]:
            return f"until the {name} that was given"
        case _:
            return ""


def _number(word: str, policy: Policy) -> int:
    return int(word) if word.isdigit() else policy.number(word)


def _keys(words: str) -> str:
    keys = [word for word in words.split() if "." in word]
    return f" ({' - '.join(keys)})" if keys else ""


def exit_in_words(exit: Exit, policy: Policy) -> str:
    """One way out of a state: when, for whom, under which conditions, and where it leads."""
    word = exit.when.removeprefix("word:")
    if exit.when == "time":
        start = "After that"
    elif exit.when.startswith("word:"):
        start = f"On {word}"
    else:
        start = _WHEN.get(exit.when, exit.when)
    by = f" from the {_joined(exit.by, 'or')}" if exit.by else ""
    conditions = f", if {_joined([_condition(one, policy) for one in exit.conditions], 'and')}" if exit.conditions else ""
    where = f"goes on to {exit.to}" if exit.to else "stays"
    return f"{start}{by}{conditions}: {where if not exit.refuse else 'it cannot be done now, and the sender is told'}."


def _condition(written: str, policy: Policy) -> str:
    bare = written.removeprefix("not ")
    wanted = bare == written
    if bare in _CONDITIONS:
        return _CONDITIONS[bare][0 if wanted else 1]
    if bare == "said named":
        return f"somebody was {'' if wanted else 'not '}named"
    if bare.startswith("beside "):
        _, ladder, kept = bare.split()
        return f"a walk of {ladder} of the same mentor {'has' if wanted else 'has not'} noted: {kept.replace('_', ' ')}"
    if bare == "pair_said who":
        return f"{'a' if wanted else 'no'} mentee of the mentor was named"
    if bare.startswith("passed "):
        return f"the day {bare.removeprefix('passed ').replace('_', ' ')} has {'' if wanted else 'not '}gone by"
    if bare.startswith("match_is "):
        return f"the pair is {'' if wanted else 'not '}{bare.removeprefix('match_is ')}"
    if bare.startswith("came_before "):
        return f"that day {'lies' if wanted else 'does not lie'} before the service began"
    if bare.startswith("line_lacks "):
        what = {"date": "its day", "kind": "its kind", "halves": "leave to halve it"}.get(bare.split()[1], bare.split()[1])
        return f"the line {'lacks' if wanted else 'does not lack'} {what}"
    if bare.startswith("marked "):
        return f"{bare.removeprefix('marked ').replace('_', ' ')} is {'on record' if wanted else 'not on record'}"
    if bare.startswith(("kept ", "said ")):
        return f"{bare.split()[1].replace('_', ' ')} was {'given' if wanted else 'not given'}"
    if bare.startswith("answers_letter "):
        return f"the mail {'answers' if wanted else 'does not answer'} {bare.split()[1]}"
    if bare.startswith("below "):
        _, what, key = bare.split()
        return f"there were {'fewer' if wanted else 'no fewer'} {what} than {_number(key, policy)} ({key})"
    if not bare.startswith("policy "):
        return ("" if wanted else "not: ") + bare.replace("_", " ")
    key = bare.removeprefix("policy ")
    now = bool(policy.values.get(key))
    return f"{key} is {_switch(wanted)} (now it is {_switch(now)})"


def _switch(on: bool) -> str:
    return "true" if on else "false"


def _joined(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
