"""Reads disclose.toml: who may read what of whom, in any letter or in one, with or without a consent."""

from __future__ import annotations

from dataclasses import replace

from mailer.files.fields import Table
from mailer.files.policy_keys import KEYS
from mailer.files.toml_lines import Toml
from mailer.files.values import nearest
from mailer.model.disclosure import FIELDS, ROLES, Clause, Disclosure, Needs
from mailer.model.errors import BadRules

_OF_A_LETTER = ("name", "reader", "about", "tell", "needs", "purpose", "within")


def read_disclosure(toml: Toml) -> Disclosure:
    """`[mentor] mentee = ["first_name"]`: in every letter; `[[letter]]`: only in the one it names. Raises BadRules."""
    root = Table(toml, (), toml.data, [])
    clauses: list[Clause] = []
    for reader in toml.data:
        if reader == "letter":
            clauses += [clause for table in root.tables(reader) for clause in _of_letter(table)]
            continue
        table = root.table(reader)
        if reader not in ROLES:
            root.complain(reader, f"{reader!r} is no role", nearest(reader, ROLES))
        for about in table.data if table is not None else ():
            assert table is not None
            if about not in ROLES:
                table.complain(about, f"{about!r} is no role", nearest(about, ROLES))
            clauses.append(Clause(reader, about, _fields(table, about), file=toml.file, line=toml.line(reader, about)))
    if root.flaws:
        raise BadRules(*root.flaws)
    return Disclosure(tuple(clauses))


def _of_letter(table: Table) -> list[Clause]:
    table.refuse_unknown(_OF_A_LETTER)
    for key in ("reader", "about"):
        if (role := table.text(key)) not in ROLES:
            table.complain(key, f"{role!r} is no role", nearest(role, ROLES))
    needs = table.text("needs", "")
    if needs not in list(Needs):
        table.complain("needs", f"{needs!r} is no consent", nearest(needs, [word.value for word in Needs if word]))
        needs = ""
    within = table.text("within", "")
    if within and within not in KEYS:
        table.complain("within", f"{within!r} is no policy key", nearest(within, KEYS))
        within = ""
    clause = Clause(
        table.text("reader"),
        table.text("about"),
        _fields(table, "tell"),
        "",
        Needs(needs),
        table.text("purpose", ""),
        within,
        table.source.file,
        table.line,
    )
    if not (letters := table.words("name")):
        table.complain("name", "no letter is named", 'write name = "hand_off", or several in a list')
    return [replace(clause, letter=letter) for letter in letters]


def _fields(table: Table, key: str) -> tuple[str, ...]:
    fields = table.words(key)
    for field in fields:
        if field not in FIELDS:
            table.complain(key, f"{field!r} is nothing that can be told of a person", nearest(field, FIELDS))
    return fields
