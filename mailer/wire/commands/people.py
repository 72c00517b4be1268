"""How people name people on a command line: reference, address, or a run of capitalised words; nothing is looked up here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.model.joined import TWO
from mailer.wire.commands.phrases import Token
from mailer.wire.words import listed

ADDRESS = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,190}\.[A-Za-z]{2,24}")
_REF = re.compile(r"[A-Za-z]{1,3}-\d{1,6}|(?=[A-Za-z0-9]{0,5}\d)[A-Z][A-Z0-9]{3,5}")
# Words that are written with a capital often enough and name nobody.
_NOBODY = listed(
    """i me my mine you your yours we us our ours he him his she her hers it its they them their a an the this that these those
    there here who what when where why how is are was were be been has have had do does did can could will would shall
    should may might must not no yes yet and or but if so then now on in at by for from with of to since until till about
    as all any anybody anyone nobody everyone everybody none nothing something today tomorrow yesterday last next first
    one two three four five six seven eight nine ten please thanks thank regards after before during while because still
    again already needed necessary required expected however staff mentor mentee mentors mentees coordinator address
    please early mid late answer reply response january february march april may june july august september october
    november december jan feb mar apr jun jul aug sep sept oct nov dec date dates made monday tuesday wednesday thursday
    friday saturday sunday mon tue wed thu fri sat sun really whatsoever"""
)
# Months and days that are names as well: they end no name that has begun ("Ana May").
_NAMES_TOO = frozenset({"may", "april", "june", "august", "jan", "mark", "will", "art"})
_PARTICLES = listed("van von der den de la le di da del dos das du bin ibn al el y zu ter ten")
_JOINING = frozenset({"with", "and", "to", "for", "&", "+", "->", "→", "mit", "y", "et", "con"})
PRONOUNS = frozenset({"her", "him", "them", "my", "mentee", "my mentee", "the mentee", "the", "mentees"})


def is_address(text: str) -> bool:
    """Whether the whole text is one plain address."""
    return ADDRESS.fullmatch(text) is not None


def is_reference(text: str) -> bool:
    """Whether the text looks like one of our references: "E-77", "K7F3"."""
    return _REF.fullmatch(text) is not None


def raw(token: Token, line: str) -> str:
    """The token as written, without the punctuation around it."""
    return token.text


def person(tokens: Sequence[Token], line: str, *, lower: bool = False, longest: int = 4) -> tuple[str, int]:
    """The person named at the head of `tokens`, and how many tokens the name takes; ("", 0) where nobody is named.

    `lower`: a single word without a capital is good enough ("no answer from mel").
    """
    if not tokens:
        return "", 0
    first = raw(tokens[0], line)
    if is_address(first) or is_reference(first):
        return first, 1
    taken = 0
    for at, token in enumerate(tokens[:longest]):
        word = raw(token, line)
        if token.core in _NOBODY and not (at and token.core in _NAMES_TOO and token.capital):
            break
        if "@" in word or "=" in word or any(letter.isdigit() for letter in word):
            break
        if not token.capital:
            more = tokens[at + 1 : at + 3]
            if not (at and token.core in _PARTICLES and any(after.capital and after.core not in _NOBODY for after in more)):
                break
        taken = at + 1
        initial = len(word) == 1 and token.tail.startswith(".")
        if not initial and any(mark in token.tail for mark in ",.;:!?)"):
            break
    if taken:
        # A possessive names the person all the same.
        return line[tokens[0].start : tokens[taken - 1].end].removesuffix("'s").removesuffix("’s"), taken
    if lower and tokens[0].core not in _NOBODY and tokens[0].core.isalpha():
        return first, 1
    return "", 0


def people(tokens: Sequence[Token], line: str) -> tuple[str, ...]:
    """One or two people named one after the other, parted at an address, a reference, a comma or a joining word, else halfway."""
    for at, token in enumerate(tokens):
        if token.core in _JOINING and 0 < at < len(tokens) - 1:
            return _span(tokens[:at], line), _span(tokens[at + 1 :], line)
    for at, token in enumerate(tokens[:-1]):
        if any(mark in token.tail for mark in ",;/") or is_address(raw(token, line)) or is_reference(raw(token, line)):
            return _span(tokens[: at + 1], line), _span(tokens[at + 1 :], line)
    if len(tokens) > 1 and (is_address(raw(tokens[-1], line)) or is_reference(raw(tokens[-1], line))):
        return _span(tokens[:-1], line), raw(tokens[-1], line)
    if len(tokens) <= 1:
        return (_span(tokens, line),) if tokens else ()
    if len(tokens) == 2:
        return (_span(tokens, line),)
    middle = (len(tokens) + 1) // 2
    return _span(tokens[:middle], line), _span(tokens[middle:], line)


def _span(tokens: Sequence[Token], line: str) -> str:
    return line[tokens[0].start : tokens[-1].end] if tokens else ""


def named(tokens: Sequence[Token], line: str) -> bool:
    """Whether every token could belong to a name, a reference or an address."""
    return bool(tokens) and all(
        token.core in _JOINING
        or token.core in _PARTICLES
        or is_address(raw(token, line))
        or is_reference(raw(token, line))
        or (token.capital and token.core not in _NOBODY)
        for token in tokens
    )


_LABEL = re.compile(
    r"\s{0,8}[*_\"]{0,2}([^\W\d_][^\n:<>|=]{0,60}|[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,190})[*_\"]{0,2}\s{0,2}:(?=[\s*_]|$)"
)
_CORRECTS = re.compile(r"\s{0,4}(?:correction|corrected|corrigendum|update|updated)\s?[:,–-]\s{0,3}(?=[^\W\d_])", re.IGNORECASE)
_QUESTION = re.compile(r"[QqAa]\d{1,2}")  # "Q4: no answer" answers a question of ours
# Words of which labels are made that name nobody: of forms, of mail headers, of greetings.
_LABEL_WORDS = listed(
    """mentor mentors mentor's name attempted contact made date dates summary of check-in issues issue notes note comment comments
    current mentee mentees mentee(s) certification years topics region setting phone publish from to cc bcc sent subject
    reply-to ps p.s question answer questions answers re fw fwd tel telephone mobile email e-mail mail web website address
    time when where who what attempt attempts coordinator role hours remark remarks example important edit update plan
    problem concern relay remaining hi hello dear second third fourth fifth sixth seventh eighth ninth tenth"""
)


def in_front(line: str) -> tuple[str, str]:
    """("Ana Ruiz", "spoke 3 March") of "Ana Ruiz: spoke 3 March"; ("", "") where no name stands in front."""
    if line[:1].isdigit() and "@" not in line:
        return "", ""  # "1: yes"
    again = _CORRECTS.match(line)
    if again is not None:
        line = line[again.end() :]
    found = _LABEL.match(line)
    if found is None:
        return "", ""
    label = found.group(1).strip(" *_\"'")
    lead, _, whom = label.partition(" ")
    if lead.casefold() in ("for", "about", "regarding", "concerning") and whom:  # "For Ana Ruiz: reached"
        label = whom.strip()
    rest = line[found.end() :].strip(" *_")
    sides = TWO.split(label)
    words = " ".join(sides).split()
    if not rest or not words or len(sides) > 2 or any(len(side.split()) > 4 for side in sides) or rest.startswith("//"):
        return "", ""
    if is_address(label) or is_reference(label):
        return label, rest
    if all(word.casefold().strip(".,()") in _LABEL_WORDS for word in words) or _QUESTION.fullmatch(label) is not None:
        return "", ""
    for at, word in enumerate(words):
        plain = word.casefold().strip(".")
        if plain in _PARTICLES and at:
            continue
        if not word[0].isupper() or (plain in _NOBODY and not (plain in _NAMES_TOO and len(words) > 1)):
            return "", ""
    return label, rest
