"""What is proved of a program before its files come into force: its ladders end, no letter goes beyond the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailer.core.ladders.overreach import overreach, readers_of
from mailer.core.ladders.permitted import forbidden_class, forbidden_sendings
from mailer.core.ladders.proofs import prove
from mailer.files.letters import LetterFolder
from mailer.letters.template import LetterTemplate
from mailer.letters.wording import compile_wording, wrongly_worded
from mailer.model.errors import BadTemplate, Flaw
from mailer.model.program import Rulebook


def flaws_of(
    rulebook: Rulebook, folder: LetterFolder, letters: Mapping[str, LetterTemplate], sentences: frozenset[str] | None
) -> Iterator[Flaw]:
    """Everything in ladders and letters that breaks a proof; `letters` are those that could be compiled.

    `sentences` are the kinds of notes.toml, None where it cannot be read.
    """
    names = frozenset(rulebook.ladders)
    classes = {name: letters[name].kind if name in letters else None for name in folder.letters}
    for ladder in rulebook.ladders.values():
        yield from prove(ladder, rulebook.policy, classes, names, sentences)
        yield from forbidden_sendings(ladder, rulebook)
    readers = readers_of(rulebook)
    for letter in letters.values():
        yield from forbidden_class(letter.name, letter.kind, letter.file, letter.places["class"], rulebook.policy)
        roles = frozenset(letter.to) | readers.get(letter.name, frozenset())
        yield from overreach(rulebook, letter.name, letter.file, letter.reads, letter.places, roles)
    yield from _wording(rulebook, folder, letters)


def _wording(rulebook: Rulebook, folder: LetterFolder, letters: Mapping[str, LetterTemplate]) -> Iterator[Flaw]:
    shared = folder.shared["wording.toml"]
    try:
        rules = compile_wording(shared.text, shared.file)
    except BadTemplate as error:
        yield from error.flaws
        return
    keys = frozenset(key for key, value in rulebook.policy.values.items() if value is True)
    for letter in letters.values():
        source = folder.letters[letter.name]
        yield from wrongly_worded(source.text, source.file, letter.kind, rules, keys)
