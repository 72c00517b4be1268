"""The tables of consent: releases of information, what was told under them, and counters that belong to nobody."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.columns import Id, Moment, key_column, metadata

release = Table(
    "release",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("giver_id", Id, ForeignKey("person.id"), nullable=False),
    Column("recipient_id", Id, ForeignKey("person.id"), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("recorded_by", Id, ForeignKey("person.id")),
    Column("recorded_at", Moment, nullable=False),
    Column("rescinded_at", Moment),
    Index("ix_release_giver", "giver_id", "recipient_id"),
    Index("ix_release_recipient", "recipient_id"),
)

disclosure = Table(  # what was told of whom, to whom, by which letter
    "disclosure",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("release_id", Id, ForeignKey("release.id"), nullable=False),
    Column("giver_id", Id, ForeignKey("person.id"), nullable=False),
    Column("recipient_id", Id, ForeignKey("person.id"), nullable=False),
    Column("letter_id", Id, ForeignKey("letter.id"), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("letter_id", "giver_id"),
    Index("ix_disclosure_giver", "giver_id", "at"),
)

tally = Table(  # answers to evaluations: counts and nothing else, no row says who or when within the month
    "tally",
    metadata,
    Column("program", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("question", String(16), primary_key=True),
    Column("value", Integer, primary_key=True, autoincrement=False),
    Column("answers", Integer, nullable=False),
)
