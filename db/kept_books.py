"""Every version of the rules, letters and settings that was ever in force, kept file by file: most edits touch one of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from db.outbox import keep_template, template_source
from db.tables import template

_BOOK, _FILE = "(book)", "(file)"  # no letter has such a name


def keep_book(connection: Connection, program: str, digest: str, settings: Mapping[str, object], files: Mapping[str, str]) -> None:
    """Keep a version under the digest that decisions name; one that is here already stays as it is."""
    if template_source(connection, digest) is not None:
        return
    places: dict[str, str] = {}
    for path, text in files.items():
        places[path] = hashlib.sha256(text.encode()).hexdigest()
        keep_template(connection, places[path], program, _FILE, text)
    source = json.dumps({"settings": dict(settings), "files": places}, ensure_ascii=False, sort_keys=True)
    keep_template(connection, digest, program, _BOOK, source)


def kept_book(connection: Connection, digest: str) -> tuple[dict[str, object], dict[str, str]] | None:
    """(settings, files) of a version; None where it was not kept."""
    found = connection.execute(select(template.c.source).where(template.c.digest == digest, template.c.name == _BOOK)).scalar()
    if found is None:
        return None
    kept = json.loads(found)
    files = {path: template_source(connection, place) for path, place in kept["files"].items()}
    return kept["settings"], {path: text for path, text in files.items() if text is not None}
