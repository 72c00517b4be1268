"""A STOP outlasts whoever is forgotten: a digest of the address, sealed with the service's key, that nobody can read back."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from db import evidence
from db.engine import Connection
from db.records import PersonState
from mailer.model.decision import AddPerson


def keep_stop(connection: Connection, key: bytes, program: str, address: str, on: date) -> None:
    """Remember that no letter of a ladder may go to this address."""
    evidence.set_fact(connection, _name(key, program, address), on.isoformat())


def state_of(connection: Connection, key: bytes, program: str, effect: AddPerson) -> str:
    """The state somebody begins in: stopped, where whoever had this address asked for no more letters before being forgotten."""
    kept = evidence.get_fact(connection, _name(key, program, effect.row.email))
    return effect.state if kept is None else PersonState.STOPPED.value


def _name(key: bytes, program: str, address: str) -> str:
    sealed = hmac.new(key, f"stop\0{program}\0{address.lower()}".encode(), hashlib.sha256)
    return f"stop/{sealed.hexdigest()[:56]}"
