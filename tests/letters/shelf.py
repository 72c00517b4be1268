"""The letters of this repository, compiled for tests, and an envelope to put around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from mailer.letters.mime import Envelope
from mailer.letters.template import Layout, LetterTemplate, compile_layout, compile_letter

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "email"
REPLY_TO = "harbor+k7f3.sig@example.org"
ENVELOPE = Envelope(
    message_id="k7f3.1@example.org",
    date=datetime(2027, 10, 15, 13, 0, tzinfo=UTC),
    from_name="Harbor",
    from_address="harbor@example.org",
    to_address="ana@example.org",
    reply_to=REPLY_TO,
    letter_token="k7f3.sig",
    list_id="harbor.example.org",
    unsubscribe=REPLY_TO,
)


def read(path: str) -> str:
    return (TEMPLATES / path).read_text(encoding="utf-8")


@cache
def layout() -> Layout:
    return compile_layout(read("common/layout.html"), read("common/footer.md"), read("common/neutral.toml"))


def sources() -> dict[str, str]:
    """Every letter of common and m2m: name -> path under templates/email."""
    found = {
        path.stem: f"{path.parent.name}/{path.name}" for folder in ("common", "m2m") for path in (TEMPLATES / folder).glob("*.md")
    }
    del found["footer"]
    return found


@cache
def letter(name: str) -> LetterTemplate:
    path = sources()[name]
    return compile_letter(name, read(path), f"templates/email/{path}", layout())


def written(source: str, *facts: str) -> LetterTemplate:
    """A letter named `test` with this source, which may read `facts` besides those of every letter."""
    from mailer.letters.facts import EVERY_LETTER

    return compile_letter("test", source, "test.md", layout(), {"test": EVERY_LETTER | set(facts)})


def envelope(**changes: object) -> Envelope:
    return replace(ENVELOPE, **changes)  # type: ignore[arg-type]
