"""An empty database in memory for a life in virtual time, from its first moment to its last."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from db.engine import Store, open_store
from db.tables import metadata

# Nearly everything such a life makes stays until its end: looking through all of it for garbage 700 objects apart finds none.
_SELDOM = (50_000, 20, 50)


@contextmanager
def in_memory(store: Store | None = None) -> Iterator[Store]:
    """A new one, or the given empty database; closed afterwards."""
    if store is None:
        store = open_store("sqlite://")
        metadata.create_all(store.engine)
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield store
    finally:
        gc.set_threshold(*usual)
        store.close()
