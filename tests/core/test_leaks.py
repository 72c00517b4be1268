"""The second look over finished letters: what counts as a third person's datum, and what is no more than a word."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mailer.core.world.leaks import Watch, Watched, found_in, leaks_in, veiled, watch_over, words_of
from tests.core.worlds import book

MEL, ANA, CORA, RICH, BOB, MAY, JOSE, WANDA = range(1, 9)
WATCH: Watch = watch_over(
    (
        Watched(MEL, "Mel Parkin", "+1 (555) 010-0142", ("mel@example.org", "mel@home.example"), frozenset({"mentee"})),
        Watched(ANA, "Ana Ruiz", "", ("ana@example.org",), frozenset({"mentor"})),
        Watched(CORA, "Cora Lind", "555 0100", ("cora@example.org",), frozenset({"coordinator"})),
        Watched(RICH, "Rich Good", "", ("rich@example.org",), frozenset({"mentee"})),
        Watched(BOB, "Bob Ruiz", "", ("bob@example.org",), frozenset({"mentee"})),
        Watched(MAY, "April May", "", ("april@example.org",), frozenset({"mentee"})),
        Watched(JOSE, "José García-Núñez Jr.", "", ("jose@example.org",), frozenset({"mentee"})),
        Watched(WANDA, "Wanda Orr", "", ("wanda@example.org",), frozenset({"mwoc"})),
    ),
    words_of(["Good luck with it! Please answer.", "It is up to you."]),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mel and Sam", {}),
        ("Mel Parkin", {"name": {MEL}}),
        ("MEL\nPARKIN", {"name": {MEL}}),
        ("Mrs. Parkin's number", {"name": {MEL}}),
        ("Parkinson", {}),
        ("good news", {}),  # a word of our own letters
        ("Rich Good", {"name": {RICH}}),
        ("Ruiz", {"name": {ANA, BOB}}),
        ("Bob Ruiz", {"name": {BOB}}),
        ("on 3 May 2027", {}),
        ("April May", {"name": {MAY}}),
        ("jose garcia nunez", {"name": {JOSE}}),
        ("José García-Núñez", {"name": {JOSE}}),
        ("write to MEL@example.org.", {"email": {MEL}}),
        ("mel@home.example", {"email": {MEL}}),
        ("somebody@example.org", {}),
        ("call 555-010-0142 today", {"phone": {MEL}}),
        ("call 15550100142, 2027-10-15", {"phone": {MEL}}),
        ("0100142", {"phone": {MEL}}),
        ("555 010 0142 555 0100", {"phone": {MEL, CORA}}),
        ("on 2027-10-15 at 09:00, reference 100142", {}),
    ],
)
def test_what_is_found(text: str, found: Mapping[str, set[int]]) -> None:
    seen: dict[str, set[int]] = {}
    for field, numbers in found_in(WATCH, text):
        seen.setdefault(field, set()).update(numbers)
    assert seen == found


@pytest.mark.parametrize(
    ("reader", "text", "told", "own", "fields"),
    [
        (ANA, "Mel Parkin", (), (), ["name"]),
        (ANA, "Mel Parkin", ((MEL, "mentor", "mentee", ["first_name"]),), (), ["name"]),
        (ANA, "Mel Parkin", ((MEL, "mentor", "mentee", ["name"]),), (), []),  # a rule spoke for it
        (ANA, "Ana Ruiz", (), (), []),  # the reader's own
        (ANA, "Bob Ruiz", (), (), ["name"]),  # not the reader, though the surname is the same
        (ANA, "Cora Lind, cora@example.org", (), (), []),  # mentors may know their coordinators
        (ANA, "call 555 0100 now", (), (), ["phone"]),  # but not their telephone
        (WANDA, "Mel Parkin, mel@example.org, +1 555 010 0142", (), (), []),  # a duty that may know it all
        (CORA, "Mel Parkin", (), (), ["name"]),  # coordinators know mentees by first name
        (CORA, "You wrote: “Mel Parkin is well”.", (), ("Mel  Parkin is well",), []),  # somebody's own words
        (CORA, "Mel Parkin. You wrote: “all well”.", (), ("all well",), ["name"]),
        (None, "Ana Ruiz", (), (), []),  # the contact form in the inbox
        (None, "Mel Parkin", (), (), ["name"]),
        (99, "Mel Parkin", (), (), ["name"]),  # nobody we know
    ],
)
def test_what_is_a_leak(reader: int | None, text: str, told: tuple[object, ...], own: tuple[str, ...], fields: list[str]) -> None:
    found = leaks_in(book(), WATCH, "check_in", [text], reader_id=reader, told=told, own_words=own)  # type: ignore[arg-type]
    assert [leak.field for leak in found] == fields
    assert not any(word in leak.rule for leak in found for word in ("Mel", "Parkin", "555", "Ruiz", "@"))


@pytest.mark.parametrize(
    ("reader", "writer", "text", "read"),
    [
        (CORA, "Ana Ruiz", "Mel Parkin is well, call 555 010 0142 or mel@example.org.", "Mel … is well, call … or …."),
        (CORA, "Mel Parkin", "I am well. Mel Parkin, 555 010 0142", "I am well. Mel Parkin, 555 010 0142"),  # of themselves
        (WANDA, "Ana Ruiz", "Mel Parkin, 555 010 0142", "Mel Parkin, 555 010 0142"),  # a duty that may know it
        (CORA, "Ana Ruiz", "Good news on 3 May.", "Good news on 3 May."),
        (CORA, "Ana Ruiz", "Rich Good came.", "Rich … came."),
        (CORA, "Ana Ruiz", "José García-Núñez came.", "José García-… came."),
    ],
)
def test_words_passed_on_name_no_third_person(reader: int, writer: str, text: str, read: str) -> None:
    assert veiled(book(), WATCH, "digest", text, reader_id=reader, writer=writer) == read


def test_a_short_number_and_a_lone_name_are_watched_by_nobody() -> None:
    watch = watch_over((Watched(1, "Cher", "911", ("cher@example.org",), frozenset({"mentee"})),), ())
    assert found_in(watch, "Cher, call 911 or 911 911 911") == []
