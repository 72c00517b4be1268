"""Sentences of the daily digest, one a kind of event: `templates/email/common/notes.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mailer.letters.placeholders import Reader, Wording
from mailer.model.errors import BadTemplate, Flaw


@dataclass(frozen=True, slots=True)
class Notes:
    """The sentences, compiled; `reads` are the dotted facts of each kind."""

    sentences: Mapping[str, Wording]

    @property
    def reads(self) -> Mapping[str, frozenset[str]]:
        return {kind: sentence.reads for kind, sentence in self.sentences.items()}

    def say(self, kind: str, facts: Mapping[str, object]) -> str:
        """The sentence of that kind, one line. Raises EmptyPlaceholder; KeyError for a kind nobody wrote a sentence for."""
        return self.sentences[kind].line(facts)


@lru_cache(maxsize=4)  # the programs of a service share their sentences
def compile_notes(source: str, file: str) -> Notes:
    """Reads `kind = "sentence with {{ facts }}"`, one a line; raises BadTemplate with every flaw found."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BadTemplate(Flaw(file, 0, f"not readable: {error}", 'write kind = "sentence with {{ facts }}"')) from None
    lines = {line.partition("=")[0].strip().strip("\"'"): number for number, line in enumerate(source.splitlines(), 1)}
    sentences: dict[str, Wording] = {}
    flaws: list[Flaw] = []
    for kind, sentence in table.items():
        line = lines.get(kind, 0)
        if not isinstance(sentence, str) or not sentence.strip():
            flaws.append(Flaw(file, line, f"{kind} is no sentence", f'write {kind} = "sentence with {{{{ facts }}}}"'))
            continue
        reader = Reader(kind, file, line, None)
        wording = reader.compile(sentence)
        flaws += reader.flaws
        if wording is not None:
            sentences[kind] = wording
    if flaws:
        raise BadTemplate(*flaws)
    return Notes(sentences)
