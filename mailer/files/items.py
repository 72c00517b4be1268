"""Reads inbox_rules/<profile>/items.toml: the items of an activity, each with what decides it."""

from __future__ import annotations

from mailer.files.fields import Table
from mailer.files.toml_lines import Toml
from mailer.files.values import nearest
from mailer.model.errors import BadRules, Flaw
from mailer.model.program import Item

SOURCES = ("chart", "derived", "own")
_KEYS = ("key", "text", "is", "element", "because", "source")


def read_items(toml: Toml) -> tuple[Item, ...]:
    """The items in their order; raises BadRules with every flaw of the file."""
    flaws: list[Flaw] = []
    root = Table(toml, (), toml.data, flaws)
    root.refuse_unknown(("elements", "item"))
    named = root.table("elements")
    elements = {name: named.text(name) for name in named.data} if named is not None else {}
    items: list[Item] = []
    for table in root.tables("item"):
        table.refuse_unknown(_KEYS)
        if not isinstance(table.data.get("is"), bool):
            table.complain(
                "is" if "is" in table.data else "key", "an item does not say whether it is so", "write is = true or is = false"
            )
        element = table.text("element", "")
        if element not in elements:
            table.complain("element" if element else "key", f"{element!r} is no element", nearest(element, tuple(elements)))
        item = Item(
            table.text("key"),
            table.text("text"),
            table.data.get("is") is True,
            elements.get(element, ""),
            table.text("because"),
            table.choice("source", SOURCES, "own"),
        )
        if any(item.key == other.key for other in items):
            table.complain("key", f"the key {item.key!r} is used twice", "give every item a key of its own")
        items.append(item)
    if flaws:
        raise BadRules(*flaws)
    return tuple(items)
