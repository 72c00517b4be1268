"""What follows a word on its line, read by the word's grammar into the arguments that CONTRACT.md section 5 names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mailer.wire.commands.lengths import length
from mailer.wire.commands.people import PRONOUNS, is_address, is_reference, named, people, person, raw
from mailer.wire.commands.phrases import Token, without_politeness
from mailer.wire.dates.read import find_dates, read_date
from mailer.wire.words import Grammar, listed

Arguments = dict[str, object]

_HOW = listed("phone telephone mail email e-mail letter call text sms whatsapp video zoom visit person meeting voicemail")
_MATTERS = listed("form forms list info information details person number sheet log report lens time times point call")
_BY = listed("by per via on at with from to through for of the")
_UNTIL = listed("until till til through thru bis hasta jusqu'au")
_RANGE = listed("from between to and von vom del desde du")
_DASHES = listed("- – — / to bis")
_RETURNING = listed("back return returning returns zurück vuelvo")
_LATEST_DAY = 3660


@dataclass(frozen=True, slots=True)
class Rest:
    """The part of a line behind the word: its tokens, the whole line they point into, and the day it was written."""

    line: str
    tokens: tuple[Token, ...]
    sent: date
    order: str  # "mdy" or "dmy"
    shouted: bool  # the word stood in capitals, or with a colon behind it
    phrase: tuple[str, ...]  # as written, folded

    @property
    def text(self) -> str:
        return self.line[self.tokens[0].start :].rstrip() if self.tokens else ""

    def day(self, future: bool) -> tuple[date, int, int] | None:
        """The first date in the rest, with the range of tokens it takes."""
        if not self.tokens:
            return None
        offset = self.tokens[0].start
        for day, start, end in find_dates(self.line[offset : offset + 400], sent=self.sent, order=self.order, future=future):
            inside = [at for at, token in enumerate(self.tokens) if token.end > start + offset and token.start < end + offset]
            if inside:
                return day, inside[0], inside[-1] + 1
        return None


# The arguments and the number of tokens used up; None where the rest does not fit the word.
Read = tuple[Arguments, int] | None


def _nothing(rest: Rest) -> Read:
    return {}, 0


def _days(rest: Rest) -> Read:
    if not rest.tokens:
        return {}, 0
    who, used = person(rest.tokens, rest.line) if rest.shouted else ("", 0)
    if who:  # "HOLD Ana Ruiz 7", "HOLD Ana Ruiz"
        behind = rest.tokens[used:]
        later = _days(Rest(rest.line, behind, rest.sent, rest.order, False, rest.phrase))
        return ({**later[0], "who": who}, used + later[1]) if later is not None else None
    if rest.tokens[0].core in ("until", "till", "til", "bis", "hasta"):
        found = rest.day(future=True)
        if found is None or not 0 < (found[0] - rest.sent).days <= 366:
            return None
        return {"days": (found[0] - rest.sent).days, "until": found[0]}, found[2]
    read = length(rest.tokens)
    if read is None:
        return ({}, 0) if without_politeness(rest.tokens) == () else None
    if not 0 < read[0] <= 366:
        return None
    behind = _skip(rest.tokens[read[1] :], _BY)
    who, used = person(behind, rest.line)
    if who and rest.shouted and used == len(behind):  # "HOLD 7 Ana Ruiz"
        return {"days": read[0], "who": who}, len(rest.tokens)
    return {"days": read[0]}, read[1]


_PARTS = {"early": 1, "the": 1, "mid": 15, "middle": 15, "late": 25, "end": 28, "beginning": 1, "start": 1}


def _loose_date(rest: Rest) -> tuple[date, int] | None:
    """ "early May", "the beginning of May", "May", "last month": the day such a time began."""
    at, day = 0, 1
    while at < len(rest.tokens) and rest.tokens[at].core in (*_PARTS, "of", "about", "around", "sometime", "in"):
        day = _PARTS.get(rest.tokens[at].core, day)
        at += 1
    if at >= len(rest.tokens):
        return None
    if rest.tokens[at].core == "last" and at + 1 < len(rest.tokens):
        following = rest.tokens[at + 1].core
        if following == "month":
            return (rest.sent.replace(day=1) - timedelta(days=1)).replace(day=1), at + 2
        if following == "week":
            return rest.sent - timedelta(days=rest.sent.weekday() + 7), at + 2
        at += 1
    month = raw(rest.tokens[at], rest.line)
    found = read_date(f"{day} {month}", sent=rest.sent, order=rest.order, future=False) if month.isalpha() else None
    return (found, at + 1) if found else None


def _since(rest: Rest) -> Read:
    read = length(rest.tokens)
    if read is not None and 0 < read[0] <= _LATEST_DAY and (read[1] > 1 or rest.tokens[0].core[-1:].isalpha()):
        used = read[1]
        while used < len(rest.tokens) and rest.tokens[used].core in ("ago", "now", "already"):
            used += 1
        if not rest.line[rest.tokens[0].start :][:1].isdigit() or rest.day(future=False) is None or used > 1:
            return {"days": read[0]}, used
    found = rest.day(future=False)
    if found is not None and found[1] <= 3:
        return {"date": found[0]}, found[2]
    loose = _loose_date(rest)
    return ({"date": loose[0]}, loose[1]) if loose else None


def _away(rest: Rest) -> Read:
    if not without_politeness(rest.tokens):
        # Without a day only the word itself will do: "absent" alone may be about somebody else.
        return ({}, 0) if rest.phrase == ("away",) else None
    read = length(rest.tokens)
    if read is not None and 0 < read[0] <= 366 and read[1] > 1:
        return {"until": rest.sent + timedelta(days=read[0])}, len(rest.tokens)
    until = _last_day(rest)
    return ({"until": until}, len(rest.tokens)) if until is not None else None


def _last_day(rest: Rest) -> date | None:
    """The last day of an absence: the day behind "until", the end of a range, or the day before "back on …"."""
    last: date | None = None
    before = 0
    line = rest.line[: rest.tokens[0].start + 300]
    begin = rest.tokens[0].start
    for day, start, end in find_dates(line[begin:], sent=rest.sent, order=rest.order, future=True):
        words = {token.core for token in rest.tokens if token.end <= begin + start}
        if words & _RETURNING:
            last = last or day - timedelta(days=1)
        elif last is None or words & _RANGE or line[begin + before : begin + start].strip() in _DASHES:
            last = day if last is None or day > last else last
        before = end
        if words & _UNTIL:
            return last
    # "On holiday with Mel on Friday" tells no absence; a day close behind the word does.
    early = {token.core for token in rest.tokens[:3]}
    found = rest.day(future=True)
    return last if found is not None and (found[1] <= 2 or early & (_UNTIL | _RANGE | _RETURNING)) else None


_OF_ALL = frozenset({"send", "drop", "sent", "resend"})  # said of letters that wait


def _maybe_who(rest: Rest) -> Read:
    tokens = _skip(rest.tokens, _BY)
    skipped = len(rest.tokens) - len(tokens)
    if not tokens:
        return ({}, 0) if not rest.tokens else None
    if tokens[0].core in ("her", "him", "them"):
        return {}, skipped + 1
    if tokens[0].core == "all" and rest.phrase[-1] in _OF_ALL and not without_politeness(tokens[1:]):
        return {"who": "ALL"}, skipped + 1
    bare = without_politeness(tokens)
    # "Not reached mel", "reached: mel": one word alone, where a name must follow.
    lower = len(bare) == 1 and (rest.phrase == ("not", "reached") or (rest.shouted and rest.phrase[-1] == "reached"))
    who, used = person(tokens, rest.line, lower=lower)
    exact = is_address(who) or is_reference(who)
    plain = rest.phrase[-1] in ("reached", "reach") and not tokens[used - 1].core.endswith("'s")  # "Reached Ana yesterday by phone"
    if who and (rest.shouted or exact or plain or len(bare) <= used):
        return {"who": who}, skipped + used
    return {}, 0


def _who(rest: Rest) -> Read:
    tokens = without_politeness(_skip(rest.tokens, _BY))
    who, used = person(tokens, rest.line, lower=rest.shouted or len(tokens) == 1)
    return ({"who": who}, len(rest.tokens) - len(tokens) + used) if who else None


_SINCE = frozenset({"since", "for", "in", "desde", "seit", "depuis"})


def _unheard(rest: Rest) -> Read:
    from_somebody = rest.phrase[-1] in ("from", "de", "von")
    tokens = rest.tokens
    before: Arguments = {}
    if tokens and tokens[0].core in _SINCE and (early := _since_day(rest, tokens)) is not None:  # "since 3 weeks: Mel"
        before, tokens = early[0], tokens[early[1] :]
    if tokens and tokens[0].core in ("from", "by", "of", "de", "von"):
        tokens, from_somebody = tokens[1:], True
    if tokens and tokens[0].core in ("my", "the") and len(tokens) > 1 and tokens[1].core in ("mentee", "mentees"):
        tokens = tokens[2:] if len(tokens) > 2 and tokens[2].capital else tokens
    alone = len(without_politeness(tokens)) == 1 or (len(tokens) > 2 and tokens[1].core in _SINCE)
    who, used = person(tokens, rest.line, lower=from_somebody or alone)
    if not who:
        # "No answer from her": whom, the letter it answers may tell.
        pronoun = bool(tokens) and tokens[0].core in PRONOUNS and from_somebody
        nobody = not rest.tokens and rest.phrase in (("no", "answer"), ("mentee", "silent"), ("mentee-silent",))
        if not pronoun and not nobody:
            return None
        used = min(1, len(tokens))
    arguments: Arguments = {"who": who, **before} if who else before
    since = _since_day(rest, tokens[used:])
    if since is not None:
        arguments.update(since[0])
    return arguments, len(rest.tokens)


def _since_day(rest: Rest, tokens: tuple[Token, ...]) -> Read:
    """Since when, behind "since" or "for", with the number of tokens it takes."""
    behind = _skip(tokens, _SINCE | {"mentee"})
    if len(behind) == len(tokens):
        return None
    read = _since(Rest(rest.line, behind, rest.sent, rest.order, False, ("since",)))
    return (read[0], len(tokens) - len(behind) + read[1]) if read is not None else None


def _skip(tokens: tuple[Token, ...], words: frozenset[str]) -> tuple[Token, ...]:
    at = 0
    while at < len(tokens) and tokens[at].core in words:
        at += 1
    return tokens[at:]


def _event(rest: Rest) -> Read:
    tokens = without_politeness(_skip(rest.tokens, _BY | {"made"}))
    if not tokens:
        return None
    inner = Rest(rest.line, tokens, rest.sent, rest.order, rest.shouted, rest.phrase)
    found = inner.day(future=False)
    before = tokens[: found[1]] if found else tokens
    after = tokens[found[2] :] if found else ()
    lower = (
        len(before) == 1 and any(token.core in _HOW for token in after) and before[0].core not in _HOW
    )  # "contact ana 3/4 phone"
    if not lower and found and found[1] == 1 and not after and not {token.core for token in before} & _MATTERS:
        lower = any(token.core[:1].isdigit() for token in tokens[found[1] :])  # "contact ana oct 3"
    who, used = person(before, rest.line, lower=rest.shouted or lower)
    if not who and found and found[1] == 0:  # the day first, whom behind it
        after = _skip(after, _BY)
        who, used = person(after, rest.line)
        before, after = (), after[used:]
    manner = [token.core for token in (*before[used:], *after) if token.core not in _BY and token.core not in ("today", "and")]
    how = " ".join(manner)[:60]
    if not who or (found is None and not (set(manner) & _HOW)):
        return None
    if not rest.shouted and len(manner) > 3:  # a sentence, not a record
        return None
    arguments: Arguments = {"who": who}
    if found:
        arguments["date"] = found[0]
    if how:
        arguments["how"] = how
    return arguments, len(rest.tokens)


def _who_date(rest: Rest) -> Read:
    found = rest.day(future=True)
    if found is None:
        return None
    before = tuple(
        token for token in _skip(rest.tokens[: found[1]], _BY) if token.core not in _BY and token.core not in ("until", "as")
    )
    if before and not (rest.shouted or named(before, rest.line)):
        return None
    arguments: Arguments = {"date": found[0]}
    if before:
        arguments["who"] = rest.line[before[0].start : before[-1].end]
    return arguments, found[2]


def _match(rest: Rest) -> Read:
    tokens = without_politeness(rest.tokens)
    if not tokens or len(tokens) > 10 or not (rest.shouted or named(tokens, rest.line)):
        return None
    pair = people(tokens, rest.line) if len(tokens) != 2 else tuple(raw(token, rest.line) for token in tokens)
    if len(pair) != 2:
        return None
    return {"participant": pair[0], "mentor": pair[1], "text": rest.line[tokens[0].start : tokens[-1].end]}, len(rest.tokens)


def _release(rest: Rest) -> Read:
    found = rest.day(future=False)
    if found is None:
        return None
    before = tuple(token for token in _skip(rest.tokens[: found[1]], _BY) if token.core != "on")
    pair = people(before, rest.line)
    arguments: Arguments = {"date": found[0]}
    if pair:
        arguments["participant"] = pair[0]
        arguments["text"] = rest.line[before[0].start : before[-1].end]
    if len(pair) > 1:
        arguments["recipient"] = pair[1]
    return arguments, found[2]


GRAMMARS: Mapping[Grammar, Callable[[Rest], Read]] = {
    Grammar.BARE: _nothing,
    Grammar.DAYS: _days,
    Grammar.SINCE: _since,
    Grammar.AWAY: _away,
    Grammar.MAYBE_WHO: _maybe_who,
    Grammar.WHO: _who,
    Grammar.UNHEARD: _unheard,
    Grammar.EVENT: _event,
    Grammar.WHO_DATE: _who_date,
    Grammar.MATCH: _match,
    Grammar.RELEASE: _release,
}
