"""Nothing public lies about unused: what `mailer` and `db` offer at the top of a module, `mailer` or `db` uses somewhere.

Compared by name over the syntax trees: a name that anything else bears as well counts as used, so that there are no false alarms.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from tests.house.test_floors import shown, sources, tree

# What tests alone ask for by name, and why it stays.
KEPT = {
    "read_answers": "answers of a text in one step: the tables of cases of its tests are written in it",
    "read_form": "a message's form in one step: the same",
    "split_text": "a plain text taken apart without a message around it: the same",
}


def used(node: ast.AST) -> Counter[str]:
    """How often each name is read below a node: as a plain name, as an attribute."""
    names = (
        item.id if isinstance(item, ast.Name) else item.attr
        for item in ast.walk(node)
        if isinstance(item, (ast.Name, ast.Attribute))
    )
    return Counter(names)


def offered(module: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in module.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node


def test_what_a_module_offers_is_used_somewhere() -> None:
    modules = {path: tree(path) for path in sources("mailer", "db") if path.parent.name != "versions"}  # a migration: Alembic
    within = {path: used(module) for path, module in modules.items()}
    total: Counter[str] = Counter()
    for names in within.values():
        total.update(names)
    idle = {
        name: f"{shown(path)}:{node.lineno}"
        for path, module in modules.items()
        for name, node in offered(module)
        if not name.startswith("_") and within[path][name] == total[name] == used(node)[name]  # its own recursion is no use
    }
    assert {name: place for name, place in idle.items() if name not in KEPT} == {}
    assert KEPT.keys() <= idle.keys()  # what is used by now needs no exception
