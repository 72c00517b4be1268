"""Words and phrases as people type them: lines cut into tokens, polite words passed over, phrases found, near misses named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mailer.model.program import Vocabulary
from mailer.wire.commands.slips import Alike, slips_in
from mailer.wire.words import SHAPES, WORDS, Grammar, listed

# What may stand around a word without belonging to it; "=", "@", "+" and "/" stay, they mean something inside arguments.
_EDGE = " .,;:!?¡¿\"'`´*_~()[]{}<>|•·–—-…。，、！？：；«»„“”‘’\u200b\u200d\ufeff\ufe0f"
# What is neither space nor edge, joined by edges inside a word ("E-77", "a@b.c"); the classes are disjoint, so it is linear.
_WORDS = re.compile(rf"[^\s{re.escape(_EDGE)}]+(?:[{re.escape(_EDGE.strip())}]+[^\s{re.escape(_EDGE)}]+)*")
_FOLD = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})

_LEAD = """please; pls; plz; kindly; oh no; oh; oops; whoops; ah;
ok; okay; sure; of course; hi; hi all; hi team; hi there; hello; hello all; hello there; hey;
dear all; dear team; good morning; good afternoon; good evening; thanks; thank you; then; could you; can you; would you;
put it; put this; my choice; my choice is; my answer; my answer is; my reply; my reply is; my decision; my decision is;
sadly; unfortunately; sorry; i'm sorry; i am sorry; finally; good news; bad news; leider; let's; let us; so; and; now;
looks good; looks great; looks fine; perfect; great; wonderful;
just; go ahead and; you may; you can; i would say; i say; bitte; danke; por favor; gracias; merci; s'il vous plaît; svp;
alstublieft; tack; dank u; proszę; пожалуйста; спасибо;
hola; buenos días; buenas tardes; buenas; hallo; guten tag; guten morgen; guten abend; moin; servus; bonjour; salut; bonsoir;
also; dann; entonces; pues"""
_TRAIL = """sorry; so sorry; sorry for the delay; sorry about that; excuse me;
please; pls; plz; thanks; thx; ty; thank you; thank you very much; thank you so much; thank you all; many thanks;
thanks a lot; thanks so much; thanks again; thanks very much; with thanks; cheers; best; regards; kind regards; best regards;
warm regards; with kind regards; best wishes; greetings; sincerely; warmly; now; then; of course; from me; from my side; ok; okay;
all; everyone; have a nice day; have a good day; have a great day; have a nice weekend; have a good weekend; bye; and; as well; too;
bitte; danke; vielen dank; por favor; gracias; muchas gracias; merci; merci beaucoup; s'il vous plaît; svp; alstublieft; tack;
dank u; proszę; dziękuję; пожалуйста; спасибо; please do; danke schön; dankeschön; danke sehr; herzlichen dank; besten dank;
saludos; un saludo; liebe grüße; viele grüße; lg; vg; mfg; mit freundlichen grüßen; mil gracias;
cordialement; de nada; bonne journée"""
_HEAD = 16  # tokens in which a phrase and the polite words before it must begin
# A first word that asks for nothing when a word of ours follows it: "Yes, please confirm".
_ASSENT = frozenset({"yes", "yep", "yeah"})
_THANKS = frozenset({"thanks", "thank", "thx", "regards", "cheers", "best", "wishes", "danke", "gracias", "merci", "you"})
_HOLDS_BACK = listed(
    """but wait unless if maybe perhaps actually yet not no cannot can't don't won't isn't haven't only except before until
    hold later unsure aber nicht pero sino mais pas"""
)


class Token(NamedTuple):
    """One word of a line: as written, folded, and where it stands in the line, without the punctuation around it."""

    core: str  # folded
    start: int
    end: int
    tail: str  # punctuation between it and the next word
    text: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()

    @property
    def upper(self) -> bool:
        """Whether it has letters, all of them capitals."""
        return self.text.isupper()


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found at the head of a token list: its word, and the index of the token behind it."""

    word: str
    phrase: tuple[str, ...]
    first: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class Phrasebook:
    """Every way to write every word, compiled once for a vocabulary."""

    by_first: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    near: Mapping[int, Alike]  # by length of a slip: the words it may be meant for
    heads: frozenset[str]  # words that a line of ours may begin with, whatever follows them
    pairs: Mapping[str, frozenset[str]]  # further first words, and the second words that may follow

    def match(self, cores: tuple[str, ...], at: int) -> Found | None:
        """The longest phrase that stands at token `at`."""
        if at >= len(cores):
            return None
        for phrase, word in self.by_first.get(cores[at], ()):
            if cores[at : at + len(phrase)] == phrase:
                return Found(word, phrase, at, at + len(phrase))
        return None

    def may_begin(self, cores: tuple[str, ...]) -> bool:
        """Whether a line with these first words may hold a word of ours: most lines do not, and are passed over for it."""
        if not cores:
            return False
        return cores[0] in self.heads or (len(cores) > 1 and cores[1] in self.pairs.get(cores[0], ()))

    def find(self, tokens: tuple[Token, ...]) -> Found | None:
        """The phrase that stands at the head of the line, a few polite words before it passed over.

        "OK" and "Yes" are words by themselves and polite words before another one: "OK, CONFIRM".
        """
        cores = tuple(token.core for token in tokens[:_HEAD])
        found: Found | None = None
        at = 0
        while at < len(cores):
            here = self.match(cores, at)
            step = _filler(cores, at, _LEADS) or (1 if cores[at] in _ASSENT else 0)
            if here is not None and (not step or len(here.phrase) > step):
                return here
            if not step:
                return found
            found = here or found
            at += step
        return found


def first_core(line: str) -> str:
    """The folded first word of a line, found without taking the whole line apart."""
    return next(iter(first_cores(line, 1)), "")


def first_cores(line: str, count: int = 2) -> tuple[str, ...]:
    """The folded first words of a line."""
    rest = line[:80]
    if rest.isascii() and "`" not in rest:
        bare_words = [bare for piece in rest.lower().split(None, count)[:count] if (bare := piece.strip(_EDGE))]
        if len(bare_words) == count:
            return tuple(bare_words)
    found: list[str] = []
    while rest and len(found) < count:
        pieces = rest.split(None, 1)  # the words behind the first ones are of no interest, and need not be parted
        rest = pieces[1] if len(pieces) > 1 else ""
        bare = pieces[0].strip(_EDGE) if pieces else ""
        if bare and (bare.isascii() or _says(bare)):
            found.append(fold(bare))
    return tuple(found)


def fold(text: str) -> str:
    """Text for comparing: NFKC, case folded, straight quotation marks."""
    if text.isascii():
        return text.replace("`", "'").lower()
    return unicodedata.normalize("NFKC", text).translate(_FOLD).casefold()


def tokens_of(line: str) -> tuple[Token, ...]:
    """The words of a line; pieces that are punctuation only are left out."""
    return _short_tokens(line) if len(line) <= _SHORT else _tokens(line)


def _tokens(line: str) -> tuple[Token, ...]:
    if line.isascii():
        spans = [found.span() for found in _WORDS.finditer(line)]
    else:
        spans = [found.span() for found in _WORDS.finditer(line) if _says(found.group())]
    folded = fold(line)
    same = len(folded) == len(line)
    behind = [start for start, _ in spans[1:]]
    behind.append(spans[-1][1] + 8 if spans else 0)
    return tuple(
        [
            Token(folded[start:end] if same else fold(line[start:end]), start, end, line[end:following], line[start:end])
            for (start, end), following in zip(spans, behind, strict=False)
        ]
    )


_SHORT = 200  # characters
_short_tokens = lru_cache(maxsize=128)(_tokens)  # a line is taken apart by several readers, one after the other


def _says(word: str) -> bool:
    """Whether a piece is a word or a sign people type, and not a picture."""
    return word.isascii() or any(letter.isalnum() for letter in word) or word == "→"


def _phrases(text: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in text.split(";"):
        words = tuple(fold(phrase).split())
        table.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(rows, key=len, reverse=True)) for first, rows in table.items()}


_LEADS = _phrases(_LEAD)
_TRAILS = _phrases(_TRAIL)


def _filler(cores: tuple[str, ...], at: int, table: Mapping[str, tuple[tuple[str, ...], ...]]) -> int:
    """How many tokens the polite phrase at `at` takes; 0 where none stands there."""
    if at >= len(cores):
        return 0
    for phrase in table.get(cores[at], ()):
        if cores[at : at + len(phrase)] == phrase:
            return len(phrase)
    return 0


def only_polite(tokens: tuple[Token, ...]) -> bool:
    """Whether nothing but polite words is left: "please", "thanks, Hedda"."""
    cores = tuple(token.core for token in tokens)
    at = 0
    while at < len(cores):
        step = _filler(cores, at, _TRAILS)
        if step == 0:
            # "Thanks, Hedda": a name behind the thanks is the sender's own.
            return at > 0 and cores[at - 1] in _THANKS and len(cores) - at <= 2 and all(token.capital for token in tokens[at:])
        at += step
    return True


_GREETS = frozenset({"hi", "hello", "hey", "dear", "good"})


def greets(line: str) -> bool:
    """Whether a line greets and says no more: "Hi team,", "Good morning Ottoline"."""
    tokens = tokens_of(line) if len(line) <= 60 else ()
    return bool(tokens) and tokens[0].core in _GREETS and len(tokens) <= 4


GREETINGS = listed("hi hello hey dear hola hallo liebe lieber")
_GREETED = re.compile(rf"\s{{0,4}}(?:{'|'.join(sorted(GREETINGS))})\s+[^\W\d_]{{2,20}}\s?[!,.:–-]\s*(?=\S)", re.IGNORECASE)
_STUCK = re.compile(r"[\s*_]{0,4}([^\W\d_]{2,12})[,.!/](?=[^\W\d_]{2})")


def behind_greeting(line: str) -> str:
    """ "Confirm" of "Hi Hedda! Confirm" and of "Confirm,thanks"; empty where neither a greeting nor such thanks stand there."""
    if (found := _GREETED.match(line)) is not None:
        return line[found.end() :]
    stuck = _STUCK.match(line) if len(line) <= 60 else None
    return stuck[1] if stuck is not None and only_polite(tokens_of(line[stuck.end() :])) else ""


def closes(line: str) -> bool:
    """Whether a line only closes a letter: thanks, or a name of at most three words."""
    if len(line) > 60:
        return False
    cores = first_cores(line, 4)
    if len(cores) > 3 and cores[0] not in _TRAILS:
        return False
    tokens = tokens_of(line)
    return only_polite(tokens) or (len(tokens) <= 3 and all(token.capital and token.core.isalpha() for token in tokens))


def without_politeness(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens with the polite words at their end cut off."""
    for start in range(max(0, len(tokens) - 6), len(tokens)):
        if only_polite(tokens[start:]):
            return tokens[:start]
    return tokens


def holds_back(tokens: Iterable[Token]) -> bool:
    """Whether a remark behind a word takes it back or limits it."""
    return any(token.core in _HOLDS_BACK or "?" in token.tail for token in tokens)


@lru_cache(maxsize=256)  # thanks and the names below a mail are asked about again and again
def nearest(text: str, book: Phrasebook) -> str:
    """The word that `text` is probably meant to be; empty where none is near."""
    wanted = fold(text).strip(_EDGE)
    alike = book.near.get(len(wanted))
    return alike.nearest(wanted) if alike is not None else ""


# Compiling takes a millisecond and a vocabulary lives as long as its files are unchanged: keep the last few, by identity.
_COMPILED: dict[int, tuple[Vocabulary, Phrasebook]] = {}


def phrasebook(vocabulary: Vocabulary) -> Phrasebook:
    """The compiled ways to write every word: the canonical word itself and what the vocabulary adds."""
    kept = _COMPILED.get(id(vocabulary))
    if kept is not None and kept[0] is vocabulary:
        return kept[1]
    ways: dict[tuple[str, ...], str] = {}
    for word in WORDS:
        if word in SHAPES:
            continue
        extra = next((found for key, found in vocabulary.words.items() if key.upper() == word), ())
        for phrase in (word, *extra):
            parts = tuple(token.core for token in tokens_of(phrase))
            if not parts:
                continue
            ways.setdefault(parts, word)
            if len(parts) > 1:
                ways.setdefault(("-".join(parts),), word)
                ways.setdefault(("_".join(parts),), word)
    for word in WORDS:  # a canonical word is never taken by another word's synonym
        if word not in SHAPES:
            ways[tuple(fold(word).split())] = word
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for parts, word in ways.items():
        by_first.setdefault(parts[0], []).append((parts, word))
    # What two or three people may write is never guessed: "Forgot" of everybody else is no slip of theirs.
    plain = [word for word, how in WORDS.items() if word not in SHAPES and len(word) >= 3 and how.grammar is not Grammar.WHOM]
    polite = (phrase for table in (_LEADS, _TRAILS) for rows in table.values() for phrase in rows)
    begins = frozenset((*ways, *polite))
    pairs: dict[str, set[str]] = {}
    for parts in begins:
        if len(parts) > 1:
            pairs.setdefault(parts[0], set()).add(parts[1])
    book = Phrasebook(
        {first: tuple(sorted(rows, key=lambda row: len(row[0]), reverse=True)) for first, rows in by_first.items()},
        {
            size: Alike.of(
                [
                    (fold(word), word)
                    for length in range(size - slips_in(size), size + slips_in(size) + 1)
                    for word in plain
                    if len(word) == length
                ]
            )
            for size in range(4, max(map(len, plain)) + 3)
        },
        frozenset(parts[0] for parts in begins if len(parts) == 1) | _ASSENT,
        {first: frozenset(seconds) for first, seconds in pairs.items()},
    )
    if len(_COMPILED) >= 8:
        _COMPILED.clear()
    _COMPILED[id(vocabulary)] = (vocabulary, book)
    return book
