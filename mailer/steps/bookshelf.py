"""Opening a program's book: rules, ladders, policy, letters and sentences, all together or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from mailer.core.ladders.parse import parse_ladder
from mailer.core.world.leaks import words_of
from mailer.files.letters import LetterFolder, read_letter_folder
from mailer.files.rulebook import read_rulebook
from mailer.files.values import Override
from mailer.letters.neutral import compile_neutral
from mailer.letters.notes import Notes, compile_notes
from mailer.letters.template import LetterTemplate, compile_layout, compile_letter
from mailer.model.errors import Bad, BadRules, BadTemplate, Flaw
from mailer.model.program import Program, Rulebook
from mailer.steps.book import Book
from mailer.steps.proofs import flaws_of
from mailer.wire.classify_examples import run_examples
from mailer.wire.classify_rules import parse_rules
from mailer.wire.understand import Context
from mailer.wire.words import WORDS

_Compiled = tuple[dict[str, LetterTemplate], dict[str, str], Notes | None]
_COMPILED: dict[tuple[str, str], _Compiled] = {}  # by folder and digest: most edits touch only one of several programs


def open_book(program: Program, rules: Path, templates: Path, overrides: Sequence[Override] = ()) -> Book:
    """Read and prove everything admins wrote for a program; raises BadRules or BadTemplate with every flaw found."""
    flaws: list[Flaw] = []
    rulebook: Rulebook | None = None
    try:
        rulebook = read_rulebook(program, rules, overrides, parse_rules=parse_rules, parse_ladder=parse_ladder, known_words=WORDS)
    except Bad as error:
        flaws.extend(error.flaws)
    folder = read_letter_folder(templates, program.profile)
    letters, sources, notes = _COMPILED.get((str(templates), folder.digest)) or _letters(folder, flaws)
    flaws.extend(_seen_by_bystanders(program, folder))
    if rulebook is not None:
        classes = {letter.name: letter.kind for letter in letters.values() if letter.kind is not None}
        rulebook = replace(rulebook, classes=classes, numbers={letter.name: letter.numbers for letter in letters.values()})
        sentences = frozenset(notes.sentences) if notes is not None else None
        flaws.extend(flaws_of(rulebook, folder, letters, sentences))
        flaws.extend(examples_of(rulebook))
    if flaws or rulebook is None or notes is None:
        kind = BadTemplate if all(flaw.file.endswith((".md", ".html")) for flaw in flaws) else BadRules
        raise kind(*flaws)
    if len(_COMPILED) > 8:
        _COMPILED.clear()
    _COMPILED[str(templates), folder.digest] = (letters, sources, notes)
    digest = hashlib.sha256(f"{rulebook.digest} {folder.digest} {program!r}".encode()).hexdigest()
    everyday = words_of(
        (program.name, program.emergency, *(source.text for source in (*folder.letters.values(), *folder.shared.values())))
    )
    files = {f"inbox_rules/{name}": text for name, text in rulebook.files.items()}
    shared = (*folder.letters.values(), *folder.shared.values())
    files.update({f"templates/email/{source.folder}/{source.name}": source.text for source in shared})
    return Book(replace(rulebook, everyday=everyday), letters, notes, sources, digest, files)


def _seen_by_bystanders(program: Program, folder: LetterFolder) -> Iterator[Flaw]:
    """What the settings put into headers that tells a bystander what this is about: every letter would be held for it."""
    try:
        neutral = compile_neutral(folder.text("neutral.toml"), "neutral.toml")
    except BadTemplate:
        return  # told where the letters are read
    for key, what in (("name", "subjects and the sender show it"), ("list_id", "the headers of every letter show it")):
        if key in program.places and (word := neutral.breach(getattr(program, key))):
            file, line = program.places[key]
            advice = "choose one that tells a bystander nothing; templates/email/common/neutral.toml lists the words"
            yield Flaw(file, line, f"the {key} of the program says “{word}”, and {what}", advice)


EXAMPLE_INBOX = "post@example.org"  # the program's address in the examples beside the rules
_NO_KEY = b"no letter is sealed with this.."
_PROVED: set[str] = set()  # rules whose examples have been run: by their digest


def examples_of(rulebook: Rulebook) -> tuple[Flaw, ...]:
    """What the examples beside the rules say; a rule that does not do what its author shows is not taken up."""
    if rulebook.digest in _PROVED:
        return ()
    # Examples know no program: in all of them the inbox is one and the same.
    program = replace(rulebook.program, inbox=EXAMPLE_INBOX)
    context = Context(_NO_KEY, program, rulebook.vocabulary, frozenset({EXAMPLE_INBOX}))
    found = run_examples(rulebook.rules, context)
    if not found:
        _PROVED.add(rulebook.digest)
    return found


def _letters(folder: LetterFolder, flaws: list[Flaw]) -> _Compiled:
    letters: dict[str, LetterTemplate] = {}
    sources: dict[str, str] = {}
    try:
        layout = compile_layout(folder.text("layout.html"), folder.text("footer.md"), folder.text("neutral.toml"))
        for name, source in folder.letters.items():
            try:
                letters[name] = compile_letter(name, source.text, source.file, layout)
                sources[letters[name].digest] = _kept(name, source.text, source.file, folder)
            except BadTemplate as error:
                flaws.extend(error.flaws)
    except BadTemplate as error:
        flaws.extend(error.flaws)
    try:
        return letters, sources, compile_notes(folder.text("notes.toml"), folder.shared["notes.toml"].file)
    except BadTemplate as error:
        flaws.extend(error.flaws)
        return letters, sources, None


def _kept(name: str, source: str, file: str, folder: LetterFolder) -> str:
    parts = {"name": name, "source": source, "file": file}
    parts.update({key: folder.text(key) for key in ("layout.html", "footer.md", "neutral.toml")})
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=128)
def compile_kept(source: str) -> LetterTemplate | None:
    """A kept version of a letter, compiled again; None if this renderer cannot any more."""
    parts = json.loads(source)
    try:
        layout = compile_layout(parts["layout.html"], parts["footer.md"], parts["neutral.toml"])
        return compile_letter(parts["name"], parts["source"], parts["file"], layout)
    except BadTemplate:
        return None
