"""Tokens: what was sealed is read back in any case; what was forged, cut or altered is refused."""

from __future__ import annotations

import random
import string
import time

import pytest

from mailer.model.mail import Parsed, Part
from mailer.wire import tokens
from mailer.wire.tokens import Place
from tests.searching import tries

KEY = b"a key of thirty-two bytes or so!"
INBOX = "mc@example.org"
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def message(*headers: tuple[str, str], text: str = "") -> Parsed:
    return Parsed(headers, (Part("1", "text/plain", text=text),), 100)


@pytest.mark.parametrize("letter_id", [0, 1, 2, 41, 255, 256, 65_535, 10_000_000, 2**40 - 1])
def test_a_token_gives_its_letter_back(letter_id: int) -> None:
    token = tokens.seal(KEY, letter_id)
    assert tokens.unseal(KEY, token) == letter_id
    assert tokens.unseal(KEY, token.upper()) == letter_id
    assert len(token) == tokens.LENGTH
    assert set(token) <= set(ALPHABET)


@pytest.mark.parametrize("letter_id", [-1, 2**40])
def test_a_letter_id_out_of_range_is_refused(letter_id: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        tokens.seal(KEY, letter_id)


def test_an_empty_key_seals_and_opens_nothing() -> None:
    with pytest.raises(ValueError, match="key"):
        tokens.seal(b"", 1)
    assert tokens.unseal(b"", tokens.seal(KEY, 1)) is None


def test_another_key_opens_nothing() -> None:
    assert all(tokens.unseal(b"another key", tokens.seal(KEY, n)) is None for n in range(500))


def test_neighbouring_letters_have_unlike_tokens() -> None:
    every = [tokens.seal(KEY, n) for n in range(2000)]
    assert len(set(every)) == 2000
    assert len({token[2:8] for token in every}) > 1990  # the masked id itself shows no order


def test_every_mutation_is_refused() -> None:
    dice = random.Random(7)
    pool = [tokens.seal(KEY, dice.randrange(2**40)) for _ in range(50)]
    known = set(pool)
    accepted = 0
    for number in range(tries(100_000)):
        token = list(pool[number % 50])
        for _ in range(dice.choice((1, 1, 2, 3))):
            match dice.randrange(5):
                case 0:
                    del token[dice.randrange(len(token))]
                case 1:
                    token.insert(dice.randrange(len(token) + 1), dice.choice(ALPHABET))
                case 2:
                    at, to = dice.randrange(len(token)), dice.randrange(len(token))
                    token[at], token[to] = token[to], token[at]
                case _:
                    token[dice.randrange(len(token))] = dice.choice(ALPHABET)
        text = "".join(token)
        accepted += text not in known and tokens.unseal(KEY, text) is not None
    assert accepted == 0


@pytest.mark.parametrize(
    "token",
    ["", "a", "a" * 25, "a" * 26, "a" * 27, "a" * 1_000_000, "1" * 26, "\u017f" * 26, "\uff41" * 26, "-" * 26, " " * 26, "=" * 26],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert tokens.unseal(KEY, token) is None


def test_the_spare_bits_cannot_make_a_second_token() -> None:
    token = tokens.seal(KEY, 41)
    assert [last for last in ALPHABET if tokens.unseal(KEY, token[:-1] + last) is not None] == [token[-1]]


def test_a_token_with_white_space_or_padding_is_refused() -> None:
    token = tokens.seal(KEY, 41)
    texts = (token + "\n", " " + token, token + "======", token[:13] + " " + token[13:])
    assert all(tokens.unseal(KEY, text) is None for text in texts)


def test_reply_address_and_message_id_carry_the_token() -> None:
    token = tokens.seal(KEY, 41)
    assert tokens.reply_address(INBOX, token) == f"mc+{token}@example.org"
    assert tokens.message_id(KEY, 41, "example.org") == f"m.{token}@example.org"
    assert tokens.of_message_id(KEY, f"<m.{token}@example.org>") == 41
    assert tokens.of_message_id(KEY, f"<xm.{token}@example.org>") is None
    assert len(tokens.reply_address(INBOX, token).split("@")[0]) <= 64


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "delivered-to"])
def test_a_token_is_found_in_every_header_that_names_where_mail_went(header: str) -> None:
    token = tokens.seal(KEY, 41)
    seen = tokens.find(message((header, f'"Post, Program" <MC+{token.upper()}@Example.Org>, x@example.com')), KEY, INBOX)
    assert [(hit.letter_id, hit.token, hit.place) for hit in seen] == [(41, token, Place.ADDRESS)]


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_a_token_is_found_in_the_thread(header: str) -> None:
    token = tokens.seal(KEY, 41)
    seen = tokens.find(message((header, f"<other@example.com> <m.{token}@example.org>\t<z@example.net>")), KEY, INBOX)
    assert [(hit.letter_id, hit.place) for hit in seen] == [(41, Place.THREAD)]


def test_a_token_is_found_in_a_code_line_even_in_quoted_text() -> None:
    token = tokens.seal(KEY, 41)
    seen = tokens.find(message(text=f"Yes!\n\n> some words\n> [#{token}]\n"), KEY, INBOX)
    assert [(hit.letter_id, hit.place) for hit in seen] == [(41, Place.BODY)]


def test_the_address_comes_before_the_thread_and_the_body_and_each_token_once() -> None:
    a, b, c = (tokens.seal(KEY, n) for n in (1, 2, 3))
    parsed = message(
        ("References", f"<m.{b}@example.org> <m.{a}@example.org>"), ("To", f"mc+{a}@example.org"), text=f"[#{c}] [#{b}] [#{c}]"
    )
    assert [(hit.letter_id, hit.place) for hit in tokens.find(parsed, KEY, INBOX)] == [
        (1, Place.ADDRESS),
        (2, Place.THREAD),
        (3, Place.BODY),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "mc+{}@example.com",
        "xmc+{}@example.org",
        "mc+{}x@example.org",
        "mc-{}@example.org",
        "mc+{}@example.org-evil",
        "mc+{}@example.org.evil.test",
        "a.mc+{}@example.org",
    ],
)
def test_an_address_that_is_not_ours_carries_no_token(address: str) -> None:
    assert tokens.find(message(("To", address.format(tokens.seal(KEY, 41)))), KEY, INBOX) == ()


def test_a_forged_token_is_not_found() -> None:
    forged = tokens.seal(b"guess", 41)
    parsed = message(("To", f"mc+{forged}@example.org"), ("References", f"<m.{forged}@example.org>"), text=f"[#{forged}]")
    assert tokens.find(parsed, KEY, INBOX) == ()


def test_a_code_of_an_attached_message_does_not_count() -> None:
    token = tokens.seal(KEY, 41)
    inner = Part("1.1", "text/plain", text=f"[#{token}]", in_message=True)
    assert tokens.find(Parsed((), (inner,), 9), KEY, INBOX) == ()


@pytest.mark.parametrize("piece", ["[#", f"[#{'a' * 26}]", "mc+", "m.", f"m.{'a' * 26}@", string.printable])
def test_a_megabyte_of_look_alikes_is_searched_within_a_second(piece: str) -> None:
    flood = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    parsed = message(("To", flood), ("References", flood), text=flood)
    start = time.process_time()
    assert tokens.find(parsed, KEY, INBOX) == ()
    assert time.process_time() - start < 1
