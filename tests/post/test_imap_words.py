"""IMAP's language: names and sets as it wants them, its answers taken apart without believing what a message's text says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailer.post.imap_words import code, fetched, mailbox, modified_utf7, moment, quoted, uid_sets

NAMES = [
    ("INBOX", "INBOX"),
    ("Grün", "Gr&APw-n"),
    ("A & B", "A &- B"),
    ("台北", "&U,BTFw-"),
    ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ("😀", "&2D3eAA-"),
    ("tab\there", "tab&AAk-here"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "wire"), NAMES)
def test_a_mailbox_name_is_written_in_modified_utf7(name: str, wire: str) -> None:
    assert modified_utf7(name) == wire


def test_a_name_with_quotes_and_spaces_is_one_word() -> None:
    assert mailbox('C "D" \\E') == '"C \\"D\\" \\\\E"'
    assert mailbox("a\r\nb DELETE x") == '"a&AA0ACg-b DELETE x"'


@pytest.mark.parametrize("text", ["a\r\nb", "a\0b", "ä"])
def test_what_cannot_stand_in_quotes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quoted"):
        quoted(text)


SETS = [
    ([], []),
    ([5], ["5"]),
    ([1, 2, 3, 5, 7, 8], ["1:3,5,7:8"]),
    ([8, 7, 7, 1], ["1,7:8"]),
    (list(range(1, 10, 2)), ["1,3", "5,7", "9"]),
]


@pytest.mark.parametrize(("uids", "sets"), SETS)
def test_uids_become_short_sets(uids: list[int], sets: list[str]) -> None:
    assert list(uid_sets(uids, most=2 if len(sets) == 3 else 500)) == sets


DATES = [
    ("17-Jul-1996 02:44:25 -0700", datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)),
    (" 1-Jan-2026 00:00:00 +0000", datetime(2026, 1, 1, tzinfo=UTC)),
    ("01-Jan-2026 00:30:00 +0130", datetime(2025, 12, 31, 23, 0, tzinfo=UTC)),
    ("31-Feb-2026 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
    ("nonsense", datetime(1970, 1, 1, tzinfo=UTC)),
    ("01-Jan-0001 00:00:00 +2359", datetime(1970, 1, 1, tzinfo=UTC)),
    ("01-Jan-2026 00:00:00 +9999", datetime(1970, 1, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "when"), DATES)
def test_internal_dates_are_aware_and_never_raise(text: str, when: datetime) -> None:
    assert moment(text) == when


RESPONSES: list[tuple[list[bytes], dict[str, bytes | str] | None]] = [
    ([b"* 1 FETCH (UID 5 RFC822.SIZE 44)"], {"UID": "5", "RFC822.SIZE": "44"}),
    ([b"* 1 FETCH (FLAGS (\\Seen $X) UID 5)"], {"UID": "5"}),
    ([b'* 1 FETCH (UID 5 INTERNALDATE " 1-Jan-2026 00:00:00 +0000")'], {"UID": "5", "INTERNALDATE": b" 1-Jan-2026 00:00:00 +0000"}),
    ([b"* 1 FETCH (UID 5 BODY[] {12}", b"* 2 FETCH ( ", b")"], {"UID": "5", "BODY[]": b"* 2 FETCH ( "}),
    ([b"* 1 FETCH (BODY[] {3}", b"UID", b" UID 5)"], {"UID": "5", "BODY[]": b"UID"}),
    ([b'* 1 FETCH (BODY[] "UID 9 \\"(\\" 5 * 3" UID 5)'], {"UID": "5", "BODY[]": b'UID 9 "(" 5 * 3'}),
    ([b"* 1 FETCH (BODY[] NIL UID 5)"], {"UID": "5", "BODY[]": "NIL"}),
    ([b'* 1 FETCH (ENVELOPE ("a" ("b" (NIL)) "UID") UID 5)'], {"UID": "5"}),
    ([b"* 1 fetch (uid 5 body[] ~{2}", b"ab", b")"], {"UID": "5", "BODY[]": b"ab"}),
    ([b"* 1 FETCH (UID 5 BODY[] {0}", b"", b")"], {"UID": "5", "BODY[]": b""}),
    ([b"* 1 FETCH (UID 5"], {"UID": "5"}),
    ([b'* 1 FETCH (UID 5 X "never closed'], {"UID": "5", "X": b"never closed"}),
    ([b"* 3 EXISTS"], None),
    ([b"* OK [UNSEEN 3] 1 FETCH (UID 5)"], None),
    ([b"*"], None),
    ([b""], None),
]


@pytest.mark.parametrize(("parts", "items"), RESPONSES)
def test_a_fetch_response_is_taken_apart(parts: list[bytes], items: dict[str, bytes | str] | None) -> None:
    assert fetched(parts) == items


CODES = [
    ("[UIDVALIDITY 3857529045] UIDs valid", "UIDVALIDITY", "3857529045"),
    ("[TRYCREATE] no such mailbox", "TRYCREATE", ""),
    ("* OK [READ-WRITE] [UIDVALIDITY 5] x", "UIDVALIDITY", "5"),
    ("done", "TRYCREATE", None),
]


@pytest.mark.parametrize(("text", "name", "value"), CODES)
def test_a_response_code_is_found(text: str, name: str, value: str | None) -> None:
    assert code(text, name) == value
