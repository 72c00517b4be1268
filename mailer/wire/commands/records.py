"""Argument grammars of records: people approved, keys with values, conversation log lines, free text behind a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from mailer.wire.commands.arguments import GRAMMARS as SIMPLE
from mailer.wire.commands.arguments import Arguments, Read, Rest
from mailer.wire.commands.duties import GRAMMARS as DUTIES
from mailer.wire.commands.keys import keys_of
from mailer.wire.commands.people import is_address, is_reference, named, people, person, raw
from mailer.wire.commands.phrases import Token, only_polite, tokens_of, without_politeness
from mailer.wire.dates.read import read_date
from mailer.wire.words import Grammar, listed

_WITH = frozenset({"with", "about", "concerning", "regarding", "mit", "con", "avec"})
_CLIENT = re.compile(r"[Cc]-?(\d{1,6})")
_MINUTES = re.compile(r"(\d{1,4})(?:min|mins|m|minutes|')?")
_KINDS = {"s": "S", "m": "M", "sm": "SM", "ms": "SM", "s/m": "SM", "m/s": "SM", "s+m": "SM", "support": "S", "mentoring": "M"}
_WAYS = {"f": "F", "t": "T", "e": "E", "o": "O", "face": "F", "phone": "T", "telephone": "T", "email": "E", "online": "O"}
_CODE = re.compile(r"(skill|broker)=(\S+)", re.IGNORECASE)
_DIGITS = re.compile(r"[\d\s./,:-]+")
_BASIS = re.compile(r"c([123])([ab]?)", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
# Behind "plan" or "problem" in an ordinary sentence: "Plan is to meet on Friday".
_SENTENCE = listed("is was are to for of a b c the on ahead that which will with and or in at has not could would may also")


def _address_in(tokens: tuple[Token, ...], line: str) -> tuple[int, str]:
    for at, token in enumerate(tokens):
        word = raw(token, line).removeprefix("mailto:")
        if is_address(word):
            return at, word
    return -1, ""


def _approve(rest: Rest) -> Read:
    head, keys = keys_of(rest)
    arguments: Arguments = {}
    at, address = _address_in(head, rest.line)
    if address:
        arguments["email"] = address
        if at:
            arguments["name"] = rest.line[head[0].start : head[at - 1].end]
        behind = head[at + 1 :]
        if behind and behind[0].core in ("coordinator", "to", "for", "with"):
            arguments["coordinator"] = rest.line[behind[-1].start : behind[-1].end]
    for key in ("mentor", "coordinator", "name", "email"):
        if keys.get(key):
            arguments[key] = keys[key]
    return (arguments, len(rest.tokens)) if "email" in arguments or "mentor" in arguments else None


def _enroll(rest: Rest) -> Read:
    at, address = _address_in(rest.tokens, rest.line)
    if not address:
        named_alone = rest.shouted and 1 <= len(rest.tokens) <= 4 and all(token.capital for token in rest.tokens)
        return ({"name": rest.line[rest.tokens[0].start : rest.tokens[-1].end]}, len(rest.tokens)) if named_alone else None
    name = rest.line[rest.tokens[0].start : rest.tokens[at - 1].end] if at else ""
    return ({"name": name, "email": address} if name else {"email": address}), len(rest.tokens)


def _basis(rest: Rest) -> Read:
    tokens = without_politeness(rest.tokens)
    for at, token in enumerate(tokens):
        found = _BASIS.fullmatch(token.core)
        basis = f"C{found.group(1)}{found.group(2).lower()}" if found else ""
        if found and not at and len(tokens) == 1:  # "Ana Ruiz: ELIGIBLE C2": whom, stands in front
            return {"basis": basis}, len(rest.tokens)
        if found and at:
            return {"mentor": rest.line[tokens[0].start : tokens[at - 1].end], "basis": basis}, len(rest.tokens)
    if len(tokens) >= 2 and rest.shouted:
        return {"mentor": rest.line[tokens[0].start : tokens[-2].end], "basis": raw(tokens[-1], rest.line)}, len(rest.tokens)
    return None


def _verify(rest: Rest) -> Read:
    head, keys = keys_of(rest)
    if not keys.keys() & {"years", "domain", "until"}:
        return None
    arguments: Arguments = {"who": rest.line[head[0].start : head[-1].end]} if head else {}
    years = keys.get("years", "").split(" ")[0].rstrip("+")
    if years.isdigit() and len(years) <= 3:
        arguments["years"] = int(years)
    if keys.get("domain"):
        arguments["domain"] = keys["domain"]
    until = read_date(keys["until"], sent=rest.sent, order=rest.order, future=True) if keys.get("until") else None
    if until is not None:
        arguments["until"] = until
    return arguments, len(rest.tokens)


def _pair(rest: Rest) -> Read:
    tokens = without_politeness(rest.tokens)
    if not tokens:
        return {}, len(rest.tokens)  # "Ana Ruiz: WAIVE": whom, stands in front
    pair = people(tokens, rest.line)
    if not pair or not (rest.shouted or named(tokens, rest.line)):
        return None
    arguments: Arguments = {"mentor": pair[0]}
    if len(pair) > 1:
        arguments["mentee"] = pair[1]
    return arguments, len(rest.tokens)


def _tags(rest: Rest) -> Read:
    tokens = without_politeness(rest.tokens)
    words = [token.core for token in tokens if token.core not in ("and", "in", "for", "of")]
    if len(words) > (8 if rest.shouted else 3):
        return None
    return ({"tags": tuple(words)} if words else {}), len(rest.tokens)


def _number(rest: Rest) -> Read:
    if not rest.tokens:
        return {}, 0
    at = 1 if rest.tokens[0].core in ("row", "line", "no", "nr", "number") and len(rest.tokens) > 1 else 0
    digits = rest.tokens[at].core.lstrip("#")
    return ({"number": int(digits)}, at + 1) if digits.isascii() and digits.isdigit() and len(digits) <= 6 else ({}, 0)


def _keys(rest: Rest) -> Read:
    head, keys = keys_of(rest)
    arguments: Arguments = dict(keys)
    who, used = person(head, rest.line, lower=rest.shouted)
    if who:
        arguments["who"] = who
        if len(head) > used:
            arguments["text"] = rest.line[head[used].start : head[-1].end]
    return (arguments, len(rest.tokens)) if arguments else None


def log_line(line: str, *, sent: date, order: str) -> Arguments | None:
    """The arguments of `<day> C-18 S 25 T [skill=…] [broker=…]` (CONTRACT.md section 8); any piece but the client may be missing.

    `unread` is "date" where digits stand in the place of the day that are none. `besides` is what follows on the line.
    """
    tokens = tokens_of(line[:300])
    at = next((place for place, token in enumerate(tokens[:5]) if _CLIENT.fullmatch(token.core)), -1)
    if at < 0 or len(tokens[:at]) > 3:
        return None
    arguments: Arguments = {"client": f"C-{_CLIENT.fullmatch(tokens[at].core).group(1)}"}  # type: ignore[union-attr]
    if at:
        written = line[tokens[0].start : tokens[at - 1].end]
        day = read_date(written, sent=sent, order=order, future=False)
        if day is None and not _DIGITS.fullmatch(written):
            return None
        arguments.update({"date": day} if day is not None else {"unread": "date"})
    end = _pieces(line, tokens[at + 1 :], arguments, sent, order)
    if end is None or not arguments.keys() & {"minutes", "kind", "how"}:
        return None
    besides = tokens_of(line[end:])
    if besides and not only_polite(besides):
        arguments["besides"] = line[end:].strip()
    return arguments


def _pieces(line: str, body: tuple[Token, ...], arguments: Arguments, sent: date, order: str) -> int | None:
    """Fills in what stands behind the client; gives where that ends in the line, None where it is no line of a log."""
    end = body[0].start if body else len(line)
    for place, token in enumerate(body):
        minutes = _MINUTES.fullmatch(token.core)
        if minutes and "minutes" not in arguments:
            arguments["minutes"] = int(minutes.group(1))
        elif token.core in _KINDS and "kind" not in arguments and "minutes" not in arguments:
            arguments["kind"] = _KINDS[token.core]
        elif token.core in _WAYS and "how" not in arguments:
            arguments["how"] = _WAYS[token.core]
        elif token.core in _KINDS and "kind" not in arguments:
            arguments["kind"] = _KINDS[token.core]
        elif "=" in token.core:
            return _codes(line, body[place:], arguments, sent, order)
        elif {"kind", "how"} <= arguments.keys() and "minutes" not in arguments:
            return end  # a line that needs no minutes in its program; what follows is no part of it
        elif "minutes" not in arguments and not (place == 0 and len(token.core) <= 2 and token.core.isalpha()):
            return None
        elif "minutes" in arguments and token.core not in ("min", "mins", "minutes"):
            return end  # narrative behind the line is not kept (CONTRACT.md section 9)
        end = token.end
    return end


def _codes(line: str, tokens: tuple[Token, ...], arguments: Arguments, sent: date, order: str) -> int:
    """skill= and broker=, one word each."""
    end = tokens[0].start
    for token in tokens:
        found = _CODE.fullmatch(raw(token, line))
        if found is None:
            break
        arguments[found.group(1).lower()] = found.group(2)
        end = token.end
    return end


def _correct(rest: Rest) -> Read:
    if len(rest.tokens) < 2:
        return None
    digits = rest.tokens[0].core.lstrip("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        return None
    row = log_line(rest.line[rest.tokens[1].start :], sent=rest.sent, order=rest.order)
    return ({"number": int(digits), **row}, len(rest.tokens)) if row is not None else None


def _text(rest: Rest) -> Read:
    if not rest.shouted and rest.tokens and rest.tokens[0].core in _SENTENCE:
        return None
    return ({"text": rest.text.strip(" :-–—")} if rest.tokens else {}), len(rest.tokens)


def _who_text(rest: Rest) -> Read:
    skipped = _preposition(rest)
    rest = Rest(rest.line, rest.tokens[skipped:], rest.sent, rest.order, rest.shouted, rest.phrase)
    who, used = person(rest.tokens, rest.line, lower=False)
    if not who and len(rest.tokens) > 1 and rest.tokens[0].tail.lstrip()[:1] == ":":  # "problem mel: he cancels"
        who, used = person(rest.tokens, rest.line, lower=True)
    if skipped and who and not rest.shouted and not _parted(rest, used):  # "Problem with Mel is solved"
        return None
    if not who and (not rest.shouted or not rest.tokens):
        return None
    if used == len(rest.tokens) and not (is_address(who) or is_reference(who)) and used > 2:
        who, used = rest.line[rest.tokens[0].start : rest.tokens[0].end], 1
    text = rest.line[rest.tokens[used].start :].strip(" :-–—") if used < len(rest.tokens) else ""
    arguments: Arguments = {"who": who} if who else {}
    if text:
        arguments["text"] = text
    return arguments, len(rest.tokens) + skipped


def _preposition(rest: Rest) -> int:
    """How many tokens "with", "about my mentee" take in front of a name; 0 where none follows."""
    at = 1 if rest.tokens and rest.tokens[0].core in _WITH else 0
    while at and at < len(rest.tokens) and rest.tokens[at].core in ("my", "the", "our", "mentor", "mentee", "coordinator"):
        at += 1
    # "Problem with mel: …" names somebody, "problem with the form: …" does not.
    lower = at == 1 and at < len(rest.tokens) and _parted_at(rest, at)
    return at if person(rest.tokens[at:], rest.line, lower=lower)[0] else 0


def _parted_at(rest: Rest, at: int) -> bool:
    return rest.tokens[at].tail.lstrip()[:1] in (":", "–", "—") or rest.tokens[at].tail.startswith(" - ")


def _parted(rest: Rest, used: int) -> bool:
    """Whether a colon, dash or comma stands behind the name, or nothing: then what follows is told about that person."""
    return used == len(rest.tokens) or _parted_at(rest, used - 1) or rest.tokens[used - 1].tail[:1] == ","


GRAMMARS: Mapping[Grammar, Callable[[Rest], Read]] = {
    **SIMPLE,
    Grammar.APPROVE: _approve,
    Grammar.ENROLL: _enroll,
    Grammar.BASIS: _basis,
    Grammar.VERIFY: _verify,
    Grammar.PAIR: _pair,
    Grammar.TAGS: _tags,
    Grammar.NUMBER: _number,
    **DUTIES,
    Grammar.KEYS: _keys,
    Grammar.CORRECT: _correct,
    Grammar.TEXT: _text,
    Grammar.WHO_TEXT: _who_text,
    Grammar.MAYBE_WHO_TEXT: lambda rest: _who_text(rest) if rest.tokens else ({}, 0),
}
# Words whose text goes on over the following lines, until the next word.
LONG = frozenset({Grammar.TEXT, Grammar.WHO_TEXT, Grammar.MAYBE_WHO_TEXT})


def only_day(line: str, *, sent: date, order: str) -> date | None:
    """The date of a line that is an ISO date and nothing else."""
    return read_date(line, sent=sent, order=order, future=False) if _ISO.fullmatch(line.strip(" .")) else None


def only_kind(line: str) -> str:
    """ "S", "M" or "SM" where the line is that and nothing else."""
    return _KINDS.get(line.strip(" .!").casefold(), "")
